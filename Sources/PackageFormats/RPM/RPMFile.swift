/// A file as an rpm's header lists it.
public struct RPMFile: Sendable, Hashable {
    /// The file as any package lists it.
    public var listed: PackagedFile
    /// The digest of its contents as the header states it, whatever its algorithm; empty for what has none.
    public var digest: String
    /// Its number among the package's inodes; hard links have the same.
    public var inode: UInt32
    /// Whether its bytes are in the payload at its own entry: of hard links only the last has them.
    public var carriesData: Bool

    /// The file in the neutral model; contents are in the payload.
    public var entry: Entry { listed.entry }

    /// Whether it is a hard link to a file that stands before it.
    var isHardLink: Bool { if case .hardLink = listed.entry.kind { true } else { false } }

    /// Whether the file is in the payload.
    public var isShipped: Bool { !listed.entry.flags.contains(.ghost) }

    /// Reads the list of files.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagCount`` for tags that are not equally long,
    ///   ``FormatError/Code/rpmDirectoryIndex``, ``FormatError/Code/invalidPath`` or
    ///   ``FormatError/Code/duplicatePath``.
    static func files(in header: RPMMainHeader) throws(FormatError) -> [RPMFile] {
        guard let names = try names(in: header) else { return [] }
        let tags = try FileTags(header, count: names.count)
        let algorithm = DigestAlgorithm(rpmNumber: header.integer(.fileDigestAlgo) ?? 1)
        var files: [RPMFile] = []
        files.reserveCapacity(names.count)
        for (index, name) in names.enumerated() {
            // The files of source packages have no directory.
            let path = try PackagePath(bytes: name.first == 0x2F ? name : [0x2F] + name)
            let digest = tags.digests[index]
            files.append(
                RPMFile(
                    listed: PackagedFile(
                        entry: tags.entry(index, at: path),
                        name: name,
                        size: 0,
                        digest: digest.isEmpty ? nil : algorithm.map { .init($0, digest) }
                    ),
                    digest: digest,
                    inode: UInt32(truncatingIfNeeded: index < tags.inodes.count ? tags.inodes[index] : 0),
                    carriesData: true
                )
            )
            files[index].listed.size = files[index].listed.entry.size
        }
        try checkForDuplicates(files)
        link(&files, devices: tags.nodeDevices)
        return files
    }

    private static func checkForDuplicates(_ files: [RPMFile]) throws(FormatError) {
        // Of paths in order, as rpmbuild lists them, none is there twice.
        if files.areSorted { return }
        var seen: Set<PackagePath> = []
        seen.reserveCapacity(files.count)
        for file in files where !seen.insert(file.entry.path).inserted {
            throw FormatError(.duplicatePath, "'\(file.entry.path)' is listed twice", field: "BASENAMES")
        }
    }

    /// BASENAMES, DIRNAMES and DIRINDEXES put together, or OLDFILENAMES of rpm before 4.0; `nil` if the package has no
    /// files.
    private static func names(in header: RPMMainHeader) throws(FormatError) -> [[UInt8]]? {
        guard let baseNames = header.strings(.baseNames) else {
            return header.strings(.oldFileNames).map { $0.map(Array.init) }
        }
        let directories = header.strings(.dirNames).map { $0.map(Array.init) } ?? []
        let indexes = header.integers(.dirIndexes) ?? []
        guard indexes.count == baseNames.count else {
            throw FormatError(
                .rpmTagCount,
                "there are \(baseNames.count) names and \(indexes.count) directory indexes",
                field: "DIRINDEXES"
            )
        }
        var names: [[UInt8]] = []
        names.reserveCapacity(indexes.count)
        for (name, index) in zip(baseNames, indexes) {
            guard index < directories.count else {
                throw FormatError(
                    .rpmDirectoryIndex,
                    "there is no directory \(index) among \(directories.count)",
                    field: "DIRINDEXES"
                )
            }
            names.append(directories[Int(index)] + name)
        }
        return names
    }

    /// What tells files apart that are not hard links of each other.
    private struct Node: Hashable {
        var device: UInt64
        var inode: UInt32
    }

    /// Turns regular files with the same inode on one device into hard links to the first of them.
    private static func link(_ files: inout [RPMFile], devices: [UInt64]) {
        // rpmbuild numbers the files that are no links in their order.
        var (last, increases): (UInt32, Bool) = (0, true)
        for index in files.indices where files[index].inode != 0 {
            increases = increases && files[index].inode > last
            last = files[index].inode
        }
        if increases { return }
        // Of each node the first file and the last one so far.
        var known: [Node: (first: Int, last: Int)] = [:]
        known.reserveCapacity(files.count)
        for index in files.indices where files[index].inode != 0 && files[index].isShipped {
            guard case .file = files[index].listed.entry.kind else { continue }
            let node = Node(device: index < devices.count ? devices[index] : 0, inode: files[index].inode)
            if let (first, last) = known[node] {
                files[index].listed.entry.kind = .hardLink(to: files[first].entry.path)
                files[last].carriesData = false
                known[node] = (first, index)
            } else {
                known[node] = (index, index)
            }
        }
    }

