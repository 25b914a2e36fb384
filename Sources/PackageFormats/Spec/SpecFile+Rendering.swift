extension SpecFile {
    /// The text of the file.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/specValue`` for a value with a line feed or another character
    ///   that its place cannot hold, ``FormatError/Code/specCondition`` for conditions that do not pair.
    public func render() throws(FormatError) -> String {
        var renderer = SpecRenderer()
        try renderer.lines(preamble, of: "preamble")
        for section in sections { try renderer.section(section) }
        guard renderer.depth == 0 else {
            throw FormatError(.specCondition, "a condition is not closed")
        }
        return renderer.text
    }
}

/// Collects the text of a spec file.
private struct SpecRenderer {
    var text = ""
    var depth = 0

    mutating func section(_ section: SpecSection) throws(FormatError) {
        if !text.isEmpty, !text.hasSuffix("\n\n") { text += "\n" }
        let name = "%" + section.kind.rawValue
        let arguments = section.arguments.source
        try check(arguments, of: name)
        text += name + (arguments.isEmpty ? "" : " " + arguments) + "\n"
        try lines(section.lines, of: name)
    }

    mutating func lines(_ lines: [SpecLine], of place: String) throws(FormatError) {
        for (index, line) in lines.enumerated() {
            switch line {
            case .empty: text += "\n"
            case .comment(let comment): text += "# " + SpecText.escaped(SpecProse.clean(comment)) + "\n"
            case .tag(let tag): try add(tag)
            case .definition(let definition): try add(definition)
            case .condition(let condition):
                try check(condition.source, of: "%if")
                depth += 1
                text += "%if \(condition.source)\n"
            case .otherwise:
                guard depth > 0 else { throw FormatError(.specCondition, "an %else has no %if") }
                text += "%else\n"
            case .end:
                guard depth > 0 else { throw FormatError(.specCondition, "an %endif has no %if") }
                depth -= 1
                text += "%endif\n"
            case .code(let code):
                try check(code.source, of: place)
                text += code.source + "\n"
            case .prose(let prose): add(prose: prose)
            case .file(let entry):
                let line = try entry.render()
                try check(line, of: place)
                text += line + "\n"
            case .change(let entry):
                if index > 0, text.hasSuffix("\n"), !text.hasSuffix("\n\n") { text += "\n" }
                try add(entry)
            }
        }
    }

    private mutating func add(_ tag: SpecTag) throws(FormatError) {
        let name = tag.name.rawValue + (tag.qualifier.map { "(\($0))" } ?? "")
        try check(tag.value.source, of: name)
        guard !tag.value.source.isEmpty, name.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "(),_".utf8.contains($0) })
        else { throw FormatError(.specValue, "a tag needs a name and a value", field: name) }
        if SpecRenderer.singleWords.contains(tag.name), let literal = tag.value.literal,
            literal.contains(where: \.isWhitespace)
        {
            throw FormatError(.specValue, "the value may have no blanks: '\(literal)'", field: name)
        }
        let padding = max(1, 16 - name.count - 1)
        text += "\(name):\(String(repeating: " ", count: padding))\(tag.value.source)\n"
    }

    private static let singleWords: [SpecTag.Name] = [.name, .epoch, .version, .release, .url, .buildArchitecture]

    private mutating func add(_ definition: SpecDefinition) throws(FormatError) {
        let name = definition.name
        guard let first = name.utf8.first, first.isASCIIAlphanumeric || first == 0x5F, name.utf8.count >= 3,
            name.utf8.allSatisfy({ $0.isASCIIAlphanumeric || $0 == 0x5F })
        else { throw FormatError(.specValue, "'\(name)' is no name of a macro", field: "%define") }
        let head =
            "%\(definition.isLazy ? "define" : "global") \(name)" + (definition.parameters.map { "(\($0))" } ?? "")
        let lines = definition.body.source.split(separator: "\n", omittingEmptySubsequences: false)
        for line in lines { try check(line, of: name) }
        text += "\(head) \(lines.joined(separator: "\\\n"))\n"
    }

    private mutating func add(prose: String) {
        var needsBreak = false
        for paragraph in prose.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let lines = SpecProse.lines(String(paragraph))
            if lines.isEmpty {
                needsBreak = true
                continue
            }
            if needsBreak, !text.hasSuffix("\n\n") { text += "\n" }
            needsBreak = false
            text += lines.joined(separator: "\n") + "\n"
        }
    }

    private mutating func add(_ entry: ChangelogEntry) throws(FormatError) {
        let author = SpecProse.clean(entry.author)
        guard !author.trimmingBlanks.isEmpty else {
            throw FormatError(.specValue, "an entry needs an author", field: "%changelog")
        }
        let version = entry.version.map { " - " + SpecText.escaped(SpecProse.clean($0)) } ?? ""
        text += "* \(CivilDate(unixSeconds: entry.date).specDate) \(SpecText.escaped(author))\(version)\n"
        for line in entry.text.split(whereSeparator: \.isNewline) {
            var item = SpecProse.clean(line).trimmingBlanks
            if item.hasPrefix("- ") || item.hasPrefix("* ") { item = item.dropFirst(2).trimmingBlanks }
            text += SpecProse.lines(String(item), first: "- ", next: "  ").map { $0 + "\n" }.joined()
        }
    }

    /// A line feed would begin something else.
    private func check(_ line: some StringProtocol, of field: String) throws(FormatError) {
        guard !line.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
            throw FormatError(.specValue, "the value holds a control character", field: field)
        }
    }
}

extension FormatError.Code {
    /// A value cannot stand where a spec file would have it.
    public static let specValue = Self(rawValue: "spec-value")
    /// The conditions of a spec file do not pair.
    public static let specCondition = Self(rawValue: "spec-condition")
    /// A spec file cannot be read.
    public static let specSyntax = Self(rawValue: "spec-syntax")
}
