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
    private var hash: any HashState

    /// Starts a digest.
    public init(_ algorithm: DigestAlgorithm) {
        hash =
            switch algorithm {
            case .md5: Insecure.MD5()
            case .sha1: Insecure.SHA1()
            case .sha256: SHA256()
            case .sha384: SHA384()
            case .sha512: SHA512()
            case .sha3_256: SHA3_256()
            case .sha3_512: SHA3_512()
            }
    }

    /// Takes the next bytes.
    public mutating func write(_ bytes: RawSpan) { bytes.withUnsafeBytes { hash.update(bufferPointer: $0) } }

    /// The digest of everything written so far.
    public func finalize() -> [UInt8] { hash.digest }

    /// The digest of bytes at hand.
    public static func of(_ bytes: [UInt8], _ algorithm: DigestAlgorithm) -> [UInt8] {
        var digest = Digest(algorithm)
        digest.write(bytes.span.bytes)
        return digest.finalize()
    }
}

/// What every hash function does, without the types of their digests, which need no looking up this way.
private protocol HashState: Sendable {
    mutating func update(bufferPointer: UnsafeRawBufferPointer)
    var digest: [UInt8] { get }
}

extension Insecure.MD5: HashState { fileprivate var digest: [UInt8] { finalize().withUnsafeBytes { Array($0) } } }
extension Insecure.SHA1: HashState { fileprivate var digest: [UInt8] { finalize().withUnsafeBytes { Array($0) } } }
extension SHA256: HashState { fileprivate var digest: [UInt8] { finalize().withUnsafeBytes { Array($0) } } }
extension SHA384: HashState { fileprivate var digest: [UInt8] { finalize().withUnsafeBytes { Array($0) } } }
extension SHA512: HashState { fileprivate var digest: [UInt8] { finalize().withUnsafeBytes { Array($0) } } }
extension SHA3_256: HashState { fileprivate var digest: [UInt8] { finalize().withUnsafeBytes { Array($0) } } }
extension SHA3_512: HashState { fileprivate var digest: [UInt8] { finalize().withUnsafeBytes { Array($0) } } }

extension [UInt8] {
    /// Whether a text is what ``hexadecimal`` gives, without making that; the length is a multiple of four, as of all digests.
    func isHexadecimal(_ text: String) -> Bool {
        guard count % 4 == 0, text.utf8.count == 2 * count else { return false }
        var text = text
        return text.withUTF8 { digits in
            withUnsafeBytes { bytes in
                var difference: UInt64 = 0
                for place in stride(from: 0, to: bytes.count, by: 4) {
                    let number = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
                    let found = UnsafeRawBufferPointer(digits).loadUnaligned(fromByteOffset: 2 * place, as: UInt64.self)
                    difference |= HexadecimalDigits.of(number) ^ UInt64(bigEndian: found)
                }
                return difference == 0
            }
        }
    }
}

/// The lower-case hexadecimal digit of a value below 16.
private func digit(_ value: UInt8) -> UInt8 { value &+ (value < 10 ? 0x30 : 0x57) }

extension Sequence<UInt8> {
    /// Two lower-case hexadecimal digits a byte.
    public var hexadecimal: String {
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
