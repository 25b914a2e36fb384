/// Reads exact numbers of bytes from a source, and knows how far it came.
struct StreamReader {
    /// Where more comes from; `nil` where everything was at hand.
    private let source: (any ByteSource)?
    private let truncation: FormatError.Code
    private var buffer: [UInt8]
    private var start = 0
    private var end: Int

    /// Room for most archives of small packages, which libzstd then decompresses in one step, without a window of its own.
    private static let bufferSize = 1 << 16

    /// How many bytes were taken so far.
    private(set) var offset: UInt64 = 0

    /// Reads a source; one that ends too early is an error with the code given.
    init(_ source: any ByteSource, truncation: FormatError.Code = .truncated) {
        self.source = source
        self.truncation = truncation
        buffer = []
        end = 0
    }

    /// A reader of bytes at hand; an end that comes too early is an error with the code given.
    init(_ bytes: [UInt8], truncation: FormatError.Code = .truncated) {
        source = nil
        self.truncation = truncation
        buffer = bytes
        end = bytes.count
    }

    /// Makes sure that the buffer holds a byte; false at the end of the source.
    private mutating func fill() throws(FormatError) -> Bool {
        if start < end { return true }
        guard let source else { return false }
        var failure: FormatError?
        start = 0
        if buffer.isEmpty {
            // Made here so that a reader may be handed on before it is used, without a copy of its room. Only what a source
            // has written is read, so that nothing has to be cleared, which takes time for a small package.
            buffer = [UInt8](unsafeUninitializedCapacity: StreamReader.bufferSize) { _, count in
                count = StreamReader.bufferSize
            }
        }
        end = buffer.withUnsafeMutableBytes { room in
            do throws(FormatError) {
                return try source.read(into: room)
            } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return end > 0
    }

    /// Whether nothing is left.
    mutating func isAtEnd() throws(FormatError) -> Bool { try !fill() }

    /// The next `count` bytes.
    ///
    /// The caller bounds `count`; memory grows with what is really there.
    mutating func bytes(_ count: Int) throws(FormatError) -> [UInt8] {
        if count <= end - start {
            defer {
                start += count
                offset += UInt64(count)
            }
            return Array(buffer[start..<(start + count)])
        }
        var result: [UInt8] = []
        result.reserveCapacity(min(count, 1 << 16))
        try read(UInt64(count)) { (piece) throws(FormatError) in piece.withUnsafeBytes { result.append(contentsOf: $0) }
        }
        return result
    }

    /// Gives the next `count` bytes, all at once, without a copy where they are at hand.
    ///
    /// The caller bounds `count`; memory grows with what is really there.
    mutating func withBytes<Result>(
        _ count: Int,
        _ body: (RawSpan) throws(FormatError) -> Result
    ) throws(FormatError) -> Result {
        guard count <= end - start else {
            let bytes = try bytes(count)
            return try body(bytes.span.bytes)
        }
        let first = start
        start += count
        offset += UInt64(count)
        return try body(buffer.span.bytes.extracting(first..<start))
    }

    /// What is at hand, at least one byte unless the source has ended.
    mutating func available() throws(FormatError) -> ArraySlice<UInt8> {
        guard try fill() else { return [] }
        defer {
            offset += UInt64(end - start)
            start = end
        }
        return buffer[start..<end]
    }

    /// Passes over the next `count` bytes.
    mutating func skip(_ count: UInt64) throws(FormatError) { try read(count) { (_) throws(FormatError) in } }

    /// Gives the next `count` bytes piece by piece.
    ///
    /// - Throws: ``FormatError`` if the source ends before.
    mutating func read(
        _ count: UInt64,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        var left = count
        while left > 0 {
            guard try fill() else {
                throw FormatError(truncation, "ends \(left) bytes too early", offset: offset)
            }
            let piece = Int(clamping: min(left, UInt64(end - start)))
            try body(buffer.span.bytes.extracting(start..<(start + piece)))
            start += piece
            offset += UInt64(piece)
            left -= UInt64(piece)
        }
    }
}
