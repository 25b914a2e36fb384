/// What goes into data.tar, in the order in which dpkg-deb walks a tree (deb(5); `build.c` of dpkg).
struct DebianPayload {
    /// Everything, the root first, every directory before what it holds, symbolic links last. Ghosts are left out.
    let entries: [Entry]

    /// The longest name of a file: dpkg unpacks `NAME.dpkg-new` and `NAME.dpkg-tmp` beside it, within 255 bytes.
    static let maximumNameLength = 246
    /// The longest line of a conffiles list that dpkg reads, less its line feed.
    private static let maximumConffileLength = 998

    /// Puts a package's entries, and documents that it does not have itself, in order; adds missing directories.
    ///
    /// - Throws: ``FormatError`` for what dpkg cannot install.
    init(_ package: Package, adding documents: [Entry]) throws(FormatError) {
        var all = package.entries.filter { !$0.flags.contains(.ghost) }
        let paths = Set(documents.lazy.map(\.path))
        let own = Set(all.lazy.map(\.path).filter(paths.contains))
        all += documents.filter { !own.contains($0.path) }
        try all.checkParentsAndLinks()
        for entry in all { try DebianPayload.check(entry) }
        let order = all.indices.sorted { all[$0].path.bytes.precedesInTree(all[$1].path.bytes) }
        var tree: [Entry] = []
        tree.reserveCapacity(all.count + 16)
        var directories: Set<PackagePath> = []
        if order.first.map({ all[$0].path.isRoot }) != true {
            tree.append(DebianPayload.directory(.root, date: package.date))
        }
        directories.insert(.root)
        for index in order {
            let entry = all[index]
            guard tree.last?.path != entry.path else {
                throw FormatError(.duplicatePath, "'\(entry.path)' is there twice", field: "contents")
            }
            DebianPayload.addParents(of: entry.path, to: &tree, known: &directories, date: package.date)
            if entry.kind == .directory { directories.insert(entry.path) }
            tree.append(entry)
        }
        DebianPayload.putFirstNamesFirst(&tree)
        entries = tree.filter { !$0.isSymbolicLink } + tree.filter(\.isSymbolicLink)
    }

    private static func directory(_ path: PackagePath, date: Int64) -> Entry {
        Entry(path: path, kind: .directory, mode: 0o755, modificationTime: date)
    }

    private static func addParents(
        of path: PackagePath,
        to tree: inout [Entry],
        known: inout Set<PackagePath>,
        date: Int64
    ) {
        var missing: [PackagePath] = []
        var above = path.parent
        while !known.contains(above) {
            missing.append(above)
            above = above.parent
        }
        for path in missing.reversed() {
            tree.append(directory(path, date: date))
            known.insert(path)
        }
    }

    /// Of several names of one file, the first in the archive has to be the file and the others links to it.
    private static func putFirstNamesFirst(_ tree: inout [Entry]) {
        var sets: [PackagePath: [Int]] = [:]
        for (index, entry) in tree.enumerated() {
            if case .hardLink(let target) = entry.kind { sets[target, default: []].append(index) }
        }
        guard !sets.isEmpty else { return }
        for (index, entry) in tree.enumerated() where entry.isFile {
            if let links = sets[entry.path] { sets[entry.path] = (links + [index]).sorted() }
        }
        for (target, names) in sets {
            guard let first = names.first, let file = names.first(where: { tree[$0].path == target }) else { continue }
            let original = tree[file]
            for name in names {
                let path = tree[name].path
                tree[name] = original
                tree[name].path = path
                if name != first { tree[name].kind = .hardLink(to: tree[first].path) }
            }
        }
    }

    private static func check(_ entry: Entry) throws(FormatError) {
        func refuse(_ code: FormatError.Code, _ complaint: String) -> FormatError {
            FormatError(code, "'\(entry.path)' \(complaint)", field: "contents")
        }
        guard entry.path.baseName.count <= maximumNameLength else {
            throw refuse(.limitExceeded, "has a name of more than \(maximumNameLength) bytes, which dpkg cannot unpack")
        }
        guard !entry.path.isRoot || entry.kind == .directory else {
            throw refuse(.invalidValue, "is no directory")
        }
        guard !entry.path.bytes.isInControlDirectory else {
            throw refuse(.unsupported, "is where dpkg-deb expects its own files")
        }
        if entry.flags.contains(.config) {
            guard entry.isFile || entry.isHardLink else {
                throw refuse(.unsupported, "is no file, so it cannot be a configuration file")
            }
            guard entry.path.bytes.count <= maximumConffileLength, entry.path.bytes.last.map({ $0 > 0x20 }) == true
            else { throw refuse(.unsupported, "has a name that dpkg's list of configuration files cannot hold") }
        }
        // dpkg gives a file to root where its owner is missing; that must not make it run as root.
        let owner = DebianAccounts.user(entry.owner)
        let group = DebianAccounts.group(entry.group)
        if entry.isFile, entry.mode & 0o4000 != 0 && !owner.isCertain || entry.mode & 0o2000 != 0 && !group.isCertain {
            throw refuse(
                .unsupported,
                "runs as an account that not every Debian system has; set its mode in the post-install script"
            )
        }
    }

