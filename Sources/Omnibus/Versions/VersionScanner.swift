/// Reads a version from left to right; what does not match leaves the position where it was.
struct VersionScanner {
    private var rest: Substring.UTF8View

    init(_ text: String) { rest = Substring(text).utf8 }

    var isAtEnd: Bool { rest.isEmpty }

    /// Steps over `text` if it comes next.
    mutating func take(_ text: String) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    /// Steps over the first of `texts` that comes next.
    mutating func takeFirst(of texts: [String]) -> String? {
        for text in texts where take(text) { return text }
        return nil
    }

    /// The digits that come next, as they stand; `nil` if there are none.
    mutating func digits() -> String? { run { (0x30...0x39).contains($0) } }

    /// The number that comes next; `nil` if there is none, or it is beyond 4294967295.
    mutating func number() -> UInt32? {
        let start = rest
        guard let digits = digits(), let number = UInt32(digits) else {
            rest = start
            return nil
        }
        return number
    }

    /// The number behind `prefix`, both or neither.
    mutating func number(after prefix: String) -> UInt32? {
        let start = rest
        guard take(prefix), let number = number() else {
            rest = start
            return nil
        }
        return number
    }

    /// Lower-case hexadecimal digits, as many as `count` allows.
    mutating func hexadecimal(_ count: ClosedRange<Int>) -> String? {
        let start = rest
        guard let digits = run({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }),
            count.contains(digits.utf8.count)
        else {
            rest = start
            return nil
        }
        return digits
    }

    /// Lower-case letters and digits.
    mutating func alphanumeric() -> String? { run { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) } }

    private mutating func run(_ belongs: (UInt8) -> Bool) -> String? {
        let taken = rest.prefix(while: belongs)
        guard !taken.isEmpty else { return nil }
        rest = rest[taken.endIndex...]
        return String(Substring(taken))
    }
}
