import PackageFormats

extension ByteSource {
    /// Gives every byte up to the end, piece by piece.
    func forEachPiece(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            var failure: FormatError?
            let count = buffer.withUnsafeMutableBytes { room in
                do throws(FormatError) {
                    return try self.read(into: room)
                } catch {
                    failure = error
                    return 0
                }
            }
            if let failure { throw failure }
            guard count > 0 else { return }
            try body(buffer.span.bytes.extracting(0..<count))
        }
    }

    /// All bytes up to the end, which the caller has bounded.
    func bytes() throws(FormatError) -> [UInt8] {
        var all: [UInt8] = []
        try forEachPiece { (piece) throws(FormatError) in piece.withUnsafeBytes { all.append(contentsOf: $0) } }
        return all
    }

    /// The digest of all bytes up to the end.
    func digest(_ algorithm: DigestAlgorithm) throws(FormatError) -> [UInt8] {
        var digest = Digest(algorithm)
        try forEachPiece { (piece) throws(FormatError) in digest.write(piece) }
        return digest.finalize()
    }
}
