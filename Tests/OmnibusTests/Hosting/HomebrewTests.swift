import Testing

@testable import Omnibus

@Suite struct HomebrewTests {
    private func formula(_ version: String, summary: String = "A summary") throws -> HomebrewFormula {
        HomebrewFormula(
            name: "Flocker",
            version: version,
            summary: summary,
            python: "3.13",
            source: try HomebrewFormula.Resource(
                name: "flocker",
                url: "https://example.com/x",
                sha256: String(repeating: "a", count: 64)
            ),
            resources: []
        )
    }

    @Test(
        "The class and the file are named after the version",
        arguments: [
            ("1.15.0", "Flocker1150", "flocker-1.15.0.rb"), ("0.3.0.dev1", "Flocker030Dev1", "flocker-0.3.0.dev1.rb"),
            ("0.3.0rc1", "Flocker030rc1", "flocker-0.3.0rc1.rb"),
            ("0.3.0-444-g05215b", "Flocker030444G05215b", "flocker-0.3.0-444-g05215b.rb"),
            ("1.0.0+5.gabcdef0", "Flocker100x5Gabcdef0", "flocker-1.0.0+5.gabcdef0.rb"),
        ]
    )
    func names(version: String, className: String, fileName: String) throws {
        #expect(try formula(version).className == className)
        #expect(try formula(version).fileName == fileName)
    }

    @Test("Nothing in a text ends the Ruby string that it stands in")
    func quoting() throws {
        let ruby = try formula("1.0", summary: "a \"b\" #{exit} \\ c\nd").ruby
        #expect(ruby.contains(##"  desc "a \"b\" \#{exit} \\ c d""##))
    }

    @Test("What is pinned is read, in the forms of pip freeze and pip-compile")
    func pinned() throws {
        let hash = String(repeating: "0", count: 64)
        let text = """
            # made by a tool
            --index-url https://user:secret@example.com/simple
            Twisted[tls]==14.0.0  # via Flocker
            zope.interface == 4.1.1 ; python_version < "3"
            pywin32==1.0; sys_platform == 'win32'
            pyyaml==5.4 \\
                --hash=sha256:\(hash) \\
                --hash=sha256:\(hash.replacing("0", with: "1"))
            twisted==14.0.0
            """
        let found = try PinnedRequirement.all(in: text)
        #expect(
            found.map { "\($0.name)==\($0.version)" } == ["twisted==14.0.0", "zope-interface==4.1.1", "pyyaml==5.4"]
        )
        #expect(found.map(\.sha256.count) == [0, 0, 2])
    }

    @Test(
        "A line that leaves the version open is refused",
        arguments: [
            "twisted", "twisted>=1", "twisted==1.*", "twisted==1,<2", "twisted==", "-e .", "-r other.txt",
            "x @ https://example.com/x.whl", "./x.whl", "a==1\na==2", "twisted~=1.0", "twisted==../..",
        ]
    )
    func open(line: String) {
        let error = #expect(throws: OmnibusError.self) { try PinnedRequirement.all(in: line) }
        #expect(error?.code == "requirement-not-pinned")
    }

    @Test("What an index says is checked before it stands in a formula")
    func resources() {
        let digest = String(repeating: "a", count: 64)
        for (url, sha256, code) in [
            ("ftp://x/y", digest, "url-invalid"), ("https://x/y z", digest, "url-invalid"),
            ("https://x/y", "abc", "digest-invalid"),
        ] {
            let error = #expect(throws: OmnibusError.self) {
                try HomebrewFormula.Resource(name: "x", url: url, sha256: sha256)
            }
            #expect(error?.code == code)
        }
    }
}
