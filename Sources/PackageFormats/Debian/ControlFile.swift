/// Fields in stanzas, the form of Debian's control data (deb822(5)), as strict as it is in binary packages: no comments.
public struct ControlFile: Sendable, Hashable {
    /// The stanzas, in order.
    public var stanzas: [ControlStanza]
    /// Whether the text that was read is UTF-8; where it is not, values hold U+FFFD.
    public private(set) var isUTF8 = true

    /// The most that a stanza may have in bytes.
    public static let maximumStanzaSize = 1 << 20

    /// A file of these stanzas.
    public init(_ stanzas: [ControlStanza] = []) { self.stanzas = stanzas }

    /// Reads stanzas that are separated by empty lines.
    ///
    /// - Throws: ``FormatError`` with a `control-` code and the offset of the line: ``FormatError/Code/controlNewline``,
    ///   ``FormatError/Code/controlSyntax``, ``FormatError/Code/controlFieldName``,
    ///   ``FormatError/Code/controlDuplicateField``, ``FormatError/Code/controlBlankLine`` or
    ///   ``FormatError/Code/controlCharacter``.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        stanzas = []
        isUTF8 = String(validating: bytes, as: UTF8.self) != nil
        guard bytes.isEmpty || bytes.last == 0x0A else {
            throw FormatError(.controlNewline, "the last line has no line feed", offset: UInt64(bytes.count))
        }
        var stanza = ControlStanza()
        var open: (name: String, value: String, offset: UInt64)?
        var stanzaStart = 0
        func close(_ field: (name: String, value: String, offset: UInt64)?) throws(FormatError) {
            guard let field else { return }
            do throws(FormatError) {
                try stanza.append(field.name, field.value)
            } catch {
                throw FormatError(error.code, error.message, offset: field.offset, field: field.name)
            }
        }
        var start = 0
        while start < bytes.count, let end = bytes[start...].firstIndex(of: 0x0A) {
            let line = bytes[start..<end]
            let offset = UInt64(start)
            guard end - stanzaStart <= ControlFile.maximumStanzaSize else {
                throw FormatError(.limitExceeded, "a stanza has more than 1 MiB", offset: offset)
            }
            if let first = line.first {
                let isContinuation = first == 0x20 || first == 0x09
                if isContinuation {
                    guard let field = open else {
                        throw FormatError(
                            .controlContinuation,
                            "a continuation line has no field to continue",
                            offset: offset
                        )
                    }
                    guard line.contains(where: { $0 != 0x20 && $0 != 0x09 }) else {
                        throw FormatError(.controlBlankLine, "a line holds only blanks", offset: offset)
                    }
                    let text = String(decoding: line.dropFirst(), as: UTF8.self)
                    open = (field.name, field.value + "\n" + text, field.offset)
                } else {
                    try close(open)
                    open = try ControlFile.field(line, at: offset)
                }
            } else {
                try close(open)
                open = nil
                if !stanza.fields.isEmpty { stanzas.append(stanza) }
                stanza = ControlStanza()
                stanzaStart = end + 1
            }
            start = end + 1
        }
        try close(open)
        if !stanza.fields.isEmpty { stanzas.append(stanza) }
    }

    private static func field(
        _ line: ArraySlice<UInt8>,
        at offset: UInt64
    ) throws(FormatError) -> (name: String, value: String, offset: UInt64) {
        guard line.first != UInt8(ascii: "#") else {
            throw FormatError(.controlComment, "comments are not for binary packages", offset: offset)
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw FormatError(.controlSyntax, "a line has no ':' behind a field's name", offset: offset)
        }
        let name = String(decoding: line[..<colon], as: UTF8.self)
        return (name, String(decoding: line[(colon + 1)...], as: UTF8.self), offset)
    }

    /// The text, with an empty line between stanzas.
    public func render() -> [UInt8] {
        var bytes: [UInt8] = []
        for stanza in stanzas {
            if !bytes.isEmpty { bytes.append(0x0A) }
            stanza.render(into: &bytes)
        }
        return bytes
    }
}

extension FormatError.Code {
    /// Control data do not end in a line feed.
    public static let controlNewline = Self(rawValue: "control-newline")
    /// A line of control data is neither a field nor the continuation of one.
    public static let controlSyntax = Self(rawValue: "control-syntax")
    /// A line of control data continues a field where there is none.
    public static let controlContinuation = Self(rawValue: "control-continuation")
    /// Control data of a binary package hold a comment.
    public static let controlComment = Self(rawValue: "control-comment")
    /// A control field has a name that none may have.
    public static let controlFieldName = Self(rawValue: "control-field-name")
    /// A control field is there twice.
    public static let controlDuplicateField = Self(rawValue: "control-duplicate-field")
    /// A line inside a control field holds only blanks, or nothing.
    public static let controlBlankLine = Self(rawValue: "control-blank-line")
    /// A control field holds a control character.
    public static let controlCharacter = Self(rawValue: "control-character")
}
