/// A file as an rpm's header lists it.
public struct RPMFile: Sendable, Hashable {
    /// The file in the neutral model; contents are in the payload.
    public var entry: Entry
    /// The digest of its contents, hexadecimal; empty for what has none.
    public var digest: String
    /// Its number among the package's inodes; hard links have the same.
    public var inode: UInt32
    /// Whether its bytes are in the payload at its own entry: of hard links only the last has them.
    public var carriesData: Bool

    /// Whether the file is in the payload.
    public var isShipped: Bool { !entry.flags.contains(.ghost) }

    /// Reads the list of files.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagCount`` for tags that are not equally long,
    ///   ``FormatError/Code/rpmDirectoryIndex``, ``FormatError/Code/invalidPath`` or
    ///   ``FormatError/Code/duplicatePath``.
    static func files(in header: RPMMainHeader) throws(FormatError) -> [RPMFile] {
        guard let paths = try paths(in: header) else { return [] }
        let tags = try FileTags(header, count: paths.count)
        var files: [RPMFile] = []
        files.reserveCapacity(paths.count)
        for (index, path) in paths.enumerated() {
            var entry = Entry(
                path: path,
                kind: tags.kind(of: index),
                mode: UInt16(truncatingIfNeeded: tags.modes[index]),
                modificationTime: Int64(clamping: tags.times[index]),
                owner: tags.owners[index],
                group: tags.groups[index],
                flags: Entry.Flags(rawValue: UInt32(truncatingIfNeeded: tags.flags[index]))
            )
            if let text = tags.capabilities?[index], !text.isEmpty { entry.capabilities = text }
            if let text = tags.languages?[index], !text.isEmpty { entry.language = text }
            files.append(
                RPMFile(
                    entry: entry,
                    digest: tags.digests[index],
                    inode: UInt32(truncatingIfNeeded: tags.inodes?[index] ?? 0),
                    carriesData: true
                )
            )
        }
        link(&files)
        return files
    }

    /// BASENAMES, DIRNAMES and DIRINDEXES put together, or `nil` if the package has no files.
    private static func paths(in header: RPMMainHeader) throws(FormatError) -> [PackagePath]? {
        guard let baseNames = header.strings(.baseNames) else { return nil }
        let directories = header.strings(.dirNames).map { $0.map(Array.init) } ?? []
        let indexes = header.integers(.dirIndexes) ?? []
        guard indexes.count == baseNames.count else {
            throw FormatError(
                .rpmTagCount,
                "there are \(baseNames.count) names and \(indexes.count) directory indexes",
                field: "DIRINDEXES"
            )
        }
        var paths: [PackagePath] = []
        paths.reserveCapacity(indexes.count)
        var seen: Set<PackagePath> = []
        for (name, index) in zip(baseNames, indexes) {
            guard index < directories.count else {
                throw FormatError(
                    .rpmDirectoryIndex,
                    "there is no directory \(index) among \(directories.count)",
                    field: "DIRINDEXES"
                )
            }
            // The files of source packages have no directory.
            let directory = directories[Int(index)]
            let path = try PackagePath(bytes: (directory.isEmpty ? [0x2F] : directory) + name)
            guard seen.insert(path).inserted else {
                throw FormatError(.duplicatePath, "'\(path)' is listed twice", field: "BASENAMES")
            }
            paths.append(path)
        }
        return paths
    }

    /// Turns regular files with the same inode into hard links to the first of them.
    private static func link(_ files: inout [RPMFile]) {
        var first: [UInt32: Int] = [:]
        var last: [UInt32: Int] = [:]
        for index in files.indices where files[index].inode != 0 && files[index].isShipped {
            guard case .file = files[index].entry.kind else { continue }
            let inode = files[index].inode
            if let original = first[inode] {
                files[index].entry.kind = .hardLink(to: files[original].entry.path)
                files[last[inode] ?? original].carriesData = false
            } else {
                first[inode] = index
            }
            last[inode] = index
        }
    }

    /// The tags that have one value a file.
    private struct FileTags {
        var sizes: [UInt64]
        var modes: [UInt64]
        var times: [UInt64]
        var flags: [UInt64]
        var devices: [UInt64]?
        var inodes: [UInt64]?
        var digests: [String]
        var targets: [[UInt8]]
        var owners: [String]
        var groups: [String]
        var capabilities: [String]?
        var languages: [String]?

        init(_ header: RPMMainHeader, count: Int) throws(FormatError) {
            func numbers(_ tag: RPMTag<RPMMainKind>) throws(FormatError) -> [UInt64]? {
                guard let values = header.integers(tag) else { return nil }
                try check(values.count, tag)
                return values
            }
            func texts(_ tag: RPMTag<RPMMainKind>) throws(FormatError) -> [String]? {
                guard let values = header.strings(tag) else { return nil }
                try check(values.count, tag)
                return values.texts
            }
            func check(_ found: Int, _ tag: RPMTag<RPMMainKind>) throws(FormatError) {
                guard found == count else {
                    throw FormatError(.rpmTagCount, "there are \(found) values for \(count) files", field: tag.name)
                }
            }
            func required<Value>(_ values: [Value]?, _ tag: RPMTag<RPMMainKind>) throws(FormatError) -> [Value] {
                guard let values else {
                    throw FormatError(.rpmTagMissing, "the header has files but no \(tag.name)", field: tag.name)
                }
                return values
            }
            let longSizes = try numbers(.longFileSizes)
            sizes = if let longSizes { longSizes } else { try required(numbers(.fileSizes), .fileSizes) }
            modes = try required(numbers(.fileModes), .fileModes)
            times = try numbers(.fileMtimes) ?? [UInt64](repeating: 0, count: count)
            flags = try numbers(.fileFlags) ?? [UInt64](repeating: 0, count: count)
            devices = try numbers(.fileRdevs)
            inodes = try numbers(.fileInodes)
            digests = try required(texts(.fileDigests), .fileDigests)
            owners = try required(texts(.fileUserName), .fileUserName)
            groups = try required(texts(.fileGroupName), .fileGroupName)
            capabilities = try texts(.fileCaps)
            languages = try texts(.fileLangs)
            let links = header.strings(.fileLinkTos)
            try check(links?.count ?? count, .fileLinkTos)
            targets = links.map { $0.map(Array.init) } ?? [[UInt8]](repeating: [], count: count)
        }

        func kind(of index: Int) -> Entry.Kind {
            let device = devices?[index] ?? 0
            let (major, minor) = (UInt32(device >> 8 & 0xFF), UInt32(device & 0xFF))
            switch modes[index] & 0o170000 {
            case 0o040000: return .directory
            case 0o120000: return .symbolicLink(target: targets[index])
            case 0o010000: return .fifo
            case 0o020000: return .characterDevice(major: major, minor: minor)
            case 0o060000: return .blockDevice(major: major, minor: minor)
            default: return .file(.packaged, size: sizes[index])
            }
        }
    }
}

extension FormatError.Code {
    /// A file is in a directory that the header does not list.
    public static let rpmDirectoryIndex = Self(rawValue: "rpm-directory-index")
}
