import Testing

@testable import PackageFormats

@Suite("Texts of Debian packages")
struct DebianTextTests {
    @Test(
        "descriptions are folded so that they come back",
        arguments: [
            ("", "x"), ("One.", "x\nOne."), ("\n\nOne.\n\n\nTwo.\n", "x\nOne.\n.\nTwo."), ("  kept", "x\n  kept"),
            (".reserved", "x\n .reserved"), (" \t\nOne.", "x\nOne."),
        ]
    )
    func fold(_ description: String, _ expected: String) {
        #expect(DebianDescription.fold(summary: " x ", description: description) == expected)
    }

    @Test("long lines are wrapped at blanks, words are never cut")
    func wrap() {
        let words = (1...60).map { "word\($0)" }.joined(separator: " ")
        let lines = DebianDescription.wrap(words, width: 40)
        #expect(lines.joined(separator: " ") == words)
        #expect(lines.allSatisfy { $0.count <= 40 })
        #expect(DebianDescription.wrap(String(repeating: "y", count: 50), width: 40).count == 1)
        #expect(DebianDescription.wrap("aaaa .x", width: 5) == ["aaaa .x"])
    }

    @Test(
        "dates are those of the calendar",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (1_445_212_800, "Mon, 19 Oct 2015 00:00:00 +0000"),
            (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"), (951_868_800, "Wed, 01 Mar 2000 00:00:00 +0000"),
            (4_107_542_399, "Sun, 28 Feb 2100 23:59:59 +0000"), (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
            (.max, "Fri, 31 Dec 9999 23:59:59 +0000"), (.min, "Mon, 01 Jan 0001 00:00:00 +0000"),
        ] as [(Int64, String)]
    )
    func date(_ seconds: Int64, _ expected: String) {
        #expect(CivilDate(unixSeconds: seconds).mailDate == expected)
    }

    @Test("a changelog has the blanks that dpkg-parsechangelog wants")
    func changelog() throws {
        var package = try DebianWriterTests.package()
        package.changelog = [
            ChangelogEntry(date: 1_445_212_800, author: "A B <a@example.com>", text: "- First.\n\n* Second.\nThird."),
            ChangelogEntry(date: 0, author: "A B <a@example.com>", version: "0.9-1", text: "Old."),
        ]
        #expect(
            try DebianChangelog.render(package) == """
                probe (1.0-1) stable; urgency=medium

                  * First.
                  * Second.
                  * Third.

                 -- A B <a@example.com>  Mon, 19 Oct 2015 00:00:00 +0000

                probe (0.9-1) stable; urgency=medium

                  * Old.

                 -- A B <a@example.com>  Thu, 01 Jan 1970 00:00:00 +0000

                """
        )
    }

    @Test("a script called the native way is written word for word")
    func nativeScript() throws {
        var package = try DebianWriterTests.package()
        package.scripts[.postInstall] = Script("echo \"$@\"", interpreter: ["/bin/bash", "-e"], calling: .native)
        let members = try MaintainerScripts(package).members
        #expect(members.map(\.name) == ["postinst"])
        #expect(members.first.map { String(decoding: $0.bytes, as: UTF8.self) } == "#!/bin/bash -e\necho \"$@\"\n")
    }

    @Test("a script for another interpreter cannot share its place with what services need")
    func mixed() throws {
        var package = try DebianWriterTests.package { $0.services = [Service("x.service")] }
        package.scripts[.postInstall] = Script("print(1)", interpreter: ["/usr/bin/python3"], calling: .native)
        #expect(try DebianWriterTests.code(package) == .unsupported)
    }

    @Test("the tree's order puts a directory's content right behind it")
    func treeOrder() {
        let sorted = ["/a.b", "/a/b", "/a", "/a-b", "/", "/a/b/c", "/ab"].map { Array($0.utf8) }
            .sorted { $0.precedesInTree($1) }
        #expect(
            sorted.map { String(decoding: $0, as: UTF8.self) } == [
                "/", "/a", "/a/b", "/a/b/c", "/a-b", "/a.b", "/ab",
            ]
        )
    }
}
