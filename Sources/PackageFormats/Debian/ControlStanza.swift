/// One stanza of control data: fields in order, each name once whatever its case.
///
/// A value is kept as people read it: lines separated by line feeds, without the blank that marks a continuation line.
/// Fields are checked when they are set, so that no value can ever start a field or stanza of its own.
public struct ControlStanza: Sendable, Hashable {
    /// A field.
    public struct Field: Sendable, Hashable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String
    }

    /// The fields, in order.
    public private(set) var fields: [Field] = []

    private static let maximumFields = 1000

    /// A stanza without fields.
    public init() {}

    /// The value of a field, or `nil` where there is none.
    public subscript(name: String) -> String? {
        fields.first { $0.name.isSameField(as: name) }?.value
    }

    /// Adds a field at the end.
    ///
    /// Blanks around the first line and at the end of every other are dropped.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlFieldName``,
    ///   ``FormatError/Code/controlDuplicateField``, ``FormatError/Code/controlBlankLine`` for an empty line in the
    ///   value, ``FormatError/Code/controlCharacter``, or ``FormatError/Code/limitExceeded`` for over 1000 fields.
    public mutating func append(_ name: String, _ value: String) throws(FormatError) {
        try append(name, Array(value.utf8))
    }

    /// Adds a field whose value is at hand as bytes; what is no UTF-8 becomes U+FFFD.
    mutating func append(_ name: String, _ value: [UInt8]) throws(FormatError) {
        let bytes = name.utf8
        guard let first = bytes.first, first != UInt8(ascii: "#"), first != UInt8(ascii: "-"),
            bytes.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") })
        else { throw FormatError(.controlFieldName, "'\(name)' is no name for a field", field: name) }
        guard self[name] == nil else {
            throw FormatError(.controlDuplicateField, "the field is there twice", field: name)
        }
        guard fields.count < ControlStanza.maximumFields else {
            throw FormatError(
                .limitExceeded,
                "a stanza has more than \(ControlStanza.maximumFields) fields",
                field: name
            )
        }
        fields.append(Field(name: name, value: try ControlStanza.checked(value, of: name)))
    }

    private static func checked(_ value: [UInt8], of name: String) throws(FormatError) -> String {
        guard !value.contains(where: { $0 < 0x20 && $0 != 0x0A && $0 != 0x09 || $0 == 0x7F }) else {
            throw FormatError(.controlCharacter, "the value holds a control character", field: name)
        }
        var end = value.firstIndex(of: 0x0A) ?? value.count
        let first = value[..<end].trimmingBlanks
        guard end < value.count else { return String(decoding: first, as: UTF8.self) }
        var text = Array(first)
        text.reserveCapacity(value.count)
        while end < value.count {
            let start = end + 1
            end = value[start...].firstIndex(of: 0x0A) ?? value.count
            let kept = value[start..<end].droppingTrailingBlanks
            guard !kept.isEmpty else {
                throw FormatError(.controlBlankLine, "the value holds an empty line", field: name)
            }
            text.append(0x0A)
            text += kept
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Appends the stanza's text, which ends in a line feed.
    public func render(into bytes: inout [UInt8]) {
        for field in fields { field.render(into: &bytes) }
    }
}

extension ControlStanza.Field {
    /// Appends the field's lines.
    func render(into bytes: inout [UInt8]) {
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ":"))
        var rest = value.utf8[...]
        if let first = rest.first, first != 0x0A { bytes.append(0x20) }
        while let end = rest.firstIndex(of: 0x0A) {
            bytes.append(contentsOf: rest[...end])
            bytes.append(0x20)
            rest = rest[rest.index(after: end)...]
        }
        bytes.append(contentsOf: rest)
        bytes.append(0x0A)
    }
}

extension BidirectionalCollection<UInt8> {
    /// The line without the blanks and tabs at its end.
    fileprivate var droppingTrailingBlanks: SubSequence {
        self[..<((lastIndex { !$0.isBlank }).map { index(after: $0) } ?? startIndex)]
    }

    /// The line without the blanks and tabs at its ends.
    var trimmingBlanks: SubSequence { droppingTrailingBlanks.drop(while: \.isBlank) }
}

extension String {
    /// Whether two names mean the same field: ASCII letters count without their case.
    func isSameField(as other: String) -> Bool {
        utf8.count == other.utf8.count
            && zip(utf8, other.utf8).allSatisfy { $0.asciiLowercased == $1.asciiLowercased }
    }
}

extension UInt8 {
    /// The byte, an upper-case ASCII letter made lower-case.
    fileprivate var asciiLowercased: UInt8 { (0x41...0x5A).contains(self) ? self + 0x20 : self }

    /// Whether the byte is a blank or a tab.
    var isBlank: Bool { self == 0x20 || self == 0x09 }
}
