/// Appends XML to bytes, everything that comes from outside escaped.
///
/// Text that is no UTF-8 is taken for Latin-1, as createrepo_c does; control characters that XML 1.0 cannot hold are errors.
struct XMLText {
    private(set) var bytes: [UInt8] = []

    /// Appends markup as it is.
    mutating func markup(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// Appends ` name="value"`.
    mutating func attribute(_ name: String, _ value: some Collection<UInt8>) throws(FormatError) {
        markup(" \(name)=\"")
        try escape(Array(value), inAttribute: true)
        bytes.append(UInt8(ascii: "\""))
    }

    /// Appends `<name>text</name>`, or an empty element where there is no text.
    mutating func element(_ name: String, _ text: some Collection<UInt8>) throws(FormatError) {
        guard !text.isEmpty else {
            markup("<\(name)/>\n")
            return
        }
        markup("<\(name)>")
        try self.text(text)
        markup("</\(name)>\n")
    }

    /// Appends text.
    mutating func text(_ text: some Collection<UInt8>) throws(FormatError) {
        try escape(Array(text), inAttribute: false)
    }

    private mutating func escape(_ text: [UInt8], inAttribute: Bool) throws(FormatError) {
        guard text.contains(where: { $0 < 0x20 || $0 >= 0x7F || [0x22, 0x26, 0x3C, 0x3E].contains($0) }) else {
            bytes.append(contentsOf: text)
            return
        }
        if text.contains(where: { $0 >= 0x80 }), String(validating: text, as: UTF8.self) == nil {
            try escape(
                Array(String(String.UnicodeScalarView(text.map { Unicode.Scalar($0) })).utf8),
                inAttribute: inAttribute
            )
            return
        }
        for (index, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "&"): markup("&amp;")
            case UInt8(ascii: "<"): markup("&lt;")
            case UInt8(ascii: ">"): markup("&gt;")
            case UInt8(ascii: "\"") where inAttribute: markup("&quot;")
            case 0x0A where inAttribute: markup("&#10;")
            case 0x09 where inAttribute: markup("&#9;")
            case 0x0D: markup("&#13;")
            case 0x00..<0x20 where byte != 0x09 && byte != 0x0A:
                throw FormatError(.xmlCharacter, "holds a control character, which XML cannot")
            // U+FFFE and U+FFFF.
            case 0xEF
            where text[index...].starts(with: [0xEF, 0xBF, 0xBE]) || text[index...].starts(with: [0xEF, 0xBF, 0xBF]):
                throw FormatError(.xmlCharacter, "holds a character that XML cannot")
            default: bytes.append(byte)
            }
        }
    }
}

extension FormatError.Code {
    /// A text cannot be written as XML.
    public static let xmlCharacter = Self(rawValue: "xml-character")
}
