extension Relation {
    /// Reads a relation as people write it in either dialect: `bash`, `bash >= 4.0`, `bash (>= 4.0)`, `a | b`, or rpm's
    /// rich form in parentheses.
    ///
    /// Debian's `<<` and `>>` are taken as `<` and `>`, rpm's `==` as `=`.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidRelation``.
    public init(_ kind: Kind, parsing text: String, stages: Stages = []) throws(FormatError) {
        let trimmed = text.trimmingBlanks
        guard !trimmed.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw FormatError(.invalidRelation, "a relation may not hold control characters", field: kind.rawValue)
        }
        if trimmed.first == "(" {
            try self.init(kind, .rich(Relation.checkedRichForm(String(trimmed), field: kind.rawValue)), stages: stages)
            return
        }
        var targets: [Target] = []
        for part in trimmed.split(separator: "|", omittingEmptySubsequences: false) {
            targets.append(try Target(parsing: part, field: kind.rawValue))
        }
        guard let first = targets.first else {
            throw FormatError(.invalidRelation, "the relation is empty", field: kind.rawValue)
        }
        self.init(kind, targets.count == 1 ? .single(first) : .anyOf(targets), stages: stages)
    }

    /// rpm's limits on a rich form: balanced parentheses, at most as deep as a person would write.
    private static func checkedRichForm(_ text: String, field: String) throws(FormatError) -> String {
        var depth = 0
        var closedAt: Int?
        for (index, character) in text.utf8.enumerated() {
            if character == UInt8(ascii: "(") { depth += 1 }
            if character == UInt8(ascii: ")") { depth -= 1 }
            if depth == 0, closedAt == nil { closedAt = index }
            guard (0...32).contains(depth) else { break }
        }
        guard depth == 0, closedAt == text.utf8.count - 1 else {
            throw FormatError(.invalidRelation, "the parentheses of '\(text)' do not match", field: field)
        }
        return text
    }
}

extension Relation.Target {
    /// Reads `NAME[:ARCH] [OPERATOR VERSION]`, with the bound in parentheses or not.
    init(parsing text: some StringProtocol, field: String) throws(FormatError) {
        let separators = Set("<>= (")
        let trimmed = text.trimmingBlanks
        let end = trimmed.firstIndex(where: separators.contains) ?? trimmed.endIndex
        var name = String(trimmed[..<end])
        var qualifier: String?
        // A colon is an architecture only in Debian's spelling: rpm capabilities such as `perl(A::B)` have them too.
        if let colon = name.lastIndex(of: ":"), colon > name.startIndex, name[name.index(before: colon)] != ":" {
            let tail = name[name.index(after: colon)...]
            if !tail.isEmpty, tail.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) }) {
                qualifier = String(tail)
                name = String(name[..<colon])
            }
        }
        var rest = trimmed[end...].trimmingBlanks
        if rest.first == "(", rest.last == ")", !name.isEmpty {
            let inside = rest.dropFirst().dropLast().trimmingBlanks
            if inside.first.map({ "<>=".contains($0) }) == true {
                rest = inside
            } else {
                // `python3dist(flask)`, `libx.so.1()(64bit)`: the parentheses belong to rpm's name.
                name += String(rest)
                rest = ""
            }
        } else if rest.first == "(", !name.isEmpty {
            let close = rest.firstIndex(where: { "<>=".contains($0) }) ?? rest.endIndex
            name += rest[..<close].trimmingBlanks
            rest = rest[close...].trimmingBlanks
        }
        let opened = name.utf8.count { $0 == UInt8(ascii: "(") }
        guard !name.isEmpty, !name.contains(" "), opened == name.utf8.count(where: { $0 == UInt8(ascii: ")") }) else {
            throw FormatError(.invalidRelation, "'\(text)' names no package", field: field)
        }
        let symbol = rest.prefix(while: { "<>=".contains($0) })
        guard !symbol.isEmpty else {
            guard rest.isEmpty else {
                throw FormatError(.invalidRelation, "'\(text)' has text where an operator should be", field: field)
            }
            self.init(name, architecture: qualifier)
            return
        }
        let spellings = ["<<": "<", ">>": ">", "==": "="]
        let version = rest.dropFirst(symbol.count).trimmingBlanks
        guard let comparison = Relation.Comparison(rawValue: spellings[String(symbol)] ?? String(symbol)) else {
            throw FormatError(.invalidRelation, "'\(symbol)' is no comparison: use <, <=, =, >= or >", field: field)
        }
        guard !version.isEmpty, !version.contains(where: { " ()<>=|,".contains($0) }) else {
            throw FormatError(.invalidRelation, "'\(text)' has no usable version behind '\(symbol)'", field: field)
        }
        self.init(name, Relation.Bound(comparison, String(version)), architecture: qualifier)
    }
}

extension StringProtocol {
    /// The text without blanks and tabs at its ends.
    var trimmingBlanks: SubSequence {
        var rest = self[...]
        while let first = rest.first, first == " " || first == "\t" { rest = rest.dropFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest = rest.dropLast() }
        return rest
    }
}

extension FormatError.Code {
    /// A relation is not written in a form that either format knows.
    public static let invalidRelation = Self(rawValue: "invalid-relation")
}
