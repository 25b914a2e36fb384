/// What an OpenPGP signature packet says of itself (RFC 4880, 5.2; RFC 9580, 5.2). Nothing of it is proven by reading it.
public struct OpenPGPSignature: Sendable, Hashable {
    /// The version of the packet: 3, 4 or 6.
    public var version: UInt8
    /// The kind of signature: 0x00 for one of a binary document, which those in packages have to be.
    public var type: UInt8
    /// The number of the public-key algorithm.
    public var publicKeyAlgorithm: UInt8
    /// The number of the hash algorithm.
    public var hashAlgorithm: UInt8
    /// When it was made, in Unix seconds.
    public var creationTime: UInt32?
    /// The identifier of the key, 16 lower-case hexadecimal digits.
    public var keyID: String?
    /// The fingerprint of the key, lower-case hexadecimal.
    public var fingerprint: String?

    /// Reads the packet that the bytes begin with.
    ///
    /// - Returns: the signature, and the length of its packet in bytes.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/signaturePacket``.
    public static func decode(_ bytes: [UInt8]) throws(FormatError) -> (signature: OpenPGPSignature, length: Int) {
        var reader = OpenPGPReader(bytes[...])
        let body = try reader.packetBody()
        return (try OpenPGPSignature(body: body), bytes.count - reader.rest.count)
    }

    private init(body: ArraySlice<UInt8>) throws(FormatError) {
        var reader = OpenPGPReader(body)
        version = try reader.byte()
        switch version {
        case 3:
            guard try reader.byte() == 5 else { throw reader.fault("has no 5 bytes of hashed data") }
            type = try reader.byte()
            creationTime = try UInt32(clamping: reader.number(4))
            keyID = try reader.bytes(8).hexadecimal
            publicKeyAlgorithm = try reader.byte()
            hashAlgorithm = try reader.byte()
        case 4, 6:
            type = try reader.byte()
            publicKeyAlgorithm = try reader.byte()
            hashAlgorithm = try reader.byte()
            let width = version == 4 ? 2 : 4
            // What is not hashed may say who signed, but not when.
            for isHashed in [true, false] {
                var area = OpenPGPReader(try reader.bytes(reader.number(width)))
                while !area.rest.isEmpty { try readSubpacket(from: &area, isHashed: isHashed) }
            }
        default: throw reader.fault("is of version \(version)")
        }
        guard try reader.bytes(2).count == 2, !reader.rest.isEmpty else { throw reader.fault("holds no signature") }
    }

    /// Subpackets 2 (time), 16 (key identifier) and 33 (fingerprint); the others do not matter here.
    private mutating func readSubpacket(from area: inout OpenPGPReader, isHashed: Bool) throws(FormatError) {
        var content = OpenPGPReader(try area.bytes(area.length()))
        let type = try content.byte() & 0x7F
        switch type {
        case 2 where isHashed: creationTime = try UInt32(clamping: content.number(4))
        case 16 where keyID == nil: keyID = try content.bytes(8).hexadecimal
        case 33 where fingerprint == nil:
            let keyVersion = try content.byte()
            fingerprint = content.rest.hexadecimal
            // The identifier is the end of a version 4 fingerprint and the start of a later one.
            let digits = keyVersion == 4 ? content.rest.suffix(8) : content.rest.prefix(8)
            if keyID == nil { keyID = digits.hexadecimal }
        default: break
        }
    }

    /// The name of the public-key algorithm, or its number.
    public var publicKeyName: String {
        switch publicKeyAlgorithm {
        case 1, 2, 3: "RSA"
        case 17: "DSA"
        case 19: "ECDSA"
        case 22: "EdDSA"
        case 27: "Ed25519"
        case 28: "Ed448"
        default: "algorithm \(publicKeyAlgorithm)"
        }
    }

    /// The name of the hash algorithm, or its number.
    public var hashName: String {
        switch hashAlgorithm {
        case 1: "MD5"
        case 2: "SHA1"
        case 3: "RIPEMD160"
        case 8: "SHA256"
        case 9: "SHA384"
        case 10: "SHA512"
        case 11: "SHA224"
        case 12: "SHA3-256"
        case 14: "SHA3-512"
        default: "hash \(hashAlgorithm)"
        }
    }

    /// Both algorithms, such as `RSA/SHA256`.
    public var algorithm: String { "\(publicKeyName)/\(hashName)" }

    /// Whether the hash can be forged today, so that tools refuse the signature.
    public var hasWeakHash: Bool { [1, 2, 3].contains(hashAlgorithm) }
}

/// Takes an OpenPGP packet apart.
struct OpenPGPReader {
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    func fault(_ complaint: String) -> FormatError {
        FormatError(.signaturePacket, "the OpenPGP signature packet \(complaint)")
    }

    mutating func byte() throws(FormatError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw fault("ends too early") }
        return byte
    }

    mutating func bytes(_ count: Int) throws(FormatError) -> ArraySlice<UInt8> {
        guard count >= 0, count <= rest.count else { throw fault("ends too early") }
        let taken = rest.prefix(count)
        rest = rest.dropFirst(count)
        return taken
    }

    /// A big-endian number of up to four bytes.
    mutating func number(_ width: Int) throws(FormatError) -> Int {
        try bytes(width).reduce(0) { $0 << 8 | Int($1) }
    }

    /// A length in the form of subpackets and of new packets: one, two or five bytes.
    mutating func length() throws(FormatError) -> Int {
        let first = Int(try byte())
        switch first {
        case 0..<192: return first
        case 192..<255: return (first - 192) << 8 + Int(try byte()) + 192
        default: return try number(4)
        }
    }

    /// The body of a signature packet (tag 2), whose header may be of the old or the new form.
    mutating func packetBody() throws(FormatError) -> ArraySlice<UInt8> {
        let header = try byte()
        guard header & 0x80 != 0 else { throw fault("does not begin as one") }
        let isNew = header & 0x40 != 0
        guard (isNew ? header & 0x3F : header >> 2 & 0x0F) == 2 else { throw fault("is a packet of another kind") }
        guard isNew else {
            guard header & 3 < 3 else { throw fault("does not say how long it is") }
            return try bytes(number(1 << Int(header & 3)))
        }
        // From 224 to 254 the length is only that of a part, which signatures may not come in.
        if let first = rest.first, (224..<255).contains(first) { throw fault("comes in parts") }
        return try bytes(length())
    }
}

extension FormatError.Code {
    /// The bytes of a signature are no OpenPGP signature packet.
    public static let signaturePacket = Self(rawValue: "signature-packet")
}
