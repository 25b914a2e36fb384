import CLzma

/// xz through liblzma's multi-thread encoder, which writes the same bytes with any number of threads.
final class XZEncoder: Encoder {
    private var stream = clzma_stream_init()
    private let output = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 64)

    /// Smaller than liblzma's own three dictionaries: it keeps two threads busy on packages of usual size, needs less
    /// memory, and costs less than one part in a thousand.
    private static func blockSize(dictionary: UInt32) -> UInt64 { max(UInt64(dictionary) * 2, 1 << 20) }

    init(level: Int, threads: Int) throws(FormatError) {
        var filter = lzma_options_lzma()
        guard lzma_lzma_preset(&filter, UInt32(clamping: level)) == 0 else {
            throw FormatError(.codec, "xz knows no level \(level)", field: "compression")
        }
        var options = lzma_mt()
        options.threads = UInt32(clamping: max(1, min(threads, 64)))
        options.block_size = XZEncoder.blockSize(dictionary: filter.dict_size)
        options.preset = UInt32(clamping: level)
        options.check = LZMA_CHECK_CRC64
        // Waiting for a block takes a minute at high levels: come back to see whether it is still wanted.
        options.timeout = 200
        let result = lzma_stream_encoder_mt(&stream, &options)
        guard result == LZMA_OK else { throw XZEncoder.error(result) }
    }

    deinit {
        lzma_end(&stream)
        output.deallocate()
    }

    func write(_ bytes: RawSpan, to sink: inout some ByteSink) throws(FormatError) {
        try run(bytes, LZMA_RUN, to: &sink)
    }

    func finish(to sink: inout some ByteSink) throws(FormatError) {
        let nothing: [UInt8] = []
        try run(nothing.span.bytes, LZMA_FINISH, to: &sink)
    }

    private func run(_ bytes: RawSpan, _ action: lzma_action, to sink: inout some ByteSink) throws(FormatError) {
        var consumed = 0
        while true {
            var produced = 0
            let result = bytes.withUnsafeBytes { source in
                stream.next_in = source.baseAddress?.advanced(by: consumed).assumingMemoryBound(to: UInt8.self)
                stream.avail_in = source.count - consumed
                stream.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = output.count
                let result = lzma_code(&stream, action)
                consumed = source.count - stream.avail_in
                produced = output.count - stream.avail_out
                return result
            }
            if produced > 0 { try sink.write(UnsafeRawBufferPointer(rebasing: output[..<produced]).bytes) }
            if result == LZMA_STREAM_END { return }
            guard result == LZMA_OK else { throw XZEncoder.error(result) }
            try FormatError.checkCancellation()
            if action == LZMA_RUN, consumed == bytes.byteCount { return }
        }
    }

    private static func error(_ result: lzma_ret) -> FormatError {
        let reason =
            switch result {
            case LZMA_MEM_ERROR: "not enough memory"
            case LZMA_OPTIONS_ERROR: "unsupported options"
            default: "internal error \(result.rawValue)"
            }
        return FormatError(.codec, "xz: \(reason)", field: "compression")
    }
}
