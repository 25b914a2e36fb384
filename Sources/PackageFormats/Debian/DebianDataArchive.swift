/// The entries of data.tar, front to back, with every rule that keeps them inside the root they are unpacked to.
struct DebianDataArchive {
    private enum Known { case directory, impliedDirectory, file, other }

    private var archive: TarReader
    private var known: [PackagePath: Known] = [:]

    /// Whether something came before the directory that holds it.
    private(set) var lacksDirectories = false
    /// Whether there was an entry for the root.
    var hasRoot: Bool { known[.root] == .directory }

    init(_ source: any ByteSource) { archive = TarReader(source) }

    /// The next entry, or `nil` at the end.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/invalidPath``, ``FormatError/Code/duplicatePath``,
    ///   ``FormatError/Code/debianEntry`` for one below a file or link, or a hard link to no earlier file, or a `tar-`
    ///   code.
    mutating func next() throws(FormatError) -> Entry? {
        guard let header = try archive.next() else { return nil }
        let path = try DebianDataArchive.path(header.name)
        let kind: Entry.Kind
        switch header.kind {
        case .file: kind = .file(.packaged, size: header.size)
        case .directory: kind = .directory
        case .symbolicLink: kind = .symbolicLink(target: header.linkName)
        case .hardLink:
            let target = try DebianDataArchive.path(header.linkName)
            guard known[target] == .file else {
                throw FormatError(.debianEntry, "'\(path)' is a hard link to '\(target)', which is no file before it")
            }
            kind = .hardLink(to: target)
        case .fifo: kind = .fifo
        case .characterDevice: kind = .characterDevice(major: header.deviceMajor, minor: header.deviceMinor)
        case .blockDevice: kind = .blockDevice(major: header.deviceMajor, minor: header.deviceMinor)
        }
        try note(path, header.kind)
        return Entry(
            path: path,
            kind: kind,
            mode: header.mode,
            modificationTime: header.modificationTime,
            owner: DebianDataArchive.owner(header.userName, header.userID),
            group: DebianDataArchive.owner(header.groupName, header.groupID)
        )
    }

    /// Gives the bytes of the entry that was read last.
    mutating func readData(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        try archive.readData(body)
    }

    private mutating func note(_ path: PackagePath, _ kind: TarHeader.Kind) throws(FormatError) {
        switch known[path] {
        case nil: break
        case .impliedDirectory where kind == .directory: break
        case .impliedDirectory:
            throw FormatError(.debianEntry, "'\(path)' is no directory, but something lies below it")
        case .directory, .file, .other: throw FormatError(.duplicatePath, "'\(path)' is there twice")
        }
        known[path] = kind == .directory ? .directory : kind == .file || kind == .hardLink ? .file : .other
        var above = path.parent
        while !above.isRoot {
            switch known[above] {
            case .directory?, .impliedDirectory?: return
            case .file?, .other?:
                throw FormatError(.debianEntry, "'\(path)' lies below '\(above)', which is no directory")
            case nil:
                known[above] = .impliedDirectory
                lacksDirectories = true
            }
            above = above.parent
        }
    }

    /// A stored name as a path: relative to the root, with or without `./`.
    private static func path(_ name: [UInt8]) throws(FormatError) -> PackagePath {
        guard name.first != 0x2F else {
            let shown = String(decoding: name.prefix(200), as: UTF8.self)
            throw FormatError(.invalidPath, "'\(shown)' is absolute")
        }
        if name == [0x2E] || name == [0x2E, 0x2F] { return .root }
        let relative = name.starts(with: [0x2E, 0x2F]) ? name.dropFirst(2) : name[...]
        return try PackagePath.root.appending(relative)
    }

    private static func owner(_ name: String, _ number: Int64) -> String {
        name.isEmpty ? (number == 0 ? "root" : "\(number)") : name
    }
}

extension FormatError.Code {
    /// An entry of a data archive cannot be where it is, or links to nothing.
    public static let debianEntry = Self(rawValue: "deb-entry")
}
