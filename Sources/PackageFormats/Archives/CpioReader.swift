/// Walks through a cpio archive of the `newc` form or rpm's stripped form.
struct CpioReader {
    /// What stands before an entry's data.
    enum Item {
        /// A `newc` header and the name, as written.
        case named(CpioHeader, name: [UInt8])
        /// The number of a file of rpm's list.
        case numbered(UInt32)
    }

    private var reader: StreamReader
    /// Bytes of the present entry that nobody has read yet, and the padding behind them.
    private var unread: UInt64 = 0
    private var padding = 0

    /// The longest name that is read, in bytes, NUL included.
    private static let maximumNameSize = UInt32(PackagePath.maximumLength + 3)

    init(_ source: any ByteSource) { reader = StreamReader(source) }

    /// How many bytes were taken so far.
    var offset: UInt64 { reader.offset }

    /// The next entry, or `nil` at the trailer. Data that were not read are passed over.
    mutating func next() throws(FormatError) -> Item? {
        try reader.skip(unread + UInt64(padding))
        (unread, padding) = (0, 0)
        let start = reader.offset
        let form = try reader.withBytes(Cpio.magic.count) { Form($0) }
        if form == .stripped {
            let number = try reader.withBytes(8) { (digits) throws(FormatError) in
                try CpioReader.number(digits, 0, at: start)
            }
            try reader.skip(UInt64(Cpio.padding(after: UInt64(Cpio.strippedHeaderSize))))
            return .numbered(number)
        }
        guard form == .newc else {
            throw FormatError(.cpioMagic, "an entry of the archive does not begin with 070701", offset: start)
        }
        let (header, nameSize) = try reader.withBytes(Cpio.headerSize - Cpio.magic.count) {
            (fields) throws(FormatError) in try CpioReader.header(fields, at: start)
        }
        guard nameSize >= 1, nameSize <= CpioReader.maximumNameSize else {
            throw FormatError(.cpioName, "an entry's name has \(nameSize) bytes", offset: start)
        }
        var name = try reader.bytes(Int(nameSize))
        guard name.popLast() == 0, !name.contains(0) else {
            throw FormatError(.cpioName, "an entry's name does not end in its only NUL", offset: start)
        }
        try reader.skip(UInt64(Cpio.padding(after: UInt64(Cpio.headerSize) + UInt64(nameSize))))
        return name == Cpio.trailerName ? nil : .named(header, name: name)
    }

    /// Says how long the data of the entry are that ``next()`` gave; to be called before they are read or passed over.
    mutating func expectData(_ size: UInt64) {
        unread = size
        padding = Cpio.padding(after: size)
    }

    /// Gives the present entry's data piece by piece.
    mutating func readData(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let size = unread
        unread = 0
        try reader.read(size, body)
    }

    /// Reads on to the source's end; only zeros may stand behind the trailer.
    mutating func finish() throws(FormatError) {
        while try !reader.isAtEnd() {
            let start = reader.offset
            guard try reader.bytes(1) == [0] else {
                throw FormatError(.cpioTrailingData, "there are data behind the archive's trailer", offset: start)
            }
        }
    }

    /// What an entry begins with.
    private enum Form {
        case newc
        case stripped
        case unknown

        init(_ magic: RawSpan) {
            self = magic.withUnsafeBytes { magic in
                func isHere(_ expected: [UInt8]) -> Bool { expected.withUnsafeBytes { magic.equals($0) } }
                if isHere(Cpio.magic) || isHere(Cpio.checksumMagic) { return .newc }
                return isHere(Cpio.strippedMagic) ? .stripped : .unknown
            }
        }
    }

    /// The header behind a `newc` magic, and the length of the name that follows, its NUL included.
    private static func header(
        _ fields: RawSpan,
        at offset: UInt64
    ) throws(FormatError) -> (header: CpioHeader, nameSize: UInt32) {
        func field(_ index: Int) throws(FormatError) -> UInt32 { try number(fields, index, at: offset) }
        // Owner, group, the number of the device that the file itself lay on, and the checksum mean nothing here.
        for index in [2, 3, 7, 8, 12] { _ = try field(index) }
        let header = CpioHeader(
            inode: try field(0),
            mode: try field(1),
            linkCount: try field(4),
            modificationTime: try field(5),
            size: try field(6),
            deviceMajor: try field(9),
            deviceMinor: try field(10)
        )
        return (header, try field(11))
    }

    /// One of several numbers of eight hexadecimal digits.
    private static func number(_ fields: RawSpan, _ index: Int, at offset: UInt64) throws(FormatError) -> UInt32 {
        let digits = UInt64(bigEndian: fields.unsafeLoadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
        guard let number = HexadecimalDigits.number(digits) else {
            throw FormatError(.cpioNumber, "an entry's header holds no hexadecimal number", offset: offset)
        }
        return number
    }
}

extension FormatError.Code {
    /// An entry of a cpio archive begins with no known magic.
    public static let cpioMagic = Self(rawValue: "cpio-magic")
    /// A field of a cpio header is no number.
    public static let cpioNumber = Self(rawValue: "cpio-number")
    /// A name in a cpio archive is too long or not terminated.
    public static let cpioName = Self(rawValue: "cpio-name")
    /// There is something behind a cpio archive's trailer.
    public static let cpioTrailingData = Self(rawValue: "cpio-trailing-data")
}
