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
    ///
    /// - Parameters:
    ///   - line: the line.
    ///   - width: the widest line that may come out.
    ///   - mayNotLead: whether a word may not begin a line; in descriptions, a full stop there is reserved.
    static func wrap(
        _ line: some StringProtocol,
        width: Int,
        mayNotLead: (Substring) -> Bool = { $0.first == "." }
    ) -> [String] {
        guard line.count > width else { return [String(line)] }
        // A word that may not lead goes with the one in front of it.
        var units: [String] = []
        for word in String(line).split(separator: " ") {
            if mayNotLead(word), let last = units.popLast() {
                units.append("\(last) \(word)")
            } else {
                units.append(String(word))
            }
        }
        var lines: [String] = []
        var current = ""
        var length = 0
        for unit in units {
            let unitLength = unit.count
            if length > 0, length + 1 + unitLength > width {
                lines.append(current)
                (current, length) = ("", 0)
            }
            if length > 0 {
                current += " "
                length += 1
            }
            current += unit
            length += unitLength
        }
        if length > 0 { lines.append(current) }
        return lines
    }
}
