/// Reads a tar archive from front to back: GNU, ustar and the oldest form, as far as dpkg's own reader goes.
///
/// What dpkg refuses is an error here too: pax headers, sparse and contiguous files, unknown types, blank numbers, links
/// or directories with bytes behind them.
struct TarReader {
    /// What becomes of pax headers (POSIX.1-2001, pax Interchange Format).
    enum PaxHeaders {
        /// They are errors, as to dpkg.
        case refused
        /// What they say is not looked at.
        case passedOver
    }

    private var reader: StreamReader
    private var left: UInt64 = 0
    private var padding: UInt64 = 0
    private var entries = 0
    private var ended = false

    /// Each member costs memory in what is made of it.
    private let maximumEntries: Int
    private let paxHeaders: PaxHeaders

    init(
        _ source: any ByteSource,
        maximumEntries: Int = PayloadLimits().entries,
        paxHeaders: PaxHeaders = .refused
    ) {
        reader = StreamReader(source, truncation: .tarTruncated)
        self.maximumEntries = maximumEntries
        self.paxHeaders = paxHeaders
    }

    /// A reader of an archive at hand.
    init(_ bytes: [UInt8], maximumEntries: Int = PayloadLimits().entries) {
        reader = StreamReader(bytes, truncation: .tarTruncated)
        self.maximumEntries = maximumEntries
        paxHeaders = .refused
    }

    /// How many bytes of the archive were taken.
    var offset: UInt64 { reader.offset }

    /// The next member's header, or `nil` at the end; what was not read of the member before is passed over.
    ///
    /// - Throws: ``FormatError`` with a `tar-` code.
    mutating func next() throws(FormatError) -> TarHeader? {
        try skipData()
        guard !ended else { return nil }
        var longName: [UInt8]?
        var longLink: [UInt8]?
        while true {
            let start = reader.offset
            guard let block = try nextBlock() else {
                guard longName == nil, longLink == nil else {
                    throw FormatError(.tarLongName, "a long name has no member behind it", offset: start)
                }
                return nil
            }
            let decoded = try decode(block, at: start)
            switch decoded.type {
            case UInt8(ascii: "L") where longName == nil: longName = try readLongName(decoded.header, at: start)
            case UInt8(ascii: "K") where longLink == nil: longLink = try readLongName(decoded.header, at: start)
            case UInt8(ascii: "L"), UInt8(ascii: "K"):
                throw FormatError(.tarLongName, "a member has two long names", offset: start)
            case UInt8(ascii: "x"), UInt8(ascii: "g"):
                guard paxHeaders == .passedOver else {
                    throw FormatError(.tarPax, "pax headers are not for packages: dpkg refuses them", offset: start)
                }
                try count(at: start)
                left = decoded.header.size
                padding = TarReader.padding(of: left)
                try skipData()
            default:
                var header = decoded.header
                if let longName { header.name = longName }
                if let longLink { header.linkName = longLink }
                return try accept(header, type: decoded.type, at: start)
            }
        }
    }

    /// Gives the bytes of the member whose header was read last.
    mutating func readData(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let count = left
        left = 0
        try reader.read(count, body)
    }

    /// The bytes of the member whose header was read last, if they are no more than `limit`.
    mutating func data(limit: Int) throws(FormatError) -> [UInt8] {
        guard left <= UInt64(limit) else {
            throw FormatError(
                .limitExceeded,
                "has \(left) bytes, more than the \(limit) allowed",
                offset: reader.offset
            )
        }
        let count = Int(left)
        left = 0
        return try reader.bytes(count)
    }

    private mutating func skipData() throws(FormatError) {
        try reader.skip(left)
        left = 0
        try reader.skip(padding)
        padding = 0
    }

    /// The next block, or `nil` where the archive ends: at a block of zeros, or where the bytes end between two blocks.
    private mutating func nextBlock() throws(FormatError) -> [UInt8]? {
        guard try !reader.isAtEnd() else {
            ended = true
            return nil
        }
        let block: [UInt8]
        do throws(FormatError) {
            block = try reader.bytes(TarHeader.blockSize)
        } catch {
            guard error.code == .tarTruncated else { throw error }
            throw FormatError(.tarPartialBlock, "ends inside a header", offset: reader.offset)
        }
        guard block[...].isZero else { return block }
        ended = true
        while try !reader.isAtEnd() {
            let start = reader.offset
            guard try reader.available().isZero else {
                throw FormatError(.tarTrailing, "there are bytes behind the archive's end", offset: start)
            }
        }
        return nil
    }

