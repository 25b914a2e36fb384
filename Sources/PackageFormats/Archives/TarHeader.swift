/// What a tar archive says about one member: a block of 512 bytes in GNU's form (GNU tar manual, "Basic Tar Format").
struct TarHeader: Hashable {
    /// The type flag.
    enum Kind: UInt8, Hashable {
        case file = 0x30
        case hardLink
        case symbolicLink
        case characterDevice
        case blockDevice
        case directory
        case fifo
    }

    var kind = Kind.file
    /// The name as stored: `./usr/bin/x`, with a `/` at the end for directories.
    var name: [UInt8] = []
    /// The target of a link, as stored.
    var linkName: [UInt8] = []
    /// Permission, setuid, setgid and sticky bits.
    var mode: UInt16 = 0
    var userID: Int64 = 0
    var groupID: Int64 = 0
    var userName = "root"
    var groupName = "root"
    /// The bytes that follow; 0 for all but regular files.
    var size: UInt64 = 0
    /// Unix seconds.
    var modificationTime: Int64 = 0
    var deviceMajor: UInt32 = 0
    var deviceMinor: UInt32 = 0

    /// The unit that tar archives are made of.
    static let blockSize = 512
    /// The longest name or link target that is read or written in an `L` or `K` record.
    static let maximumNameLength = 1 << 16

    /// `ustar` with two spaces: GNU's form.
    fileprivate static let gnuMagic: [UInt8] = [0x75, 0x73, 0x74, 0x61, 0x72, 0x20, 0x20, 0]
    /// `ustar`, NUL, `00`: POSIX's form.
    fileprivate static let posixMagic: [UInt8] = [0x75, 0x73, 0x74, 0x61, 0x72, 0, 0x30, 0x30]
}

extension TarHeader {
    /// Appends the header, with `K` and `L` records before it where a name is longer than 100 bytes.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/limitExceeded`` for what no field can hold.
    func encode(into bytes: inout [UInt8]) throws(FormatError) {
        guard name.count < TarHeader.maximumNameLength, linkName.count < TarHeader.maximumNameLength else {
            throw FormatError(.limitExceeded, "the name is too long for a tar archive", path: shownName)
        }
        guard userName.utf8.count < 32, groupName.utf8.count < 32 else {
            throw FormatError(
                .limitExceeded,
                "an owner's name may have 31 bytes in a tar archive",
                path: shownName,
                field: "owner"
            )
        }
        guard size <= UInt64(Int64.max) else {
            throw FormatError(.limitExceeded, "the file is too large for a tar archive", path: shownName)
        }
        if linkName.count > 100 { TarHeader.appendLongName(linkName, type: 0x4B, to: &bytes) }
        if name.count > 100 { TarHeader.appendLongName(name, type: 0x4C, to: &bytes) }
        appendBlock(type: kind.rawValue, to: &bytes)
    }

    private func appendBlock(type: UInt8, to bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: TarHeader.blockSize))
        bytes.replace(at: start, name.prefix(100))
        OctalField.write(Int64(mode), into: &bytes, at: start + 100, width: 8)
        OctalField.write(userID, into: &bytes, at: start + 108, width: 8)
        OctalField.write(groupID, into: &bytes, at: start + 116, width: 8)
        OctalField.write(Int64(clamping: size), into: &bytes, at: start + 124, width: 12)
        OctalField.write(modificationTime, into: &bytes, at: start + 136, width: 12)
        bytes[start + 156] = type
        bytes.replace(at: start + 157, linkName.prefix(100))
        bytes.replace(at: start + 257, TarHeader.gnuMagic)
        bytes.replace(at: start + 265, userName.utf8)
        bytes.replace(at: start + 297, groupName.utf8)
        if kind == .characterDevice || kind == .blockDevice {
            OctalField.write(Int64(deviceMajor), into: &bytes, at: start + 329, width: 8)
            OctalField.write(Int64(deviceMinor), into: &bytes, at: start + 337, width: 8)
        }
        let sum = TarHeader.checksum(bytes[start..<(start + TarHeader.blockSize)])
        OctalField.writeDigits(sum, into: &bytes, at: start + 148, count: 6)
        bytes[start + 155] = 0x20
    }

    /// A record whose payload is a name, as GNU tar and dpkg-deb write it.
    private static func appendLongName(_ name: [UInt8], type: UInt8, to bytes: inout [UInt8]) {
        var record = TarHeader()
        record.name = Array("././@LongLink".utf8)
        record.mode = 0o644
        record.size = UInt64(name.count) + 1
        record.appendBlock(type: type, to: &bytes)
        bytes.append(contentsOf: name)
        bytes.append(0)
        let rest = (name.count + 1) % blockSize
        if rest > 0 { bytes.append(contentsOf: repeatElement(0, count: blockSize - rest)) }
    }

    /// The sum of the block's bytes, its own field taken as spaces.
    fileprivate static func checksum(_ block: ArraySlice<UInt8>) -> Int64 {
        block.withUnsafeBytes { bytes in
            var sum = 0
            for byte in bytes { sum += Int(byte) }
            for byte in bytes.dropFirst(148).prefix(8) { sum += 0x20 - Int(byte) }
            return Int64(sum)
        }
    }

    /// The name as text, for messages.
    var shownName: String { String(decoding: name.prefix(200), as: UTF8.self) }
}

