import Testing

@testable import PackageFormats

@Suite("Documents of yum repositories")
struct YumMetadataTests {
    private static func elements(_ text: String, _ document: YumDocument = .filelists) throws(FormatError) -> [String] {
        let reader = YumDocumentReader(document, MemorySource(Array(text.utf8)))
        var found: [String] = []
        while try reader.next({ found.append(String(decoding: $0, as: UTF8.self)) }) {}
        return found
    }

    @Test("documents of createrepo_c are taken apart, their heads read", arguments: YumDocument.allCases)
    func golden(document: YumDocument) throws {
        let bytes = try RepositoryFixture.bytes("createrepo_c/\(document.rawValue).xml")
        let elements = try Self.elements(String(decoding: bytes, as: UTF8.self), document)
        #expect(elements.count == 7)
        #expect(elements.allSatisfy { $0.hasPrefix("<package ") && $0.hasSuffix("</package>") })
        for element in elements {
            var text = element
            text.withUTF8 { bytes in
                let bytes = UnsafeRawBufferPointer(bytes)
                if document == .primary {
                    #expect(YumDocumentReader.head(of: bytes) != nil)
                } else {
                    #expect(YumDocumentReader.packageID(of: bytes)?.utf8.count == 64)
                }
            }
        }
    }

    private static let root = "<filelists xmlns=\"x\" packages=\"1\">"
    private static let package = "<package pkgid=\"a\" name=\"b\" arch=\"c\"></package>"

    @Test("elements longer than any buffer come whole")
    func long() throws {
        let file = "<file>/\(String(repeating: "x", count: 300_000))</file>"
        let element = "<package pkgid=\"a\">\(file)</package>"
        #expect(try Self.elements("\(Self.root)\n\(element)\n</filelists>") == [element])
    }

    @Test(
        "what is not the document that was promised is refused",
        arguments: [
            "", "<filelists>", "<filelists packages=\"x\"></filelists>", "\(root)\n</filelists>", "\(root)\(package)",
            "\(root)\(package)\(package)</filelists>", "\(root)\(package)</otherdata>", "\(root)text</filelists>",
            "\(root)<package pkgid=\"a\">", "\(root)<package a=\"\"><!-- --></package></filelists>",
            "\(root)<package a=\"\"><package b=\"\"></package></package></filelists>",
            "\(root)\(package)</filelists>more", "<!DOCTYPE x>\(root)\(package)</filelists>",
            "<otherdata packages=\"1\">\(package)</otherdata>",
        ]
    )
    func malformed(text: String) {
        let error = DebianFixture.error { () throws(FormatError) in _ = try Self.elements(text) }
        #expect(error?.code == .repositoryMetadata)
    }

    @Test("repomd.xml of createrepo_c is read, and written again with every entry as it stood there")
    func index() throws {
        let bytes = try RepositoryFixture.bytes("createrepo_c/repomd.xml")
        let index = try YumIndex(parsing: bytes)
        #expect(index.revision == "1500000000")
        #expect(
            index.documents.map(\.type) == ["primary", "filelists", "other", "primary_db", "filelists_db", "other_db"]
        )
        let primary = try #require(index.document("primary"))
        #expect((primary.size, primary.openSize) == (2161, 10548))
        #expect((primary.form, primary.algorithm) == (.gzip, .sha256))
        #expect(!index.documents.contains { !$0.listsPackages })
        #expect(try YumIndex(parsing: index.encode()) == index)
        var own = primary
        own.source = nil
        let written = try YumIndex(revision: "1", documents: [own]).encode()
        var read = try #require(try YumIndex(parsing: written).document("primary"))
        read.source = nil
        #expect(read == own)
    }

    private static func entry(_ type: String, _ href: String) -> String {
        "<data type=\"\(type)\"><checksum type=\"sha256\">0</checksum><location href=\"\(href)\"/><size>1</size></data>"
    }

    @Test(
        "an index that lies or leaves the folder is refused",
        arguments: [
            ("", FormatError.Code.xmlSyntax), ("<repomd>", .xmlSyntax), ("<repomd></repo>", .xmlSyntax),
            ("<repomd/><repomd/>", .xmlSyntax), ("<!DOCTYPE a [<!ENTITY b \"c\">]><repomd/>", .xmlSyntax),
            ("<repomd>&unknown;</repomd>", .xmlSyntax), ("<repomd a=\"1\" a=\"2\"/>", .xmlSyntax),
            ("<repomd><![CDATA[x]]></repomd>", .xmlSyntax), ("<repomd a=b/>", .xmlSyntax),
            ("<repomd a=\"<\"/>", .xmlSyntax), ("<other/>", .repositoryMetadata),
            ("<repomd><data/></repomd>", .repositoryMetadata),
            ("<repomd>\(entry("a", "../../etc/passwd"))</repomd>", .repositoryLocation),
            ("<repomd>\(entry("a", "/etc/passwd"))</repomd>", .repositoryLocation),
            ("<repomd>\(entry("a", "b"))\(entry("a", "c"))</repomd>", .repositoryMetadata),
            ("<repomd>\(entry("a", "b").replacing(">1<", with: ">-1<"))</repomd>", .repositoryMetadata),
            (String(repeating: "<a>", count: 100), .limitExceeded),
        ]
    )
    func badIndex(text: String, code: FormatError.Code) {
        let error = DebianFixture.error { () throws(FormatError) in _ = try YumIndex(parsing: Array(text.utf8)) }
        #expect(error?.code == code)
    }

    @Test("references and comments are read as XML has them")
    func references() throws {
        let text = "<?xml version='1.0'?><!-- a --><a b='&lt;&#x41;&#66;\"'>x &amp; <!-- y -->z<c/></a>"
        let element = try XMLElement(parsing: Array(text.utf8))
        #expect(element.attributes == ["b": "<AB\""])
        #expect(element.text == "x & z")
        #expect(element.children.map(\.name) == ["c"])
    }
}
