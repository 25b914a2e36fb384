import Testing

@testable import PackageFormats

@Suite("tar archives")
struct TarTests {
    /// The uncompressed tar archive of a golden package's member.
    static func golden(_ name: String, _ member: String = "data.tar") throws -> [UInt8] {
        let file = try InputFile(opening: DebianFixture.path(name))
        let found = try #require(try ArArchive.members(of: file).members.first { $0.name.hasPrefix(member) })
        let form = try #require(DebianFile.form(ofMember: found.name, prefix: member))
        let source = try DecodingSource(form, file.part(from: found.offset, count: found.size))
        var bytes: [UInt8] = []
        var reader = StreamReader(source)
        while try !reader.isAtEnd() { bytes += try reader.bytes(1) }
        return bytes
    }

    static func members(_ bytes: [UInt8]) throws(FormatError) -> [(header: TarHeader, data: [UInt8])] {
        var reader = TarReader(MemorySource(bytes))
        var members: [(header: TarHeader, data: [UInt8])] = []
        while let header = try reader.next() { members.append((header, try reader.data(limit: 1 << 20))) }
        return members
    }

    static func archive(_ members: [(header: TarHeader, data: [UInt8])]) throws(FormatError) -> [UInt8] {
        var writer = TarWriter(ByteBuffer())
        for member in members { try writer.append(member.header, member.data) }
        try writer.finish()
        return writer.sink.bytes
    }

    @Test(
        "writes what it read from dpkg-deb byte for byte",
        arguments: [
            "01-plain-gz.deb", "06-control-members.deb", "07-hardlinks.deb", "08-symlinks.deb", "09-longnames.deb",
            "10-unicode-names.deb", "11-owners-modes.deb", "12-special-nodes.deb", "13-mtime-base256.deb",
            "15-omnibus-lintian-clean.deb",
        ]
    )
    func golden(_ name: String) throws {
        for member in ["control.tar", "data.tar"] {
            let bytes = try TarTests.golden(name, member)
            #expect(try TarTests.archive(TarTests.members(bytes)) == bytes)
        }
    }

    @Test("every cut of an archive is read to an end or refused")
    func truncation() throws {
        let bytes = try TarTests.golden("09-longnames.deb")
        let whole = try TarTests.members(bytes).count
        for length in stride(from: 0, to: bytes.count, by: 97) {
            do throws(FormatError) {
                #expect(try TarTests.members(Array(bytes[..<length])).count <= whole)
            } catch {
                #expect([.tarTruncated, .tarPartialBlock, .tarLongName].contains(error.code))
            }
        }
    }

    /// A block that is right but for what a test changes in it.
    static func block(_ name: String = "./x", _ change: (inout [UInt8]) -> Void) throws(FormatError) -> [UInt8] {
        var header = TarHeader()
        header.name = Array(name.utf8)
        var block: [UInt8] = []
        try header.encode(into: &block)
        change(&block)
        block.replaceSubrange(148..<156, with: repeatElement(0x20, count: 8))
        OctalField.writeDigits(Int64(block.reduce(0) { $0 + Int($1) }), into: &block, at: 148, count: 6)
        block[154] = 0
        return block
    }

    @Test(
        "a wrong header is refused with a code of its own",
        arguments: [
            (156, Array("x".utf8), FormatError.Code.tarPax), (156, Array("g".utf8), .tarPax),
            (156, Array("S".utf8), .tarSparse), (156, Array("7".utf8), .tarType), (156, Array("Z".utf8), .tarType),
            (156, Array("1".utf8), .tarTarget), (156, Array("L".utf8), .tarLongName), (0, [0], .tarName),
            (157, Array("y".utf8), .tarTarget), (0, Array("./x/".utf8), .tarDirectoryName),
            (124, Array("            ".utf8), .tarNumberMissing), (124, Array("00000000009\0".utf8), .tarNumber),
            (124, [UInt8](repeating: 0xFF, count: 12), .tarNumberNegative), (108, Array("1a".utf8), .tarNumber),
            (257, Array("USTAR".utf8), .tarMagic), (124, [0x80, 1], .tarNumber),
            (124, Array("77777777777\0".utf8), .limitExceeded),
            (136, [0xC0], .tarNumber),
        ]
    )
    func wrong(_ offset: Int, _ bytes: [UInt8], _ code: FormatError.Code) throws {
        let block = try TarTests.block { $0.replaceSubrange(offset..<(offset + bytes.count), with: bytes) }
        #expect(DebianFixture.error { () throws(FormatError) in _ = try TarTests.members(block + block) }?.code == code)
    }

