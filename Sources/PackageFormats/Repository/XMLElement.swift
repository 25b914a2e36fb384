/// A small XML document, whole in memory: elements, attributes and text, with no document type, entities of its own or
/// CDATA, none of which repository metadata or the answers of a store have.
package struct XMLElement {
    /// The name as written, prefix included.
    package var name: String
    package var attributes: [String: String] = [:]
    /// All text directly inside, white space at its ends dropped.
    package var text = ""
    package var children: [XMLElement] = []
    /// Where the element lies in the document's bytes.
    var range: Range<Int>

    /// More than any repomd.xml has.
    static let maximumSize = 16 << 20
    private static let maximumDepth = 32
    private static let maximumElements = 100_000

    /// Reads a document and gives its root.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/xmlSyntax`` or ``FormatError/Code/limitExceeded``.
    package init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= Self.maximumSize else {
            throw FormatError(.limitExceeded, "the document has more than \(Self.maximumSize) bytes")
        }
        guard String(validating: bytes, as: UTF8.self) != nil else {
            throw FormatError(.xmlSyntax, "the document is not UTF-8")
        }
        var parser = Parser(bytes: bytes)
        self = try parser.document()
    }

    fileprivate init(name: String, attributes: [String: String], start: Int) {
        self.name = name
        self.attributes = attributes
        range = start..<start
    }

    /// The first child of a name.
    package func child(_ name: String) -> XMLElement? { children.first { $0.name == name } }

    private struct Parser {
        let bytes: [UInt8]
        private var position = 0
        private var elements = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func document() throws(FormatError) -> XMLElement {
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
            try skipMisc()
            let root = try element(depth: 0)
            try skipMisc()
            guard position == bytes.count else { throw error("something follows the root element") }
            return root
        }

        private func error(_ message: String) -> FormatError {
            FormatError(.xmlSyntax, message, offset: UInt64(position))
        }

        private func isAt(_ text: String) -> Bool { bytes[position...].starts(with: text.utf8) }

        /// Passes over white space, comments and processing instructions.
        private mutating func skipMisc() throws(FormatError) {
            while position < bytes.count {
                if isAt("<!--") {
                    try skip(to: "-->")
                } else if isAt("<?") {
                    try skip(to: "?>")
                } else if bytes[position].isXMLSpace {
                    position += 1
                } else {
                    return
                }
            }
        }

        private mutating func skip(to end: String) throws(FormatError) {
            let mark = Array(end.utf8)
            while position + mark.count <= bytes.count {
                if bytes[position..<(position + mark.count)].elementsEqual(mark) {
                    position += mark.count
                    return
                }
                position += 1
            }
            throw error("a comment or instruction has no end")
        }

        private mutating func element(depth: Int) throws(FormatError) -> XMLElement {
            elements += 1
            guard depth < XMLElement.maximumDepth, elements <= XMLElement.maximumElements else {
                throw FormatError(.limitExceeded, "the elements are too many or too deep", offset: UInt64(position))
            }
            let start = position
            guard position < bytes.count, bytes[position] == UInt8(ascii: "<") else {
                throw error("expected an element")
            }
            position += 1
            let name = try self.name()
            let attributes = try self.attributes()
            var element = XMLElement(name: name, attributes: attributes, start: start)
            if isAt("/>") {
                position += 2
                element.range = start..<position
                return element
            }
            guard isAt(">") else { throw error("the tag of '\(name)' does not end") }
            position += 1
            var text: [UInt8] = []
            while true {
                guard position < bytes.count else { throw error("'\(name)' is not closed") }
                if bytes[position] != UInt8(ascii: "<") {
                    text += try characters(until: UInt8(ascii: "<"))
                } else if isAt("</") {
                    position += 2
                    guard try self.name() == name else { throw error("'\(name)' is closed by another name") }
                    skipSpace()
                    guard isAt(">") else { throw error("the end of '\(name)' has no '>'") }
                    position += 1
                    element.range = start..<position
                    element.text = String(decoding: text, as: UTF8.self).trimmingXMLSpace
                    return element
                } else if isAt("<!--") || isAt("<?") {
                    try skip(to: isAt("<?") ? "?>" : "-->")
                } else if isAt("<!") {
                    throw error("document types and CDATA are not for such documents")
                } else {
                    element.children.append(try self.element(depth: depth + 1))
                }
            }
        }

        private mutating func skipSpace() {
            while position < bytes.count, bytes[position].isXMLSpace { position += 1 }
        }

        private mutating func name() throws(FormatError) -> String {
            let name = bytes[position...].prefix { byte in
                byte.isASCIIAlphanumeric || byte >= 0x80 || "_:-.".utf8.contains(byte)
            }
            guard !name.isEmpty else { throw error("expected a name") }
            position = name.endIndex
            return String(decoding: name, as: UTF8.self)
        }

        private mutating func attributes() throws(FormatError) -> [String: String] {
            var attributes: [String: String] = [:]
            while true {
                let before = position
                skipSpace()
                guard position < bytes.count, !isAt(">"), !isAt("/>") else { return attributes }
                guard position > before else { throw error("expected white space before an attribute") }
                let name = try self.name()
                skipSpace()
                guard isAt("=") else { throw error("attribute '\(name)' has no value") }
                position += 1
                skipSpace()
                guard position < bytes.count, let quote = [0x22, 0x27].first(where: { $0 == bytes[position] }) else {
                    throw error("the value of '\(name)' is not quoted")
                }
                position += 1
                let value = String(decoding: try characters(until: quote), as: UTF8.self)
                guard position < bytes.count else { throw error("the value of '\(name)' does not end") }
                position += 1
                guard attributes.updateValue(value, forKey: name) == nil, attributes.count <= 100 else {
                    throw error("attribute '\(name)' is there twice, or too many are")
                }
            }
        }

        /// Text up to a byte, which is not taken, its references resolved.
        private mutating func characters(until end: UInt8) throws(FormatError) -> [UInt8] {
            let raw = bytes[position...].prefix { $0 != end }
            guard end == UInt8(ascii: "<") || !raw.contains(UInt8(ascii: "<")) else {
                throw error("an attribute holds '<'")
            }
            guard let text = raw.resolvingXMLReferences() else { throw error("a reference means nothing") }
            position = raw.endIndex
            return text
        }
    }
}

