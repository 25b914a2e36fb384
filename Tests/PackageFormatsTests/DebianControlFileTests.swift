import PackageFormats
import Testing

@Suite("Control files")
struct DebianControlFileTests {
    @Test("reads fields, folded lines and stanzas")
    func parse() throws {
        let text = "A: 1\nDescription:  x  \n one \n  two\n .\n\tthree\n\n\nB:\nC:\n /etc/x y\n"
        let file = try ControlFile(parsing: Array(text.utf8))
        #expect(file.stanzas.count == 2)
        #expect(file.stanzas.first?["a"] == "1")
        #expect(file.stanzas.first?["DESCRIPTION"] == "x\none\n two\n.\nthree")
        #expect(file.stanzas.last?["B"] == "")
        #expect(file.stanzas.last?["C"] == "\n/etc/x y")
        #expect(file.isUTF8)
    }

    @Test(
        "reading what was written gives the same",
        arguments: [
            [("A", "1")], [("A", ""), ("B", "\nx\n  y")], [("Description", "a b\n.\n  verbatim\nlast"), ("X", "ü: ñ")],
        ]
    )
    func roundTrip(_ fields: [(String, String)]) throws {
        var stanza = ControlStanza()
        for (name, value) in fields { try stanza.append(name, value) }
        let file = ControlFile([stanza, stanza])
        let bytes = file.render()
        #expect(try ControlFile(parsing: bytes) == file)
        #expect(try ControlFile(parsing: bytes).render() == bytes)
    }

    @Test(
        "a damaged file is refused with a code of its own",
        arguments: [
            ("A: 1", FormatError.Code.controlNewline), (" A: 1\n", .controlContinuation), ("#A: 1\n", .controlComment),
            ("A 1\n", .controlSyntax), (": 1\n", .controlFieldName), ("-A: 1\n", .controlFieldName),
            ("A B: 1\n", .controlFieldName), ("\u{FEFF}A: 1\n", .controlFieldName), ("Ä: 1\n", .controlFieldName),
            ("A: 1\na: 2\n", .controlDuplicateField), ("A: 1\n \t\n", .controlBlankLine),
            ("A: 1\r\n", .controlCharacter), ("A: 1\u{0}\n", .controlCharacter),
            ("A: 1\n b\u{7F}\n", .controlCharacter),
        ]
    )
    func damaged(_ text: String, _ code: FormatError.Code) {
        let bytes = Array(text.utf8)
        #expect(DebianFixture.error { () throws(FormatError) in _ = try ControlFile(parsing: bytes) }?.code == code)
    }

    @Test(
        "no value can start a field or a stanza",
        arguments: ["1\nPre-Depends: evil", "1\n\nPackage: evil", "1\n \nPackage: evil", "1\r\nX: y", "1\u{0}", "1\n"]
    )
    func injection(_ value: String) throws {
        var stanza = ControlStanza()
        do {
            try stanza.append("A", value)
        } catch {
            return
        }
        let parsed = try ControlFile(parsing: ControlFile([stanza]).render())
        #expect(parsed.stanzas.map { $0.fields.map(\.name) } == [["A"]])
    }

    @Test("text that is no UTF-8 is read and reported")
    func latin1() throws {
        let file = try ControlFile(parsing: [0x41, 0x3A, 0x20, 0xE9, 0x0A])
        #expect(!file.isUTF8)
        #expect(file.stanzas.first?["A"] == "\u{FFFD}")
    }

    @Test("a stanza of more than 1 MiB or 1000 fields is refused")
    func limits() {
        let long = Array("A: ".utf8) + [UInt8](repeating: 0x61, count: 1 << 20) + [0x0A]
        #expect(
            DebianFixture.error { () throws(FormatError) in _ = try ControlFile(parsing: long) }?.code == .limitExceeded
        )
        let many = Array((0...1000).map { "A\($0): 1\n" }.joined().utf8)
        #expect(
            DebianFixture.error { () throws(FormatError) in _ = try ControlFile(parsing: many) }?.code == .limitExceeded
        )
    }
}
