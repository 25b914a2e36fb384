/// Eight hexadecimal digits at once: a digit a byte, the first in the highest.
enum HexadecimalDigits {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// The lower-case digits of a number.
    static func of(_ number: UInt32) -> UInt64 {
        var values = UInt64(number)
        values = (values | values << 16) & 0x0000_FFFF_0000_FFFF
        values = (values | values << 8) & 0x00FF_00FF_00FF_00FF
        values = (values | values << 4) & 0x0F0F_0F0F_0F0F_0F0F
        return written(values)
    }

    /// The number that digits of either case stand for, or `nil` where a byte is no digit.
    static func number(_ digits: UInt64) -> UInt32? {
        // Only letters have this bit; in lower case they have that of blanks too.
        let letters = digits >> 6 & ones
        let values = (digits & (0x0F * ones)) &+ 9 * letters
        guard values & (0xF0 * ones) == 0, written(values) == digits | letters << 5 else { return nil }
        var number = (values | values >> 4) & 0x00FF_00FF_00FF_00FF
        number = (number | number >> 8) & 0x0000_FFFF_0000_FFFF
        return UInt32(truncatingIfNeeded: number | number >> 16)
    }

    /// The digits of values below 16, a byte each.
    private static func written(_ values: UInt64) -> UInt64 {
        let letters = (values &+ 6 * ones) >> 4 & ones
        return values &+ 0x30 * ones &+ 0x27 * letters
    }
}
