import Testing

@testable import PackageFormats

private let header = CpioHeader(
    inode: 0x0123_ABCD,
    mode: 0o100644,
    linkCount: 2,
    modificationTime: 0xFFFF_FFFF,
    size: 5,
    deviceMajor: 0x89,
    deviceMinor: 0xFEDC_BA98
)

/// An archive of two files with five bytes each.
private let archive: [UInt8] = {
    var bytes: [UInt8] = []
    for name in ["./a", "./etc/second"] {
        header.append(name: Array(name.utf8), to: &bytes)
        bytes += Array("12345".utf8) + [0, 0, 0]
    }
    CpioHeader.trailer.append(name: Cpio.trailerName, to: &bytes)
    return bytes
}()

@Suite("cpio")
struct CpioTests {
    @Test("reads the same in pieces of any size", arguments: [1, 2, 5, 8, 109, 110, 111, 4096])
    func pieces(size: Int) throws {
        var reader = CpioReader(PiecewiseSource(archive, pieceSize: size))
        for expected in ["./a", "./etc/second"] {
            guard case .named(let found, let name)? = try reader.next() else {
                Issue.record("there is no \(expected)")
                return
            }
            #expect(found == header)
            #expect(name == Array(expected.utf8))
            reader.expectData(UInt64(found.size))
            var data: [UInt8] = []
            try reader.readData { (bytes) throws(FormatError) in
                bytes.withUnsafeBytes { data.append(contentsOf: $0) }
            }
            #expect(data == Array("12345".utf8))
        }
        #expect(try reader.next() == nil)
        try reader.finish()
    }

    @Test("takes hexadecimal digits of either case for numbers, and no other byte", arguments: 0..<8)
    func digits(place: Int) throws {
        for byte in UInt8.min...UInt8.max {
            var bytes = archive
            // The first number behind the magic is the inode's.
            bytes[6 + place] = byte
            let text = String(decoding: bytes[6..<14], as: UTF8.self)
            let isDigit = byte < 0x80 && Character(UnicodeScalar(byte)).isHexDigit
            var reader = CpioReader(MemorySource(bytes))
            do throws(FormatError) {
                guard case .named(let found, _)? = try reader.next() else {
                    Issue.record("no entry with \(byte)")
                    continue
                }
                #expect(isDigit, "byte \(byte)")
                #expect(found.inode == UInt32(text, radix: 16))
            } catch {
                #expect(!isDigit, "byte \(byte)")
                #expect(error.code == .cpioNumber)
            }
        }
    }

    @Test("looks at each of the thirteen numbers", arguments: 0..<13)
    func numbers(index: Int) throws {
        for place in 0..<8 {
            var bytes = archive
            bytes[6 + index * 8 + place] = UInt8(ascii: "G")
            var reader = CpioReader(MemorySource(bytes))
            let error = #expect(throws: FormatError.self) { try reader.next() }
            #expect(error?.code == .cpioNumber)
        }
    }
}
