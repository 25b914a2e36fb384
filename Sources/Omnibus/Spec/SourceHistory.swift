import PackageFormats
import SystemPackage

/// The history of a project that packages carry: what its manifest says, else its tags in git.
struct SourceHistory: Sendable {
    /// A release that was tagged.
    struct Tag: Sendable, Hashable {
        var version: String
        var date: Int64
        var author: String?
    }

    /// The source's date in Unix seconds.
    var date: Int64
    /// The tags, newest first.
    var tags: [Tag] = []
    /// The text of the newest entry, or `nil` for the usual one.
    var given: String?

    /// The most tags that become entries.
    private static let limit = 20

    /// Reads the tags of a checkout; a folder inside another project's checkout has none.
    static func of(_ root: FilePath, date: Int64, given: String?, runner: CommandRunner) async throws(OmnibusError)
        -> Self
    {
        var history = SourceHistory(date: date, given: given)
        guard FileSystem.exists(root.appending(".git")), runner.find("git") != nil else { return history }
        let format = "%(creatordate:unix)%09%(refname:strip=2)%09%(taggername) %(taggeremail)"
        let command = Command(
            "git",
            [
                "-c", "safe.directory=*", "-C", root.string, "for-each-ref", "--sort=-creatordate", "--count=200",
                "--format=\(format)", "refs/tags",
            ]
        )
        let result = try await runner.run(command)
        guard result.isSuccess else { return history }
        for line in result.text.split(separator: "\n") {
            let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 3, let date = Int64(parts[0]), (0...history.date).contains(date) else { continue }
            let name = parts[1].split(separator: "/").last.map(String.init) ?? ""
            let author = ProjectMetadata.person(name: nil, mail: parts[2].trimmingWhitespace())
            history.tags.append(Tag(version: name, date: date, author: author))
        }
        return history
    }

    /// The entries, the newest first, that of the version itself among them.
    func entries(
        of evr: EVR,
        by maintainer: String,
        product: String,
        manifest: Manifest.Resolved?,
        scheme: VersionScheme
    ) throws(OmnibusError) -> [ChangelogEntry] {
        var entries: [ChangelogEntry] = []
        for entry in manifest?.changelog ?? [] {
            guard let date = CalendarDate.seconds(ofDay: entry.date) else {
                throw OmnibusError("manifest-date", .badInput, "'\(entry.date)' is no day such as 2015-03-31")
            }
            let version = try entry.version.map { (version) throws(OmnibusError) in try scheme.evr(of: version) }
            let text = entry.changes.joined(separator: "\n")
            entries.append(
                ChangelogEntry(date: date, author: entry.author, version: (version ?? evr).description, text: text)
            )
        }
        if entries.isEmpty {
            for tag in tags {
                // A tag that is no version, as some projects have them, says nothing about a release.
                let text = tag.version.hasPrefix("v") ? String(tag.version.dropFirst()) : tag.version
                guard let version = try? scheme.evr(of: text), entries.count < Self.limit else { continue }
                entries.append(
                    ChangelogEntry(
                        date: tag.date,
                        author: tag.author ?? maintainer,
                        version: version.description,
                        text: "Release \(text)."
                    )
                )
            }
            entries.sort { $0.date > $1.date }
        }
        if given != nil || !entries.contains(where: { $0.version == evr.description }) {
            entries.removeAll { $0.version == evr.description }
            let text = given ?? "Package \(product) \(evr.version)."
            let own = ChangelogEntry(date: date, author: maintainer, version: evr.description, text: text)
            entries.insert(own, at: entries.firstIndex { $0.date <= date } ?? entries.count)
        }
        return entries
    }
}
