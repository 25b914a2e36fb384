import PackageFormats
import SystemPackage
import Testing

@Suite("Verifying .deb files")
struct DebianVerifierTests {
    /// What is wrong with a damaged package: the check that has to name it.
    static let damaged: [(name: String, check: String)] = [
        ("ar-bad-magic", "ar-magic"), ("ar-crlf-magic", "ar-magic"), ("ar-truncated-header", "truncated"),
        ("ar-truncated-data", "truncated"), ("ar-bad-fmag", "ar-header"), ("ar-size-nondigit", "ar-number"),
        ("ar-size-negative", "ar-number"), ("ar-size-blank", "ar-number"), ("ar-no-debian-binary", "deb-member"),
        ("ar-debian-binary-second", "deb-member"), ("ar-duplicate-debian-binary", "deb-member"),
        ("ar-version-3", "deb-format-version"), ("ar-version-no-newline", "deb-format-version"),
        ("ar-version-crlf", "deb-format-version"), ("ar-no-control", "deb-member"),
        ("ar-control-lz4", "deb-compression"), ("ar-data-lz4", "deb-compression"),
        ("ar-suffix-lies", "corrupt-stream"), ("ar-zero-data", "deb-member"), ("ar-zero-control", "deb-member"),
        ("z-gzip-bad-crc", "corrupt-stream"), ("z-gzip-bad-isize", "corrupt-stream"),
        ("z-gzip-trailing-garbage", "corrupt-stream"), ("z-xz-truncated", "truncated"),
        ("tar-bad-checksum-first", "tar-checksum"), ("tar-bad-checksum-later", "tar-checksum"),
        ("tar-truncated-file", "truncated"), ("tar-partial-block", "truncated"), ("tar-pax-x", "tar-pax"),
        ("tar-pax-x-in-control", "tar-pax"), ("tar-dotdot", "invalid-path"), ("tar-dotdot-deep", "invalid-path"),
        ("tar-absolute", "invalid-path"), ("tar-symlink-write-through", "deb-entry"),
        ("tar-symlink-abs-write-through", "deb-entry"), ("tar-hardlink-outside", "invalid-path"),
        ("tar-hardlink-absolute", "invalid-path"), ("tar-hardlink-missing-target", "deb-entry"),
        ("tar-size-8gib-truncated", "truncated"), ("tar-size-nonoctal", "tar-number"),
        ("tar-size-blank", "tar-number"), ("tar-longname-dangling", "tar-long-name"),
        ("tar-longname-dotdot", "invalid-path"), ("tar-component-247", "deb-name-length"),
        ("tar-empty-name", "tar-name"), ("tar-type-sparse", "tar-type"), ("tar-type-unknown", "tar-type"),
        ("tar-file-as-parent", "deb-entry"), ("tar-dir-with-size", "tar-size"), ("tar-root-as-file", "tar-name"),
        ("ctl-duplicate-control-file", "control-member"), ("ctl-duplicate-field", "control-duplicate-field"),
        ("ctl-blank-line", "control-syntax"), ("ctl-second-stanza", "control-stanzas"),
        ("ctl-whitespace-line", "control-blank-line"), ("ctl-no-package", "control-missing-field"),
        ("ctl-no-architecture", "control-missing-field"), ("ctl-no-maintainer", "control-missing-field"),
        ("ctl-no-description", "control-missing-field"), ("ctl-name-uppercase", "control-name"),
        ("ctl-name-path", "control-name"), ("ctl-name-short", "control-name"),
        ("ctl-version-letter-first", "control-version"), ("ctl-version-empty-epoch", "control-version"),
        ("ctl-version-empty-revision", "control-version"), ("ctl-version-space", "control-version"),
        ("ctl-arch-unknown", "control-architecture"), ("ctl-arch-list", "control-architecture"),
        ("ctl-no-final-newline", "control-newline"), ("ctl-crlf", "control-character"),
        ("ctl-bom", "control-field-name"), ("ctl-depends-syntax", "control-relation"),
        ("ctl-provides-ge", "control-relation"), ("ctl-conflicts-alternatives", "control-relation"),
        ("ctl-comment", "control-syntax"), ("ctl-conffile-relative", "control-conffiles"),
        ("ctl-conffile-no-newline", "control-conffiles"), ("ctl-conffile-duplicate", "control-conffiles"),
        ("ctl-conffile-directory", "control-conffiles"), ("ctl-installed-size-text", "control-installed-size"),
        ("ctl-script-not-executable", "control-script"), ("ctl-script-no-interpreter", "control-script"),
        ("ctl-control-symlink", "control-member"), ("ctl-dotdot", "control-member"),
        ("ctl-absolute", "control-member"), ("ctl-subdirectory", "control-member"), ("ctl-md5sums-wrong", "md5sums"),
    ]

    @Test("names what is wrong with a damaged package", arguments: damaged)
    func fault(_ name: String, _ check: String) {
        let findings = DebianVerifier().verify(DebianFixture.path("malformed/\(name).deb"))
        #expect(findings.contains { $0.severity == .error && $0.check == check }, "\(findings)")
    }

    @Test(
        "warns of what installs but is not as it should be",
        arguments: [
            ("ar-missing-final-pad", "ar-padding"), ("ar-nul-pad", "ar-padding"),
            ("ar-size-leading-zeros", "ar-leading-zero"), ("ar-mtime-leading-zeros", "ar-leading-zero"),
            ("ar-underscore-before-control", "deb-member"), ("tar-empty", "deb-empty"),
            ("tar-no-root-entry", "deb-root"), ("tar-device-node", "deb-device"), ("ctl-latin1", "control-encoding"),
            ("ctl-depends-gt", "control-relation"), ("ctl-md5sums-dot-prefix", "md5sums-prefix"),
        ]
    )
    func warned(_ name: String, _ check: String) {
        let findings = DebianVerifier().verify(DebianFixture.path("malformed/\(name).deb"))
        #expect(!findings.contains { $0.severity == .error }, "\(findings)")
        #expect(findings.contains { $0.check == check }, "\(findings)")
    }

    @Test(
        "finds nothing wrong with what is merely unusual",
        arguments: [
            "00-good", "ar-gnu-slash-names", "ar-version-2.1-extra-lines", "ar-underscore-last", "ar-data-bz2",
            "ar-data-lzma", "z-gzip-two-streams", "tar-component-246", "tar-type-nul",
        ]
    )
    func accepted(_ name: String) {
        let findings = DebianVerifier().verify(DebianFixture.path("malformed/\(name).deb"))
        #expect(findings.filter { $0.check != "file-name" } == [])
    }

    @Test(
        "accepts what dpkg-deb made",
        arguments: [
            "01-plain-gz", "02-plain-xz", "03-plain-xz-nonuniform", "04-plain-zst", "05-plain-none",
            "06-control-members", "07-hardlinks", "08-symlinks", "09-longnames", "10-unicode-names", "11-owners-modes",
            "12-special-nodes", "13-mtime-base256", "15-omnibus-lintian-clean",
        ]
    )
    func golden(_ name: String) {
        let findings = DebianVerifier().verify(DebianFixture.path("\(name).deb"))
        #expect(findings.filter { $0.check != "file-name" && $0.check != "deb-device" } == [])
    }

    @Test("names the format that nobody writes any more")
    func obsolete() {
        let findings = DebianVerifier().verify(DebianFixture.path("14-old-format-0.939000.deb"))
        #expect(findings.map(\.check) == ["deb-obsolete"])
    }
}