    @Test("a changed byte shows in the checksum")
    func checksum() throws {
        let sound = try TarTests.block { _ in }
        var block = sound
        block[2] ^= 1
        for (archive, code) in [(sound + block, FormatError.Code.tarChecksum), (block, .tarFormat)] {
            #expect(DebianFixture.error { () throws(FormatError) in _ = try TarTests.members(archive) }?.code == code)
        }
    }

    @Test("a long name without a member, twice, or beyond 64 KiB is refused")
    func longNames() throws {
        var header = TarHeader()
        header.name = [UInt8](repeating: 0x61, count: 200)
        var record: [UInt8] = []
        try header.encode(into: &record)
        let name = Array(record[..<1024])
        for bytes in [name, name + name, name + [UInt8](repeating: 0, count: 1024)] {
            #expect(
                DebianFixture.error { () throws(FormatError) in _ = try TarTests.members(bytes) }?.code == .tarLongName
            )
        }
        header.name = [UInt8](repeating: 0x61, count: 70000)
        #expect(
            DebianFixture.error { () throws(FormatError) in try header.encode(into: &record) }?.code == .limitExceeded
        )
    }

    @Test("something behind the end is refused, missing end blocks are not")
    func end() throws {
        let block = try TarTests.block { _ in }
        let zeros = [UInt8](repeating: 0, count: 1024)
        #expect(try TarTests.members(block).count == 1)
        #expect(try TarTests.members(block + zeros).count == 1)
        let hidden = block + zeros + block
        #expect(
            DebianFixture.error { () throws(FormatError) in _ = try TarTests.members(hidden) }?.code == .tarTrailing
        )
        let partial = block + [UInt8](repeating: 1, count: 100)
        #expect(
            DebianFixture.error { () throws(FormatError) in _ = try TarTests.members(partial) }?.code
                == .tarPartialBlock
        )
    }

    @Test("a POSIX header's prefix is part of the name, and the oldest form has no magic")
    func otherForms() throws {
        let posix = try TarTests.block { block in
            block.replaceSubrange(257..<265, with: Array("ustar\u{0}00".utf8))
            block.replaceSubrange(345..<348, with: Array("./y".utf8))
        }
        #expect(try TarTests.members(posix).first?.header.name == Array("./y/./x".utf8))
        let old = try TarTests.block { block in
            block.replaceSubrange(257..<512, with: repeatElement(0, count: 255))
            block[156] = 0
        }
        #expect(try TarTests.members(old).first?.header.kind == .file)
    }

    @Test("the writer refuses more or fewer bytes than a header says")
    func sizes() throws {
        var header = TarHeader()
        header.name = Array("./x".utf8)
        header.size = 3
        var writer = TarWriter(ByteBuffer())
        try writer.begin(header)
        let bytes: [UInt8] = [1, 2]
        try writer.write(bytes.span.bytes)
        #expect(throws: FormatError.self) { try writer.write(bytes.span.bytes) }
        #expect(throws: FormatError.self) { try writer.finish() }
    }

    @Test(
        "numbers go to octal digits where they fit, else to base 256, and come back",
        arguments: [0, 1, 7, 0o7777777, 0o10000000, 3_000_000, 8_589_934_591, 8_589_934_592, -1, -1000, .max, .min]
            as [Int64]
    )
    func numbers(_ value: Int64) {
        for width in [12, 16] {
            var field = [UInt8](repeating: 0, count: width)
            OctalField.write(value, into: &field, at: 0, width: width)
            #expect(OctalField.parse(field[...]) == value)
            #expect((field[0] & 0x80 == 0) == (value >= 0 && value < 1 << (3 * (width - 1))))
        }
    }
}
