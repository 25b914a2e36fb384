/// The text of `changelog.Debian`, and of a source package's `debian/changelog` (deb-changelog(5)).
public enum DebianChangelog {
    /// All entries of a binary package, newest first; one without any gets one that says which version it is.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlCharacter`` or ``FormatError/Code/debianVersion``.
    static func render(_ package: Package) throws(FormatError) -> String {
        var entries = package.changelog
        if entries.isEmpty {
            let own = try DebianVersion(package.version).text
            entries = [ChangelogEntry(date: package.date, author: package.maintainer, text: "Version \(own).")]
        }
        return try render(entries, of: package.name, version: package.version, for: "stable")
    }

    /// The text of entries, newest first.
    ///
    /// - Parameters:
    ///   - entries: the entries; one without a version is about `version`.
    ///   - source: the package's name.
    ///   - version: the package's version.
    ///   - suite: where the package is uploaded to, such as `unstable` or `UNRELEASED`.
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlCharacter`` or ``FormatError/Code/debianVersion``.
    public static func render(
        _ entries: [ChangelogEntry],
        of source: String,
        version: EVR,
        for suite: String
    ) throws(FormatError) -> String {
        let own = try DebianVersion(version).text
        var text = ""
        for entry in entries {
            let version = try entry.version.map { (version) throws(FormatError) in
                try DebianVersion(parsing: version).text
            }
            if !text.isEmpty { text += "\n" }
            text += "\(source) (\(version ?? own)) \(suite); urgency=medium\n\n"
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

extension DebianChangelog {
    /// The entries of a changelog, newest first. What is in another form ends it: upstream's own changelogs are in any.
    static func parse(_ text: String) -> [ChangelogEntry] {
        var entries: [ChangelogEntry] = []
        var version: String?
        var changes: [Substring] = []
        for line in text.split(separator: "\n") {
            if line.hasPrefix(" -- ") {
                guard let open = version, let gap = line.firstRange(of: "  "),
                    let date = CivilDate.unixSeconds(mailDate: line[gap.upperBound...])
                else { return entries }
                entries.append(
                    ChangelogEntry(
                        date: date,
                        author: String(line[..<gap.lowerBound].dropFirst(4)),
                        version: open,
                        text: DebianChangelog.unfolded(changes)
                    )
                )
                (version, changes) = (nil, [])
            } else if let first = line.first, first != " ", first != "\t" {
                guard version == nil, let found = DebianChangelog.version(ofHeading: line) else { return entries }
                version = found
            } else if version != nil, !line.trimmingBlanks.isEmpty {
                changes.append(line)
            }
        }
        return entries
    }

    /// The version in `NAME (VERSION) DISTRIBUTION; urgency=…`.
    private static func version(ofHeading line: Substring) -> String? {
        guard let open = line.firstIndex(of: "("), let close = line[open...].firstIndex(of: ")"),
            line[close...].contains(";")
        else { return nil }
        let version = line[line.index(after: open)..<close]
        return version.isEmpty ? nil : String(version)
    }

    /// One change a line: bullets are dropped, and what goes on with the change above is joined to it.
    private static func unfolded(_ lines: [Substring]) -> String {
        var changes: [String] = []
        for line in lines {
            let text = line.trimmingBlanks
            if text.hasPrefix("* ") {
                changes.append(String(text.dropFirst(2).trimmingBlanks))
            } else if changes.isEmpty || text.hasPrefix("[") || text.hasPrefix("- ") || text.hasPrefix("+ ") {
                changes.append(String(text))
            } else {
                changes[changes.count - 1] += " " + text
            }
        }
        return changes.joined(separator: "\n")
    }
}
