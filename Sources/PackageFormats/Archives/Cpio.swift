/// The `newc` form of cpio archives and the stripped form that rpm 4.12 made of it.
enum Cpio {
    /// The magic of `newc` headers.
    static let magic = Array("070701".utf8)
    /// The magic of `newc` headers with a checksum, which nobody checks.
    static let checksumMagic = Array("070702".utf8)
    /// The magic of stripped headers: rpm's file number follows and nothing else.
    static let strippedMagic = Array("07070X".utf8)
    /// The length of a `newc` header in bytes, the name not counted.
    static let headerSize = 110
    /// The length of a stripped header in bytes.
    static let strippedHeaderSize = 14
    /// The name that ends an archive.
    static let trailerName = Array("TRAILER!!!".utf8)
    /// What every part of an archive is padded to, in bytes.
    static let alignment = 4

    /// How many zeros follow `length` bytes.
    static func padding(after length: UInt64) -> Int { Int((4 - length % 4) % 4) }
}

/// The header of one entry of a `newc` archive.
struct CpioHeader: Hashable {
    var inode: UInt32 = 0
    var mode: UInt32 = 0
    var linkCount: UInt32 = 1
    var modificationTime: UInt32 = 0
    var size: UInt32 = 0
    var deviceMajor: UInt32 = 0
    var deviceMinor: UInt32 = 0

    /// The header of the entry that ends an archive.
    static let trailer = CpioHeader()

    /// Appends the header, the name with its NUL, and padding to a buffer that holds nothing else unaligned.
    ///
    /// - Parameters:
    ///   - prefix: put before the name, as rpm's `.` before absolute paths.
    func append(prefix: [UInt8] = [], name: [UInt8], to buffer: inout [UInt8]) {
        let nameSize = prefix.count + name.count + 1
        buffer.append(contentsOf: Cpio.magic)
        buffer.appendHexadecimal(inode)
        buffer.appendHexadecimal(mode)
        buffer.appendHexadecimal(0)
        buffer.appendHexadecimal(0)
        buffer.appendHexadecimal(linkCount)
        buffer.appendHexadecimal(modificationTime)
        buffer.appendHexadecimal(size)
        buffer.appendHexadecimal(0)
        buffer.appendHexadecimal(0)
        buffer.appendHexadecimal(deviceMajor)
        buffer.appendHexadecimal(deviceMinor)
        buffer.appendHexadecimal(UInt32(clamping: nameSize))
        buffer.appendHexadecimal(0)
        buffer.append(contentsOf: prefix)
        buffer.append(contentsOf: name)
        let end = UInt64(Cpio.headerSize + nameSize)
        buffer.append(contentsOf: repeatElement(0, count: 1 + Cpio.padding(after: end)))
    }

    /// Appends the stripped header of the file with a number, padding included.
    static func appendStripped(_ number: UInt32, to buffer: inout [UInt8]) {
        buffer.append(contentsOf: Cpio.strippedMagic)
        buffer.appendHexadecimal(number)
        buffer.append(contentsOf: repeatElement(0, count: Cpio.padding(after: UInt64(Cpio.strippedHeaderSize))))
    }
}

extension [UInt8] {
    /// Eight lower-case hexadecimal digits.
    fileprivate mutating func appendHexadecimal(_ value: UInt32) {
        for shift in stride(from: UInt32(28), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
            append(digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
    }
}
