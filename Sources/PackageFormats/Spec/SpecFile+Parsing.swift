extension SpecFile {
    /// The most that a spec file may have in bytes.
    public static let maximumSize = 16 << 20

    /// Reads the preamble's tags, definitions and conditions, and the sections with their lines.
    ///
    /// Macros are not expanded: a section that only a macro makes, such as `%python_subpackages`, stays a line.
    /// Lines that go on behind a backslash or an open brace are kept line by line.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/specSyntax`` for text that is no UTF-8 or holds a NUL,
    ///   ``FormatError/Code/specCondition`` for conditions that do not pair, each with the line's offset, or
    ///   ``FormatError/Code/limitExceeded`` beyond ``maximumSize``.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        guard bytes.count <= SpecFile.maximumSize else {
            throw FormatError(.limitExceeded, "a spec file has more than 16 MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw FormatError(.specSyntax, "the file is no UTF-8 text")
        }
        self.init()
        var reader = SpecReader()
        var offset: UInt64 = 0
        var lines = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { Substring($0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        for line in lines {
            do throws(FormatError) {
                try reader.read(line, into: &self)
            } catch {
                throw FormatError(error.code, error.message, offset: offset, field: error.field)
            }
            offset += UInt64(line.utf8.count) + 1
        }
        guard reader.conditions.isEmpty else {
            throw FormatError(.specCondition, "a condition is not closed", offset: offset)
        }
    }
}

/// Where a reader of a spec file is.
private struct SpecReader {
    /// The open conditions; whether each is a plain `%if`.
    var conditions: [Bool] = []
    private var continuation = SpecContinuation()

    mutating func read(_ line: Substring, into file: inout SpecFile) throws(FormatError) {
        let goesOn = continuation.isOpen
        continuation.read(line)
        if goesOn {
            append(.code(SpecText(source: String(line))), to: &file)
        } else if let section = SpecReader.section(line) {
            file.sections.append(section)
        } else if let condition = try condition(line) {
            append(condition, to: &file)
            // What stands behind these means nothing, and is not kept.
            if condition == .otherwise || condition == .end { continuation = SpecContinuation() }
        } else if line.trimmingBlanks.isEmpty {
            append(.empty, to: &file)
        } else {
            let hasTags = file.sections.last.map { $0.kind == .package } ?? true
            append(hasTags && !continuation.isOpen ? SpecReader.preambleLine(line) : code(line), to: &file)
        }
    }

    private func code(_ line: Substring) -> SpecLine { .code(SpecText(source: String(line))) }

    private func append(_ line: SpecLine, to file: inout SpecFile) {
        if file.sections.isEmpty {
            file.preamble.append(line)
        } else {
            file.sections[file.sections.count - 1].lines.append(line)
        }
    }

    /// A section's keyword stands at the very start of its line; upper and lower case are the same to rpm.
    private static func section(_ line: Substring) -> SpecSection? {
        guard line.first == "%" else { return nil }
        let word = line.dropFirst().prefix { !$0.isWhitespace }
        guard let kind = SpecSection.Kind(rawValue: word.lowercased()) else { return nil }
        let arguments = line.dropFirst(word.count + 1).trimmingBlanks
        return SpecSection(kind, arguments: SpecText(source: String(arguments)), lines: [])
    }

    private mutating func condition(_ line: Substring) throws(FormatError) -> SpecLine? {
        let trimmed = line.trimmingBlanks
        guard trimmed.first == "%" else { return nil }
        let word = trimmed.dropFirst().prefix { $0.isLetter }
        let rest = trimmed.dropFirst(word.count + 1).trimmingBlanks
        switch word {
        case "if":
            conditions.append(true)
            return .condition(SpecText(source: String(rest)))
        case "ifarch", "ifnarch", "ifos", "ifnos":
            conditions.append(false)
            return code(line)
        case "else", "elif", "elifarch", "elifos":
            guard let isPlain = conditions.last else {
                throw FormatError(.specCondition, "an %\(word) has no %if")
            }
            return isPlain && word == "else" ? .otherwise : code(line)
        case "endif":
            guard let isPlain = conditions.popLast() else {
                throw FormatError(.specCondition, "an %endif has no %if")
            }
            return isPlain ? .end : code(line)
        default: return nil
        }
    }

    private static func preambleLine(_ line: Substring) -> SpecLine {
        let code = SpecLine.code(SpecText(source: String(line)))
        let trimmed = line.trimmingBlanks
        if trimmed.first == "#" {
            guard line.hasPrefix("# "), let text = SpecText(source: String(line.dropFirst(2))).literal else {
                return code
            }
            return .comment(text)
        }
        if trimmed.first == "%" { return definition(line) ?? code }
        guard let colon = trimmed.firstIndex(of: ":") else { return code }
        var name = trimmed[..<colon].trimmingBlanks
        var qualifier: String?
        if name.last == ")", let open = name.firstIndex(of: "(") {
            qualifier = String(name[name.index(after: open)...].dropLast().trimmingBlanks)
            name = name[..<open].trimmingBlanks
        }
        let value = trimmed[trimmed.index(after: colon)...].trimmingBlanks
        guard !name.isEmpty, !value.isEmpty, name.utf8.allSatisfy(\.isASCIIAlphanumeric) else { return code }
        return .tag(
            SpecTag(SpecTag.Name(rawValue: String(name)), qualifier: qualifier, SpecText(source: String(value)))
        )
    }

    /// `%global NAME[(PARAMETERS)] BODY` on one line, spaced as it is written by this library.
    private static func definition(_ line: Substring) -> SpecLine? {
        for (keyword, isLazy) in [("%global ", false), ("%define ", true)] where line.hasPrefix(keyword) {
            var rest = line.dropFirst(keyword.count)
            let name = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            rest = rest.dropFirst(name.count)
            var parameters: String?
            if rest.first == "(", let close = rest.firstIndex(of: ")") {
                parameters = String(rest[rest.index(after: rest.startIndex)..<close])
                rest = rest[rest.index(after: close)...]
            }
            guard !name.isEmpty, rest.first == " ", !rest.hasSuffix("\\") else { return nil }
            let body = SpecText(source: String(rest.dropFirst()))
            return .definition(SpecDefinition(String(name), parameters: parameters, body, isLazy: isLazy))
        }
        return nil
    }
}

/// Whether a macro goes on in the next line: rpm counts backslashes at the end and brackets that a `%` opened.
private struct SpecContinuation {
    private var braces = 0
    private var parentheses = 0
    private var brackets = 0
    private var endsInBackslash = false

    var isOpen: Bool { braces > 0 || parentheses > 0 || brackets > 0 || endsInBackslash }

    mutating func read(_ line: Substring) {
        endsInBackslash = false
        var bytes = line.utf8[...]
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "\\"):
                endsInBackslash = bytes.isEmpty
                _ = bytes.popFirst()
            case UInt8(ascii: "%"):
                switch bytes.first {
                case UInt8(ascii: "{"): braces += 1
                case UInt8(ascii: "("): parentheses += 1
                case UInt8(ascii: "["): brackets += 1
                case UInt8(ascii: "%"): break
                default: continue
                }
                _ = bytes.popFirst()
            case UInt8(ascii: "{") where braces > 0: braces += 1
            case UInt8(ascii: "}") where braces > 0: braces -= 1
            case UInt8(ascii: "(") where parentheses > 0: parentheses += 1
            case UInt8(ascii: ")") where parentheses > 0: parentheses -= 1
            case UInt8(ascii: "[") where brackets > 0: brackets += 1
            case UInt8(ascii: "]") where brackets > 0: brackets -= 1
            default: break
            }
        }
    }
}
