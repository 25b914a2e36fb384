/// A value of a TOML document (toml.io, version 1.0).
indirect enum TOML: Sendable, Hashable {
    case string(String)
    case integer(Int64)
    case float(Double)
    case boolean(Bool)
    /// A date, a time or both, as it is written.
    case date(String)
    case array([TOML])
    case table([String: TOML])

    /// Reads a document.
    ///
    /// - Throws: ``OmnibusError`` with code `toml-invalid`, which names the line, or `file-too-long` beyond 4 MiB.
    init(parsing text: String) throws(OmnibusError) {
        guard text.utf8.count <= 4 << 20 else {
            throw OmnibusError("file-too-long", .badInput, "a TOML document has more than 4 MiB")
        }
        var parser = TOMLParser(text)
        self = .table(try parser.document())
    }

    subscript(key: String) -> TOML? {
        if case .table(let table) = self { table[key] } else { nil }
    }

    /// The value below one key after the other.
    subscript(path keys: String...) -> TOML? {
        keys.reduce(TOML?.some(self)) { value, key in value?[key] }
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var array: [TOML]? { if case .array(let values) = self { values } else { nil } }
    var table: [String: TOML]? { if case .table(let values) = self { values } else { nil } }
    /// The texts of an array that holds nothing else.
    var texts: [String]? {
        guard let array else { return nil }
        let texts = array.compactMap(\.text)
        return texts.count == array.count ? texts : nil
    }
}

/// Reads TOML from front to back.
private struct TOMLParser {
    private var rest: Substring.UnicodeScalarView
    private var line = 1
    private var depth = 0

    init(_ text: String) { rest = Substring(text).unicodeScalars }

    private func error(_ message: String) -> OmnibusError {
        OmnibusError("toml-invalid", .badInput, "line \(line): \(message)")
    }

    mutating func document() throws(OmnibusError) -> [String: TOML] {
        var root = TOMLTable()
        var place: [String] = []
        while true {
            skipBlankLines()
            guard let sign = rest.first else { return root.value }
            if sign == "[" {
                rest.removeFirst()
                let isArray = take("[")
                place = try key()
                guard take("]"), !isArray || take("]") else { throw error("a table's name has no ']'") }
                guard isArray ? root.append(at: place[...]) : root.open(at: place[...]) else {
                    throw error("'\(place.joined(separator: "."))' is there twice")
                }
            } else {
                let name = try key()
                guard take("=") else { throw error("a key has no '='") }
                skipBlanks()
                let value = try value()
                guard root.set(value, at: (place + name)[...]) else {
                    throw error("'\(name.joined(separator: "."))' is there twice")
                }
            }
            try endLine()
        }
    }

    // MARK: Between values

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard rest.first == sign else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" } }

    private mutating func skipBlankLines() {
        while true {
            skipBlanks()
            if rest.first == "#" { rest = rest.drop { $0 != "\n" } }
            if rest.first == "\r" { rest.removeFirst() }
            guard take("\n") else { return }
            line += 1
        }
    }

    private mutating func endLine() throws(OmnibusError) {
        skipBlanks()
        if rest.first == "#" { rest = rest.drop { $0 != "\n" } }
        if rest.first == "\r" { rest.removeFirst() }
        guard rest.isEmpty || rest.first == "\n" else { throw error("there is more behind a value") }
    }

    // MARK: Keys

    private mutating func key() throws(OmnibusError) -> [String] {
        var parts: [String] = []
        repeat {
            skipBlanks()
            if rest.first == "\"" || rest.first == "'" {
                parts.append(try string())
            } else {
                let word = rest.prefix { Self.isBare($0) }
                guard !word.isEmpty else { throw error("a key is missing") }
                rest = rest[word.endIndex...]
                parts.append(String(word))
            }
            guard parts.count <= 64 else { throw error("a key has more than 64 parts") }
            skipBlanks()
        } while take(".")
        return parts
    }

    private static func isBare(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x5F: true
        default: false
        }
    }

    // MARK: Values

    private mutating func value() throws(OmnibusError) -> TOML {
        depth += 1
        defer { depth -= 1 }
        guard depth <= 64 else { throw error("values are nested more than 64 deep") }
        switch rest.first {
        case "\"", "'": return .string(try string())
        case "[":
            rest.removeFirst()
            return .array(try array())
        case "{":
            rest.removeFirst()
            return .table(try inlineTable())
        default: return try plain()
        }
    }

    private mutating func array() throws(OmnibusError) -> [TOML] {
        var values: [TOML] = []
        while true {
            skipBlankLines()
            if take("]") { return values }
            values.append(try value())
            skipBlankLines()
            guard take(",") || rest.first == "]" else { throw error("an array has no ']'") }
        }
    }

    private mutating func inlineTable() throws(OmnibusError) -> [String: TOML] {
        var table = TOMLTable()
        skipBlanks()
        if take("}") { return [:] }
        while true {
            let name = try key()
            guard take("=") else { throw error("a key has no '='") }
            skipBlanks()
            let value = try value()
            guard table.set(value, at: name[...]) else { throw error("a key is there twice") }
            skipBlanks()
            if take("}") { return table.value }
            guard take(",") else { throw error("an inline table has no '}'") }
        }
    }

    private mutating func plain() throws(OmnibusError) -> TOML {
        var word = String(rest.prefix { Self.isBare($0) || "+.:".unicodeScalars.contains($0) })
        rest = rest.dropFirst(word.unicodeScalars.count)
        // A blank may stand between a date and a time.
        if word.count == 10, word.dropFirst(4).first == "-", rest.first == " ",
            let digit = rest.dropFirst().first, ("0"..."9").contains(digit)
        {
            rest.removeFirst()
            let time = String(rest.prefix { Self.isBare($0) || "+.:".unicodeScalars.contains($0) })
            rest = rest.dropFirst(time.unicodeScalars.count)
            word += " " + time
        }
        switch word {
        case "true": return .boolean(true)
        case "false": return .boolean(false)
        case "inf", "+inf": return .float(.infinity)
        case "-inf": return .float(-.infinity)
        case "nan", "+nan", "-nan": return .float(.nan)
        default: break
        }
        let digits = word.replacing("_", with: "")
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where digits.hasPrefix(prefix) {
            if let number = Int64(digits.dropFirst(2), radix: radix) { return .integer(number) }
        }
        if let number = Int64(digits) { return .integer(number) }
        if word.dropFirst(4).first == "-" || word.dropFirst(2).first == ":" { return .date(word) }
        if digits.first.map({ $0.isNumber || $0 == "+" || $0 == "-" }) == true, let number = Double(digits) {
            return .float(number)
        }
        throw error(word.isEmpty ? "a value is missing" : "'\(word.prefix(40))' is no value")
    }

    // MARK: Strings

    private mutating func string() throws(OmnibusError) -> String {
        guard let quote = rest.popFirst() else { throw error("a string is missing") }
        var isLong = false
        if rest.starts(with: [quote, quote]) {
            rest = rest.dropFirst(2)
            isLong = true
            if rest.first == "\r" { rest.removeFirst() }
            if take("\n") { line += 1 }
        }
        var text = String.UnicodeScalarView()
        while let scalar = rest.popFirst() {
            if scalar == quote {
                guard isLong else { return String(text) }
                let more = rest.prefix(4).prefix { $0 == quote }.count
                guard more >= 2 else {
                    text.append(scalar)
                    continue
                }
                // Up to two quotes may stand in front of the closing three.
                for _ in 0..<(more - 2) { text.append(quote) }
                rest = rest.dropFirst(more)
                return String(text)
            }
            switch scalar {
            case "\\" where quote == "\"": try escape(into: &text, isLong: isLong)
            case "\n":
                guard isLong else { throw error("a string has no end") }
                line += 1
                text.append(scalar)
            case "\t", "\r": text.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                throw error("a string holds a control character")
            default: text.append(scalar)
            }
        }
        throw error("a string has no end")
    }

    private mutating func escape(into text: inout String.UnicodeScalarView, isLong: Bool) throws(OmnibusError) {
        guard let sign = rest.popFirst() else { throw error("a string has no end") }
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
            "b": "\u{08}", "t": "\t", "n": "\n", "f": "\u{0C}", "r": "\r", "e": "\u{1B}", "\"": "\"", "\\": "\\",
        ]
        if let scalar = simple[sign] {
            text.append(scalar)
        } else if sign == "u" || sign == "U" {
            let count = sign == "u" ? 4 : 8
            let digits = String(rest.prefix(count))
            guard digits.unicodeScalars.count == count, let number = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(number)
            else { throw error("'\\\(sign)' has no number of a character") }
            rest = rest.dropFirst(count)
            text.append(scalar)
        } else if isLong, [" ", "\t", "\r", "\n"].contains(sign) {
            if sign == "\n" { line += 1 }
            while let next = rest.first, [" ", "\t", "\r", "\n"].contains(next) {
                if next == "\n" { line += 1 }
                rest.removeFirst()
            }
        } else {
            throw error("'\\\(sign)' stands for nothing")
        }
    }
}

