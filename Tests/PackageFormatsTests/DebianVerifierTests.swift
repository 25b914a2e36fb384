import Foundation
import PackageFormats
import SystemPackage
import Testing

@Suite("Verifying .deb files")
struct DebianVerifierTests {
    /// What is wrong with a damaged package: the check that has to name it.
    static let damaged: [(name: String, check: String)] = [
        ("ar-bad-magic", "unknown-format"), ("ar-crlf-magic", "ar-magic"), ("ar-truncated-header", "ar-truncated"),
        ("ar-truncated-data", "ar-member-truncated"), ("ar-bad-fmag", "ar-header"), ("ar-size-nondigit", "ar-number"),
        ("ar-size-negative", "ar-number-negative"), ("ar-size-blank", "ar-number-missing"),
        ("ar-no-debian-binary", "deb-missing-member"),
        ("ar-debian-binary-second", "deb-first-member"), ("ar-duplicate-debian-binary", "deb-member"),
        ("ar-version-3", "deb-format-version"), ("ar-version-no-newline", "deb-format-line"),
        ("ar-version-crlf", "deb-format-number"), ("ar-no-control", "deb-missing-member"),
        ("ar-control-lz4", "deb-compression"), ("ar-data-lz4", "deb-compression"),
        ("ar-suffix-lies", "stream-format"), ("ar-zero-data", "deb-empty-member"),
        ("ar-zero-control", "deb-empty-member"),
        ("z-gzip-bad-crc", "stream-checksum"), ("z-gzip-bad-isize", "stream-length"),
        ("z-gzip-trailing-garbage", "trailing-stream"), ("z-xz-truncated", "stream-truncated"),
        ("tar-bad-checksum-first", "tar-format"), ("tar-bad-checksum-later", "tar-checksum"),
        ("tar-truncated-file", "tar-truncated"), ("tar-partial-block", "tar-partial-block"), ("tar-pax-x", "tar-pax"),
        ("tar-pax-x-in-control", "tar-pax"), ("tar-dotdot", "invalid-path"), ("tar-dotdot-deep", "invalid-path"),
        ("tar-absolute", "absolute-path"), ("tar-symlink-write-through", "deb-below-link"),
        ("tar-symlink-abs-write-through", "deb-below-absolute-link"), ("tar-hardlink-outside", "deb-link-outside"),
        ("tar-hardlink-absolute", "deb-link-absolute"), ("tar-hardlink-missing-target", "deb-link-target"),
        ("tar-size-8gib-truncated", "tar-truncated"), ("tar-size-nonoctal", "tar-number"),
        ("tar-size-blank", "tar-number-missing"), ("tar-longname-dangling", "tar-long-name"),
        ("tar-longname-dotdot", "invalid-path"), ("tar-component-247", "deb-name-length"),
        ("tar-empty-name", "tar-name"), ("tar-type-sparse", "tar-sparse"), ("tar-type-unknown", "tar-type"),
        ("tar-file-as-parent", "deb-entry"), ("tar-dir-with-size", "tar-size"),
        ("tar-root-as-file", "tar-directory-name"),
        ("ctl-duplicate-control-file", "control-member-duplicate"), ("ctl-duplicate-field", "control-duplicate-field"),
        ("ctl-blank-line", "control-continuation"), ("ctl-second-stanza", "control-stanzas"),
        ("ctl-whitespace-line", "control-blank-line"), ("ctl-no-package", "control-missing-field"),
        ("ctl-no-architecture", "control-missing-field"), ("ctl-no-maintainer", "control-missing-field"),
        ("ctl-no-description", "control-missing-field"), ("ctl-name-uppercase", "control-name-case"),
        ("ctl-name-path", "control-name"), ("ctl-name-short", "control-name-length"),
        ("ctl-version-letter-first", "control-version-start"), ("ctl-version-empty-epoch", "control-version-epoch"),
        ("ctl-version-empty-revision", "control-version-revision"), ("ctl-version-space", "control-version"),
        ("ctl-arch-unknown", "control-architecture-name"), ("ctl-arch-list", "control-architecture"),
        ("ctl-no-final-newline", "control-newline"), ("ctl-crlf", "control-character"),
        ("ctl-bom", "control-field-name"), ("ctl-depends-syntax", "control-relation"),
        ("ctl-provides-ge", "control-provides"), ("ctl-conflicts-alternatives", "control-alternatives"),
        ("ctl-comment", "control-comment"), ("ctl-conffile-relative", "control-conffiles"),
        ("ctl-conffile-no-newline", "control-conffiles-end"), ("ctl-conffile-duplicate", "control-conffile-duplicate"),
        ("ctl-conffile-directory", "control-conffile-missing"), ("ctl-installed-size-text", "control-installed-size"),
        ("ctl-script-not-executable", "control-script-mode"),
        ("ctl-script-no-interpreter", "control-script-interpreter"),
        ("ctl-control-symlink", "control-member"), ("ctl-dotdot", "control-member-path"),
        ("ctl-absolute", "control-member-path"), ("ctl-subdirectory", "control-member-path"),
        ("ctl-md5sums-wrong", "md5sums"),
    ]

