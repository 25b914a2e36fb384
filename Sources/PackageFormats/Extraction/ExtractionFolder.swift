internal import Glibc
internal import SystemPackage

/// A directory that entries are made below and nowhere else.
///
/// Every step down goes through the descriptor of the step above and follows no link, so that neither what a package
/// says nor what others change meanwhile can lead out of it. What is complete gets its name at once: a killed run leaves
/// no half file under it.
final class ExtractionFolder {
    /// What a thing gets besides its contents.
    struct Attributes {
        var mode: UInt16
        /// In Unix seconds, or `nil` to leave it as it comes.
        var modificationTime: Int64?
        /// The numbers of owner and group, or `nil` to leave it to whoever runs this.
        var owner: (user: UInt32, group: UInt32)?
    }

    private struct Level {
        var name: ArraySlice<UInt8>
        var descriptor: Int32
    }

    private let path: FilePath
    /// The way down to the directory that was used last.
    private var levels: [Level]
    /// The directories that this run made; they get their attributes when nothing is put into them any more.
    private var made: [PackagePath: Attributes] = [:]

    /// Deeper than any package goes, and far from what a process may have open.
    private static let maximumDepth = 256
    /// What a directory gets that is in no list, but has something in it.
    private static let implied = Attributes(mode: 0o755)
    /// `O_PATH` of Linux, which is declared for GNU's dialect only.
    private static let pathOnly: Int32 = 0o10000000
    /// `UTIME_OMIT`, a time that is left alone.
    private static let omitted = (1 << 30) - 2

    /// Opens a directory, and makes it where there is none; links in its own path are followed.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/cannotCreate``.
    init(_ path: FilePath) throws(FormatError) {
        self.path = path
        levels = []
        let isNew = try ExtractionFolder.makeDirectories(path)
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else {
            throw FormatError.system("cannot be opened", path: path.string, code: .cannotCreate)
        }
        levels = [Level(name: [], descriptor: descriptor)]
        if isNew { made[.root] = ExtractionFolder.implied }
    }

    deinit {
        for level in levels { close(level.descriptor) }
    }

    /// Makes a directory and those above it.
    ///
    /// - Returns: whether it was not there.
    private static func makeDirectories(_ path: FilePath) throws(FormatError) -> Bool {
        if path.withPlatformString({ mkdir($0, 0o700) }) == 0 { return true }
        if errno == EEXIST { return false }
        let parent = path.removingLastComponent()
        guard errno == ENOENT, !parent.isEmpty, parent != path else {
            throw FormatError.system("cannot be created", path: path.string, code: .cannotCreate)
        }
        if try makeDirectories(parent) { parent.withPlatformString { _ = chmod($0, 0o755) } }
        guard path.withPlatformString({ mkdir($0, 0o700) }) == 0 else {
            throw FormatError.system("cannot be created", path: path.string, code: .cannotCreate)
        }
        return true
    }

    /// A file that is being written.
    struct PendingFile {
        fileprivate let output: OutputFile
        fileprivate let path: PackagePath

        /// Appends bytes.
        func write(_ bytes: RawSpan) throws(FormatError) { try output.write(bytes) }
    }

    /// Begins a file, which shows only when it is finished.
    func beginFile(_ path: PackagePath) throws(FormatError) -> PendingFile {
        let parent = try directory(path.parent)
        let output = try OutputFile(
            creating: Array(path.baseName),
            in: parent,
            shownAs: shown(path)
        )
        return PendingFile(output: output, path: path)
    }

    /// Gives a file its attributes and its name; what has the name already is replaced, unless it is a directory.
    func finish(_ file: PendingFile, _ attributes: Attributes) throws(FormatError) {
        try file.output.flush()
        try apply(attributes, to: file.output.descriptor, file.path)
        try file.output.takeName()
    }

    /// Makes a directory, or takes the one that is there.
    func makeDirectory(_ path: PackagePath, _ attributes: Attributes) throws(FormatError) {
        _ = try directory(path)
        if made[path] != nil { made[path] = attributes }
    }

    /// Makes a symbolic link.
    func makeSymbolicLink(_ path: PackagePath, to target: [UInt8], _ attributes: Attributes) throws(FormatError) {
        let parent = try directory(path.parent)
        try place(path, in: parent) { name in target.withCString { symlinkat($0, parent, name) } }
        let name = Array(path.baseName)
        if let owner = attributes.owner {
            guard name.withCString({ fchownat(parent, $0, owner.user, owner.group, AT_SYMLINK_NOFOLLOW) }) == 0 else {
                throw fault("the owner cannot be set", path)
            }
        }
        var times = ExtractionFolder.times(attributes)
        guard name.withCString({ utimensat(parent, $0, &times, AT_SYMLINK_NOFOLLOW) }) == 0 else {
            throw fault("the time cannot be set", path)
        }
    }

    /// Gives a file that was made before another name.
    func makeHardLink(_ path: PackagePath, to target: PackagePath) throws(FormatError) {
        // Opened first, because looking for the link's own directory may close this one.
        let source = try directory(target.parent)
        let name = Array(target.baseName)
        let descriptor = name.withCString { openat(source, $0, ExtractionFolder.pathOnly | O_NOFOLLOW | O_CLOEXEC) }
        guard descriptor >= 0 else { throw fault("the file to link to cannot be opened", target) }
        defer { close(descriptor) }
        guard try FileStatus(descriptor: descriptor, shownAs: shown(target).string).kind == .regular else {
            throw FormatError(.extractionLink, "'\(path)' is to be a hard link to '\(target)', which is no file")
        }
        let parent = try directory(path.parent)
        try place(path, in: parent) { name in
            linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", parent, name, AT_SYMLINK_FOLLOW)
        }
    }

