/// The first paragraph of a long description, without its markup.
enum PlainParagraph {
    private static let examined = 1 << 16
    private static let longest = 900

    /// The first paragraph that is prose, or `nil` if there is none.
    static func first(of description: String) -> String? {
        // Descriptions may be a megabyte long; what they are about stands at the top.
        let top = String(decoding: description.utf8.prefix(examined), as: UTF8.self)
        var paragraph: [String] = []
        var isCode = false
        for line in top.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let isIndented = line.first == " " || line.first == "\t"
            let line = String(line).onOneLine.trimmingWhitespace()
            if line.hasPrefix("```") || line.hasPrefix("~~~") { isCode.toggle() }
            if isRule(line) {
                // What stands above it is a heading.
                paragraph = []
            } else if line.isEmpty {
                if let text = prose(paragraph) { return text }
                paragraph = []
            } else if !isCode, !isMarkup(line), !isIndented || !paragraph.isEmpty {
                paragraph.append(line)
            }
        }
        return prose(paragraph)
    }

    private static func isRule(_ line: String) -> Bool {
        guard let first = line.first, line.count >= 3, "=-~^\"'*#+_`".contains(first) else { return false }
        return line.allSatisfy { $0 == first }
    }

    private static func isMarkup(_ line: String) -> Bool {
        let starts = [
            "#", "..", ":", "[!", "![", "<", "|", "```", "~~~", ">>>", "* ", "- ", "+ ", "$ ", "[", "{", "+-", "---",
        ]
        return starts.contains { line.hasPrefix($0) }
    }

    private static func prose(_ lines: [String]) -> String? {
        var text = lines.joined(separator: " ")
        guard text.split(separator: " ").count >= 4 else { return nil }
        // Markdown's [text](address) and reStructuredText's `text <address>`_.
        text = text.replacing(#/!?\[([^\]]*)\]\([^)]*\)/#) { $0.output.1 }
        text = text.replacing(#/\[([^\]]*)\]\[[^\]]*\]/#) { $0.output.1 }
        text = text.replacing(#/:[a-z:]+:`([^`]*)`/#) { $0.output.1 }
        text = text.replacing(#/`([^`<]*?)\s*<[^>`]*>`__?/#) { $0.output.1 }
        text = text.replacing(#/`([^`]+)`_/#) { $0.output.1 }
        text = text.replacing("**", with: "").replacing("`", with: "")
        text = text.trimmingWhitespace()
        guard text.count > longest else { return text }
        // Whole sentences, as many as fit; else whole words.
        let start = text.prefix(longest)
        if let end = start.ranges(of: ". ").last?.lowerBound { return String(start[...end]).trimmingWhitespace() }
        return String(start.lastIndex(of: " ").map { start[..<$0] } ?? start) + " …"
    }
}
