import CBzip2
import CLzma
import CZlib
import CZstd

extension UnsafeRawBufferPointer {
    /// The start for C functions that take a pointer they only read through as a mutable one.
    fileprivate var mutableBytes: UnsafeMutablePointer<UInt8>? {
        UnsafeMutableRawPointer(mutating: baseAddress)?.assumingMemoryBound(to: UInt8.self)
    }
}

extension FormatError {
    fileprivate static func corrupt(
        _ format: String,
        _ code: FormatError.Code = .corruptStream,
        _ what: String = "the compressed data are damaged"
    ) -> FormatError {
        FormatError(code, "\(format): \(code == .streamFormat ? "the data are in another format" : what)")
    }

    fileprivate static func noMemory(_ format: String) -> FormatError {
        FormatError(.codec, "\(format): no memory for a decoder")
    }
}

/// gzip members through zlib, which checks each one's CRC-32 and length.
final class GzipDecoder: StreamDecoder {
    private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init() throws(FormatError) {
        stream.initialize(to: z_stream())
        // 16 more than the window's size says that the data are gzip's.
        guard czlib_inflate_init2(stream, 15 + 16) == Z_OK else { throw .noMemory("gzip") }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    func restart() throws(FormatError) { inflateReset(stream) }

    /// The window, and some kilobytes beside it.
    var size: Int { 48 << 10 }

    func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(FormatError) -> (consumed: Int, produced: Int, ended: Bool) {
        stream.pointee.next_in = input.mutableBytes
        stream.pointee.avail_in = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = room
        let result = inflate(stream, Z_NO_FLUSH)
        guard [Z_OK, Z_STREAM_END, Z_BUF_ERROR].contains(result) else {
            // zlib says only in words which of its checks failed.
            switch stream.pointee.msg.map({ String(cString: $0) }) {
            case "incorrect header check": throw .corrupt("gzip", .streamFormat)
            case "incorrect data check": throw .corrupt("gzip", .streamChecksum, "the checksum is wrong")
            case "incorrect length check": throw .corrupt("gzip", .streamLength, "the length is wrong")
            default: throw .corrupt("gzip")
            }
        }
        return (
            input.count - Int(stream.pointee.avail_in), Int(room - stream.pointee.avail_out), result == Z_STREAM_END
        )
    }
}

/// bzip2 streams through libbz2.
final class Bzip2Decoder: StreamDecoder {
    private let stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)

    init() throws(FormatError) {
        stream.initialize(to: bz_stream())
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .noMemory("bzip2") }
    }

    deinit {
        BZ2_bzDecompressEnd(stream)
        stream.deallocate()
    }

    func restart() throws(FormatError) {
        BZ2_bzDecompressEnd(stream)
        stream.pointee = bz_stream()
        guard BZ2_bzDecompressInit(stream, 0, 0) == BZ_OK else { throw .noMemory("bzip2") }
    }

    /// That of the largest blocks.
    var size: Int { 4 << 20 }

    func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(FormatError) -> (consumed: Int, produced: Int, ended: Bool) {
        stream.pointee.next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(
            to: CChar.self
        )
        stream.pointee.avail_in = UInt32(clamping: input.count)
        let room = UInt32(clamping: output.count)
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: CChar.self)
        stream.pointee.avail_out = room
        let result = BZ2_bzDecompress(stream)
        guard result == BZ_OK || result == BZ_STREAM_END else {
            throw .corrupt("bzip2", result == BZ_DATA_ERROR_MAGIC ? .streamFormat : .corruptStream)
        }
        return (
            input.count - Int(stream.pointee.avail_in), Int(room - stream.pointee.avail_out), result == BZ_STREAM_END
        )
    }
}

/// xz streams and `.lzma` files through liblzma.
final class LzmaDecoder: StreamDecoder {
    enum Form { case xz, alone }

    private let form: Form
    private let stream = UnsafeMutablePointer<lzma_stream>.allocate(capacity: 1)
    /// Level 9 needs half of this.
    private static let memoryLimit: UInt64 = 128 << 20
    /// The most that any stream before this one needed, which may still be there.
    private var largest: UInt64 = 0

