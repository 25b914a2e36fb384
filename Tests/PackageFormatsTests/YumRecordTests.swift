import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Records of rpms")
struct YumRecordTests {
    /// The packages that createrepo_c was run over, each in a folder named after its architecture.
    private static let names = [
        "gold-config-2.0-1.x86_64", "gold-deps-1.0~rc1^git5-2.el8.x86_64", "gold-elf-1-1.x86_64",
        "gold-links-1-1.x86_64", "gold-plain-1.2.3-4.noarch", "gold-scripts-1-1.noarch", "gold-src-1.0-3.src",
    ]

    @Test("elements say what createrepo_c says", arguments: names)
    func golden(name: String) throws {
        let file = try InputFile(opening: RPMFixtures.folder.appending("\(name).rpm"))
        let golden = try YumDocument.allCases.map {
            try XMLElement(parsing: RepositoryFixture.bytes("createrepo_c/\($0.rawValue).xml"))
        }
        let sha256 = try file.sha256()
        let place = try #require(golden[0].children.firstIndex { $0.child("checksum")?.text == sha256 })
        let location = try #require(golden[0].children[place].child("location")?.attributes["href"])
        let record = try RepositoryRecord.rpm(reading: file, location: location, modificationTime: 1_500_000_000)
        for (text, document) in zip(record.texts, golden) {
            // The prefixes are bound in the root element.
            let ours = try XMLElement(parsing: text)
            #expect(RepositoryFixture.flat(ours) == RepositoryFixture.flat(document.children[place]))
        }
        #expect(record.sha256 == sha256)
        #expect(record.size == file.size)
    }

    @Test("what is read back from an element is what it was made of", arguments: names)
    func roundTrip(name: String) throws {
        let file = try InputFile(opening: RPMFixtures.folder.appending("\(name).rpm"))
        let record = try RepositoryRecord.rpm(
            reading: file,
            location: "a & \"b\" <c>/\(name).rpm",
            modificationTime: 1_400_000_000
        )
        var expected = record
        expected.texts = []
        expected.version.epoch = record.version.epoch ?? 0
        let head = record.texts[0].withUnsafeBytes { YumDocumentReader.head(of: $0) }
        #expect(head == expected)
        for text in record.texts.dropFirst() {
            #expect(text.withUnsafeBytes { YumDocumentReader.packageID(of: $0) } == record.sha256)
        }
    }

    @Test(
        "paths that a client must not follow are refused",
        arguments: ["", "/etc/x.rpm", "../x.rpm", "a/../b.rpm", "a//b.rpm", "./x.rpm", "x\n.rpm", "a/", "x\u{7F}"]
    )
    func location(path: String) throws {
        let file = try InputFile(opening: RPMFixtures.folder.appending("gold-empty-0-0.noarch.rpm"))
        #expect(
            DebianFixture.error { () throws(FormatError) in
                _ = try RepositoryRecord.rpm(reading: file, location: path, modificationTime: 0)
            }?.code == .repositoryLocation
        )
    }

    @Test("texts that are no UTF-8 are taken for Latin-1, and control characters are refused")
    func texts() throws {
        var xml = XMLText()
        try xml.text([0x4D, 0xFC, 0x26])
        try xml.attribute("a", Array("\"<\n\t\r>".utf8))
        #expect(String(decoding: xml.bytes, as: UTF8.self) == "Mü&amp; a=\"&quot;&lt;&#10;&#9;&#13;&gt;\"")
        for bad in [[0x00], [0x1B], [0x0B], [0xEF, 0xBF, 0xBE]] as [[UInt8]] {
            let error = DebianFixture.error { () throws(FormatError) in
                var xml = XMLText()
                try xml.text(bad)
            }
            #expect(error?.code == .xmlCharacter)
        }
    }

    @Test("a package cut anywhere is refused, never half listed")
    func truncated() throws {
        let bytes = try RPMFixtures.bytes("gold-deps-1.0~rc1^git5-2.el8.x86_64.rpm")
        let file = try InputFile(opening: RPMFixtures.folder.appending("gold-deps-1.0~rc1^git5-2.el8.x86_64.rpm"))
        let front = try RPMFront(reading: file)
        for count in stride(from: 0, to: Int(front.headerRange.upperBound), by: 97) {
            let cut = InputFile(bytes: Array(bytes[..<count]), named: "cut.rpm")
            let error = DebianFixture.error { () throws(FormatError) in
                _ = try RepositoryRecord.rpm(reading: cut, location: "cut.rpm", modificationTime: 0)
            }
            #expect(error?.path == "cut.rpm")
        }
    }
}