    private func decode(_ block: [UInt8], at start: UInt64) throws(FormatError) -> TarHeader.Block {
        do throws(FormatError) {
            return try TarHeader.decode(block, offset: start)
        } catch {
            guard start == 0, error.code == .tarChecksum else { throw error }
            throw FormatError(.tarFormat, "is no tar archive: the first header's checksum is wrong", offset: start)
        }
    }

    private mutating func readLongName(_ record: TarHeader, at start: UInt64) throws(FormatError) -> [UInt8] {
        guard (2...UInt64(TarHeader.maximumNameLength)).contains(record.size) else {
            throw FormatError(.tarLongName, "a long name of \(record.size) bytes is not allowed", offset: start)
        }
        let length = Int(record.size)
        var name = try reader.bytes(length)
        try reader.skip(TarReader.padding(of: record.size))
        if name.last == 0 { name.removeLast() }
        guard !name.contains(0) else { throw FormatError(.tarLongName, "a long name holds a NUL", offset: start) }
        return name
    }

    private mutating func accept(_ found: TarHeader, type: UInt8, at start: UInt64) throws(FormatError) -> TarHeader {
        var header = found
        switch type {
        case 0: header.kind = .file
        default:
            guard let kind = TarHeader.Kind(rawValue: type) else {
                let shown = String(decoding: [type], as: UTF8.self)
                throw FormatError(
                    type == UInt8(ascii: "S") ? .tarSparse : .tarType,
                    "dpkg knows no member of type '\(shown)'",
                    offset: start
                )
            }
            header.kind = kind
        }
        guard !header.name.isEmpty else { throw FormatError(.tarName, "a member has no name", offset: start) }
        if header.kind != .directory, header.name.last == 0x2F {
            throw FormatError(
                .tarDirectoryName,
                "'\(header.shownName)' is called a directory but is none",
                offset: start
            )
        }
        guard header.kind == .file || header.size == 0 else {
            throw FormatError(.tarSize, "'\(header.shownName)' is no file but has bytes", offset: start)
        }
        guard (header.kind == .hardLink || header.kind == .symbolicLink) != header.linkName.isEmpty else {
            throw FormatError(.tarTarget, "'\(header.shownName)' has the wrong kind of target", offset: start)
        }
        try count(at: start)
        left = header.size
        padding = TarReader.padding(of: left)
        return header
    }

    private mutating func count(at start: UInt64) throws(FormatError) {
        entries += 1
        guard entries <= maximumEntries else {
            throw FormatError(.limitExceeded, "has more than \(maximumEntries) members", offset: start)
        }
    }

    /// How many bytes fill the last block.
    private static func padding(of size: UInt64) -> UInt64 { (512 - size % 512) % 512 }
}

extension ArraySlice<UInt8> {
    /// Whether every byte is 0.
    fileprivate var isZero: Bool {
        withUnsafeBytes { bytes in
            // Eight bytes at a time: most of a small archive is filling.
            let words = bytes.count / 8
            for word in 0..<words where bytes.loadUnaligned(fromByteOffset: word * 8, as: UInt64.self) != 0 {
                return false
            }
            return bytes[(words * 8)...].allSatisfy { $0 == 0 }
        }
    }
}

extension FormatError.Code {
    /// A tar archive holds a pax header.
    public static let tarPax = Self(rawValue: "tar-pax")
    /// A tar archive holds a member of a type that dpkg does not know.
    public static let tarType = Self(rawValue: "tar-type")
    /// A tar archive holds a sparse file.
    public static let tarSparse = Self(rawValue: "tar-sparse")
    /// A member of a tar archive is called a directory and is none.
    public static let tarDirectoryName = Self(rawValue: "tar-directory-name")
    /// A link in a tar archive leads nowhere, or something else has a target.
    public static let tarTarget = Self(rawValue: "tar-target")
    /// What should be a tar archive does not begin as one.
    public static let tarFormat = Self(rawValue: "tar-format")
    /// A tar archive ends inside a member.
    public static let tarTruncated = Self(rawValue: "tar-truncated")
    /// A tar archive ends inside a header.
    public static let tarPartialBlock = Self(rawValue: "tar-partial-block")
    /// A long-name record of a tar archive is too long, doubled, or has no member.
    public static let tarLongName = Self(rawValue: "tar-long-name")
    /// A member of a tar archive has no name, or one that its type forbids.
    public static let tarName = Self(rawValue: "tar-name")
    /// A member of a tar archive that cannot have bytes has some.
    public static let tarSize = Self(rawValue: "tar-size")
    /// Something follows the end of a tar archive.
    public static let tarTrailing = Self(rawValue: "tar-trailing")
}