extension TarHeader {
    /// A block taken apart, before its type is interpreted.
    struct Block {
        var header: TarHeader
        var type: UInt8
    }

    /// Reads a block that is not all zeros.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/tarChecksum``, ``FormatError/Code/tarNumber`` or
    ///   ``FormatError/Code/tarMagic``.
    static func decode(_ block: [UInt8], offset: UInt64) throws(FormatError) -> Block {
        func fault(_ code: FormatError.Code, _ message: String, _ field: String) -> FormatError {
            FormatError(code, message, offset: offset, field: field)
        }
        func number(_ start: Int, _ width: Int, _ field: String) throws(FormatError) -> Int64 {
            let digits = block[start..<(start + width)]
            guard let value = OctalField.parse(digits) else {
                let isBlank = digits.allSatisfy { $0 == 0 || $0 == 0x20 }
                throw fault(isBlank ? .tarNumberMissing : .tarNumber, "the field is no number", field)
            }
            return value
        }
        func identifier(_ start: Int, _ field: String) throws(FormatError) -> Int64 {
            guard let value = UInt32(exactly: try number(start, 8, field)) else {
                throw fault(.tarNumber, "the number is none that a user or group has", field)
            }
            return Int64(value)
        }
        func text(_ start: Int, _ width: Int) -> [UInt8] { Array(block[start..<(start + width)].prefix { $0 != 0 }) }

        guard block.count == blockSize else { throw fault(.tarPartialBlock, "the header is cut off", "header") }
        guard OctalField.parse(block[148..<156]) == checksum(block[...]) else {
            throw fault(.tarChecksum, "the header's checksum is wrong", "checksum")
        }
        let magic = Array(block[257..<265])
        guard magic == gnuMagic || magic == posixMagic || magic.allSatisfy({ $0 == 0 }) else {
            throw fault(.tarMagic, "the header is in no known form of tar", "magic")
        }
        var header = TarHeader()
        header.name = text(0, 100)
        // Some writers put the file's type into the mode as well; dpkg masks it.
        header.mode = UInt16(truncatingIfNeeded: try number(100, 8, "mode") & 0o7777)
        header.userID = try identifier(108, "uid")
        header.groupID = try identifier(116, "gid")
        guard let size = UInt64(exactly: try number(124, 12, "size")) else {
            throw fault(.tarNumberNegative, "the size is negative", "size")
        }
        header.size = size
        header.modificationTime = try number(136, 12, "mtime")
        header.linkName = text(157, 100)
        header.userName = String(decoding: text(265, 32), as: UTF8.self)
        header.groupName = String(decoding: text(297, 32), as: UTF8.self)
        let type = block[156]
        if type == Kind.characterDevice.rawValue || type == Kind.blockDevice.rawValue {
            guard let major = UInt32(exactly: try number(329, 8, "devmajor")),
                let minor = UInt32(exactly: try number(337, 8, "devminor"))
            else { throw fault(.tarNumber, "the device number is out of range", "devmajor") }
            (header.deviceMajor, header.deviceMinor) = (major, minor)
        }
        if magic == posixMagic {
            let prefix = text(345, 155)
            if !prefix.isEmpty { header.name = prefix + [0x2F] + header.name }
        }
        return Block(header: header, type: type)
    }
}

extension [UInt8] {
    /// Overwrites bytes from an offset on.
    fileprivate mutating func replace(at offset: Int, _ bytes: some Sequence<UInt8>) {
        var position = offset
        for byte in bytes {
            self[position] = byte
            position += 1
        }
    }
}

extension FormatError.Code {
    /// A tar header's checksum does not match it.
    public static let tarChecksum = Self(rawValue: "tar-checksum")
    /// A number in a tar header is blank, holds other characters, or is out of range.
    public static let tarNumber = Self(rawValue: "tar-number")
    /// A header of a tar archive has blanks in the place of a number.
    public static let tarNumberMissing = Self(rawValue: "tar-number-missing")
    /// A header of a tar archive gives a size below zero.
    public static let tarNumberNegative = Self(rawValue: "tar-number-negative")
    /// A tar header is in a form that dpkg does not read.
    public static let tarMagic = Self(rawValue: "tar-magic")
}
