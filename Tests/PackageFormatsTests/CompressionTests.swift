import SystemPackage
import Testing

@testable import PackageFormats

/// Bytes that compress like programs do: repeated words with noise between them.
func sampleBytes(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var state = seed
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 16)
    let words = ["import ", "return self.", "def __init__(self", "\n        ", "0x7f", "lambda x: "].map {
        Array($0.utf8)
    }
    while bytes.count < count {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        if state >> 61 == 0 {
            for shift in stride(from: UInt64(8), to: 56, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: state >> shift))
            }
        } else {
            bytes.append(contentsOf: words[Int(state >> 33) % words.count])
        }
    }
    return Array(bytes.prefix(count))
}

func encode(_ bytes: [UInt8], _ compression: Compression, threads: Int, piece: Int) throws -> [UInt8] {
    let encoder = try compression.makeEncoder(threads: threads)
    var buffer = ByteBuffer()
    var start = 0
    while start < bytes.count {
        let end = min(bytes.count, start + piece)
        try encoder.write(bytes.span.bytes.extracting(start..<end), to: &buffer)
        start = end
    }
    try encoder.finish(to: &buffer)
    return buffer.bytes
}

func decode(
    _ bytes: [UInt8],
    _ form: CompressedForm,
    limit: UInt64 = .max,
    decoders: DecoderPool? = nil
) throws -> [UInt8] {
    let source = try DecodingSource(form, MemorySource(bytes), limit: limit, decoders: decoders)
    var result: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 100_003)
    while true {
        let count = try room.withUnsafeMutableBytes { try source.read(into: $0) }
        if count == 0 { return result }
        result.append(contentsOf: room[..<count])
    }
}

private let codecs: [(Compression.Algorithm, Int, CompressedForm)] = [
    (.gzip, 1, .gzip), (.gzip, 6, .gzip), (.gzip, 9, .gzip), (.xz, 0, .xz), (.zstd, 3, .zstd), (.none, 0, .none),
]

