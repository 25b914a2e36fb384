/// Takes primary, filelists or other apart into the elements of their packages, as they stand.
///
/// Only what it takes to recognise a package is looked at: everything else of an element goes unchanged into the next
/// generation. Comments, CDATA and document types are errors, since a tag inside one would be none.
public final class YumDocumentReader {
    /// What an element of primary.xml says of its package.
    public struct Head: Sendable, Hashable {
        /// Who the package is and which file; it has no texts, and no SHA-256 where the checksum is another.
        public var record: RepositoryRecord
    }

    private let document: YumDocument
    private let scanner: RecordScanner
    private var announced: Int?
    private var count = 0

    /// Begins to read.
    ///
    /// - Parameters:
    ///   - document: which of the documents it is.
    ///   - source: its bytes, decompressed.
    public init(_ document: YumDocument, _ source: any ByteSource) {
        self.document = document
        scanner = RecordScanner(source)
    }

    /// Gives the next element, closing tag and line feed included; false where none is left.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/repositoryMetadata`` for anything but the document that it
    ///   should be, its number of packages included.
    public func next(_ body: (UnsafeRawBufferPointer) throws(FormatError) -> Void) throws(FormatError) -> Bool {
        if announced == nil { try readRoot() }
        try skipSpace()
        if scanner.pending.hasPrefix("</") {
            try readEnd()
            return false
        }
        guard scanner.pending.hasPrefix("<package "), let element = try scanner.record(endingIn: "</package>") else {
            throw fault("there is something else than elements of packages, or the document ends too early")
        }
        guard element.firstIndex(of: "<!") == nil, element.firstIndex(of: "<package ", from: 1) == nil else {
            throw fault("an element of a package holds a comment, CDATA or another one")
        }
        count += 1
        try body(element)
        return true
    }

    private func fault(_ message: String) -> FormatError {
        FormatError(.repositoryMetadata, "\(document.rawValue): \(message)")
    }

    private func readRoot() throws(FormatError) {
        guard let head = try scanner.record(endingIn: "packages=\""), head.count < 1 << 16,
            head.firstIndex(of: "<!") == nil, let rest = try scanner.record(endingIn: ">"), rest.count < 1 << 12
        else { throw fault("the root element is not there, or does not say how many packages follow") }
        let text = String(decoding: head, as: UTF8.self)
        let digits = String(decoding: rest.prefix { $0 != UInt8(ascii: "\"") }, as: UTF8.self)
        guard text.contains("<\(document.root) "), let number = Int(digits), number >= 0 else {
            throw fault("the root element is none of '\(document.root)' with a number of packages")
        }
        announced = number
        if rest.dropLast().last == UInt8(ascii: "/") {
            guard number == 0 else { throw fault("there are no packages where \(number) are announced") }
        }
    }

    private func skipSpace() throws(FormatError) {
        while true {
            let blanks = scanner.pending.prefix { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }.count
            _ = scanner.take(blanks)
            // Room for the longest tag that decides what follows.
            guard scanner.pending.count < 16, try scanner.more() else { return }
        }
    }

    private func readEnd() throws(FormatError) {
        guard let end = try scanner.record(endingIn: ">"),
            String(decoding: end, as: UTF8.self) == "</\(document.root)>"
        else { throw fault("the root element does not end as it should") }
        try skipSpace()
        guard scanner.pending.isEmpty else { throw fault("something follows the root element") }
        guard count == announced else {
            throw fault("there are \(count) packages where \(announced ?? 0) are announced")
        }
    }

    /// Reads what tells packages apart from an element of primary.xml; `nil` for one that lacks some of it, or that is
    /// checked by something else than SHA-256.
    public static func head(of element: UnsafeRawBufferPointer) -> RepositoryRecord? {
        var cursor = TagCursor(element: element)
        guard let name = cursor.text(of: "<name>"), let architecture = cursor.text(of: "<arch>"),
            let version = cursor.attributes(of: "<version "), let checksumTag = cursor.attributes(of: "<checksum "),
            checksumTag["type"] == "sha256", let sha256 = cursor.textBehindTag(), sha256.utf8.count == 64,
            let time = cursor.attributes(of: "<time ")?["file"].flatMap({ Int64($0) }),
            let size = cursor.attributes(of: "<size ")?["package"].flatMap({ UInt64($0) }),
            let location = cursor.attributes(of: "<location "), location["xml:base"] == nil,
            let href = location["href"], let ver = version["ver"], let release = version["rel"]
        else { return nil }
        let epoch = version["epoch"].flatMap { UInt32($0) }
        return RepositoryRecord(
            name: name,
            version: EVR(epoch: epoch, version: ver, release: release),
            architecture: architecture,
            location: href,
            size: size,
            modificationTime: time,
            sha256: sha256,
            texts: []
        )
    }

    /// The checksum by which an element of filelists or other names its package.
    public static func packageID(of element: UnsafeRawBufferPointer) -> String? {
        var cursor = TagCursor(element: element)
        return cursor.attributes(of: "<package ")?["pkgid"]
    }
}

/// Walks from tag to tag of an element, in the order in which every tool writes them.
private struct TagCursor {
    let element: UnsafeRawBufferPointer
    private var position = 0

    init(element: UnsafeRawBufferPointer) { self.element = element }

    mutating func attributes(of tag: StaticString) -> [String: String]? {
        guard let start = element.firstIndex(of: tag, from: position) else { return nil }
        var index = start + tag.utf8CodeUnitCount
        var attributes: [String: String] = [:]
        while index < element.count {
            let byte = element[index]
            if byte == UInt8(ascii: ">") {
                position = index + 1
                return attributes
            }
            guard byte != 0x20, byte != 0x0A, byte != 0x0D, byte != 0x09, byte != UInt8(ascii: "/") else {
                index += 1
                continue
            }
            guard let equals = element[index...].firstIndex(of: UInt8(ascii: "=")), equals + 1 < element.count else {
                return nil
            }
            let quote = element[equals + 1]
            guard quote == 0x22 || quote == 0x27,
                let end = element[(equals + 2)...].firstIndex(of: quote),
                let value = Array(element[(equals + 2)..<end])[...].resolvingXMLReferences()
            else { return nil }
            attributes[String(decoding: element[index..<equals], as: UTF8.self)] = String(
                decoding: value,
                as: UTF8.self
            )
            index = end + 1
        }
        return nil
    }

    mutating func text(of tag: StaticString) -> String? {
        guard let start = element.firstIndex(of: tag, from: position) else { return nil }
        position = start + tag.utf8CodeUnitCount
        return textBehindTag()
    }

    mutating func textBehindTag() -> String? {
        guard let end = element[position...].firstIndex(of: UInt8(ascii: "<")) else { return nil }
        defer { position = end }
        return Array(element[position..<end])[...].resolvingXMLReferences().map { String(decoding: $0, as: UTF8.self) }
    }
}
