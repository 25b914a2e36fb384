internal import Glibc
import SystemPackage

extension [Content] {
    /// Looks every description up on disk and lists what the package will install, sorted by path.
    ///
    /// Nothing of the machine shows in the result: owners are root unless set, times are `date`, and modes are 0755 for
    /// directories and executables and 0644 for other files. Two descriptions of one path are an error, except that a
    /// directory may be described twice: the later description counts.
    ///
    /// - Parameter date: the modification time in Unix seconds of everything that has none of its own.
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/invalidPath``, ``FormatError/Code/invalidValue``,
    ///   ``FormatError/Code/duplicatePath``, ``FormatError/Code/unsupported`` for sockets, pipes and devices found in a
    ///   tree, or ``FormatError/Code/inputOutput``.
    public func resolved(date: Int64) throws(FormatError) -> [Entry] {
        var entries: [Entry] = []
        for content in self { try content.resolve(into: &entries, date: date) }
        // The sort is not stable: the position decides between two descriptions of one path.
        let order = entries.indices.sorted {
            entries[$0].path == entries[$1].path ? $0 < $1 : entries[$0].path < entries[$1].path
        }
        var sorted: [Entry] = []
        sorted.reserveCapacity(entries.count)
        for index in order {
            let entry = entries[index]
            guard let last = sorted.last, last.path == entry.path else {
                sorted.append(entry)
                continue
            }
            guard last.kind == .directory, entry.kind == .directory else {
                throw FormatError(.duplicatePath, "'\(entry.path)' is described twice", field: "contents")
            }
            sorted[sorted.count - 1] = entry
        }
        try sorted.checkParentsAndLinks()
        return sorted
    }
}

extension [Entry] {
    /// Nothing may lie below a file or link, and a hard link needs its file. `self` is sorted by path.
    func checkParentsAndLinks() throws(FormatError) {
        var isDirectory: [PackagePath: Bool] = [:]
        var isFile: Set<PackagePath> = []
        isDirectory.reserveCapacity(count)
        for entry in self {
            isDirectory[entry.path] = entry.kind == .directory
            if case .file = entry.kind { isFile.insert(entry.path) }
        }
        var lastGoodParent: PackagePath?
        for entry in self {
            if case .hardLink(let target) = entry.kind, !isFile.contains(target) {
                throw FormatError(
                    .invalidValue,
                    "'\(entry.path)' is a hard link to '\(target)', which is no file of the package",
                    field: "contents"
                )
            }
            let parent = entry.path.parent
            if parent == lastGoodParent { continue }
            var above = parent
            while !above.isRoot {
                guard isDirectory[above] ?? true else {
                    throw FormatError(
                        .invalidValue,
                        "'\(entry.path)' lies below '\(above)', which is no directory",
                        field: "contents"
                    )
                }
                above = above.parent
            }
            lastGoodParent = parent
        }
    }
}

extension Content {
    fileprivate func resolve(into entries: inout [Entry], date: Int64) throws(FormatError) {
        let path = try PackagePath(destination)
        switch source {
        case .file(let file):
            let status = try FileStatus(following: file)
            guard status.kind == .regular else {
                throw FormatError(.invalidValue, "is no regular file", path: file.string)
            }
            entries.append(
                entry(path, .file(.onDisk(file), size: status.size), usual: status.normalizedMode, date: date)
            )
        case .bytes(let bytes):
            entries.append(entry(path, .file(.bytes(bytes), size: UInt64(bytes.count)), usual: 0o644, date: date))
        case .directory:
            entries.append(entry(path, .directory, usual: 0o755, date: date))
        case .symbolicLink(let target):
            guard !target.isEmpty, target.utf8.count < PackagePath.maximumLength, !target.utf8.contains(0) else {
                throw FormatError(.invalidValue, "'\(path)' has no usable target", field: "contents")
            }
            entries.append(entry(path, .symbolicLink(target: Array(target.utf8)), usual: 0o777, date: date))
        case .hardLink(let target):
            let target = try PackagePath(target)
            entries.append(entry(path, .hardLink(to: target), usual: 0o644, date: date))
        case .ghost:
            entries.append(entry(path, .file(.bytes([]), size: 0), usual: 0o644, date: date))
        case .tree(let folder, let patterns):
            var scanner = try TreeScanner(folder, below: path, excluding: patterns)
            while let found = try scanner.next() {
                entries.append(entry(found.path, found.kind, usual: found.mode, date: date))
            }
        }
    }

    private func entry(_ path: PackagePath, _ kind: Entry.Kind, usual mode: UInt16, date: Int64) -> Entry {
        let chosen: UInt16? =
            switch kind {
            case .directory: attributes.directoryMode ?? (source == .directory ? attributes.mode : nil)
            case .symbolicLink: nil
            default: attributes.mode
            }
        var flags = attributes.flags
        switch kind {
        case .directory: flags.formIntersection([.ghost, .artifact])
        case .symbolicLink: flags.remove(.config)
        default: break
        }
        var isFile = false
        if case .file = kind { isFile = true }
        return Entry(
            path: path,
            kind: kind,
            mode: chosen ?? mode,
            modificationTime: attributes.modificationTime ?? date,
            owner: attributes.owner ?? "root",
            group: attributes.group ?? "root",
            flags: flags,
            capabilities: isFile ? attributes.capabilities : nil,
            language: isFile ? attributes.language : nil
        )
    }
}

extension FormatError.Code {
    /// One path is described twice.
    public static let duplicatePath = Self(rawValue: "duplicate-path")
}