    /// What installs but is not as it should be.
    static let odd: [(name: String, check: String)] = [
        ("ar-missing-final-pad", "ar-padding"), ("ar-nul-pad", "ar-padding"),
        ("ar-size-leading-zeros", "ar-leading-zero"), ("ar-mtime-leading-zeros", "ar-leading-zero"),
        ("ar-underscore-before-control", "deb-extra-member"), ("tar-empty", "deb-empty"),
        ("tar-no-root-entry", "deb-root"), ("tar-device-node", "deb-device"), ("ctl-latin1", "control-encoding"),
        ("ctl-depends-gt", "control-relation-operator"), ("ctl-md5sums-dot-prefix", "md5sums-prefix"),
    ]

    struct Case: Decodable, Sendable, CustomTestStringConvertible {
        var name: String
        var what: String
        var expect: String
        var testDescription: String { "\(name): \(what)" }
    }

    /// Every damaged package, and what is expected of a verifier that is stricter than dpkg.
    static let cases: [Case] = {
        let path = DebianFixture.path("malformed/manifest.json").string
        let data = try? Data(contentsOf: URL(fileURLWithPath: path))
        return data.flatMap { try? JSONDecoder().decode([Case].self, from: $0) } ?? []
    }()

    @Test("what dpkg does not unpack is an error, and nothing else is", arguments: DebianMalformation.all)
    func malformed(_ malformation: DebianMalformation) throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending(DebianMalformation.fileName)
        try Data(malformation.bytes()).write(to: URL(fileURLWithPath: path.string))
        let findings = try PackageFile.verify(path).findings
        let errors = Set(findings.filter { $0.severity == .error }.map(\.check))
        #expect(errors == Set([malformation.check].compactMap(\.self)))
    }

    @Test("there are damaged packages, and nothing else is expected of any")
    func complete() {
        #expect(Self.cases.count == 108)
        let rejected = Self.cases.filter { $0.expect == "reject" }.map { String($0.name.dropLast(4)) }
        #expect(Set(Self.damaged.map(\.name)) == Set(rejected))
        let warned = Self.cases.filter { $0.expect == "warn" }.map { String($0.name.dropLast(4)) }
        #expect(Set(Self.odd.map(\.name)) == Set(warned))
    }

    @Test("no two faults get the same answer")
    func distinct() throws {
        var answers: [String: String] = [:]
        for damaged in Self.cases where damaged.expect == "reject" {
            let result = try PackageFile.verify(DebianFixture.path("malformed/\(damaged.name)"))
            let finding = try #require(result.findings.first { $0.severity == .error })
            // One fault in several fields, members or entries has one code and as many places.
            let answer = "\(finding.check) at \(finding.place)"
            let other = answers.updateValue(damaged.name, forKey: answer)
            #expect(other == nil, "\(damaged.name) and \(other ?? ""): \(answer)")
        }
    }

    @Test("answers every damaged package as it deserves, and names why", arguments: cases)
    func answer(_ damaged: Case) throws {
        let result = try PackageFile.verify(DebianFixture.path("malformed/\(damaged.name)"))
        let name = String(damaged.name.dropLast(4))
        let findings = result.findings.filter { $0.check != "file-name" }
        switch damaged.expect {
        case "reject":
            #expect(result.verdict == .failed)
            let check = try #require(Self.damaged.first { $0.name == name }?.check)
            let errors = findings.filter { $0.severity == .error }
            #expect(errors.map(\.check) == [check], "\(findings)")
        case "warn":
            #expect(result.verdict == .warning)
            let check = try #require(Self.odd.first { $0.name == name }?.check)
            #expect(findings.map(\.check).contains(check), "\(findings)")
        // An injected line is a field like any other; only the one who wrote it could have known.
        case "accept", "parses-as-fields": #expect(findings == [])
        default: Issue.record("nothing is known of '\(damaged.expect)'")
        }
    }

    @Test(
        "accepts what dpkg-deb made",
        arguments: [
            "01-plain-gz", "02-plain-xz", "03-plain-xz-nonuniform", "04-plain-zst", "05-plain-none",
            "06-control-members", "07-hardlinks", "08-symlinks", "09-longnames", "10-unicode-names", "11-owners-modes",
            "12-special-nodes", "13-mtime-base256", "15-omnibus-lintian-clean",
        ]
    )
    func golden(_ name: String) throws {
        let usual: Set<String> = [
            "file-name", "deb-device", "path-encoding", "path-control-character", "file-world-writable",
        ]
        #expect(
            try PackageFile.verify(DebianFixture.path("\(name).deb")).findings.filter { !usual.contains($0.check) }
                == []
        )
    }

    @Test("names the format that nobody writes any more")
    func obsolete() throws {
        let findings = try PackageFile.verify(DebianFixture.path("14-old-format-0.939000.deb")).findings
        #expect(findings.map(\.check) == ["deb-obsolete"])
    }
}
