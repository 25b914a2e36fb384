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
    var text: String { text(indent: "") }

    /// The document as it stands inside another: lines after the first begin with `indent`.
    func text(indent: String) -> String {
        var out = ""
        write(to: &out, indent: indent)
        return out
    }

    private func write(to out: inout String, indent: String) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let value): out += String(value)
        case .string(let value): JSON.quote(value, to: &out)
        case .array(let values):
            JSON.list(values, "[", "]", to: &out, indent: indent) { value, out, inner in
                value.write(to: &out, indent: inner)
            }
        case .object(let members):
            JSON.list(members, "{", "}", to: &out, indent: indent) { member, out, inner in
                JSON.quote(member.0, to: &out)
                out += ": "
                member.1.write(to: &out, indent: inner)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element],
        _ open: String,
        _ close: String,
        to out: inout String,
        indent: String,
        _ write: (Element, inout String, String) -> Void
    ) {
        guard !elements.isEmpty else {
            out += open + close
            return
        }
        let inner = indent + "  "
        out += open
        for (index, element) in elements.enumerated() {
            out += index == 0 ? "\n\(inner)" : ",\n\(inner)"
            write(element, &out, inner)
        }
        out += "\n\(indent)\(close)"
    }

    /// Whether a character is a control, or one that turns the direction of writing or cannot be seen: JSON asks for the
    /// first of them only, but documents are looked at on terminals too.
    private static func mustBeEscaped(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7E).contains(scalar.value) { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case _ where mustBeEscaped(scalar):
                for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                    let digits = String(unit, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                }
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }
}