    /// Makes a named pipe.
    func makePipe(_ path: PackagePath, _ attributes: Attributes) throws(FormatError) {
        let parent = try directory(path.parent)
        try place(path, in: parent) { mkfifoat(parent, $0, 0o600) }
        let descriptor = Array(path.baseName).withCString {
            openat(parent, $0, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw fault("cannot be opened", path) }
        defer { close(descriptor) }
        try apply(attributes, to: descriptor, path)
    }

    /// Gives all directories that were made their attributes, the deepest first. To be called when everything is there.
    func finish() throws(FormatError) {
        for (path, attributes) in made.sorted(by: { $1.key < $0.key }) {
            try apply(attributes, to: try directory(path), path)
        }
        made = [:]
    }

    /// The descriptor of a directory; it and those above it are made where they are missing.
    ///
    /// It stays open until another directory is asked for.
    private func directory(_ path: PackagePath) throws(FormatError) -> Int32 {
        let components = path.bytes.split(separator: 0x2F)
        guard components.count <= ExtractionFolder.maximumDepth else {
            throw FormatError(
                .limitExceeded,
                "'\(path)' lies deeper than \(ExtractionFolder.maximumDepth) directories"
            )
        }
        var depth = 0
        while depth < components.count, depth + 1 < levels.count, levels[depth + 1].name == components[depth] {
            depth += 1
        }
        while levels.count > depth + 1, let level = levels.popLast() { close(level.descriptor) }
        for component in components.dropFirst(depth) {
            let above = try PackagePath(bytes: Array(path.bytes[..<component.endIndex]))
            levels.append(
                Level(name: component, descriptor: try step(into: above, from: levels.last?.descriptor ?? -1))
            )
        }
        return levels.last?.descriptor ?? -1
    }

    private func step(into path: PackagePath, from parent: Int32) throws(FormatError) -> Int32 {
        let name = Array(path.baseName)
        func opened() -> Int32 {
            name.withCString { openat(parent, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
        }
        var descriptor = opened()
        if descriptor < 0, errno == ENOENT {
            guard name.withCString({ mkdirat(parent, $0, 0o700) }) == 0 || errno == EEXIST else {
                throw fault("cannot be created", path)
            }
            descriptor = opened()
            made[path] = ExtractionFolder.implied
        }
        guard descriptor >= 0 else {
            if errno == ELOOP || errno == ENOTDIR {
                throw FormatError(
                    .extractionLink,
                    "'\(path)' is a link or a file there, and nothing is put through it",
                    path: shown(path).string
                )
            }
            throw fault("cannot be opened", path)
        }
        return descriptor
    }

    /// Makes something under a name; what has it already is replaced in one step, unless it is a directory.
    private func place(
        _ path: PackagePath,
        in parent: Int32,
        _ make: (UnsafePointer<CChar>) -> Int32
    ) throws(FormatError) {
        let name = Array(path.baseName)
        if name.withCString(make) == 0 { return }
        guard errno == EEXIST else { throw fault("cannot be created", path) }
        let hidden = OutputFile.hidden(name)
        let result = hidden.withCString { hidden in
            unlinkat(parent, hidden, 0)
            guard make(hidden) == 0 else { return Int32(-1) }
            let renamed = name.withCString { renameat(parent, hidden, parent, $0) }
            let code = errno
            // A link to the very same file is left where it is by renameat.
            unlinkat(parent, hidden, 0)
            errno = code
            return renamed
        }
        guard result == 0 else { throw fault("cannot be created", path) }
    }

    private func apply(_ attributes: Attributes, to descriptor: Int32, _ path: PackagePath) throws(FormatError) {
        // Changing the owner takes setuid and setgid away, so it comes first.
        if let owner = attributes.owner, fchown(descriptor, owner.user, owner.group) != 0 {
            throw fault("the owner cannot be set", path)
        }
        guard fchmod(descriptor, mode_t(attributes.mode)) == 0 else { throw fault("the mode cannot be set", path) }
        var times = ExtractionFolder.times(attributes)
        guard futimens(descriptor, &times) == 0 else { throw fault("the time cannot be set", path) }
    }

    private static func times(_ attributes: Attributes) -> [timespec] {
        let time = attributes.modificationTime.map { timespec(tv_sec: time_t($0), tv_nsec: 0) }
        return [timespec](repeating: time ?? timespec(tv_sec: 0, tv_nsec: omitted), count: 2)
    }

    private func shown(_ path: PackagePath) -> FilePath {
        path.isRoot ? self.path : self.path.appendingBytes(Array(path.bytes.dropFirst()))
    }

    private func fault(_ what: String, _ path: PackagePath) -> FormatError {
        FormatError.system(what, path: shown(path).string, code: .cannotCreate)
    }
}

extension FormatError.Code {
    /// Something would have to be unpacked through a link or a file, or linked to what is no file of the package.
    public static let extractionLink = Self(rawValue: "extraction-link")
}
