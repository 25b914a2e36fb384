/// The Description field: a synopsis, and paragraphs folded in Debian's way (Debian Policy 5.6.13).
enum DebianDescription {
    /// Lines longer than this are wrapped, so that they fit into 80 columns behind their blank.
    static let width = 78

    /// Folds a summary and paragraphs. Ordinary lines are wrapped; lines that begin with a blank are kept word for word.
    static func fold(summary: String, description: String) -> String {
        var lines: [String] = []
        for line in description.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.trimmingBlanks.isEmpty {
                // Neither the first nor the last line may be empty.
                if !lines.isEmpty, lines.last != "." { lines.append(".") }
            } else if let first = line.first, first == " " || first == "\t" {
                lines.append(String(line))
            } else if line.first == "." {
                // A full stop at the start of a line is reserved.
                lines.append(" " + line)
            } else {
                lines.append(contentsOf: wrap(line, width: width))
            }
        }
        if lines.last == "." { lines.removeLast() }
        return ([String(summary.trimmingBlanks)] + lines).joined(separator: "\n")
    }

    /// The summary and the paragraphs of a folded value.
    static func unfold(_ value: String) -> (summary: String, description: String) {
        let lines = value.split(separator: "\n", omittingEmptySubsequences: false)
        let rest = lines.dropFirst().map { $0 == "." ? "" : $0 }
        return (lines.first.map(String.init) ?? "", rest.joined(separator: "\n"))
    }

    /// Breaks a line at its blanks; a word that is too long gets a line of its own.
    static func wrap(_ line: some StringProtocol, width: Int) -> [String] {
        guard line.count > width else { return [String(line)] }
        var lines: [String] = []
        var current = ""
        var length = 0
        for word in line.split(separator: " ") {
            let wordLength = word.count
            // A full stop at the start of a line is reserved in descriptions.
            if length > 0, length + 1 + wordLength > width, word.first != "." {
                lines.append(current)
                (current, length) = ("", 0)
            }
            if length > 0 {
                current += " "
                length += 1
            }
            current += word
            length += wordLength
        }
        if length > 0 { lines.append(current) }
        return lines
    }
}
