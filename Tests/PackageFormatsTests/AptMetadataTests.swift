import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Indexes of apt repositories")
struct AptMetadataTests {
    private static func stanzas(_ text: String) throws(FormatError) -> [String] {
        let reader = AptPackagesReader(MemorySource(Array(text.utf8)))
        var found: [String] = []
        while try reader.next({ found.append(String(decoding: $0, as: UTF8.self)) }) {}
        return found
    }

    private static func head(_ stanza: String) throws(FormatError) -> RepositoryRecord {
        let bytes = Array(stanza.utf8)
        var result: Result<RepositoryRecord, FormatError>?
        bytes.withUnsafeBytes { bytes in
            do throws(FormatError) {
                result = .success(try AptPackagesReader.head(of: bytes))
            } catch {
                result = .failure(error)
            }
        }
        guard let result else { throw FormatError(.truncated, "nothing was read") }
        return try result.get()
    }

    @Test("a deb's stanza has the fields of apt-ftparchive's but weak digests, and is read back")
    func golden() throws {
        let index = String(decoding: try RepositoryFixture.bytes("apt/Packages"), as: UTF8.self)
        let stanzas = try Self.stanzas(index)
        #expect(stanzas.count == 3)
        for stanza in stanzas {
            let theirs = try #require(try ControlFile(parsing: Array(stanza.utf8)).stanzas.first)
            let name = try #require(theirs["Filename"]).dropFirst(2)
            let file = try InputFile(opening: RepositoryFixture.folder.appending("apt").appending(String(name)))
            let record = try RepositoryRecord.deb(reading: file, location: String(name))
            let ours = try #require(try ControlFile(parsing: record.texts[0]).stanzas.first)
            for field in theirs.fields where !["MD5sum", "SHA1", "SHA512", "Filename"].contains(field.name) {
                #expect(ours[field.name] == field.value)
            }
            #expect(ours.fields.count == theirs.fields.count - 3)
            #expect(ours.fields.first?.name == "Package")
            var expected = record
            expected.texts = []
            #expect(try Self.head(String(decoding: record.texts[0], as: UTF8.self)) == expected)
            #expect(try Self.head(stanza) == expected)
        }
    }

    @Test("fields that belong to the index count only where the index writes them")
    func injected() throws {
        let file = try InputFile(opening: DebianFixture.path("06-control-members.deb"))
        let record = try RepositoryRecord.deb(reading: file, location: "pool/x.deb")
        let names = String(decoding: record.texts[0], as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix(" ")
        }
        .map { $0.prefix { $0 != ":" } }
        #expect(Set(names).count == names.count)
        #expect(record.texts[0].suffix(2) == [0x0A, 0x0A])
    }

    @Test(
        "paths that clients may follow are listed",
        arguments: ["a", "a.deb", ".a", "..a", "...", "pool/main/.../a", "ü/a b"]
    )
    func location(_ path: String) throws { try RepositoryRecord.checkLocation(path) }

    @Test(
        "paths that lead elsewhere or hide are not",
        arguments: ["", "/", "/a", "a/", "a//b", ".", "..", "./a", "a/.", "a/../b", "a/..", "../a", "a\nb", "a\u{7F}"]
    )
    func badLocation(_ path: String) {
        let error = DebianFixture.error { () throws(FormatError) in try RepositoryRecord.checkLocation(path) }
        #expect(error?.code == .repositoryLocation)
    }

    @Test("an index is taken apart wherever its stanzas end")
    func split() throws {
        let stanza = "Package: a\nDescription: b\n c\n"
        #expect(try Self.stanzas("") == [])
        #expect(try Self.stanzas("\n\n") == [])
        #expect(try Self.stanzas(stanza) == [stanza])
        #expect(try Self.stanzas("\(stanza)\n\n\n\(stanza)\n") == [stanza, stanza])
        let error = DebianFixture.error { () throws(FormatError) in _ = try Self.stanzas("Package: a") }
        #expect(error?.code == .repositoryMetadata)
    }

    @Test(
        "a stanza that lies or leaves the folder is refused",
        arguments: [
            ("Package: a\n", FormatError.Code.repositoryMetadata), ("no field\n", .controlSyntax),
            ("Package: a\nPackage: b\n", .controlDuplicateField),
            ("Package: a\nArchitecture: all\nVersion: 1\nSize: 1\nFilename: ../x\n", .repositoryLocation),
            ("Package: a\nArchitecture: all\nVersion: 1\nSize: x\nFilename: x\n", .repositoryMetadata),
            ("Package: a\nArchitecture: all\nVersion: -\nSize: 1\nFilename: x\n", .debianRevision),
        ]
    )
    func badStanza(text: String, code: FormatError.Code) {
        let error = DebianFixture.error { () throws(FormatError) in _ = try Self.head(text) }
        #expect(error?.code == code)
    }

