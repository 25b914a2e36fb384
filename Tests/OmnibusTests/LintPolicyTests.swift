import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

private let repository = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()

@Suite("Lint")
struct LintPolicyTests {
    @Test("every exemption is documented with its reason", arguments: LintPolicy.rpmlint + LintPolicy.lintian)
    func documented(exemption: LintPolicy.Exemption) throws {
        let text = String(decoding: try FileSystem.read(repository.appending("docs/lint.md")), as: UTF8.self)
        #expect(text.contains("| `\(exemption.tag)` |"))
        #expect(text.contains("| \(exemption.reason) |"))
    }

    @Test("a package of links is not forgiven what a bundle is")
    func scopes() throws {
        let links = try Self.package { Symlink("/usr/bin/x", to: "/opt/x/bin/x") }
        let tags = LintPolicy.exemptions(LintPolicy.rpmlint, for: links).map(\.tag)
        #expect(tags.contains("dangling-symlink") && !tags.contains("zero-length"))
        let bundle = try Self.package { File("", to: "/opt/x/empty") }
        #expect(LintPolicy.exemptions(LintPolicy.rpmlint, for: bundle).map(\.tag).contains("zero-length"))
    }

    @Test(
        "our own checks find what users would stumble over",
        arguments: [
            ("world-writable", File("", to: "/opt/x/f").mode(0o666)),
            ("path-not-for-packages", File("", to: "/home/x/f").content),
            ("standard-directory", Directory("/usr/bin").content),
            ("file-in-etc-not-config", File("", to: "/etc/x.conf").content),
            ("config-outside-etc", File("", to: "/opt/x.conf").config()),
            ("setuid", File("", to: "/usr/bin/x").mode(0o4755)),
        ]
    )
    func findings(check: String, content: Content) throws {
        let package = try Self.package { content }
        #expect(PackageCheck.findings(in: package).map(\.check).contains(check))
    }

    @Test("a sound package has no findings")
    func sound() throws {
        let package = try Self.package {
            Symlink("/usr/bin/x", to: "/opt/x/bin/x")
            File("a", to: "/etc/x.conf").config()
            Directory("/var/lib/x")
        }
        #expect(PackageCheck.findings(in: package) == [])
    }

    @Test("a link into the package's own folder that leads nowhere is an error")
    func dangling() throws {
        let package = try Self.package {
            Directory("/opt/x")
            Symlink("/usr/bin/x", to: "/opt/x/missing")
        }
        #expect(PackageCheck.findings(in: package).map(\.check) == ["dangling-symlink"])
    }

    private static func package(@ContentsBuilder _ contents: () -> [Content]) throws -> Package {
        try Package(
            name: "x",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Test of checks",
            license: "MIT",
            maintainer: "X <x@example.com>",
            date: 0,
            contents: contents
        )
    }
}
