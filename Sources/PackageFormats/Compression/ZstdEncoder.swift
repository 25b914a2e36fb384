import CZstd

/// zstd through libzstd's multi-thread encoder, which writes the same bytes with any number of workers but zero.
final class ZstdEncoder: Encoder {
    private let context: OpaquePointer
    private let output: UnsafeMutableRawBufferPointer

    init(level: Int, threads: Int, size: UInt64?) throws(FormatError) {
        guard let context = ZSTD_createCCtx() else {
            throw FormatError(.codec, "zstd has no memory for an encoder", field: "compression")
        }
        self.context = context
        output = .allocate(byteCount: ZSTD_CStreamOutSize(), alignment: 64)
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(clamping: level)))
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
        // At low levels libzstd's own jobs of 8 MiB cost more memory than they save bytes.
        if level <= 6 { try check(ZSTD_CCtx_setParameter(context, ZSTD_c_jobSize, 1 << 22)) }
        try check(ZSTD_CCtx_setParameter(context, ZSTD_c_nbWorkers, Int32(clamping: max(1, min(threads, 64)))))
        if let size { try check(ZSTD_CCtx_setPledgedSrcSize(context, size)) }
    }

    deinit {
        ZSTD_freeCCtx(context)
        output.deallocate()
    }

    func write(_ bytes: RawSpan, to sink: inout some ByteSink) throws(FormatError) {
        try run(bytes, ZSTD_e_continue, to: &sink)
    }

    func finish(to sink: inout some ByteSink) throws(FormatError) {
        let nothing: [UInt8] = []
        try run(nothing.span.bytes, ZSTD_e_end, to: &sink)
    }

    private func run(
        _ bytes: RawSpan,
        _ directive: ZSTD_EndDirective,
        to sink: inout some ByteSink
    ) throws(FormatError) {
        var consumed = 0
        while true {
            var produced = 0
            let left = bytes.withUnsafeBytes { source in
                var input = ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: consumed)
                var target = ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
                let result = ZSTD_compressStream2(context, &target, &input, directive)
                consumed = input.pos
                produced = target.pos
                return result
            }
            try check(left)
            if produced > 0 { try sink.write(UnsafeRawBufferPointer(rebasing: output[..<produced]).bytes) }
            try FormatError.checkCancellation()
            if directive == ZSTD_e_end ? left == 0 : consumed == bytes.byteCount { return }
        }
    }

    private func check(_ result: Int) throws(FormatError) {
        guard ZSTD_isError(result) == 0 else {
            throw FormatError(.codec, "zstd: \(String(cString: ZSTD_getErrorName(result)))", field: "compression")
        }
    }
}

extension FormatError.Code {
    /// A compression library refused its work.
    public static let codec = Self(rawValue: "codec")
}
