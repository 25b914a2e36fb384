import Foundation
import PackageFormats
import Testing

@testable import Omnibus

@Suite struct RepositoryPageTests {
    private static let repository = Manifest.Repository(
        name: "clusterhq",
        title: "ClusterHQ",
        url: "https://s3.example.com/archive"
    )

    private static func setup(
        _ distribution: String,
        _ channel: ArchiveLayout.Channel = .stable
    ) throws(OmnibusError) -> RepositorySetup {
        let distribution = try Distribution.named(distribution)
        let folder = ArchiveLayout(distribution).folder(for: .x86_64, in: channel)
        return try RepositorySetup(repository, for: distribution, in: channel, folder: ObjectKey(folder))
    }

    private static func record(
        _ name: String,
        _ version: String,
        architecture: String = "x86_64",
        location: String? = nil,
        date: Int64? = 1_445_212_800
    ) throws -> RepositoryRecord {
        RepositoryRecord(
            name: name,
            version: try EVR(parsing: version),
            architecture: architecture,
            location: location ?? "\(name)-\(version).rpm",
            size: 2048,
            modificationTime: date,
            sha256: String(repeating: "ab", count: 32),
            texts: []
        )
    }

    private static func page(
        _ setup: RepositorySetup,
        _ packages: [RepositoryRecord] = []
    ) -> String {
        let page = RepositoryPage(setup, architecture: "x86_64", packages: packages, date: 1_445_299_200)
        return String(decoding: page.html(), as: UTF8.self)
    }

    @Test("The same packages in any order give the same page, by name and the newest first")
    func order() throws {
        let packages = [
            try Self.record("b", "1.0-1"), try Self.record("a", "1.9-1"), try Self.record("a", "1.10-1"),
            try Self.record("a", "1.10-1", architecture: "noarch"), try Self.record("a", "1:0.1-1"),
        ]
        let page = Self.page(try Self.setup("centos-7"), packages)
        for turn in packages.indices {
            let turned = Array(packages[turn...] + packages[..<turn])
            #expect(Self.page(try Self.setup("centos-7"), turned) == page)
        }
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("<tr") && $0.contains("scope=\"row\"") }
        let wanted = ["1:0.1-1", "1.10-1", "1.10-1", "1.9-1", "1.0-1"]
        #expect(rows.count == wanted.count)
        for (row, version) in zip(rows, wanted) { #expect(row.contains("<td>\(version)</td>"), "\(row)") }
        #expect(rows.map { $0.hasPrefix("<tr class=\"old\">") } == [false, false, true, true, false])
        #expect(page.contains("<dd>5</dd>"))
        #expect(page.contains("<time datetime=\"2015-10-20T00:00:00Z\">2015-10-20 00:00:00 UTC</time>"))
    }

