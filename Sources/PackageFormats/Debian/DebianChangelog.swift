/// The text of `changelog.Debian` (deb-changelog(5)).
enum DebianChangelog {
    /// All entries, newest first; a package without any gets one that says which version it is.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlCharacter`` or ``FormatError/Code/debianVersion``.
    static func render(_ package: Package) throws(FormatError) -> String {
        let own = try DebianVersion(package.version).text
        var entries = package.changelog
        if entries.isEmpty {
            entries = [ChangelogEntry(date: package.date, author: package.maintainer, text: "Version \(own).")]
        }
        var text = ""
        for entry in entries {
            let version = try entry.version.map { (version) throws(FormatError) in
                try DebianVersion(parsing: version).text
            }
            if !text.isEmpty { text += "\n" }
            text += "\(package.name) (\(version ?? own)) stable; urgency=medium\n\n"
            for line in entry.text.split(separator: "\n") { text += try item(line) }
            let author = try oneLine(entry.author)
            text += "\n -- \(author)  \(CivilDate(unixSeconds: entry.date).mailDate)\n"
        }
        return text
    }

    /// One change: a bullet, wrapped below 80 columns.
    private static func item(_ line: Substring) throws(FormatError) -> String {
        var item = try oneLine(line).trimmingBlanks
        if item.hasPrefix("- ") || item.hasPrefix("* ") { item = item.dropFirst(2).trimmingBlanks }
        guard !item.isEmpty else { return "" }
        return "  * " + DebianDescription.wrap(item, width: 74).joined(separator: "\n    ") + "\n"
    }

    private static func oneLine(_ text: some StringProtocol) throws(FormatError) -> String {
        guard !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
            throw FormatError(.controlCharacter, "an entry holds a control character", field: "changelog")
        }
        return String(text)
    }
}

/// A moment as the Gregorian calendar has it, in UTC.
struct CivilDate: Hashable {
    let year: Int64
    let month: Int
    let day: Int
    let secondOfDay: Int
    /// Days since Sunday.
    let weekday: Int

    /// Howard Hinnant's `civil_from_days`: eras of 400 years that begin in March.
    init(unixSeconds: Int64) {
        // A year that no calendar needs stands for anything beyond.
        let seconds = min(max(unixSeconds, -62_135_596_800), 253_402_300_799)
        let days = (seconds - (seconds % 86400 + 86400) % 86400) / 86400
        secondOfDay = Int(seconds - days * 86400)
        weekday = Int(((days + 4) % 7 + 7) % 7)
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        month = Int(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// `Mon, 19 Oct 2015 00:00:00 +0000` (RFC 5322).
    var mailDate: String {
        let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = [secondOfDay / 3600, secondOfDay / 60 % 60, secondOfDay % 60].map(two).joined(separator: ":")
        let years = String(repeating: "0", count: max(0, 4 - "\(year)".utf8.count)) + "\(year)"
        return "\(weekdays[weekday]), \(two(day)) \(months[month - 1]) \(years) \(time) +0000"
    }
}
