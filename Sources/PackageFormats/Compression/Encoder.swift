/// Compresses a stream that comes in pieces.
///
/// What an encoder writes depends on the bytes and the ``Compression`` only, never on the number of threads or on how
/// the bytes were cut into pieces.
protocol Encoder: AnyObject {
    /// Takes the next bytes and passes on whatever is compressed by now.
    func write(_ bytes: RawSpan, to sink: inout some ByteSink) throws(FormatError)
    /// Passes on the rest. Nothing may be written afterwards.
    func finish(to sink: inout some ByteSink) throws(FormatError)
}

extension Compression {
    /// Makes an encoder that uses up to `threads` threads beside the caller's.
    ///
    /// - Parameter size: exactly how many bytes are going to be written, where that is known: zstd then takes no more
    ///   memory than they need, and says the number to readers.
    func makeEncoder(threads: Int, size: UInt64? = nil) throws(FormatError) -> any Encoder {
        switch algorithm {
        case .gzip: try GzipEncoder(level: level, threads: threads)
        case .xz: try XZEncoder(level: level, threads: threads)
        case .zstd: try ZstdEncoder(level: level, threads: threads, size: size)
        case .none: PlainEncoder()
        }
    }

    /// Compresses bytes at hand.
    func encode(_ bytes: [UInt8]) throws(FormatError) -> [UInt8] {
        let encoder = try makeEncoder(threads: 1, size: UInt64(bytes.count))
        var buffer = ByteBuffer()
        try encoder.write(bytes.span.bytes, to: &buffer)
        try encoder.finish(to: &buffer)
        return buffer.bytes
    }
}

/// Passes bytes on as they are.
final class PlainEncoder: Encoder {
    func write(_ bytes: RawSpan, to sink: inout some ByteSink) throws(FormatError) { try sink.write(bytes) }
    func finish(to sink: inout some ByteSink) throws(FormatError) {}
}