@Suite("Compression")
struct CompressionTests {
    @Test("gives back what was compressed", arguments: codecs, [0, 1, 17, 70_000, 5_000_001])
    func roundTrip(codec: (Compression.Algorithm, Int, CompressedForm), size: Int) throws {
        let bytes = sampleBytes(size)
        let compressed = try encode(bytes, Compression(codec.0, level: codec.1), threads: 2, piece: 65_536)
        #expect(try decode(compressed, codec.2) == bytes)
        if codec.0 != .none, size > 1000 { #expect(compressed.count < bytes.count / 2) }
    }

    @Test("does not depend on the threads or on how the bytes come", arguments: codecs)
    func determinism(codec: (Compression.Algorithm, Int, CompressedForm)) throws {
        let bytes = sampleBytes(9_000_000)
        let compression = try Compression(codec.0, level: codec.1)
        let reference = try encode(bytes, compression, threads: 1, piece: 262_144)
        #expect(try encode(bytes, compression, threads: 2, piece: 262_144) == reference)
        #expect(try encode(bytes, compression, threads: 5, piece: 1_000_003) == reference)
    }

    @Test("survives bytes that do not compress", arguments: codecs)
    func noise(codec: (Compression.Algorithm, Int, CompressedForm)) throws {
        var state: UInt64 = 99
        let bytes = (0..<3_000_000).map { _ -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1
            return UInt8(truncatingIfNeeded: state >> 56)
        }
        let compressed = try encode(bytes, Compression(codec.0, level: codec.1), threads: 2, piece: 300_000)
        #expect(try decode(compressed, codec.2) == bytes)
    }

    @Test("writes one gzip member with no name and no time", arguments: [(1, 4), (6, 0), (9, 2)])
    func gzipHeader(level: Int, effort: UInt8) throws {
        let compressed = try encode(sampleBytes(5_000_000), Compression(.gzip, level: level), threads: 2, piece: 65_536)
        #expect(compressed.prefix(10).elementsEqual([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, effort, 3]))
        let decoder = try GzipDecoder()
        var consumed = 0
        var room = [UInt8](repeating: 0, count: 1 << 20)
        var ended = false
        while !ended {
            let step = try compressed[consumed...].withUnsafeBytes { input in
                try room.withUnsafeMutableBytes { try decoder.decode(input, into: $0) }
            }
            consumed += step.consumed
            ended = step.ended
        }
        #expect(consumed == compressed.count)
    }

    @Test("ends a block wherever the inflated bytes fill their room", arguments: [1, 6, 9], [1, 2, 3, 1000, 65_536])
    func blockEnds(level: Int, window: Int) throws {
        let bytes = sampleBytes(window == 65_536 ? 2_000_000 : 120_000)
        let block = try DeflateBlock(level: level, capacity: bytes.count)
        #expect(block.append(bytes.span.bytes) == bytes.count)
        block.process(inflatingBy: window)
        #expect(block.failure == nil)
    }

    @Test("notices an end that comes too early", arguments: codecs.dropLast())
    func truncation(codec: (Compression.Algorithm, Int, CompressedForm)) throws {
        let compressed = try encode(sampleBytes(3000), Compression(codec.0, level: codec.1), threads: 1, piece: 3000)
        for length in stride(from: 0, to: compressed.count, by: 7) {
            let error = #expect(throws: FormatError.self) { try decode(Array(compressed[..<length]), codec.2) }
            #expect(error?.code == .streamTruncated)
        }
    }

    @Test("notices a changed byte", arguments: [codecs[0], codecs[3], codecs[4]])
    func damage(codec: (Compression.Algorithm, Int, CompressedForm)) throws {
        let bytes = sampleBytes(50_000)
        var compressed = try encode(bytes, Compression(codec.0, level: codec.1), threads: 1, piece: 50_000)
        compressed[compressed.count / 2] ^= 0x40
        #expect(throws: FormatError.self) { try decode(compressed, codec.2) }
    }

    @Test("refuses anything behind the last member")
    func trailingGarbage() throws {
        let compressed = try encode(sampleBytes(3000), .gzip, threads: 1, piece: 3000)
        #expect(try decode(compressed + compressed, .gzip).count == 6000)
        #expect(throws: FormatError.self) { try decode(compressed + [1, 2, 3, 4], .gzip) }
    }

    /// What comes out of gzip data that are read in pieces, or the error.
    private func inflate(_ compressed: [UInt8], pieceSize: Int) -> Result<[UInt8], FormatError> {
        Result { () throws(FormatError) in
            var bytes: [UInt8] = []
            let source = try DecodingSource(.gzip, PiecewiseSource(compressed, pieceSize: pieceSize))
            try source.forEachPiece { (piece) throws(FormatError) in
                piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
            return bytes
        }
    }

    private func expectSameInPieces(_ compressed: [UInt8], _ what: String = "") -> Result<[UInt8], FormatError> {
        let whole = inflate(compressed, pieceSize: 1 << 20)
        #expect(whole == inflate(compressed, pieceSize: 16), "\(what)")
        return whole
    }

    @Test("gives the same of gzip members at hand as a whole as of pieces of them", arguments: [1, 6, 9])
    func wholeGzip(level: Int) throws {
        for size in [0, 1, 17, 1000, 70_000, 300_000] {
            let bytes = sampleBytes(size)
            let compressed = try encode(bytes, Compression(.gzip, level: level), threads: 1, piece: 65_536)
            #expect(expectSameInPieces(compressed) == .success(bytes))
            #expect(expectSameInPieces(compressed + compressed) == .success(bytes + bytes))
            #expect(throws: FormatError.self) { try expectSameInPieces(compressed + [0]).get() }
            #expect(throws: FormatError.self) { try expectSameInPieces(compressed + compressed.dropLast()).get() }
        }
        let compressed = try encode(sampleBytes(1000), Compression(.gzip, level: level), threads: 1, piece: 65_536)
        for count in 0..<compressed.count {
            _ = expectSameInPieces(Array(compressed[..<count]), "\(count) bytes")
        }
        for place in compressed.indices {
            for bit in 0..<8 {
                var damaged = compressed
                damaged[place] ^= 1 << bit
                _ = expectSameInPieces(damaged, "bit \(bit) of byte \(place)")
            }
        }
    }

    @Test("refuses what gzip does though length and checksum are right")
    func gzipStrictness() {
        // A fixed code's length symbol 286, which has no meaning (RFC 1951, 3.2.6); some libraries take it for 258.
        let member: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 0x4B, 0x1C, 3, 0, 0x56, 0xFA, 0xC2, 0x34, 3, 1, 0, 0,
        ]
        let error = #expect(throws: FormatError.self) { try expectSameInPieces(member).get() }
        #expect(error?.code == .corruptStream)
    }

    @Test("decodes as ever with what another stream left, damaged or cut short", arguments: codecs.dropLast())
    func decodersAgain(codec: (Compression.Algorithm, Int, CompressedForm)) throws {
        let pool = DecoderPool()
        let bytes = sampleBytes(300_000)
        let compressed = try encode(bytes, Compression(codec.0, level: codec.1), threads: 1, piece: 65_536)
        var damaged = compressed
        damaged[compressed.count / 2] ^= 0x55
        for stream in [compressed, damaged, Array(compressed.prefix(compressed.count / 2)), [1, 2, 3, 4]] {
            _ = try? decode(stream, codec.2, decoders: pool)
            #expect(try decode(compressed, codec.2, decoders: pool) == bytes)
            #expect(try decode(compressed + compressed, codec.2, decoders: pool) == bytes + bytes)
        }
        try compressed.withUnsafeBytes { compressed in
            let kept = try #require(try pool.take(codec.2, for: compressed))
            #expect(try pool.take(codec.2, for: compressed) == nil, "one at a time was in use")
            pool.give(kept, codec.2)
            for other in CompressedForm.allCases where other != codec.2 {
                #expect(try pool.take(other, for: compressed) == nil)
            }
            #expect(try pool.take(codec.2, for: compressed) === kept)
        }
    }

    @Test(
        "takes no frames of zstd before 0.8, whatever libzstd does",
        arguments: [0x1E, 0x22, 0x23, 0x24, 0x25, 0x26, 0x27]
    )
    func oldFrames(first: UInt8) throws {
        let find = try #require(FuzzFindTests.finds.first { $0.hasSuffix("zstd/frame-of-version-0.7") })
        var frame = try InputFile(opening: FilePath(find)).bytes(at: 0, count: 1000)
        frame[0] = first
        let error = #expect(throws: FormatError.self) { try decode(frame, .zstd) }
        #expect(error?.code == .streamFormat)
        let good: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x68, 0x29, 0, 0, 0x31, 0x32, 0x33, 0x34, 0x35]
        let behind = #expect(throws: FormatError.self) { try decode(good + frame, .zstd) }
        #expect(behind?.code == .trailingStream)
        // A frame to skip is one that is passed over.
        #expect(try decode([0x5A, 0x2A, 0x4D, 0x18, 2, 0, 0, 0, 7, 7] + good, .zstd) == Array("12345".utf8))
    }

