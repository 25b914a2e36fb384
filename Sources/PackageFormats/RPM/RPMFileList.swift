/// The files of a package as an rpm lists them: sorted, numbered, hard links found together.
struct RPMFileList {
    /// What is listed, sorted by path.
    let entries: [Entry]
    /// For each file the number of the first file of its set of hard links; its own if it has no other name.
    let firstLinks: [Int]
    /// For each file the number of the one that has the contents and attributes; its own unless it is a hard link.
    let originals: [Int]
    /// The members of each set of hard links in order, by the number of the first.
    let linkSets: [Int: [Int]]
    /// The files in the order of the payload: those with one name first, then each set of hard links together.
    let payloadOrder: [Int]
    /// Whether a file is too long for 32 bits, which needs other tags and another archive.
    let needsLongSizes: Bool
    /// The length of all files together in bytes; each set of hard links counts once.
    let totalSize: UInt64

    /// From this length on a size is stored in 64 bits.
    static let longSize = UInt64(UInt32.max)

    /// Lists a package's entries, less the directories that the distribution's `filesystem` package owns.
    ///
    /// - Throws: ``FormatError`` where rpm cannot hold an entry or would not install it.
    init(_ all: [Entry]) throws(FormatError) {
        var entries = all.filter { $0.kind != .directory || !StandardDirectories.contains($0.path) }
        if !zip(entries, entries.dropFirst()).allSatisfy({ $0.path < $1.path }) {
            entries.sort { $0.path < $1.path }
            for (one, next) in zip(entries, entries.dropFirst()) where one.path == next.path {
                throw FormatError(.duplicatePath, "'\(one.path)' is listed twice", field: "contents")
            }
        }
        guard entries.count <= Int(RPMHeaderLayout.maximumElementCount) else {
            throw FormatError(.limitExceeded, "\(entries.count) files are more than rpm reads", field: "contents")
        }
        try entries.checkParentsAndLinks()
        for entry in entries { try entry.checkForRPM() }

        let (firstLinks, originals, linkSets) = try RPMFileList.links(of: entries)
        var total: UInt64 = 0
        var order: [Int] = []
        order.reserveCapacity(entries.count)
        for index in entries.indices {
            if originals[index] == index {
                let (sum, overflow) = total.addingReportingOverflow(entries[index].size)
                guard !overflow, sum < 1 << 62 else {
                    throw FormatError(.limitExceeded, "the files are longer than any archive", field: "contents")
                }
                total = sum
            }
            if linkSets[firstLinks[index]] == nil, !entries[index].flags.contains(.ghost) { order.append(index) }
        }
        for first in linkSets.keys.sorted() { order.append(contentsOf: linkSets[first] ?? []) }
        needsLongSizes = entries.contains { $0.size >= RPMFileList.longSize }
        totalSize = total
        payloadOrder = order
        self.entries = entries
        self.firstLinks = firstLinks
        self.originals = originals
        self.linkSets = linkSets
    }

    private static func links(
        of entries: [Entry]
    ) throws(FormatError) -> (firstLinks: [Int], originals: [Int], sets: [Int: [Int]]) {
        var originals = Array(entries.indices)
        var targets: Set<PackagePath> = []
        for entry in entries { if case .hardLink(let target) = entry.kind { targets.insert(target) } }
        guard !targets.isEmpty else { return (originals, originals, [:]) }
        var places: [PackagePath: Int] = [:]
        for index in entries.indices where targets.contains(entries[index].path) { places[entries[index].path] = index }
        var members: [Int: [Int]] = [:]
        for index in entries.indices {
            if case .hardLink(let target) = entries[index].kind, let original = places[target] {
                originals[index] = original
            }
            if targets.contains(entries[originals[index]].path) { members[originals[index], default: []].append(index) }
        }
        var firstLinks = Array(entries.indices)
        var sets: [Int: [Int]] = [:]
        for set in members.values {
            guard let first = set.first else { continue }
            for index in set {
                guard !entries[index].flags.contains(.ghost) else {
                    throw FormatError(
                        .unsupported,
                        "'\(entries[index].path)' is a hard link and a ghost, which rpm cannot be both",
                        field: "contents"
                    )
                }
                firstLinks[index] = first
            }
            sets[first] = set
        }
        return (firstLinks, originals, sets)
    }

    /// How many names a file has.
    func linkCount(_ index: Int) -> Int { linkSets[firstLinks[index]]?.count ?? 1 }

    /// The length of the uncompressed payload in bytes.
    var archiveSize: UInt64 {
        let trailer = Cpio.headerSize + Cpio.trailerName.count + 1
        return payloadOrder.reduce(UInt64(trailer + Cpio.padding(after: UInt64(trailer)))) { total, index in
            // A dot before the name and a NUL behind it.
            let header =
                needsLongSizes ? Cpio.strippedHeaderSize : Cpio.headerSize + entries[index].path.bytes.count + 2
            let size = carriesData(index) ? entries[originals[index]].size : 0
            let padding = Cpio.padding(after: UInt64(header)) + Cpio.padding(after: size)
            return total + UInt64(header + padding) + size
        }
    }

    /// Whether a file's bytes stand behind its own header in the payload: of a set of hard links only the last has them.
    func carriesData(_ index: Int) -> Bool { linkSets[firstLinks[index]].map { $0.last == index } ?? true }
}

extension Entry {
    fileprivate func checkForRPM() throws(FormatError) {
        guard (0...Int64(UInt32.max)).contains(modificationTime) else {
            throw FormatError(
                .invalidValue,
                "'\(path)' has the time \(modificationTime), which rpm cannot hold",
                field: "contents"
            )
        }
        switch kind {
        case .fifo:
            throw FormatError(
                .unsupported,
                "'\(path)' is a named pipe, which rpm 4.18 never finishes installing",
                field: "contents"
            )
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            guard major < 256, minor < 256 else {
                throw FormatError(
                    .unsupported,
                    "'\(path)' has the device number \(major):\(minor); rpm holds 8 bits of each",
                    field: "contents"
                )
            }
        case .symbolicLink(let target):
            guard !target.isEmpty, target.count <= PackagePath.maximumLength, target.isRPMText else {
                throw FormatError(
                    .invalidValue,
                    "the target of '\(path)' is empty, too long, or no UTF-8 text",
                    field: "contents"
                )
            }
        case .file, .directory, .hardLink: break
        }
        guard path.bytes.isRPMText else {
            throw FormatError(.invalidValue, "the path '\(path)' is no UTF-8 text", field: "contents")
        }
        for name in [owner, group] where name != "root" {
            guard !name.isEmpty, !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || $0 == 0x3A }) else {
                throw FormatError(
                    .invalidValue,
                    "'\(path)' has an owner or group with no usable name",
                    field: "contents"
                )
            }
        }
        for text in [capabilities, language] {
            guard let text, text.utf8.contains(where: { $0 < 0x20 }) else { continue }
            throw FormatError(.invalidValue, "'\(path)' has a control character in an attribute", field: "contents")
        }
    }
}

extension [UInt8] {
    /// Whether these bytes are UTF-8 without NUL, as rpm's strings have to be.
    var isRPMText: Bool {
        var needsDecoding = false
        for byte in self {
            if byte == 0 { return false }
            if byte >= 0x80 { needsDecoding = true }
        }
        return !needsDecoding || String(validating: self, as: UTF8.self) != nil
    }
}
