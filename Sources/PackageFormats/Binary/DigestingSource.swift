/// Takes digests of what is read through it.
public final class DigestingSource: ByteSource {
    /// A digest that is taken, and what was read since a piece was handed over last.
    private struct Taken {
        let algorithm: DigestAlgorithm
        let digest: BackgroundDigest
        var pending: [UInt8] = []
    }

    private let source: any ByteSource
    private let usesThreads: Bool
    private var digests: [(algorithm: DigestAlgorithm, digest: Digest)] = []
    /// Digests that are taken on threads of their own.
    private var background: [Taken] = []
    /// How many bytes are worth being handed over.
    private static let pieceSize = 1 << 18
    /// How many bytes were read.
    public private(set) var count: UInt64 = 0

    /// A source of what another gives.
    ///
    /// - Parameters:
    ///   - source: the other.
    ///   - algorithms: the digests to take of everything; one that is named twice is taken once.
    public convenience init(_ source: any ByteSource, _ algorithms: [DigestAlgorithm]) {
        self.init(source, algorithms, usesThreads: false)
    }

    /// The same, each digest taken on a thread of its own if much is going to be read.
    init(_ source: any ByteSource, _ algorithms: [DigestAlgorithm], usesThreads: Bool) {
        self.source = source
        self.usesThreads = usesThreads
        for algorithm in algorithms { add(algorithm) }
    }

    /// Starts a digest, of bytes at hand and then of all that is read, unless it was started before.
    func add(_ algorithm: DigestAlgorithm, after prefix: [UInt8] = []) {
        if background.contains(where: { $0.algorithm == algorithm }) { return }
        if digests.contains(where: { $0.algorithm == algorithm }) { return }
        guard !usesThreads else {
            let digest = BackgroundDigest(algorithm)
            if !prefix.isEmpty { digest.write(prefix) }
            background.append(Taken(algorithm: algorithm, digest: digest))
            return
        }
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
        for index in background.indices {
            background[index].pending.append(contentsOf: buffer[..<read])
            guard background[index].pending.count >= DigestingSource.pieceSize else { continue }
            let digest = background[index].digest
            digest.write(background[index].pending)
            var next = digest.spare() ?? []
            // What came first may have been much longer.
            next.removeAll(keepingCapacity: next.capacity <= 2 * DigestingSource.pieceSize)
            background[index].pending = next
        }
        return read
    }

    /// Reads to the end.
    public func drain() throws(FormatError) { try forEachPiece { (_) throws(FormatError) in } }

    /// A digest of what was read so far, hexadecimal; `nil` for one that was not started.
    public func hexadecimal(_ algorithm: DigestAlgorithm) -> String? { digest(algorithm)?.hexadecimal }

    /// A digest of what was read so far; `nil` for one that was not started.
    func digest(_ algorithm: DigestAlgorithm) -> [UInt8]? {
        if let index = background.firstIndex(where: { $0.algorithm == algorithm }) {
            let last = background[index].pending
            background[index].pending = []
            return background[index].digest.finalize(after: last)
        }
        return digests.first { $0.algorithm == algorithm }?.digest.finalize()
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