extension ArraySlice<UInt8> {
    /// The bytes with `&amp;` and the like replaced by what they stand for, or `nil` for one that is not predefined.
    func resolvingXMLReferences() -> [UInt8]? {
        guard contains(UInt8(ascii: "&")) else { return Array(self) }
        let known: [String: UInt8] = ["amp": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27]
        var result: [UInt8] = []
        var rest = self
        while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
            result += rest[..<start]
            guard let end = rest[start...].prefix(12).firstIndex(of: UInt8(ascii: ";")) else { return nil }
            let name = String(decoding: rest[(start + 1)..<end], as: UTF8.self)
            if let byte = known[name] {
                result.append(byte)
            } else {
                let digits = name.hasPrefix("#x") ? name.dropFirst(2) : name.dropFirst(1)
                guard name.hasPrefix("#"), let number = UInt32(digits, radix: name.hasPrefix("#x") ? 16 : 10),
                    let scalar = Unicode.Scalar(number), number >= 0x20 || [9, 10, 13].contains(number)
                else { return nil }
                result += Array(String(Character(scalar)).utf8)
            }
            rest = rest[(end + 1)...]
        }
        return result + rest
    }
}

extension UInt8 {
    fileprivate var isXMLSpace: Bool { self == 0x20 || (0x09...0x0A).contains(self) || self == 0x0D }
}

extension String {
    fileprivate var trimmingXMLSpace: String {
        var rest = utf8[...]
        while let first = rest.first, first.isXMLSpace { rest.removeFirst() }
        while let last = rest.last, last.isXMLSpace { rest.removeLast() }
        return String(Substring(rest))
    }
}

extension FormatError.Code {
    /// A document is no XML, or uses what repository metadata never do.
    public static let xmlSyntax = Self(rawValue: "xml-syntax")
}
