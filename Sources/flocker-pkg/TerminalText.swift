import PackageFormats

/// Text from packages on its way to people: nothing in it can move the cursor, change colours, or hide.
enum TerminalText {
    /// The text with everything that a terminal obeys, or that a reader cannot see, shown as an escape such as `\x1b`.
    ///
    /// - Parameter keepsLines: whether line feeds and tabs stay as they are.
    static func printable(_ text: String, keepsLines: Bool = false) -> String {
        if isPlain(text, keepsLines: keepsLines) { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            if keepsLines, scalar == "\n" || scalar == "\t" {
                out.unicodeScalars.append(scalar)
            } else if isHarmless(scalar) {
                out.unicodeScalars.append(scalar)
            } else {
                let digits = String(scalar.value, radix: 16)
                out += scalar.value < 0x100 ? "\\x" + (digits.count < 2 ? "0" : "") + digits : "\\u{\(digits)}"
            }
        }
        return out
    }

    /// Whether all characters are those of ASCII that show as themselves.
    ///
    /// - Parameters:
    ///   - marks: two that may not be among them.
    ///   - keepsLines: whether line feeds and tabs may.
    static func isPlain(_ text: String, without marks: (UInt8, UInt8) = (0, 0), keepsLines: Bool = false) -> Bool {
        text.utf8.withContiguousStorageIfAvailable { isPlain($0, without: marks, keepsLines: keepsLines) }
            ?? isPlain(text.utf8, without: marks, keepsLines: keepsLines)
    }

    /// The same of a text's bytes.
    static func isPlain(
        _ bytes: some Sequence<UInt8>,
        without marks: (UInt8, UInt8) = (0, 0),
        keepsLines: Bool = false
    ) -> Bool {
        let blanks: (UInt8, UInt8) = keepsLines ? (0x0A, 0x09) : (0x20, 0x20)
        // Numbers instead of conditions, so that many bytes are looked at together.
        var odd: UInt8 = 0
        for byte in bytes {
            let isHidden: UInt8 = byte &- 0x20 < 0x5F ? 0 : 1
            let isNoBlank: UInt8 = (byte ^ blanks.0) != 0 && (byte ^ blanks.1) != 0 ? 1 : 0
            odd |= isHidden & isNoBlank | (byte == marks.0 ? 1 : 0) | (byte == marks.1 ? 1 : 0)
        }
        return odd == 0
    }

    /// Whether a character shows as itself: no control, no mark that turns the direction of writing, none without width.
    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }

    /// A name from a package: bytes that are no UTF-8 become `%E9`, and then so does `%` itself.
    static func name(_ bytes: some Collection<UInt8>) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        var out = ""
        // A decoder that stops at each fault says which bytes are none.
        var rest = Array(bytes)[...]
        while let first = rest.first {
            var length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
            length = min(length, rest.count)
            if first != UInt8(ascii: "%"), let text = String(validating: rest.prefix(length), as: UTF8.self) {
                out += text
                rest = rest.dropFirst(length)
            } else {
                let digits = String(first, radix: 16, uppercase: true)
                out += "%" + (digits.count < 2 ? "0" : "") + digits
                rest = rest.dropFirst()
            }
        }
        return out
    }

    /// The type and permission bits as `ls -l` shows them.
    static func mode(_ entry: Entry) -> String {
        let type =
            switch entry.kind {
            case .file, .hardLink: "-"
            case .directory: "d"
            case .symbolicLink: "l"
            case .fifo: "p"
            case .characterDevice: "c"
            case .blockDevice: "b"
            }
        var text = Array((type + "rwxrwxrwx").utf8)
        for bit in 0..<9 where entry.mode & (0o400 >> UInt16(bit)) == 0 { text[bit + 1] = UInt8(ascii: "-") }
        let special: [(bit: UInt16, place: Int, mark: Unicode.Scalar)] = [
            (0o4000, 3, "s"), (0o2000, 6, "s"), (0o1000, 9, "t"),
        ]
        for (bit, place, mark) in special where entry.mode & bit != 0 {
            // A small letter where the file can be executed too.
            text[place] = UInt8(ascii: mark) & (text[place] == UInt8(ascii: "x") ? 0xFF : 0xDF)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Four octal digits.
    static func octal(_ mode: UInt16) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    private static let someBlanks = (0..<32).map { String(repeating: " ", count: $0) }

    /// A row of blanks; none for a number below 1.
    static func blanks(_ count: Int) -> String {
        guard count > 0 else { return "" }
        return count < someBlanks.count ? someBlanks[count] : String(repeating: " ", count: count)
    }

    /// How many columns a text takes up, near enough: of plain text the number of its bytes, which is known at once.
    static func width(_ text: some StringProtocol) -> Int {
        text.utf8.allSatisfy { $0 < 0x80 } ? text.utf8.count : text.count
    }

    /// Paragraphs of a description, each line wrapped at its blanks; lines that begin with a blank stay whole.
    static func paragraphs(_ text: String, indent: Int, width: Int) -> String {
        let margin = blanks(indent)
        let text = printable(text, keepsLines: true)
        // Most are one line.
        if indent + text.utf8.count <= width, let first = text.utf8.first, first > 0x20, !text.utf8.contains(0x0A) {
            return "\(margin)\(text)\n"
        }
        var out = ""
        // Blank lines wait for one that follows.
        var blankLines = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.utf8.contains(where: { $0 != 0x20 && $0 != 0x09 }) else {
                blankLines += 1
                continue
            }
            out += String(repeating: "\n", count: blankLines)
            blankLines = 0
            out += margin
            if line.first == " " || line.first == "\t" || indent + self.width(line) <= width {
                out += line
            } else {
                var column = indent
                for (place, word) in line.split(separator: " ").enumerated() {
                    let length = self.width(word)
                    if place > 0 {
                        let fits = column + 1 + length <= width
                        out += fits ? " " : "\n" + margin
                        column = fits ? column + 1 : indent
                    }
                    out += word
                    column += length
                }
            }
            out += "\n"
        }
        return out
    }

    /// Lines of a script or text, indented.
    static func block(_ text: String, indent: Int) -> String {
        let margin = blanks(indent)
        var lines = printable(text, keepsLines: true).split(separator: "\n", omittingEmptySubsequences: false)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { $0.isEmpty ? "\n" : margin + $0 + "\n" }.joined()
    }
}
