internal import Glibc
public import SystemPackage

/// Unpacks what a package installs into a directory, and never beside it.
///
/// Paths come from the package, which is not trusted: absolute ones count from the directory, those with `..` are refused,
/// and no link is ever followed, be it from the package or one that was there before. What is already there is replaced
/// where it is a file or a link; directories that are there keep their mode and time, the destination itself included.
/// Devices are never made.
public struct PackageExtractor: Sendable {
    /// What to restore, and what it may cost.
    public struct Options: Sendable, Hashable {
        /// Whether setuid, setgid and sticky bits are restored.
        public var keepsSpecialModes = false
        /// Whether owners and groups are restored, by their names on this machine; only root may.
        public var keepsOwners = false
        /// What unpacking may cost.
        public var limits = PayloadLimits(bytes: 1 << 36, ratio: 1000)

        /// The usual options: neither special modes nor owners, up to 64 GiB.
        public init() {}
    }

    /// What unpacking came to.
    public struct Summary: Sendable, Hashable {
        /// How many things were made.
        public fileprivate(set) var entries = 0
        /// The length of all files together in bytes; hard links count once.
        public fileprivate(set) var bytes: UInt64 = 0
        /// What was left out or could not be restored, one sentence each.
        public fileprivate(set) var warnings: [String] = []
    }

    private let options: Options

    /// An extractor.
    public init(_ options: Options = Options()) { self.options = options }

    /// Unpacks a package.
    ///
    /// What was unpacked before an error stays; no file has its name unless it is complete.
    ///
    /// - Parameters:
    ///   - package: the package.
    ///   - folder: where to unpack; made where it is missing.
    ///   - watch: called with everything that was made, once it is there.
    /// - Returns: what was done.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/extractionLink`` where a link is in the way,
    ///   ``FormatError/Code/limitExceeded``, ``FormatError/Code/cannotCreate``, ``FormatError/Code/cancelled``, or as
    ///   reading the package does.
    public func extract(
        _ package: PackageFile,
        into folder: FilePath,
        watch: (Entry) -> Void = { _ in }
    ) throws(FormatError) -> Summary {
        var run = ExtractionRun(options, try ExtractionFolder(folder), packed: package.file.size)
        do throws(FormatError) {
            var payload = UnpackingWalk(try PayloadWalk(package, limits: options.limits))
            while let entry = try payload.next() {
                try FormatError.checkCancellation()
                if try run.make(entry, &payload) { watch(entry) }
            }
            try run.folder.finish()
        } catch {
            throw error.at(path: package.file.path.string)
        }
        return run.summary
    }
}

/// The state of one extraction.
private struct ExtractionRun {
    let folder: ExtractionFolder
    var summary = PackageExtractor.Summary()
    private let options: PackageExtractor.Options
    private let room: UInt64
    private var users: [String: UInt32?] = [:]
    private var groups: [String: UInt32?] = [:]

    init(_ options: PackageExtractor.Options, _ folder: ExtractionFolder, packed: UInt64) {
        self.options = options
        self.folder = folder
        room = options.limits.bytes(unpackedFrom: packed)
    }

    /// Makes one thing; false where it is left out.
    mutating func make(_ entry: Entry, _ payload: inout UnpackingWalk) throws(FormatError) -> Bool {
        guard summary.entries < options.limits.entries else {
            throw FormatError(.limitExceeded, "has more than the \(options.limits.entries) entries that are allowed")
        }
        let path = entry.path
        switch entry.kind {
        case .file(_, let size):
            let (total, overflow) = summary.bytes.addingReportingOverflow(size)
            guard !overflow, total <= room else {
                throw FormatError(.limitExceeded, "'\(path)' goes beyond the \(room) bytes that are allowed")
            }
            summary.bytes = total
            let file = try folder.beginFile(path)
            try payload.read { (bytes) throws(FormatError) in
                try FormatError.checkCancellation()
                try file.write(bytes)
            }
            try folder.finish(file, attributes(of: entry))
        case .directory: try folder.makeDirectory(path, attributes(of: entry))
        case .symbolicLink(let target):
            guard !target.isEmpty, !target.contains(0), target.count <= PackagePath.maximumLength else {
                throw FormatError(.invalidPath, "the target of '\(path)' is empty, too long, or holds a NUL")
            }
            try folder.makeSymbolicLink(path, to: target, attributes(of: entry))
        case .hardLink(let target): try folder.makeHardLink(path, to: target)
        case .fifo: try folder.makePipe(path, attributes(of: entry))
        case .characterDevice, .blockDevice:
            summary.warnings.append("'\(path)' is a device and was left out")
            return false
        }
        summary.entries += 1
        return true
    }

    private mutating func attributes(of entry: Entry) -> ExtractionFolder.Attributes {
        var attributes = ExtractionFolder.Attributes(
            mode: entry.mode & (options.keepsSpecialModes ? 0o7777 : 0o777),
            modificationTime: entry.modificationTime
        )
        if options.keepsOwners {
            let user = owner(entry.owner, "user", in: \.users, Accounts.user)
            let group = owner(entry.group, "group", in: \.groups, Accounts.group)
            // What belongs to somebody unknown must not get the powers of whoever stands in for him.
            if user == nil || group == nil { attributes.mode &= 0o1777 }
            attributes.owner = (user ?? geteuid(), group ?? getegid())
        }
        return attributes
    }

    /// The number of a user or group, looked up once; `nil` where there is none of that name.
    private mutating func owner(
        _ name: String,
        _ kind: String,
        in known: WritableKeyPath<ExtractionRun, [String: UInt32?]>,
        _ look: (String) -> UInt32?
    ) -> UInt32? {
        if let number = self[keyPath: known][name] { return number }
        let number = look(name) ?? UInt32(name)
        if number == nil { summary.warnings.append("there is no \(kind) '\(name)' here; its files were left to root") }
        self[keyPath: known][name] = .some(number)
        return number
    }
}
