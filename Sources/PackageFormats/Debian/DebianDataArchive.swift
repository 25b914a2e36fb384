/// The entries of data.tar, front to back, with every rule that keeps them inside the root they are unpacked to.
struct DebianDataArchive {
    private enum Known: Equatable {
        case directory, impliedDirectory, symbolicLink(isAbsolute: Bool), other
        case file(size: UInt64)
    }

    private var archive: TarReader
    private var known: [PackagePath: Known] = [:]

    /// Whether something came before the directory that holds it.
    private(set) var lacksDirectories = false
    /// Whether there was an entry for the root.
    var hasRoot: Bool { known[.root] == .directory }

    /// Reads an archive that is not compressed, or no longer.
    init(_ source: any ByteSource, maximumEntries: Int = PayloadLimits().entries) {
        archive = TarReader(source, maximumEntries: maximumEntries)
    }

    /// The next entry, or `nil` at the end.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/invalidPath``, ``FormatError/Code/absolutePath``,
    ///   ``FormatError/Code/duplicatePath``, ``FormatError/Code/debianEntry`` for one below a file,
    ///   ``FormatError/Code/debianBelowLink`` or ``FormatError/Code/debianBelowAbsoluteLink`` for one below a symbolic
    ///   link, ``FormatError/Code/debianLinkOutside``, ``FormatError/Code/debianLinkAbsolute`` or ``FormatError/Code/debianLinkTarget`` for a hard link to no earlier
    ///   file, or a `tar-` code.
    mutating func next() throws(FormatError) -> Entry? {
        guard let header = try archive.next() else { return nil }
        let path: PackagePath
        do throws(FormatError) {
            path = try DebianDataArchive.path(header.name)
        } catch {
            throw FormatError(error.code, error.message, field: header.shownName)
        }
        let kind: Entry.Kind
        switch header.kind {
        case .file: kind = .file(.packaged, size: header.size)
        case .directory: kind = .directory
        case .symbolicLink: kind = .symbolicLink(target: header.linkName)
        case .hardLink:
            let target: PackagePath
            do throws(FormatError) {
                target = try DebianDataArchive.path(header.linkName)
            } catch {
                throw FormatError(
                    error.code == .absolutePath ? .debianLinkAbsolute : .debianLinkOutside,
                    "'\(path)' is a hard link out of the root: \(error.message)",
                    field: header.shownName
                )
            }
            guard case .file? = known[target] else {
                throw FormatError(
                    .debianLinkTarget,
                    "'\(path)' is a hard link to '\(target)', which is no file before it",
                    field: header.shownName
                )
            }
            kind = .hardLink(to: target)
        case .fifo: kind = .fifo
        case .characterDevice: kind = .characterDevice(major: header.deviceMajor, minor: header.deviceMinor)
        case .blockDevice: kind = .blockDevice(major: header.deviceMajor, minor: header.deviceMinor)
        }
        try note(path, kind)
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

    /// The length of what an entry of this archive holds, for hard links too, in bytes.
    func size(of entry: Entry) -> UInt64 {
        guard case .hardLink(let target) = entry.kind, case .file(let size)? = known[target] else { return entry.size }
        return size
    }

    private mutating func note(_ path: PackagePath, _ kind: Entry.Kind) throws(FormatError) {
        switch known[path] {
        case nil: break
        case .impliedDirectory where kind == .directory: break
        case .impliedDirectory:
            throw FormatError(.debianEntry, "'\(path)' is no directory, but something lies below it")
        case .directory, .file, .symbolicLink, .other:
            throw FormatError(.duplicatePath, "'\(path)' is there twice", field: "\(path)")
        }
        known[path] =
            switch kind {
            case .directory: .directory
            case .file(_, let size): .file(size: size)
            case .hardLink(let target): known[target] ?? .other
            case .symbolicLink(let target): .symbolicLink(isAbsolute: target.first == 0x2F)
            default: .other
            }
        var above = path.parent
        while !above.isRoot {
            switch known[above] {
            case .directory?, .impliedDirectory?: return
            case .symbolicLink(let isAbsolute)?:
                throw FormatError(
                    isAbsolute ? .debianBelowAbsoluteLink : .debianBelowLink,
                    "'\(path)' lies below '\(above)', a symbolic link\(isAbsolute ? " out of the root" : "")",
                    field: "\(path)"
                )
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
            throw FormatError(.absolutePath, "'\(shown)' is absolute")
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
    /// An entry of a data archive lies below something that is no directory, or the other way round.
    public static let debianEntry = Self(rawValue: "deb-entry")
    /// An entry of a data archive has an absolute name.
    public static let absolutePath = Self(rawValue: "absolute-path")
    /// A hard link of a data archive leads to something that is no path below the root.
    public static let debianLinkOutside = Self(rawValue: "deb-link-outside")
    /// A hard link of a data archive leads to an absolute name.
    public static let debianLinkAbsolute = Self(rawValue: "deb-link-absolute")
    /// An entry of a data archive lies below a symbolic link.
    public static let debianBelowLink = Self(rawValue: "deb-below-link")
    /// An entry of a data archive lies below a symbolic link with an absolute target.
    public static let debianBelowAbsoluteLink = Self(rawValue: "deb-below-absolute-link")
    /// A hard link of a data archive is to no file that came before it.
    public static let debianLinkTarget = Self(rawValue: "deb-link-target")
}
