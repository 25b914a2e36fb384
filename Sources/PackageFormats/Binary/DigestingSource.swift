/// Takes digests of what is read through it.
public final class DigestingSource: ByteSource {
    private let source: any ByteSource
    private var digests: [(algorithm: DigestAlgorithm, digest: Digest)] = []
    /// How many bytes were read.
    public private(set) var count: UInt64 = 0

    /// A source of what another gives.
    ///
    /// - Parameters:
    ///   - source: the other.
    ///   - algorithms: the digests to take of everything.
    public init(_ source: any ByteSource, _ algorithms: Set<DigestAlgorithm>) {
        self.source = source
        for algorithm in algorithms { add(algorithm) }
    }

    /// Starts a digest, of bytes at hand and then of all that is read.
    func add(_ algorithm: DigestAlgorithm, after prefix: [UInt8] = []) {
        var digest = Digest(algorithm)
        digest.write(prefix.span.bytes)
        digests.append((algorithm, digest))
    }

    /// The source's next bytes.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        let read = try source.read(into: buffer)
        count += UInt64(read)
        for index in digests.indices {
            digests[index].digest.write(UnsafeRawBufferPointer(rebasing: buffer[..<read]).bytes)
        }
        return read
    }

    /// Reads to the end.
    public func drain() throws(FormatError) { try forEachPiece { (_) throws(FormatError) in } }

    /// A digest of what was read so far, hexadecimal; `nil` for one that was not started.
    public func hexadecimal(_ algorithm: DigestAlgorithm) -> String? {
        digests.first { $0.algorithm == algorithm }?.digest.finalize().hexadecimal
    }
}

extension InputFile {
    /// SHA-256 of the whole file, hexadecimal.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput``.
    public func sha256() throws(FormatError) -> String {
        if let held { return Digest.of(held, .sha256).hexadecimal }
        let source = DigestingSource(part(from: 0), [.sha256])
        try source.drain()
        return source.hexadecimal(.sha256) ?? ""
    }
}
