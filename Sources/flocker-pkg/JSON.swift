/// A JSON document to print; members keep their order.
indirect enum JSON {
    case null
    case bool(Bool)
    case number(Int64)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    /// A text, or null where there is none.
    static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    /// The document, two blanks a level.
    var text: String { text(level: 0) }

    /// The document as it stands inside another: lines after the first begin with two blanks a level.
    func text(level: Int) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(4096)
        write(to: &out, level)
        return String(decoding: out, as: UTF8.self)
    }

    private func write(to out: inout [UInt8], _ level: Int) {
        switch self {
        case .null: JSON.append("null", to: &out)
        case .bool(let value): JSON.append(value ? "true" : "false", to: &out)
        case .number(let value): JSON.append(String(value), to: &out)
        case .string(let value): JSON.quote(value, to: &out)
        case .array(let values):
            JSON.list(values, ("[", "]"), to: &out, level) { value, out in value.write(to: &out, level + 1) }
        case .object(let members):
            JSON.list(members, ("{", "}"), to: &out, level) { member, out in
                JSON.quote(member.0, to: &out)
                JSON.append(": ", to: &out)
                member.1.write(to: &out, level + 1)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element],
        _ brackets: (open: Unicode.Scalar, close: Unicode.Scalar),
        to out: inout [UInt8],
        _ level: Int,
        _ write: (Element, inout [UInt8]) -> Void
    ) {
        out.append(UInt8(ascii: brackets.open))
        for (index, element) in elements.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            breakLine(in: &out, level + 1)
            write(element, &out)
        }
        if !elements.isEmpty { breakLine(in: &out, level) }
        out.append(UInt8(ascii: brackets.close))
    }

    private static func breakLine(in out: inout [UInt8], _ level: Int) {
        out.append(UInt8(ascii: "\n"))
        out.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    private static func append(_ text: String, to out: inout [UInt8]) { out.append(contentsOf: text.utf8) }

    /// Whether a character is a control, or one that turns the direction of writing or cannot be seen: JSON asks for the
    /// first of them only, but documents are looked at on terminals too.
    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7E).contains(scalar.value) { return scalar == "\"" || scalar == "\\" }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func quote(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        // Most texts have nothing to escape.
        if TerminalText.isPlain(text, without: (UInt8(ascii: "\""), UInt8(ascii: "\\"))) {
            append(text, to: &out)
        } else {
            for scalar in text.unicodeScalars {
                append(mustBeEscaped(scalar) ? escape(scalar) : String(scalar), to: &out)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": return "\\\""
        case "\\": return "\\\\"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default:
            return (UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter).map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
    }
}