    /// The lines of an index of files.
    private static func contents(_ text: String) throws(FormatError) -> [AptContentsReader.Line] {
        let reader = AptContentsReader(MemorySource(Array(text.utf8)))
        var lines: [AptContentsReader.Line] = []
        while let line = try reader.next() { lines.append(line) }
        return lines
    }

    @Test("an index of files is taken apart into paths and packages")
    func contents() throws {
        #expect(try Self.contents("").isEmpty)
        let lines = try Self.contents("bin/a b  admin/a,b\nusr/ü,x  x\n")
        #expect(lines.map { String(decoding: $0.path, as: UTF8.self) } == ["bin/a b", "usr/ü,x"])
        #expect(lines.map(\.owners) == [["admin/a", "b"], ["x"]])
        #expect(lines[0].owners.map { String(AptContentsReader.Line.package($0)) } == ["a", "b"])
    }

    @Test(
        "an index of files in another form is refused",
        arguments: [
            "a  x", "a x\n", "a\t\tx\n", "a   x\n", "a\t  x\n", "  x\n", "a  \n", "\n", "b  x\na  x\n", "a  x\na  y\n",
            "FILE LOCATION\n",
        ]
    )
    func badContents(_ text: String) {
        let error = DebianFixture.error { () throws(FormatError) in _ = try Self.contents(text) }
        #expect(error?.code == .repositoryMetadata)
    }

    @Test("Release of apt-ftparchive is read, with and without a signature around it, and written again")
    func release() throws {
        let plain = try RepositoryFixture.bytes("apt/Release")
        let release = try AptRelease(parsing: plain)
        #expect(try AptRelease(parsing: RepositoryFixture.bytes("apt/InRelease")) == release)
        #expect(AptRelease.signedText(try RepositoryFixture.bytes("apt/InRelease")) == plain)
        #expect(AptRelease.signedText(plain) == nil)
        #expect(release["Origin"] == "Golden" && !release.allowsByHash)
        #expect(release.files.map(\.path) == ["Packages", "Packages.gz", "Packages.xz"])
        #expect(release.files[0].size == 1940)
        #expect(try AptRelease(parsing: release.encode()) == release)
        #expect(try AptRelease(parsing: AptRelease(fields: [], files: []).encode()).files.isEmpty)
    }

    @Test(
        "a release that lies or leaves the folder is refused",
        arguments: [
            ("Origin: a\n", FormatError.Code.repositoryMetadata), ("SHA256:\n abc 1 x\n", .repositoryMetadata),
            ("SHA256:\n \(String(repeating: "0", count: 64)) 1 ../x\n", .repositoryLocation),
            ("SHA256:\n \(String(repeating: "0", count: 64)) -1 x\n", .repositoryMetadata),
            ("Origin: a\n\nOrigin: b\n", .repositoryMetadata), ("x\n", .controlSyntax),
        ]
    )
    func badRelease(text: String, code: FormatError.Code) {
        let error = DebianFixture.error { () throws(FormatError) in _ = try AptRelease(parsing: Array(text.utf8)) }
        #expect(error?.code == code)
    }

    @Test("a field cannot bring another one along")
    func injection() {
        let error = DebianFixture.error { () throws(FormatError) in
            _ = try AptRelease(fields: [.init("Origin", "a\n\nb")], files: []).encode()
        }
        #expect(error?.code == .controlBlankLine)
    }

    @Test(
        "dates are RFC 1123 in UTC, and read in every form that apt takes",
        arguments: [
            (1_445_212_800, "Mon, 19 Oct 2015 00:00:00 UTC"), (0, "Thu, 01 Jan 1970 00:00:00 UTC"),
            (1_709_210_096, "Thu, 29 Feb 2024 12:34:56 UTC"),
        ]
    )
    func dates(seconds: Int64, text: String) {
        #expect(AptDate.text(seconds) == text)
        for zone in ["UTC", "GMT", "+0000"] { #expect(AptDate.seconds(text.dropLast(3) + zone) == seconds) }
        #expect(AptDate.seconds("2015-10-19T00:00:00Z") == nil)
    }
}
