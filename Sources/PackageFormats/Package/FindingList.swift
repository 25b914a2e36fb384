/// Findings as they come; of a check that finds the same thing again and again only the first are kept.
struct FindingList {
    private var kept: [Finding] = []
    private var counts: [String: Int] = [:]
    private static let maximumPerCheck = 20

    mutating func add(_ finding: Finding) {
        let count = counts[finding.check, default: 0]
        counts[finding.check] = count + 1
        if count < FindingList.maximumPerCheck { kept.append(finding) }
    }

    mutating func error(_ check: String, _ message: String, at place: Finding.Place = .init()) {
        add(Finding(.error, check, message, at: place))
    }

    mutating func warn(_ check: String, _ message: String, at place: Finding.Place = .init()) {
        add(Finding(.warning, check, message, at: place))
    }

    /// Whether a check found something.
    func contains(_ check: String) -> Bool { counts[check] != nil }

    /// All findings, and how often the checks spoke that were cut short.
    var findings: [Finding] {
        let more = counts.filter { $0.value > FindingList.maximumPerCheck }.sorted { $0.key < $1.key }
        return kept
            + more.map { check, count in
                let severity = kept.first { $0.check == check }?.severity ?? .warning
                return Finding(severity, check, "and \(count - FindingList.maximumPerCheck) more of these")
            }
    }
}
