/// What changed between two texts, line by line, in the unified form of diff(1).
public struct TextDifference: Sendable, Hashable {
    /// What became of a line.
    public enum Change: String, Sendable, Hashable {
        /// It is in both texts.
        case kept = " "
        /// It is in the old text only.
        case removed = "-"
        /// It is in the new text only.
        case added = "+"
    }

    /// A line of either text, without its line feed.
    public struct Line: Sendable, Hashable {
        /// What became of it.
        public var change: Change
        /// The line.
        public var text: String
        /// Whether a line feed ends it; only the last line of a text may have none.
        public var isEnded: Bool
    }

    /// Changed lines that lie close together, with the lines around them.
    public struct Hunk: Sendable, Hashable {
        /// The number of its first line in the old text, from 1; where it has no line there, of the one before.
        public var oldStart: Int
        /// How many lines of the old text it has.
        public var oldCount: Int
        /// The number of its first line in the new text, from 1; where it has no line there, of the one before.
        public var newStart: Int
        /// How many lines of the new text it has.
        public var newCount: Int
        /// Its lines.
        public var lines: [Line]
    }

    /// The changes, first to last; none where the texts are the same, byte for byte.
    public let hunks: [Hunk]

    /// Compares two texts.
    ///
    /// - Parameters:
    ///   - old: the text before.
    ///   - new: the text after.
    ///   - context: how many unchanged lines to show around changes.
    public init(from old: String, to new: String, context: Int = 3) {
        var table = LineTable()
        let (old, new) = (table.lines(of: old), table.lines(of: new))
        let script = EditScript(from: old.map(\.number), to: new.map(\.number))
        hunks = TextDifference.hunks(script.changes, old.map(\.line), new.map(\.line), context: max(0, context))
    }

    /// Whether the texts are the same.
    public var isEmpty: Bool { hunks.isEmpty }

    private static func hunks(
        _ changes: [Change],
        _ old: [(text: String, isEnded: Bool)],
        _ new: [(text: String, isEnded: Bool)],
        context: Int
    ) -> [Hunk] {
        var hunks: [Hunk] = []
        let places = changes.indices.filter { changes[$0] != .kept }
        var next = places.startIndex
        var (index, oldLine, newLine) = (0, 0, 0)
        while next < places.endIndex {
            let start = max(index, places[next] - context)
            var last = next
            while last + 1 < places.endIndex, places[last + 1] - places[last] <= 2 * context + 1 { last += 1 }
            let end = min(changes.endIndex, places[last] + context + 1)
            // Everything from where the last hunk ended up to here was kept.
            (oldLine, newLine) = (oldLine + start - index, newLine + start - index)
            var hunk = Hunk(oldStart: oldLine, oldCount: 0, newStart: newLine, newCount: 0, lines: [])
            for change in changes[start..<end] {
                let line = change == .added ? new[newLine] : old[oldLine]
                if change != .added { (oldLine, hunk.oldCount) = (oldLine + 1, hunk.oldCount + 1) }
                if change != .removed { (newLine, hunk.newCount) = (newLine + 1, hunk.newCount + 1) }
                hunk.lines.append(Line(change: change, text: line.text, isEnded: line.isEnded))
            }
            if hunk.oldCount > 0 { hunk.oldStart += 1 }
            if hunk.newCount > 0 { hunk.newStart += 1 }
            hunks.append(hunk)
            (index, next) = (end, last + 1)
        }
        return hunks
    }
}

extension TextDifference: CustomStringConvertible {
    /// The hunks as `diff -u` writes them, without names of files.
    public var description: String {
        var text = ""
        for hunk in hunks {
            text += "@@ -\(hunk.oldStart),\(hunk.oldCount) +\(hunk.newStart),\(hunk.newCount) @@\n"
            for line in hunk.lines {
                text += line.change.rawValue + line.text + "\n"
                if !line.isEnded { text += "\\ No newline at end of file\n" }
            }
        }
        return text
    }
}

/// Gives equal lines equal numbers. Lines are equal when their bytes are: Unicode would hold more of them equal.
private struct LineTable {
    struct Numbered {
        var number: Int
        var line: (text: String, isEnded: Bool)
    }

    private var numbers: [[UInt8]: Int] = [:]

