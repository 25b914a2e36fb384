/// Finds the names that a mistyped one may have meant.
enum NearestNames {
    /// The candidates closest to `name` by edit distance, best first, at most `limit`; none where nothing is near.
    ///
    /// Near means: at most a third of the longer name's length differs, or one begins with the other.
    static func to(_ name: String, among candidates: [String], limit: Int = 3) -> [String] {
        let wanted = Array(name.lowercased().unicodeScalars)
        // The table below grows with the product of both lengths, and no known name is nearly this long.
        guard !wanted.isEmpty, wanted.count <= 64 else { return [] }
        var ranked: [(distance: Int, name: String)] = []
        for candidate in candidates {
            let scalars = Array(candidate.lowercased().unicodeScalars)
            let distance = distance(from: wanted, to: scalars)
            let prefixed = wanted.count >= 2 && scalars.starts(with: wanted) || wanted.starts(with: scalars)
            if distance * 3 <= max(wanted.count, scalars.count) || prefixed {
                ranked.append((distance, candidate))
            }
        }
        ranked.sort { ($0.distance, $0.name) < ($1.distance, $1.name) }
        return ranked.prefix(limit).map(\.name)
    }

    /// A hint such as `did you mean 'a' or 'b'?`, or `nil` where nothing is near.
    static func hint(for name: String, among candidates: [String]) -> String? {
        let nearest = to(name, among: candidates).map { "'\($0)'" }
        guard let last = nearest.last else { return nil }
        let others = nearest.dropLast()
        return others.isEmpty
            ? "did you mean \(last)?" : "did you mean \(others.joined(separator: ", ")) or \(last)?"
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
    private static func distance(from a: [Unicode.Scalar], to b: [Unicode.Scalar]) -> Int {
        var beforePrevious: [Int] = []
        var previous = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var current = [i + 1]
            for (j, y) in b.enumerated() {
                var best = min(previous[j] + (x == y ? 0 : 1), previous[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, x == b[j - 1], a[i - 1] == y {
                    best = min(best, beforePrevious[j - 1] + 1)
                }
                current.append(best)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[b.count]
    }
}
