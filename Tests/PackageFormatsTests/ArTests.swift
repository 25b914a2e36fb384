import SystemPackage
import Testing

@testable import PackageFormats

@Suite("ar archives")
struct ArTests {
    @Test("a header is what dpkg-deb writes, byte for byte")
    func header() throws {
        let bytes = try DebianFixture.bytes("01-plain-gz.deb")
        let written = try ArArchive.header(name: "control.tar.gz", size: 385, date: 1_445_212_800)
        #expect(written == Array(bytes[72..<132]))
        #expect(Array(bytes[..<8]) == ArArchive.magic)
    }

    @Test("lists members with their places")
    func members() throws {
        let found = try ArArchive.members(of: InputFile(opening: DebianFixture.path("01-plain-gz.deb")))
        #expect(found.members.map(\.name) == ["debian-binary", "control.tar.gz", "data.tar.gz"])
        #expect(found.members.map(\.offset) == [68, 132, 578])
        #expect(found.members.map(\.size) == [4, 385, 209])
        #expect(found.members.first?.date == 1_445_212_800)
        #expect(found.warnings.isEmpty)
    }

    @Test(
        "a damaged archive is refused with a code of its own",
        arguments: [
            ("ar-bad-magic", FormatError.Code.arMagic), ("ar-crlf-magic", .arMagic), ("ar-bad-fmag", .arHeader),
            ("ar-truncated-header", .arTruncated), ("ar-truncated-data", .arMemberTruncated),
            ("ar-size-nondigit", .arNumber),
            ("ar-size-negative", .arNumberNegative), ("ar-size-blank", .arNumberMissing),
        ]
    )
    func damaged(_ name: String, _ code: FormatError.Code) throws {
        let file = try InputFile(opening: DebianFixture.path("malformed/\(name).deb"))
        #expect(DebianFixture.error { () throws(FormatError) in _ = try ArArchive.members(of: file) }?.code == code)
    }

    @Test(
        "what only some readers stumble over is a warning",
        arguments: [
            ("ar-missing-final-pad", "ar-padding"), ("ar-nul-pad", "ar-padding"),
            ("ar-size-leading-zeros", "ar-leading-zero"), ("ar-mtime-leading-zeros", "ar-leading-zero"),
        ]
    )
    func warned(_ name: String, _ check: String) throws {
        let found = try ArArchive.members(of: InputFile(opening: DebianFixture.path("malformed/\(name).deb")))
        #expect(found.members.count == 3)
        #expect(Set(found.warnings.map(\.check)) == [check])
    }

    @Test(
        "what a header cannot hold is refused",
        arguments: [
            ("x", 10_000_000_000, 0), ("x", 0, -1), ("x", 0, 1_000_000_000_000), ("sixteen-letters-", 0, 0),
            ("a/b", 0, 0), ("", 0, 0),
        ] as [(String, UInt64, Int64)]
    )
    func limits(_ name: String, _ size: UInt64, _ date: Int64) {
        #expect(throws: FormatError.self) { try ArArchive.header(name: name, size: size, date: date) }
    }
}
