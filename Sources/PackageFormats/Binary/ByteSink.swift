/// Something that takes bytes in order.
public protocol ByteSink {
    /// Takes the next bytes.
    ///
    /// - Throws: ``FormatError`` where they cannot be taken, such as code ``FormatError/Code/inputOutput`` for a full disk.
    mutating func write(_ bytes: RawSpan) throws(FormatError)
}

extension ByteSink {
    /// Takes the bytes of an array.
    @inlinable
    public mutating func write(_ bytes: [UInt8]) throws(FormatError) { try write(bytes.span.bytes) }
}

/// Bytes kept in memory, for what is known to be small.
public struct ByteBuffer: ByteSink, Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8] = []

    /// An empty buffer.
    public init() {}

    /// Appends bytes.
    public mutating func write(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { self.bytes.append(contentsOf: $0) }
    }
}
