/// Base64 (RFC 4648) and OpenPGP's armour around it (RFC 9580, 6.2).
enum Base64 {
    /// The bytes that digits stand for; white space between them counts for nothing. `nil` for anything else.
    static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var digits = 0
        var padding = 0
        for byte in text {
            let digit: UInt8
            switch byte {
            case 0x41...0x5A: digit = byte - 0x41
            case 0x61...0x7A: digit = byte - 0x61 + 26
            case 0x30...0x39: digit = byte - 0x30 + 52
            case UInt8(ascii: "+"): digit = 62
            case UInt8(ascii: "/"): digit = 63
            case UInt8(ascii: "="):
                padding += 1
                continue
            case 0x20, 0x09, 0x0A, 0x0D: continue
            default: return nil
            }
            guard padding == 0 else { return nil }
            bits = bits << 6 | UInt32(digit)
            digits += 1
            if digits % 4 == 0 {
                for shift in [UInt32(16), 8, 0] { bytes.append(UInt8(truncatingIfNeeded: bits >> shift)) }
                bits = 0
            }
        }
        switch (digits % 4, padding) {
        case (0, 0): break
        case (2, 2), (2, 0): bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
        case (3, 1), (3, 0):
            bytes.append(UInt8(truncatingIfNeeded: bits >> 10))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
        default: return nil
        }
        return bytes
    }

    /// The bytes inside an armoured signature, or `nil` where there is none; its checksum is not looked at.
    static func dearmour(_ text: [UInt8]) -> [UInt8]? {
        let lines = text.split(separator: 0x0A, omittingEmptySubsequences: false).map { line in
            line.last == 0x0D ? line.dropLast() : line
        }
        guard let begin = lines.firstIndex(where: { $0.elementsEqual("-----BEGIN PGP SIGNATURE-----".utf8) }),
            let end = lines[begin...].firstIndex(where: { $0.elementsEqual("-----END PGP SIGNATURE-----".utf8) }),
            let blank = lines[begin..<end].firstIndex(where: { $0.allSatisfy { $0 == 0x20 } })
        else { return nil }
        let body = lines[(blank + 1)..<end].filter { $0.first != UInt8(ascii: "=") }
        return decode(body.joined())
    }
}
