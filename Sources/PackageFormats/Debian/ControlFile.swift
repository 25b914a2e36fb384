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
        isUTF8 = String(validating: bytes, as: UTF8.self) != nil
        guard bytes.isEmpty || bytes.last == 0x0A else {
            throw FormatError(.controlNewline, "the last line has no line feed", offset: UInt64(bytes.count))
        }
        var parser = ControlParser()
        var start = 0
        while start < bytes.count, let end = bytes[start...].firstIndex(of: 0x0A) {
            try parser.take(bytes[start..<end])
            start = end + 1
        }
        try parser.closeStanza()
        stanzas = parser.stanzas
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

/// Puts stanzas together from the lines of a control file.
private struct ControlParser {
    private(set) var stanzas: [ControlStanza] = []
    private var stanza = ControlStanza()
    private var stanzaStart = 0
    /// The field whose lines are being read, and where it begins.
    private var open: (name: String, offset: UInt64)?
    /// The value of that field so far: its lines without the blank that marks a continuation.
    private var value: [UInt8] = []

    /// Takes the next line, without its line feed; its indices are offsets in the file.
    mutating func take(_ line: ArraySlice<UInt8>) throws(FormatError) {
        let offset = UInt64(line.startIndex)
        guard line.endIndex - stanzaStart <= ControlFile.maximumStanzaSize else {
            throw FormatError(.limitExceeded, "a stanza has more than 1 MiB", offset: offset)
        }
        guard let first = line.first else {
            try closeStanza()
            stanzaStart = line.endIndex + 1
            return
        }
        guard first.isBlank else {
            try closeField()
            try begin(line, at: offset)
            return
        }
        guard open != nil else {
            throw FormatError(.controlContinuation, "a continuation line has no field to continue", offset: offset)
        }
        guard line.contains(where: { !$0.isBlank }) else {
            throw FormatError(.controlBlankLine, "a line holds only blanks", offset: offset)
        }
        value.append(0x0A)
        value += line.dropFirst()
    }

    /// Ends the stanza, if there is one.
    mutating func closeStanza() throws(FormatError) {
        try closeField()
        if !stanza.fields.isEmpty { stanzas.append(stanza) }
        stanza = ControlStanza()
    }

    private mutating func begin(_ line: ArraySlice<UInt8>, at offset: UInt64) throws(FormatError) {
        guard line.first != UInt8(ascii: "#") else {
            throw FormatError(.controlComment, "comments are not for binary packages", offset: offset)
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw FormatError(.controlSyntax, "a line has no ':' behind a field's name", offset: offset)
        }
        open = (String(decoding: line[..<colon], as: UTF8.self), offset)
        value.removeAll(keepingCapacity: true)
        value += line[(colon + 1)...]
    }

    private mutating func closeField() throws(FormatError) {
        guard let field = open else { return }
        open = nil
        do throws(FormatError) {
            try stanza.append(field.name, value)
        } catch {
            throw FormatError(error.code, error.message, offset: field.offset, field: field.name)
        }
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