    /// The tags that have one value a file.
    private struct FileTags {
        var sizes: [UInt64]
        var modes: [UInt64]
        var times: [UInt64]
        var flags: [UInt64]
        var digests: [String]
        var targets: [[UInt8]]
        var owners: [String]
        var groups: [String]
        // Those that may be missing are empty then.
        var devices: [UInt64]
        var inodes: [UInt64]
        /// The devices that the files themselves lay on.
        var nodeDevices: [UInt64]
        var capabilities: [String]
        var languages: [String]
        var verifyFlags: [UInt64]

        init(_ header: RPMMainHeader, count: Int) throws(FormatError) {
            func numbers(_ tag: RPMTag<RPMMainKind>) throws(FormatError) -> [UInt64]? {
                guard let values = header.integers(tag) else { return nil }
                try check(values.count, tag)
                return values
            }
            func texts(_ tag: RPMTag<RPMMainKind>) throws(FormatError) -> [String]? {
                guard let values = header.texts(tag) else { return nil }
                try check(values.count, tag)
                return values
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
            devices = try numbers(.fileRdevs) ?? []
            inodes = try numbers(.fileInodes) ?? []
            nodeDevices = try numbers(.fileDevices) ?? []
            digests = try required(texts(.fileDigests), .fileDigests)
            owners = try required(texts(.fileUserName), .fileUserName)
            groups = try required(texts(.fileGroupName), .fileGroupName)
            capabilities = try texts(.fileCaps) ?? []
            languages = try texts(.fileLangs) ?? []
            verifyFlags = try numbers(.fileVerifyFlags) ?? []
            let links = header.strings(.fileLinkTos)
            try check(links?.count ?? count, .fileLinkTos)
            targets = links.map { $0.map(Array.init) } ?? [[UInt8]](repeating: [], count: count)
        }

        func entry(_ index: Int, at path: PackagePath) -> Entry {
            var entry = Entry(
                path: path,
                kind: kind(of: index),
                mode: UInt16(truncatingIfNeeded: modes[index]),
                modificationTime: Int64(clamping: times[index]),
                owner: owners[index],
                group: groups[index],
                flags: Entry.Flags(rawValue: UInt32(truncatingIfNeeded: flags[index]))
            )
            if index < capabilities.count, !capabilities[index].isEmpty { entry.capabilities = capabilities[index] }
            if index < languages.count, !languages[index].isEmpty { entry.language = languages[index] }
            if index < verifyFlags.count {
                entry.unverified = RPMFileList.unverified(UInt32(truncatingIfNeeded: verifyFlags[index]), of: entry)
            }
            return entry
        }

        private func kind(of index: Int) -> Entry.Kind {
            let device = index < devices.count ? devices[index] : 0
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

extension [RPMFile] {
    /// Whether each file's path comes before the next one's, as rpmbuild lists them.
    var areSorted: Bool {
        indices.dropFirst().allSatisfy { self[$0 - 1].listed.entry.path < self[$0].listed.entry.path }
    }

    /// Of each file the place in the list of what it lies below, or `nil` where that is not listed.
    var parents: [Int?] {
        let find = finder
        var parents: [Int?] = []
        parents.reserveCapacity(count)
        // Neighbours mostly lie in one directory.
        var last: (path: ArraySlice<UInt8>, place: Int?) = ([], nil)
        for index in indices {
            let bytes = self[index].listed.entry.path.bytes
            let parent = bytes[..<Swift.max(1, bytes.lastIndex(of: 0x2F) ?? 0)]
            if !parent.equals(last.path) { last = (parent, find(self[index].listed.entry.path.parent)) }
            parents.append(last.place)
        }
        return parents
    }

    /// Finds a path's place in the list.
    private var finder: (PackagePath) -> Int? {
        guard areSorted else {
            var places: [PackagePath: Int] = [:]
            places.reserveCapacity(count)
            for index in indices { places[self[index].listed.entry.path] = index }
            return { places[$0] }
        }
        return { path in
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if self[middle].listed.entry.path < path { low = middle + 1 } else { high = middle }
            }
            return low < count && self[low].listed.entry.path == path ? low : nil
        }
    }
}

extension DigestAlgorithm {
    /// The algorithm that rpm knows by a number (`pgpHashAlgo_e`), where it is one that can be computed here.
    init?(rpmNumber number: UInt64) {
        switch number {
        case 1: self = .md5
        case 2: self = .sha1
        case 8: self = .sha256
        case 9: self = .sha384
        case 10: self = .sha512
        case 12: self = .sha3_256
        case 14: self = .sha3_512
        default: return nil
        }
    }
}

extension FormatError.Code {
    /// A file is in a directory that the header does not list.
    public static let rpmDirectoryIndex = Self(rawValue: "rpm-directory-index")
}
