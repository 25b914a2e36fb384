import SystemPackage

extension RepositoryRecord {
    /// How many entries of a changelog other.xml lists; createrepo_c lists as many.
    public static let changelogLimit = 10

    /// Reads an rpm, the payload for its digest only, and makes its elements of primary, filelists and other.
    ///
    /// - Parameters:
    ///   - file: the package.
    ///   - location: its path below the folder that holds `repodata`.
    ///   - modificationTime: when the file was changed, in Unix seconds.
    /// - Throws: ``FormatError`` naming the file, with a code of ``RPMReader``, ``FormatError/Code/repositoryLocation``,
    ///   or ``FormatError/Code/xmlCharacter`` for texts that no metadata can hold.
    public static func rpm(
        reading file: InputFile,
        location: String,
        modificationTime: Int64
    ) throws(FormatError) -> RepositoryRecord {
        do throws(FormatError) {
            try checkLocation(location)
            let front = try RPMFront(reading: file)
            let sha256 = try file.sha256()
            let writer = try YumRecordWriter(front, sha256: sha256)
            return RepositoryRecord(
                name: writer.name,
                version: writer.version,
                architecture: writer.architecture,
                location: location,
                size: file.size,
                modificationTime: modificationTime,
                sha256: sha256,
                texts: [
                    try writer.primary(location: location, size: file.size, modificationTime: modificationTime),
                    try writer.filelists(), try writer.other(),
                ]
            )
        } catch {
            throw error.at(path: file.path.string)
        }
    }
}

/// Makes a package's elements from its header.
private struct YumRecordWriter {
    private struct File {
        var path: [UInt8]
        var mark: String
        var isPrimary: Bool
    }

    let name: String
    let version: EVR
    let architecture: String
    private let front: RPMFront
    private let header: RPMMainHeader
    private let sha256: String
    private let files: [File]
    private let ownFiles: Set<[UInt8]>

    init(_ front: RPMFront, sha256: String) throws(FormatError) {
        self.front = front
        self.sha256 = sha256
        header = front.header
        func required(_ tag: RPMTag<RPMMainKind>) throws(FormatError) -> String {
            guard let text = front.header.text(tag), !text.isEmpty else {
                throw FormatError(.rpmTagMissing, "the header has no \(tag.name)", field: tag.name)
            }
            return text
        }
        name = try required(.name)
        let epoch = header.integer(.epoch).map { UInt32(truncatingIfNeeded: $0) }
        version = EVR(epoch: epoch, version: try required(.version), release: try required(.release))
        if RPMFront.isSource(header, front.lead) {
            architecture = header[.noSource] != nil || header[.noPatch] != nil ? "nosrc" : "src"
        } else {
            architecture = try required(.arch)
        }
        let required = YumDependencies.requiredPaths(header)
        var own: Set<[UInt8]> = []
        files = try YumRecordWriter.files(in: header)
        for file in files where file.isPrimary && required.contains(file.path) { own.insert(file.path) }
        ownFiles = own
    }

    private static func files(in header: RPMMainHeader) throws(FormatError) -> [File] {
        guard let names = header.strings(.baseNames) else { return [] }
        let directories = header.strings(.dirNames).map { $0.map(Array.init) } ?? []
        let indexes = header.integers(.dirIndexes) ?? []
        let modes = header.integers(.fileModes) ?? []
        let flags = header.integers(.fileFlags) ?? [UInt64](repeating: 0, count: names.count)
        for (tag, count) in [("DIRINDEXES", indexes.count), ("FILEMODES", modes.count), ("FILEFLAGS", flags.count)] {
            guard count == names.count else {
                throw FormatError(.rpmTagCount, "there are \(count) values for \(names.count) files", field: tag)
            }
        }
        var files: [File] = []
        files.reserveCapacity(names.count)
        for (index, name) in names.enumerated() {
            guard indexes[index] < directories.count else {
                throw FormatError(
                    .rpmDirectoryIndex,
                    "there is no directory \(indexes[index]) among \(directories.count)",
                    field: "DIRINDEXES"
                )
            }
            let path = directories[Int(indexes[index])] + name
            let isGhost = flags[index] & UInt64(Entry.Flags.ghost.rawValue) != 0
            let mark = modes[index] & 0o170000 == 0o040000 ? " type=\"dir\"" : isGhost ? " type=\"ghost\"" : ""
            files.append(File(path: path, mark: mark, isPrimary: isPrimary(path)))
        }
        return files
    }

    private static let configuration = Array("/etc/".utf8)
    private static let sendmail = Array("/usr/lib/sendmail".utf8)

    /// Which files stand in primary.xml too: what packages most often require by path.
    private static func isPrimary(_ path: [UInt8]) -> Bool {
        if path.starts(with: configuration) || path == sendmail { return true }
        var rest = path[...]
        while let index = rest.firstIndex(of: UInt8(ascii: "b")) {
            if rest[index...].starts(with: [0x62, 0x69, 0x6E, 0x2F]) { return true }
            rest = rest[(index + 1)...]
        }
        return false
    }

