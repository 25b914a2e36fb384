public import SystemPackage

/// A document of a repository on its way to disk: compressed, with sizes and digests of both forms.
public final class MetadataFile: ByteSink {
    /// What a form of the document is checked by.
    public struct Sum: Sendable, Hashable {
        /// SHA-256, hexadecimal.
        public var sha256: String
        /// The size in bytes.
        public var size: UInt64
    }

    private let output: OutputFile
    private let encoder: any Encoder
    private var open: Digest?
    private var openSize: UInt64 = 0
    private var digesting: DigestingOutput

    /// Begins a document.
    ///
    /// - Parameters:
    ///   - path: the file's name.
    ///   - compression: how it is compressed.
    ///   - threads: how many threads may compress.
    ///   - digestsContents: whether the digest of what is written is wanted, beside that of the file.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/cannotCreate`` or ``FormatError/Code/codec``.
    public init(
        creating path: FilePath,
        _ compression: Compression,
        threads: Int,
        digestsContents: Bool = true
    ) throws(FormatError) {
        open = digestsContents && compression.algorithm != .none ? Digest(.sha256) : nil
        output = try OutputFile(creating: path)
        encoder = try compression.makeEncoder(threads: threads)
        digesting = DigestingOutput(output: output)
    }

    /// Takes the next bytes.
    public func write(_ bytes: RawSpan) throws(FormatError) {
        open?.write(bytes)
        openSize += UInt64(bytes.byteCount)
        try encoder.write(bytes, to: &digesting)
    }

    /// Takes the bytes of an array.
    public func write(_ bytes: [UInt8]) throws(FormatError) { try write(bytes.span.bytes) }

    /// Completes the file and gives it its name.
    ///
    /// - Parameter isDurable: whether to wait until the disk has it.
    /// - Returns: what the document, where that was wanted, and the file are checked by.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/cannotCreate`` or ``FormatError/Code/codec``.
    public func commit(isDurable: Bool = true) throws(FormatError) -> (contents: Sum?, file: Sum) {
        try encoder.finish(to: &digesting)
        if isDurable { try output.commit() } else { try output.takeName() }
        return (
            open.map { Sum(sha256: $0.finalize().hexadecimal, size: openSize) },
            Sum(sha256: digesting.digest.finalize().hexadecimal, size: output.size)
        )
    }
}

/// Passes bytes on to a file and takes their digest.
private struct DigestingOutput: ByteSink {
    let output: OutputFile
    var digest = Digest(.sha256)

    init(output: OutputFile) { self.output = output }

    mutating func write(_ bytes: RawSpan) throws(FormatError) {
        digest.write(bytes)
        try output.write(bytes)
    }
}