    @Test("Nothing of a package becomes markup, leads elsewhere, or gets into a command")
    func escaping() throws {
        let hostile = "<script>alert('x')</script>\"&;$(reboot)`\u{1B}"
        let packages = [
            try Self.record(hostile, "1<b>-1", architecture: "\"><img>", location: "javascript:x/\(hostile)+?#%")
        ]
        let page = Self.page(try Self.setup("centos-7"), packages)
        for tag in ["<script", "<img", "<b>", "\u{1B}"] { #expect(!page.contains(tag), "\(tag)") }
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;;$(reboot)`"))
        #expect(page.contains("href=\"./javascript:x/%3Cscript%3E"))
        #expect(page.contains("%1B%2B%3F%23%25\""))
        #expect(page.contains("<code>sudo yum install PACKAGE\n</code>"))
        #expect(!page.contains("<code>sudo yum install &lt;"))
    }

    @Test(
        "A repository that configuration cannot hold has no page",
        arguments: [
            ("clusterhq", "ClusterHQ\nEOF\nreboot", "https://x.example", "repository-name"),
            ("a b", "A", "https://x.example", "repository-name"),
            ("clusterhq", "ClusterHQ", "https://x.example/$(reboot)", "repository-url"),
            ("clusterhq", "ClusterHQ", "https://x.example/'", "repository-url"),
        ]
    )
    func refused(name: String, title: String, url: String, code: String) throws {
        let repository = Manifest.Repository(name: name, title: title, url: url)
        let folder = try ObjectKey("centos/7/x86_64")
        let error = #expect(throws: OmnibusError.self) {
            try RepositorySetup(repository, for: .named("centos-7"), folder: folder)
        }
        #expect(error?.code == code)
    }

    @Test("An address that a shell would look at is one word")
    func quoting() throws {
        var setup = try Self.setup("rhel-9")
        setup.releasePackage = try ObjectKey("a b/$(reboot)'&x.rpm")
        let commands = try #require(setup.steps.first?.commands)
        #expect(commands == "sudo dnf install 'https://s3.example.com/archive/a%20b/$(reboot)%27&x.rpm'\n")
    }

    @Test("Without any package the page says so")
    func empty() throws {
        let page = Self.page(try Self.setup("debian-12"))
        #expect(page.contains("<p>There are none yet.</p>"))
        #expect(!page.contains("<table>"))
        #expect(page.contains("sudo apt-get install PACKAGE"))
        #expect(page.contains("Nothing here is signed"))
    }

    @Test(
        "The release package is the way where the distribution's tool takes a URL",
        arguments: [
            ("centos-7", "yum"), ("fedora-20", "yum"), ("rhel-9", "dnf"), ("fedora-43", "dnf"),
            ("amazonlinux-2023", "dnf"), ("opensuse-leap-15.6", "zypper"),
        ]
    )
    func releasePackage(distribution: String, tool: String) throws {
        for channel in ArchiveLayout.Channel.allCases {
            var setup = try Self.setup(distribution, channel)
            setup.releasePackage = try ObjectKey("x/clusterhq-release.rpm")
            setup.key = try ObjectKey("clusterhq.asc")
            let page = Self.page(setup, [try Self.record("flocker", "1-1")])
            #expect(page.contains("sudo \(tool) install https://s3.example.com/archive/x/clusterhq-release.rpm\n"))
            let testing = channel == .testing && tool != "zypper" ? "--enablerepo=clusterhq-testing " : ""
            #expect(page.contains("sudo \(tool) install \(testing)flocker\n"))
            #expect(page.contains("modifyrepo --enable clusterhq-testing") == (channel == .testing && tool == "zypper"))
            #expect(page.contains("gpgkey=https://s3.example.com/archive/clusterhq.asc\n"))
            #expect(page.contains("<strong>testing</strong>") == (channel == .testing))
        }
    }

    @Test("apt gets the key and its configuration in the form that the release reads")
    func apt() throws {
        for (distribution, path, text) in [
            (
                "debian-12", "clusterhq.sources",
                """
                URIs: https://s3.example.com/archive/debian/12/amd64/
                Suites: /
                Signed-By: /usr/share/keyrings/clusterhq-archive-keyring.gpg
                """
            ),
            (
                "ubuntu-16.04", "clusterhq.list",
                "deb [signed-by=/usr/share/keyrings/clusterhq-archive-keyring.gpg] "
                    + "https://s3.example.com/archive/ubuntu/16.04/amd64/ /"
            ), ("ubuntu-14.04", "clusterhq.list", "deb https://s3.example.com/archive/ubuntu/14.04/amd64/ /"),
        ] {
            var setup = try Self.setup(distribution)
            setup.key = try ObjectKey("clusterhq.gpg")
            setup.releasePackage = try ObjectKey("debian/clusterhq-release.deb")
            let commands = setup.steps.map(\.commands)
            try #require(commands.count == 2)
            #expect(commands[0].hasSuffix(".gpg https://s3.example.com/archive/clusterhq.gpg\n"))
            #expect(commands[1].hasPrefix("sudo tee /etc/apt/sources.list.d/\(path) <<'EOF'\n"))
            #expect(commands[1].contains(text + "\nEOF\nsudo apt-get update\n"), "\(commands[1])")
            let alternative = try #require(setup.alternative?.first?.commands)
            #expect(alternative.contains("https://s3.example.com/archive/debian/clusterhq-release.deb\n"))
        }
        let pool = try RepositorySetup(
            Self.repository,
            for: .named("debian-12"),
            folder: ObjectKey("debian/12"),
            suite: "stable",
            components: ["main", "extra"]
        )
        #expect(pool.steps.first?.commands.contains("\nSuites: stable\nComponents: main extra\nTrusted: yes\n") == true)
        #expect(Self.page(pool).contains("href=\"./dists/stable/Release\""))
    }

    /// The relative luminance of `#rrggbb` (WCAG 2.2).
    private static func luminance(_ colour: Substring) throws -> Double {
        let number = try #require(Int(colour.dropFirst(), radix: 16))
        let parts = [16, 8, 0].map { shift -> Double in
            let part = Double(number >> shift & 255) / 255
            return part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
        }
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    }

    @Test("Every text stands out from what is behind it by 4.5 to 1, on light and on dark")
    func contrast() throws {
        let themes = RepositoryPageStyle.text.split(separator: "prefers-color-scheme: dark")
        try #require(themes.count == 2)
        for theme in themes {
            var colours: [Substring: Double] = [:]
            for match in theme.matches(of: /--([a-z-]+): (#[0-9a-f]{6});/) {
                colours[match.1] = try Self.luminance(match.2)
            }
            #expect(colours.count == 8)
            let pairs: [(Substring, [Substring])] = [
                ("back", ["text", "soft", "link", "note"]), ("panel", ["text"]), ("note-back", ["note"]),
            ]
            for (back, fronts) in pairs {
                for front in fronts {
                    let one = try #require(colours[back])
                    let other = try #require(colours[front])
                    #expect((max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5, "\(front) on \(back)")
                }
            }
        }
    }
}
