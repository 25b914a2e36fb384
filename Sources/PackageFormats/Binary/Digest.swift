internal import Crypto

/// A message digest that the formats use.
public enum DigestAlgorithm: String, Sendable, Hashable, CaseIterable {
    /// MD5: only where old tools ask for it.
    case md5
    /// SHA-1: only where old tools ask for it.
    case sha1
    /// SHA-256.
    case sha256
    /// SHA-384.
    case sha384
    /// SHA-512.
    case sha512
    /// SHA3-256: rpm 6 writes it beside the others.
    case sha3_256 = "sha3-256"
    /// SHA3-512.
    case sha3_512 = "sha3-512"

    /// The length of the digest in bytes.
    public var byteCount: Int {
        switch self {
        case .md5: 16
        case .sha1: 20
        case .sha256, .sha3_256: 32
        case .sha384: 48
        case .sha512, .sha3_512: 64
        }
    }
}

/// Computes a digest of bytes that come in pieces.
public struct Digest: ByteSink {
    private enum State {
        case md5(Insecure.MD5)
        case sha1(Insecure.SHA1)
        case sha256(SHA256)
        case sha384(SHA384)
        case sha512(SHA512)
        case sha3_256(SHA3_256)
        case sha3_512(SHA3_512)
    }

    private var state: State

    /// Starts a digest.
    public init(_ algorithm: DigestAlgorithm) {
        state =
            switch algorithm {
            case .md5: .md5(Insecure.MD5())
            case .sha1: .sha1(Insecure.SHA1())
            case .sha256: .sha256(SHA256())
            case .sha384: .sha384(SHA384())
            case .sha512: .sha512(SHA512())
            case .sha3_256: .sha3_256(SHA3_256())
            case .sha3_512: .sha3_512(SHA3_512())
            }
    }

    /// Takes the next bytes.
    public mutating func write(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { buffer in
            switch state {
            case .md5(var hash):
                state = .sha256(Digest.spare)
                hash.update(bufferPointer: buffer)
                state = .md5(hash)
            case .sha1(var hash):
                state = .sha256(Digest.spare)
                hash.update(bufferPointer: buffer)
                state = .sha1(hash)
            case .sha256(var hash):
                state = .sha256(Digest.spare)
                hash.update(bufferPointer: buffer)
                state = .sha256(hash)
            case .sha384(var hash):
                state = .sha256(Digest.spare)
                hash.update(bufferPointer: buffer)
                state = .sha384(hash)
            case .sha512(var hash):
                state = .sha256(Digest.spare)
                hash.update(bufferPointer: buffer)
                state = .sha512(hash)
            case .sha3_256(var hash):
                state = .sha256(Digest.spare)
                hash.update(bufferPointer: buffer)
                state = .sha3_256(hash)
            case .sha3_512(var hash):
                state = .sha256(Digest.spare)
                hash.update(bufferPointer: buffer)
                state = .sha3_512(hash)
            }
        }
    }

    /// Stands in while a hash is updated, so that its state is not copied.
    private static let spare = SHA256()

    /// The digest of everything written so far.
    public func finalize() -> [UInt8] {
        switch state {
        case .md5(let hash): hash.finalize().withUnsafeBytes { Array($0) }
        case .sha1(let hash): hash.finalize().withUnsafeBytes { Array($0) }
        case .sha256(let hash): hash.finalize().withUnsafeBytes { Array($0) }
        case .sha384(let hash): hash.finalize().withUnsafeBytes { Array($0) }
        case .sha512(let hash): hash.finalize().withUnsafeBytes { Array($0) }
        case .sha3_256(let hash): hash.finalize().withUnsafeBytes { Array($0) }
        case .sha3_512(let hash): hash.finalize().withUnsafeBytes { Array($0) }
        }
    }

    /// The digest of bytes at hand.
    public static func of(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
        var digest = Digest(algorithm)
        digest.write(bytes.span.bytes)
        return digest.finalize()
    }
}

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    public var hexadecimal: String {
        func digit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
        func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
            String(unsafeUninitializedCapacity: 2 * bytes.count) { room in
                for (place, byte) in bytes.enumerated() {
                    room[2 * place] = digit(byte >> 4)
                    room[2 * place + 1] = digit(byte & 15)
                }
                return 2 * bytes.count
            }
        }
        return withContiguousStorageIfAvailable(text) ?? Array(self).withUnsafeBufferPointer(text)
    }
}
