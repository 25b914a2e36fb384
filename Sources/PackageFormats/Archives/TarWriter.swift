/// Writes a GNU tar archive as dpkg-deb makes it: never pax, blocks of 512 bytes, filled up to a multiple of 10240.
struct TarWriter<Sink: ByteSink> {
    /// Where the archive goes; nothing else may be written there before the end.
    var sink: Sink

    private var block: [UInt8] = []
    private var written: UInt64 = 0
    private var left: UInt64 = 0
    private var padding = 0

    /// GNU tar's record: 20 blocks.
    private static var recordSize: Int { 20 * TarHeader.blockSize }

    init(_ sink: Sink) {
        self.sink = sink
        block.reserveCapacity(4 * TarHeader.blockSize)
    }

    /// Starts a member; the bytes of a file follow through ``write(_:)``.
    mutating func begin(_ header: TarHeader) throws(FormatError) {
        try closeMember()
        block.removeAll(keepingCapacity: true)
        try header.encode(into: &block)
        try putBlock()
        guard header.kind == .file else { return }
        left = header.size
        padding = Int(truncatingIfNeeded: (512 - header.size % 512) % 512)
    }

    /// Takes the next bytes of the member that was begun.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/changedWhileReading`` for more than its header says.
    mutating func write(_ bytes: RawSpan) throws(FormatError) {
        guard UInt64(bytes.byteCount) <= left else {
            throw FormatError(.changedWhileReading, "a file of the archive has more bytes than its header says")
        }
        left -= UInt64(bytes.byteCount)
        written += UInt64(bytes.byteCount)
        try sink.write(bytes)
    }

    /// A whole member made of bytes at hand.
    mutating func append(_ header: TarHeader, _ bytes: [UInt8]) throws(FormatError) {
        try begin(header)
        try write(bytes.span.bytes)
    }

    /// Ends the archive.
    mutating func finish() throws(FormatError) {
        try closeMember()
        try putZeros(2 * TarHeader.blockSize)
        let rest = Int(truncatingIfNeeded: written % UInt64(Self.recordSize))
        if rest > 0 { try putZeros(Self.recordSize - rest) }
    }

    private mutating func closeMember() throws(FormatError) {
        guard left == 0 else {
            throw FormatError(.changedWhileReading, "a file of the archive has fewer bytes than its header says")
        }
        try putZeros(padding)
        padding = 0
    }

    private mutating func putZeros(_ count: Int) throws(FormatError) {
        guard count > 0 else { return }
        block.removeAll(keepingCapacity: true)
        block.append(contentsOf: repeatElement(0, count: count))
        try putBlock()
    }

    private mutating func putBlock() throws(FormatError) {
        written += UInt64(block.count)
        let bytes = block
        try sink.write(bytes.span.bytes)
    }
}
