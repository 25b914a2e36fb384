/// The words of a command as somebody wrote them on one line.
enum CommandWords {
    /// Splits as a POSIX shell splits words, and expands nothing: quotes and backslashes are all that means something.
    ///
    /// - Returns: `nil` where a quote or a backslash at the end has nothing behind it.
    static func split(_ line: String) -> [String]? {
        var words: [String] = []
        var word: String?
        var quote: Character?
        var rest = line[...]
        while let character = rest.popFirst() {
            switch (character, quote) {
            case ("'", "'"), ("\"", "\""): quote = nil
            case (_, "'"): word = (word ?? "") + String(character)
            case ("\\", "\""):
                guard let next = rest.popFirst() else { return nil }
                // Inside these quotes a backslash stands for itself before anything else.
                word = (word ?? "") + ("\"\\$`".contains(next) ? "" : "\\") + String(next)
            case (_, "\""): word = (word ?? "") + String(character)
            case ("\\", _):
                guard let next = rest.popFirst() else { return nil }
                word = (word ?? "") + String(next)
            case ("'", _), ("\"", _):
                quote = character
                word = word ?? ""
            case (_, _) where character.isWhitespace:
                if let done = word { words.append(done) }
                word = nil
            default: word = (word ?? "") + String(character)
            }
        }
        if let word { words.append(word) }
        return quote == nil ? words : nil
    }
}