    @Test("uses no decoder again whose window would show in a damaged stream")
    func decodersForWindows() throws {
        // Five bytes in a frame with a window of 8 MiB.
        let good: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x68, 0x29, 0, 0, 0x31, 0x32, 0x33, 0x34, 0x35]
        let find = try #require(FuzzFindTests.finds.first { $0.hasSuffix("zstd/frame-longer-than-it-says") })
        let damaged = try InputFile(opening: FilePath(find)).bytes(at: 0, count: 1000)
        let pool = DecoderPool()
        func code(_ pool: DecoderPool?) -> FormatError.Code? {
            do {
                _ = try decode(damaged, .zstd, decoders: pool)
                return nil
            } catch {
                return (error as? FormatError)?.code
            }
        }
        #expect(try decode(good, .zstd, decoders: pool) == Array("12345".utf8))
        #expect(code(pool) == .corruptStream)
        #expect(code(nil) == .corruptStream)

        #expect(try decode(good, .zstd, decoders: pool) == Array("12345".utf8))
        try good.withUnsafeBytes { good in
            let kept = try #require(try pool.take(.zstd, for: good))
            for other in [UInt8(0x60), 0x70] {
                var frame = Array(good)
                frame[5] = other
                pool.give(kept, .zstd)
                #expect(try frame.withUnsafeBytes { try pool.take(.zstd, for: $0) } == nil)
            }
        }
    }

    @Test(
        "keeps no decoder that a large window made large",
        arguments: [
            // Five bytes each, with windows of 64 or 128 MiB.
            (
                CompressedForm.xz,
                [
                    0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00, 0x00, 0x01, 0x69, 0x22, 0xDE, 0x36, 0x02, 0x00, 0x21, 0x01,
                    0x1C, 0x00, 0x00, 0x00, 0x10, 0xCF, 0x58, 0xCC, 0x01, 0x00, 0x04, 0x31, 0x32, 0x33, 0x34, 0x35,
                    0x00, 0x00, 0x00, 0x00, 0x1C, 0x3A, 0xF5, 0xCB, 0x00, 0x01, 0x19, 0x05, 0xBC, 0xE8, 0xEC, 0xCB,
                    0x90, 0x42, 0x99, 0x0D, 0x01, 0x00, 0x00, 0x00, 0x00, 0x01, 0x59, 0x5A,
                ]
            ),
            (
                .lzma,
                [
                    0x5D, 0x00, 0x00, 0x00, 0x04, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x18, 0x8C,
                    0x82, 0xB6, 0xC4, 0x18, 0xAC, 0x78, 0x09, 0xFF, 0xFB, 0x73, 0xC0, 0x00,
                ]
            ),
            (
                .zstd,
                [
                    0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x88, 0x29, 0x00, 0x00, 0x31, 0x32, 0x33, 0x34, 0x35,
                ]
            ),
        ]
    )
    func largeDecoders(form: CompressedForm, stream: [UInt8]) throws {
        let pool = DecoderPool()
        #expect(try decode(stream, form, decoders: pool) == Array("12345".utf8))
        #expect(try stream.withUnsafeBytes { try pool.take(form, for: $0) } == nil)
    }

    @Test("stops a stream that grows beyond its limit", arguments: codecs)
    func bomb(codec: (Compression.Algorithm, Int, CompressedForm)) throws {
        let zeros = [UInt8](repeating: 0, count: 4_000_000)
        let compressed = try encode(zeros, Compression(codec.0, level: codec.1), threads: 1, piece: 1_000_000)
        let error = #expect(throws: FormatError.self) { try decode(compressed, codec.2, limit: 1_000_000) }
        #expect(error?.code == .limitExceeded)
    }

    @Test(
        "reads levels and refuses others",
        arguments: [("gzip", "gzip:9"), ("xz:2", "xz:2"), ("zstd:19", "zstd:19"), ("none", "none")]
    )
    func parsing(text: String, expected: String) throws {
        #expect(try Compression(parsing: text).description == expected)
    }

    @Test(
        "refuses unknown algorithms and levels",
        arguments: ["brotli", "gzip:0", "gzip:10", "xz:-1", "zstd:23", "none:1", "gzip:", "gzip:x", ""]
    )
    func badCompression(text: String) {
        let error = #expect(throws: FormatError.self) { try Compression(parsing: text) }
        #expect(error?.code == .invalidValue)
    }
}
