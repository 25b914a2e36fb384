/// The numbers of a tar header (GNU tar manual, "Basic Tar Format" and "Extensions").
enum OctalField {
    /// Writes a number as octal digits and a NUL, filling the field; in base 256 where it does not fit or is negative.
    static func write(_ value: Int64, into block: inout [UInt8], at offset: Int, width: Int) {
        let digits = width - 1
        guard value >= 0, value >> Int64(3 * digits) == 0 else {
            writeBase256(value, into: &block, at: offset, width: width)
            return
        }
        writeDigits(value, into: &block, at: offset, count: digits)
        block[offset + digits] = 0
    }

    /// Writes a number that fits as exactly `count` octal digits.
    static func writeDigits(_ value: Int64, into block: inout [UInt8], at offset: Int, count: Int) {
        var rest = value
        for position in (offset..<(offset + count)).reversed() {
            block[position] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest & 7)
            rest >>= 3
        }
    }

    /// The first byte marks the base and the sign; the others are the number in two's complement, highest first.
    private static func writeBase256(_ value: Int64, into block: inout [UInt8], at offset: Int, width: Int) {
        var rest = value
        for position in ((offset + 1)..<(offset + width)).reversed() {
            block[position] = UInt8(truncatingIfNeeded: rest)
            rest >>= 8
        }
        block[offset] = value < 0 ? 0xFF : 0x80
    }

    /// Reads a field as dpkg does: spaces, octal digits, then only NULs and spaces; or base 256.
    ///
    /// `nil` for a blank field, another character, or a number beyond 63 bits.
    static func parse(_ field: ArraySlice<UInt8>) -> Int64? {
        guard let first = field.first else { return nil }
        if first == 0x80 || first == 0xFF { return parseBase256(field) }
        let text = field.drop { $0 == 0x20 }
        let digits = text.prefix { (0x30...0x37).contains($0) }
        guard !digits.isEmpty, text.dropFirst(digits.count).allSatisfy({ $0 == 0 || $0 == 0x20 }) else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard value >> 60 == 0 else { return nil }
            value = value << 3 | Int64(digit & 7)
        }
        return value
    }

    private static func parseBase256(_ field: ArraySlice<UInt8>) -> Int64? {
        let sign: UInt8 = field.first == 0xFF ? 0xFF : 0
        let body = field.dropFirst()
        let (extra, low) = (body.dropLast(8), body.suffix(8))
        guard extra.allSatisfy({ $0 == sign }) else { return nil }
        var value: Int64 = sign == 0 ? 0 : -1
        for byte in low { value = value << 8 | Int64(byte) }
        guard (value < 0) == (sign != 0) else { return nil }
        return value
    }
}