    mutating func lines(of text: String) -> [Numbered] {
        var lines: [Numbered] = []
        var rest = text.utf8[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A }
            let isEnded = line.endIndex < rest.endIndex
            var key = Array(line)
            // A last line without a line feed is another one than the same with it.
            if isEnded { key.append(0x0A) }
            let number = numbers[key] ?? numbers.count
            numbers[key] = number
            lines.append(Numbered(number: number, line: (String(Substring(line)), isEnded)))
            rest = isEnded ? rest[rest.index(after: line.endIndex)...] : rest[rest.endIndex...]
        }
        return lines
    }
}

/// The way from one sequence to another with the fewest removals and additions (E. Myers, "An O(ND) Difference
/// Algorithm and Its Variations", 1986).
private struct EditScript {
    private(set) var changes: [TextDifference.Change] = []

    /// Beyond this many changes a shortest way is no easier to read, and finding it costs their square.
    private static let maximumChanges = 2000

    init(from old: [Int], to new: [Int]) {
        var start = 0
        while start < old.count, start < new.count, old[start] == new[start] { start += 1 }
        var (oldEnd, newEnd) = (old.count, new.count)
        while oldEnd > start, newEnd > start, old[oldEnd - 1] == new[newEnd - 1] {
            (oldEnd, newEnd) = (oldEnd - 1, newEnd - 1)
        }
        changes += repeatElement(.kept, count: start)
        let (before, after) = (Array(old[start..<oldEnd]), Array(new[start..<newEnd]))
        changes +=
            EditScript.shortest(before, after)
            ?? Array(repeatElement(.removed, count: before.count)) + Array(repeatElement(.added, count: after.count))
        changes += repeatElement(.kept, count: old.count - oldEnd)
    }

    /// The shortest way, or `nil` where it has too many changes.
    private static func shortest(_ old: [Int], _ new: [Int]) -> [TextDifference.Change]? {
        if old.isEmpty || new.isEmpty {
            return Array(repeatElement(.removed, count: old.count)) + Array(repeatElement(.added, count: new.count))
        }
        let limit = min(old.count + new.count, maximumChanges)
        // reach[middle + k]: how far into the old sequence one gets on diagonal k.
        let middle = limit + 1
        var reach = [Int32](repeating: 0, count: 2 * limit + 3)
        var history: [ArraySlice<Int32>] = []
        for count in 0...limit {
            history.append(ArraySlice(Array(reach[(middle - count)...(middle + count)])))
            for diagonal in stride(from: -count, through: count, by: 2) {
                let goesDown = isStepDown(diagonal, count) { reach[middle + $0] }
                var x = Int(goesDown ? reach[middle + diagonal + 1] : reach[middle + diagonal - 1] + 1)
                var y = x - diagonal
                while x < old.count, y < new.count, old[x] == new[y] { (x, y) = (x + 1, y + 1) }
                reach[middle + diagonal] = Int32(clamping: x)
                if x >= old.count, y >= new.count { return way(back: history, from: old.count, new.count) }
            }
        }
        return nil
    }

    /// Whether the furthest way to a diagonal comes by an addition.
    private static func isStepDown(_ diagonal: Int, _ count: Int, _ reach: (Int) -> Int32) -> Bool {
        diagonal == -count || diagonal != count && reach(diagonal - 1) < reach(diagonal + 1)
    }

    private static func way(back history: [ArraySlice<Int32>], from oldEnd: Int, _ newEnd: Int) -> [TextDifference
        .Change]
    {
        var changes: [TextDifference.Change] = []
        var (x, y) = (oldEnd, newEnd)
        for count in history.indices.reversed() where count > 0 {
            let reach = history[count]
            let diagonal = x - y
            let goesDown = isStepDown(diagonal, count) { reach[$0 + count] }
            let previous = goesDown ? diagonal + 1 : diagonal - 1
            let previousX = Int(reach[previous + count])
            let previousY = previousX - previous
            while x > previousX, y > previousY {
                changes.append(.kept)
                (x, y) = (x - 1, y - 1)
            }
            changes.append(goesDown ? .added : .removed)
            (x, y) = (previousX, previousY)
        }
        changes += repeatElement(.kept, count: x)
        return changes.reversed()
    }
}
