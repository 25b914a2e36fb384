/// Reads big-endian integers from bytes at hand; whatever lies outside them is an error, never a trap.
struct BigEndianReader {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The integer at an offset from the start.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/truncated``.
    func integer<Integer: FixedWidthInteger>(
        at offset: Int,
        as type: Integer.Type = Integer.self
    ) throws(FormatError) -> Integer {
        let size = Integer.bitWidth / 8
        guard offset >= 0, offset <= bytes.count - size else {
            throw FormatError(.truncated, "ends inside a number", offset: UInt64(clamping: offset))
        }
        return bytes.withUnsafeBytes {
            Integer(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: Integer.self))
        }
    }

    /// The four 32-bit integers at an offset from the start.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/truncated``.
    @inline(__always)
    func fourIntegers(at offset: Int) throws(FormatError) -> (UInt32, UInt32, UInt32, UInt32) {
        guard offset >= 0, offset <= bytes.count - 16 else {
            throw FormatError(.truncated, "ends inside a number", offset: UInt64(clamping: offset))
        }
        return bytes.withUnsafeBytes { all in
            (
                UInt32(bigEndian: all.loadUnaligned(fromByteOffset: offset, as: UInt32.self)),
                UInt32(bigEndian: all.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)),
                UInt32(bigEndian: all.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)),
                UInt32(bigEndian: all.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
            )
        }
    }

    /// `count` integers in a row from an offset on, each turned into what the caller keeps.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/truncated``.
    func integers<Integer: FixedWidthInteger, Kept>(
        at offset: Int,
        count: Int,
        as type: Integer.Type,
        _ keep: (Integer) -> Kept
    ) throws(FormatError) -> [Kept] {
        let size = Integer.bitWidth / 8
        let (length, overflow) = count.multipliedReportingOverflow(by: size)
        guard !overflow, count >= 0, offset >= 0, offset <= bytes.count, length <= bytes.count - offset else {
            throw FormatError(.truncated, "ends inside a row of numbers", offset: UInt64(clamping: offset))
        }
        return bytes.withUnsafeBytes { all in
            (0..<count).map {
                keep(Integer(bigEndian: all.loadUnaligned(fromByteOffset: offset + $0 * size, as: Integer.self)))
            }
        }
    }
}