    /// KiB as dpkg-gencontrol counts since 1.18: files and links rounded up, anything else 1, further names nothing.
    var installedSize: UInt64 {
        var total: UInt64 = 0
        for entry in entries {
            switch entry.kind {
            case .file, .symbolicLink: total += entry.size / 1024 + (entry.size % 1024 == 0 ? 0 : 1)
            case .hardLink: break
            case .directory, .fifo, .characterDevice, .blockDevice: total += 1
            }
        }
        return total
    }

    /// The text of the conffiles member, empty where there is none.
    var conffiles: [UInt8] {
        var text: [UInt8] = []
        for entry in entries where entry.flags.contains(.config) {
            text.append(contentsOf: entry.path.bytes)
            text.append(0x0A)
        }
        return text
    }
}

extension DebianPayload {
    /// Writes data.tar, reading every file once; gives the text of the md5sums member.
    ///
    /// Configuration files are left out of it, as debhelper does: they are meant to change.
    ///
    /// - Parameter progress: takes how many bytes of files are packed, after each file.
    func write(
        to archive: inout TarWriter<some ByteSink>,
        progress: (@Sendable (UInt64) -> Void)? = nil
    ) throws(FormatError) -> [UInt8] {
        var packed: UInt64 = 0
        var sums: [UInt8] = []
        sums.reserveCapacity(entries.count * 96)
        let targets = Set(entries.lazy.compactMap(\.hardLinkTarget))
        var sumOfTarget: [PackagePath: [UInt8]] = [:]
        var contents = ContentReader()
        var header = TarHeader()
        for entry in entries {
            header.describe(entry)
            try archive.begin(header)
            switch entry.kind {
            case .file(let content, let size):
                var digest = Digest(.md5)
                try contents.read(content, size: size, of: entry.path) { (piece) throws(FormatError) in
                    digest.write(piece)
                    try archive.write(piece)
                }
                packed += size
                progress?(packed)
                let sum = digest.finalize()
                if targets.contains(entry.path) { sumOfTarget[entry.path] = sum }
                sums.appendSum(sum, of: entry)
            case .hardLink(let target):
                if let sum = sumOfTarget[target] { sums.appendSum(sum, of: entry) }
            case .directory, .symbolicLink, .fifo, .characterDevice, .blockDevice: break
            }
        }
        try archive.finish()
        return sums
    }
}

extension TarHeader {
    /// Takes over what an entry says, keeping the room of the names.
    mutating func describe(_ entry: Entry) {
        name.removeAll(keepingCapacity: true)
        name.append(0x2E)
        name.append(contentsOf: entry.path.bytes)
        linkName.removeAll(keepingCapacity: true)
        (size, deviceMajor, deviceMinor) = (0, 0, 0)
        switch entry.kind {
        case .file(_, let bytes):
            kind = .file
            size = bytes
        case .directory:
            kind = .directory
            if !entry.path.isRoot { name.append(0x2F) }
        case .symbolicLink(let target):
            kind = .symbolicLink
            linkName.append(contentsOf: target)
        case .hardLink(let target):
            kind = .hardLink
            linkName.append(0x2E)
            linkName.append(contentsOf: target.bytes)
        case .fifo: kind = .fifo
        case .characterDevice(let major, let minor):
            kind = .characterDevice
            (deviceMajor, deviceMinor) = (major, minor)
        case .blockDevice(let major, let minor):
            kind = .blockDevice
            (deviceMajor, deviceMinor) = (major, minor)
        }
        mode = entry.mode
        let user = DebianAccounts.user(entry.owner)
        (userName, userID) = (user.name, user.number)
        let group = DebianAccounts.group(entry.group)
        (groupName, groupID) = (group.name, group.number)
        modificationTime = entry.modificationTime
    }
}

extension Entry {
    fileprivate var isFile: Bool {
        if case .file = kind { true } else { false }
    }

    fileprivate var isHardLink: Bool { hardLinkTarget != nil }

    fileprivate var isSymbolicLink: Bool {
        if case .symbolicLink = kind { true } else { false }
    }

    fileprivate var hardLinkTarget: PackagePath? {
        if case .hardLink(let target) = kind { target } else { nil }
    }
}

extension [UInt8] {
    /// Whether a path is `/DEBIAN` or lies in it.
    fileprivate var isInControlDirectory: Bool {
        let control = Array("/DEBIAN".utf8)
        return starts(with: control) && (count == control.count || self[control.count] == 0x2F)
    }

    /// Appends a line of md5sums.
    fileprivate mutating func appendSum(_ sum: [UInt8], of entry: Entry) {
        guard !entry.flags.contains(.config) else { return }
        for byte in sum {
            append(UInt8.hexadecimalDigit(byte >> 4))
            append(UInt8.hexadecimalDigit(byte & 15))
        }
        append(contentsOf: [0x20, 0x20])
        append(contentsOf: entry.path.bytes.dropFirst())
        append(0x0A)
    }

    /// The order of a walk that sorts each directory by itself: as byte order, but `/` comes before everything.
    func precedesInTree(_ other: [UInt8]) -> Bool {
        withUnsafeBytes { left in
            other.withUnsafeBytes { right in
                let common = Swift.min(left.count, right.count)
                var index = 0
                while index < common, left[index] == right[index] { index += 1 }
                guard index < common else { return left.count < right.count }
                if left[index] == 0x2F { return true }
                return right[index] != 0x2F && left[index] < right[index]
            }
        }
    }
}

extension UInt8 {
    fileprivate static func hexadecimalDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}