    init(_ form: Form) throws(FormatError) {
        self.form = form
        stream.initialize(to: clzma_stream_init())
        try restart()
    }

    deinit {
        lzma_end(stream)
        stream.deallocate()
    }

    var size: Int { Int(clamping: max(largest, lzma_memusage(stream))) }

    func restart() throws(FormatError) {
        largest = max(largest, lzma_memusage(stream))
        let result =
            switch form {
            case .xz: lzma_stream_decoder(stream, Self.memoryLimit, 0)
            case .alone: lzma_alone_decoder(stream, Self.memoryLimit)
            }
        guard result == LZMA_OK else { throw .noMemory("xz") }
    }

    func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(FormatError) -> (consumed: Int, produced: Int, ended: Bool) {
        stream.pointee.next_in = UnsafePointer(input.mutableBytes)
        stream.pointee.avail_in = input.count
        stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = output.count
        let result = lzma_code(stream, LZMA_RUN)
        switch result {
        case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR: break
        case LZMA_MEMLIMIT_ERROR:
            throw FormatError(.limitExceeded, "xz: needs more than \(Self.memoryLimit >> 20) MiB to decompress")
        case LZMA_FORMAT_ERROR: throw .corrupt("xz", .streamFormat)
        default: throw .corrupt("xz")
        }
        return (
            input.count - stream.pointee.avail_in, output.count - stream.pointee.avail_out, result == LZMA_STREAM_END
        )
    }
}

/// zstd frames through libzstd.
///
/// Once it has room for a window, libzstd uses all of that for smaller ones too. What damaged frames refer to beyond their
/// window is then there, and not in a new decoder; so the room has to be the one that a new decoder would have.
final class ZstdDecoder: StreamDecoder {
    private let context: OpaquePointer
    /// What it takes up without room for a window.
    private let sizeWhenNew: Int
    /// The window of all frames that it has had room for; `nil` where they differ, or say so in another way.
    private var window: UInt8?
    private var isAtFrame = true

    init() throws(FormatError) {
        guard let context = ZSTD_createDCtx() else { throw .noMemory("zstd") }
        self.context = context
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 27)
        sizeWhenNew = ZSTD_sizeof_DCtx(context)
    }

    deinit { ZSTD_freeDCtx(context) }

    var size: Int { ZSTD_sizeof_DCtx(context) }

    func suits(_ beginning: UnsafeRawBufferPointer) -> Bool {
        size == sizeWhenNew || window != nil && window == ZstdDecoder.window(of: beginning)
    }

    /// The byte that says how large a frame's window is, if nothing else of the frame's header has to do with that
    /// (RFC 8878, 3.1.1.1).
    private static func window(of frame: UnsafeRawBufferPointer) -> UInt8? {
        // Neither a single segment nor the length of the contents.
        guard frame.count >= 6, frame.starts(with: [0x28, 0xB5, 0x2F, 0xFD]), frame[4] & 0xE0 == 0 else { return nil }
        return frame[5]
    }

    func restart() throws(FormatError) {
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
        isAtFrame = true
    }

    func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(FormatError) -> (consumed: Int, produced: Int, ended: Bool) {
        if isAtFrame, let first = input.first {
            // A frame, or one to skip. libzstd also reads frames of before its version 0.8, which no package has, and gives
            // memory away that nobody wrote where they are damaged.
            guard first == 0x28 || 0x50...0x5F ~= first else { throw .corrupt("zstd", .streamFormat) }
            let next = ZstdDecoder.window(of: input)
            window = size == sizeWhenNew || window == next ? next : nil
            isAtFrame = false
        }
        var source = ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0)
        var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        let result = ZSTD_decompressStream(context, &target, &source)
        guard ZSTD_isError(result) == 0 else {
            let code: FormatError.Code =
                switch ZSTD_getErrorCode(result) {
                case ZSTD_error_prefix_unknown: .streamFormat
                case ZSTD_error_checksum_wrong: .streamChecksum
                default: .corruptStream
                }
            throw .corrupt("zstd", code, String(cString: ZSTD_getErrorName(result)))
        }
        // Zero says that a frame is complete; with no bytes moved it only repeats what was said before.
        return (source.pos, target.pos, result == 0 && (source.pos > 0 || target.pos > 0))
    }
}