    private var versionElement: String {
        get throws(FormatError) {
            var xml = XMLText()
            xml.markup("<version epoch=\"\(version.epoch ?? 0)\"")
            try xml.attribute("ver", version.version.utf8)
            try xml.attribute("rel", (version.release ?? "").utf8)
            return String(decoding: xml.bytes, as: UTF8.self) + "/>\n"
        }
    }

    private func bytes(_ tag: RPMTag<RPMMainKind>) -> [UInt8] { header[tag]?.firstString ?? [] }

    func primary(location: String, size: UInt64, modificationTime: Int64) throws(FormatError) -> [UInt8] {
        var xml = XMLText()
        xml.markup("<package type=\"rpm\">\n")
        try xml.element("name", name.utf8)
        try xml.element("arch", architecture.utf8)
        xml.markup(try versionElement)
        xml.markup("<checksum type=\"sha256\" pkgid=\"YES\">\(sha256)</checksum>\n")
        try xml.element("summary", bytes(.summary))
        try xml.element("description", bytes(.description))
        try xml.element("packager", bytes(.packager))
        try xml.element("url", bytes(.url))
        xml.markup("<time file=\"\(modificationTime)\" build=\"\(header.integer(.buildTime) ?? 0)\"/>\n")
        let installed = header.integer(.size) ?? header.integer(.longSize) ?? 0
        let archive =
            front.signature.integer(.payloadSize) ?? front.signature.integer(.longArchiveSize)
            ?? header.integer(.archiveSize) ?? header.integer(.payloadSizeAlt) ?? 0
        xml.markup("<size package=\"\(size)\" installed=\"\(installed)\" archive=\"\(archive)\"/>\n")
        xml.markup("<location")
        try xml.attribute("href", location.utf8)
        xml.markup("/>\n<format>\n")
        try xml.element("rpm:license", bytes(.license))
        try xml.element("rpm:vendor", bytes(.vendor))
        try xml.element("rpm:group", bytes(.group))
        try xml.element("rpm:buildhost", bytes(.buildHost))
        try xml.element("rpm:sourcerpm", bytes(.sourceRPM))
        let range = front.headerRange
        xml.markup("<rpm:header-range start=\"\(range.lowerBound)\" end=\"\(range.upperBound)\"/>\n")
        var dependencies = YumDependencies(header, ownFiles: ownFiles)
        try dependencies.write(to: &xml)
        try write(files.lazy.filter(\.isPrimary), to: &xml)
        xml.markup("</format>\n</package>\n")
        return xml.bytes
    }

    private func write(_ files: some Sequence<File>, to xml: inout XMLText) throws(FormatError) {
        for file in files {
            xml.markup("<file\(file.mark)>")
            try xml.text(file.path)
            xml.markup("</file>\n")
        }
    }

    /// What an element of filelists or other begins with.
    private func start() throws(FormatError) -> XMLText {
        var xml = XMLText()
        xml.markup("<package pkgid=\"\(sha256)\"")
        try xml.attribute("name", name.utf8)
        try xml.attribute("arch", architecture.utf8)
        xml.markup(">\n\(try versionElement)")
        return xml
    }

    func filelists() throws(FormatError) -> [UInt8] {
        var xml = try start()
        try write(files, to: &xml)
        xml.markup("</package>\n")
        return xml.bytes
    }

    func other() throws(FormatError) -> [UInt8] {
        var xml = try start()
        for entry in try changelog() {
            xml.markup("<changelog")
            try xml.attribute("author", entry.author)
            xml.markup(" date=\"\(entry.date)\">")
            try xml.text(entry.text)
            xml.markup("</changelog>\n")
        }
        xml.markup("</package>\n")
        return xml.bytes
    }

    /// The newest entries, oldest first; entries of one day get a second more each, by which clients keep their order.
    private func changelog() throws(FormatError) -> [(author: ArraySlice<UInt8>, date: UInt64, text: [UInt8])] {
        guard let authors = header.strings(.changelogName) else { return [] }
        let texts = header.strings(.changelogText)
        let dates = header.integers(.changelogTime) ?? []
        guard authors.count == dates.count, authors.count == texts?.count ?? 0 else {
            throw FormatError(
                .rpmTagCount,
                "there are \(authors.count) authors, \(dates.count) dates and \(texts?.count ?? 0) texts",
                field: "CHANGELOGNAME"
            )
        }
        var entries: [(author: ArraySlice<UInt8>, date: UInt64, text: [UInt8])] = []
        for ((author, text), date) in zip(zip(authors, texts ?? PackedStrings()), dates) {
            guard entries.count < RepositoryRecord.changelogLimit else { break }
            var author = author
            while let last = author.last, last == 0x20 || (0x09...0x0D).contains(last) { author.removeLast() }
            if let previous = entries.indices.last, dates[previous] == date {
                var taken = date
                for index in entries.indices.reversed() where entries[index].date == taken {
                    taken += 1
                    entries[index].date = taken
                }
            }
            entries.append((author, date, Array(text)))
        }
        return entries.reversed()
    }
}