/// A table that is being read.
private struct TOMLTable {
    var value: [String: TOML] = [:]
    /// The tables that have had a heading of their own, or keys set in them.
    private var defined: Set<[String]> = []

    /// Begins the table at a path; tables on the way are made.
    mutating func open(at path: ArraySlice<String>) -> Bool {
        let isNew = TOMLTable.change(&value, at: path) { found in
            if found == nil { found = .table([:]) }
            if case .table? = found { return true }
            return false
        }
        return isNew && defined.insert(Array(path)).inserted
    }

    /// Begins one more table of the array at a path.
    mutating func append(at path: ArraySlice<String>) -> Bool {
        let done = TOMLTable.change(&value, at: path) { found in
            switch found {
            case nil: found = .array([.table([:])])
            case .array(let values)?:
                guard values.last?.table != nil else { return false }
                found = .array(values + [.table([:])])
            default: return false
            }
            return true
        }
        // Tables inside the last element may come again in the next one.
        let start = Array(path)
        defined = defined.filter { !$0.starts(with: start) }
        return done
    }

    /// Sets a value that is not there yet.
    mutating func set(_ new: TOML, at path: ArraySlice<String>) -> Bool {
        TOMLTable.change(&value, at: path) { found in
            guard found == nil else { return false }
            found = new
            return true
        }
    }

    private static func change(
        _ table: inout [String: TOML],
        at path: ArraySlice<String>,
        _ body: (inout TOML?) -> Bool
    ) -> Bool {
        guard let first = path.first else { return false }
        guard path.count > 1 else { return body(&table[first]) }
        // Taken out while it is changed, so that no copy is made.
        let old = table.removeValue(forKey: first)
        var inner: [String: TOML]
        var before: [TOML] = []
        switch old {
        case nil: inner = [:]
        case .table(let found)?: inner = found
        case .array(var values)?:
            guard case .table(let last)? = values.popLast() else {
                table[first] = old
                return false
            }
            inner = last
            before = values
        default:
            table[first] = old
            return false
        }
        let done = change(&inner, at: path.dropFirst(), body)
        if case .array? = old { table[first] = .array(before + [.table(inner)]) } else { table[first] = .table(inner) }
        return done
    }
}
