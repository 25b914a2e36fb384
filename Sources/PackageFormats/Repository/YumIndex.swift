/// `repomd.xml`, the root of a yum repository: which documents there are, and what they are checked by.
public struct YumIndex: Sendable, Hashable {
    /// A document of the repository.
    public struct Document: Sendable, Hashable {
        /// What it is, such as `primary` or `updateinfo`.
        public var type: String
        /// The algorithm of the checksums, such as `sha256`.
        public var checksumType: String
        /// The file's checksum, hexadecimal.
        public var checksum: String
        /// The checksum of what the file holds, where it is compressed.
        public var openChecksum: String?
        /// The file's path below the folder that holds `repodata`.
        public var location: String
        /// When it was made, in Unix seconds.
        public var timestamp: Int64
        /// The file's size in bytes, where it is told.
        public var size: UInt64?
        /// The size of what it holds in bytes, where it is compressed.
        public var openSize: UInt64?
        /// The element as it stood in the index that was read; written again instead of the other values.
        public var source: [UInt8]?

        /// Makes an entry from its parts.
        public init(
            type: String,
            checksumType: String = "sha256",
            checksum: String,
            openChecksum: String? = nil,
            location: String,
            timestamp: Int64,
            size: UInt64?,
            openSize: UInt64? = nil
        ) {
            self.type = type
            self.checksumType = checksumType
            self.checksum = checksum
            self.openChecksum = openChecksum
            self.location = location
            self.timestamp = timestamp
            self.size = size
            self.openSize = openSize
        }

        /// Whether it lists this repository's packages, in XML or made of it: what a new generation replaces.
        public var listsPackages: Bool {
            let base =
                ["_db", "_zck"].first(where: type.hasSuffix).map { String(type.dropLast($0.utf8.count)) } ?? type
            return YumDocument(rawValue: base) != nil || base == "filelists_ext"
        }
    }

    /// What tells generations apart: a number that grows.
    public var revision: String
    /// The documents, in order.
    public var documents: [Document]
    /// The `tags` element as it stood in the index that was read.
    public var tags: [UInt8]?

    /// Makes an index from its parts.
    public init(revision: String, documents: [Document], tags: [UInt8]? = nil) {
        self.revision = revision
        self.documents = documents
        self.tags = tags
    }

    /// The document of a type.
    public func document(_ type: String) -> Document? { documents.first { $0.type == type } }

    /// Reads an index.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/xmlSyntax``, ``FormatError/Code/repositoryMetadata`` for one
    ///   that lacks what every client needs, or ``FormatError/Code/repositoryLocation``.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        let root = try XMLElement(parsing: bytes)
        guard root.name == "repomd" else {
            throw FormatError(.repositoryMetadata, "the root element is '\(root.name)', not 'repomd'")
        }
        revision = root.child("revision")?.text ?? ""
        tags = root.child("tags").map { Array(bytes[$0.range]) }
        documents = []
        for element in root.children where element.name == "data" {
            var document = try Document(element)
            guard !documents.contains(where: { $0.type == document.type }) else {
                throw FormatError(.repositoryMetadata, "'\(document.type)' is listed twice", field: "data")
            }
            document.source = Array(bytes[element.range])
            documents.append(document)
        }
    }

    /// The file's bytes.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/xmlCharacter``.
    public func encode() throws(FormatError) -> [UInt8] {
        var xml = XMLText()
        xml.markup("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<repomd xmlns=\"http://linux.duke.edu/metadata/repo\" ")
        xml.markup("xmlns:rpm=\"http://linux.duke.edu/metadata/rpm\">\n")
        try xml.element("revision", revision.utf8)
        if let tags { xml.markup(String(decoding: tags, as: UTF8.self) + "\n") }
        for document in documents {
            if let source = document.source {
                xml.markup(String(decoding: source, as: UTF8.self) + "\n")
            } else {
                try document.write(to: &xml)
            }
        }
        xml.markup("</repomd>\n")
        return xml.bytes
    }
}

extension YumIndex.Document {
    /// The names of checksums in repomd.xml for the algorithms that can be computed here.
    public var algorithm: DigestAlgorithm? { checksumType == "sha" ? .sha1 : DigestAlgorithm(rawValue: checksumType) }

    /// How the file is compressed, by the end of its name; `nil` for a form that cannot be read.
    public var form: CompressedForm? {
        switch location.split(separator: ".").last {
        case "xml", "yaml": CompressedForm.none
        case "gz": .gzip
        case "bz2": .bzip2
        case "xz": .xz
        case "zst": .zstd
        default: nil
        }
    }

    fileprivate init(_ element: XMLElement) throws(FormatError) {
        guard let type = element.attributes["type"], let checksum = element.child("checksum"),
            let checksumType = checksum.attributes["type"],
            let href = element.child("location")?.attributes["href"]
        else {
            throw FormatError(
                .repositoryMetadata,
                "an entry lacks its type, checksum or location",
                field: element.attributes["type"] ?? "data"
            )
        }
        func number<Number: FixedWidthInteger>(_ name: String) throws(FormatError) -> Number? {
            guard let text = element.child(name)?.text, !text.isEmpty else { return nil }
            // yum accepted fractions of a second.
            guard let number = Number(text.prefix { $0 != "." }) else {
                throw FormatError(.repositoryMetadata, "'\(text)' is no number", field: "\(type) \(name)")
            }
            return number
        }
        try RepositoryRecord.checkLocation(href)
        self.init(
            type: type,
            checksumType: checksumType,
            checksum: checksum.text.lowercased(),
            openChecksum: element.child("open-checksum")?.text.lowercased(),
            location: href,
            timestamp: try number("timestamp") ?? 0,
            size: try number("size"),
            openSize: try number("open-size")
        )
    }

    fileprivate func write(to xml: inout XMLText) throws(FormatError) {
        xml.markup("<data")
        try xml.attribute("type", type.utf8)
        xml.markup(">\n<checksum type=\"\(checksumType)\">\(checksum)</checksum>\n")
        if let openChecksum { xml.markup("<open-checksum type=\"\(checksumType)\">\(openChecksum)</open-checksum>\n") }
        xml.markup("<location")
        try xml.attribute("href", location.utf8)
        xml.markup("/>\n<timestamp>\(timestamp)</timestamp>\n")
        if let size { xml.markup("<size>\(size)</size>\n") }
        if let openSize { xml.markup("<open-size>\(openSize)</open-size>\n") }
        xml.markup("</data>\n")
    }
}
