import Testing

@testable import PackageFormats

@Suite("Debian changelogs")
struct DebianChangelogTests {
    @Test("entries are read, newest first, changes one a line")
    func entries() {
        let text = """
            pkg (2:1.0-2) unstable; urgency=medium

              [ Somebody ]
              * First change that goes on
                in a second line.
              * Second change.

             -- Name <mail@host>  Mon, 19 Oct 2015 02:00:00 +0200

            pkg (1.0-1) unstable; urgency=low

              * Start.

             -- Other <other@host>  Thu, 01 Jan 1970 00:00:01 +0000

            """
        let entries = DebianChangelog.parse(text)
        #expect(entries.map(\.version) == ["2:1.0-2", "1.0-1"])
        #expect(entries.map(\.date) == [1_445_212_800, 1])
        #expect(entries.first?.author == "Name <mail@host>")
        #expect(
            entries.first?.text == "[ Somebody ]\nFirst change that goes on in a second line.\nSecond change."
        )
    }

    @Test(
        "what is no changelog of Debian's has no entries",
        arguments: ["", "Release 1.0\n\n * x\n", "pkg 1.0\n -- a  b\n", "pkg (1.0); x\n -- a <b>  no date\n"]
    )
    func other(text: String) { #expect(DebianChangelog.parse(text) == []) }

    @Test("what is written reads back")
    func roundTrip() throws {
        var package = Package(
            name: "pkg",
            version: EVR(version: "1.0", release: "1"),
            architecture: .independent,
            summary: "s",
            license: "MIT",
            maintainer: "A <a@b.invalid>",
            date: 1_500_000_000,
            entries: []
        )
        package.changelog = [
            ChangelogEntry(date: 1_500_000_000, author: "A <a@b.invalid>", version: "1.0-1", text: "One\nTwo"),
            ChangelogEntry(date: 951_782_400, author: "B <b@b.invalid>", version: "0.9-1", text: "Start"),
        ]
        #expect(DebianChangelog.parse(try DebianChangelog.render(package)) == package.changelog)
    }

    @Test(
        "dates of mails and seconds are the same moments",
        arguments: [0, 951_782_400, 951_868_800, -1, 4_102_444_799]
    )
    func dates(seconds: Int64) {
        #expect(CivilDate.unixSeconds(mailDate: Substring(CivilDate(unixSeconds: seconds).mailDate)) == seconds)
    }

    @Test(
        "what is no date is refused",
        arguments: [
            "", "Mon", "Mon, 32 Oct 2015 00:00:00 +0000", "1 Foo 2015 00:00:00 +0000", "1 Oct 2015 24:00:00 +0000",
            "1 Oct 2015 00:00 +0000", "1 Oct 2015 00:00:00 GMT",
        ]
    )
    func noDate(text: String) { #expect(CivilDate.unixSeconds(mailDate: Substring(text)) == nil) }
}
