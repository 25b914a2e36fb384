/// Descriptions as people write them, set the way that package managers show them.
enum Paragraphs {
    /// The widest line that rpmlint and lintian let pass.
    private static let width = 79

    /// Joins the lines of each paragraph and breaks them anew; lines that begin with a blank stay as they are.
    static func wrapped(_ text: String) -> String {
        var lines: [String] = []
        var words: [Substring] = []
        func flush() {
            var line = ""
            for word in words {
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                line += line.isEmpty ? String(word) : " " + word
            }
            if !line.isEmpty { lines.append(line) }
            words = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isEmpty = line.allSatisfy(\.isWhitespace)
            if isEmpty || line.first == " " {
                flush()
                lines.append(isEmpty ? "" : String(line))
            } else {
                words += line.split(whereSeparator: \.isWhitespace)
            }
        }
        flush()
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines.joined(separator: "\n")
    }
}
