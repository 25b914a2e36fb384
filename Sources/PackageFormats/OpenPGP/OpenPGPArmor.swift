/// ASCII armour: OpenPGP packets as text (RFC 9580, 6.2).
public enum OpenPGPArmor {
    /// What the packets are.
    public enum Kind: String, Sendable, Hashable {
        /// A signature.
        case signature = "SIGNATURE"
        /// A public key with its user names and signatures.
        case publicKey = "PUBLIC KEY BLOCK"
    }

    /// The packets inside the first armoured block of a kind, or `nil` where there is none; its checksum is not looked at.
    public static func decode(_ text: [UInt8], _ kind: Kind) -> [UInt8]? {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            line.last == 0x0D ? line.dropLast() : line
        }
        guard let begin = lines.firstIndex(where: { $0.elementsEqual("-----BEGIN PGP \(kind.rawValue)-----".utf8) }),
            let end = lines[begin...].firstIndex(where: { $0.elementsEqual("-----END PGP \(kind.rawValue)-----".utf8) }
            ),
            let blank = lines[begin..<end].firstIndex(where: { $0.allSatisfy { $0 == 0x20 } })
        else { return nil }
        let body = lines[(blank + 1)..<end].filter { $0.first != UInt8(ascii: "=") }
        return Base64.decode(body.joined())
    }

    /// Packets as text, with the checksum that old readers want.
    public static func encode(_ packets: [UInt8], _ kind: Kind) -> [UInt8] {
        var text = "-----BEGIN PGP \(kind.rawValue)-----\n\n"
        // 48 bytes make a line of 64 digits.
        for start in stride(from: 0, to: packets.count, by: 48) {
            text += Base64.encode(Array(packets[start..<min(start + 48, packets.count)])) + "\n"
        }
        text += "=" + Base64.encode(checksum(packets)) + "\n-----END PGP \(kind.rawValue)-----\n"
        return Array(text.utf8)
    }

    /// CRC-24 (RFC 9580, 6.1).
    private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var register: UInt32 = 0xB7_04CE
        for byte in bytes {
            register ^= UInt32(byte) << 16
            for _ in 0..<8 { register = register & 0x80_0000 == 0 ? register << 1 : (register << 1) ^ 0x186_4CFB }
            register &= 0xFF_FFFF
        }
        return [16, 8, 0].map { UInt8(truncatingIfNeeded: register >> UInt32($0)) }
    }
}
