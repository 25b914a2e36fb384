/// A zip archive, such as a Python wheel: its directory, and the members that are asked for (PKWARE APPNOTE 6.3).
///
/// What is encrypted, compressed otherwise than by deflate, or beyond 4 GiB is not read, and neither are archives in parts.
public struct ZipArchive: Sendable {
    /// A file or folder of the archive.
    public struct Member: Sendable, Hashable {
        /// Its path, `/` between components; bytes that are no UTF-8 are replaced.
        public let name: String
        /// Its size in bytes, as the directory has it.
        public let size: Int

        fileprivate let flags: Int
        fileprivate let method: Int
        fileprivate let checksum: Int
        fileprivate let packed: Int
        fileprivate let offset: Int
    }

    /// The members, in the directory's order.
    public let members: [Member]
    private let file: InputFile

    /// The longest directory that is read, in bytes.
    private static let directoryLimit = 64 << 20

    /// Reads an archive's directory.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/zip``.
    public init(_ file: InputFile) throws(FormatError) {
        self.file = file
        let directory = try ZipFields(bytes: Self.directory(of: file))
        var members: [Member] = []
        var place = 0
        while place < directory.bytes.count {
            // Central directory file header, 4.3.12.
            guard try directory.number(at: place, 4) == 0x0201_4B50 else { throw ZipFields.invalid("is damaged") }
            let nameLength = try directory.number(at: place + 28, 2)
            let rest = try directory.number(at: place + 30, 2) + directory.number(at: place + 32, 2)
            let name = place + 46
            guard name + nameLength + rest <= directory.bytes.count else { throw ZipFields.invalid("is cut off") }
            members.append(
                Member(
                    name: String(decoding: directory.bytes[name..<(name + nameLength)], as: UTF8.self),
                    size: try directory.number(at: place + 24, 4),
                    flags: try directory.number(at: place + 8, 2),
                    method: try directory.number(at: place + 10, 2),
                    checksum: try directory.number(at: place + 16, 4),
                    packed: try directory.number(at: place + 20, 4),
                    offset: try directory.number(at: place + 42, 4)
                )
            )
            place = name + nameLength + rest
        }
        self.members = members
    }

    /// The directory at the archive's end, found by the record behind it (4.3.16).
    private static func directory(of file: InputFile) throws(FormatError) -> [UInt8] {
        let length = min(file.size, 22 + 65_535)
        let tail = ZipFields(bytes: try file.bytes(at: file.size - length, count: Int(length)))
        var place = tail.bytes.count - 22
        while place >= 0 {
            if try tail.number(at: place, 4) == 0x0605_4B50,
                try tail.number(at: place + 20, 2) == tail.bytes.count - place - 22
            {
                break
            }
            place -= 1
        }
        guard place >= 0 else { throw ZipFields.invalid("does not end as a zip archive does") }
        let size = try tail.number(at: place + 12, 4)
        let offset = try tail.number(at: place + 16, 4)
        guard size <= directoryLimit, UInt64(offset) + UInt64(size) <= file.size else {
            throw ZipFields.invalid("is out of bounds")
        }
        return try file.bytes(at: UInt64(offset), count: size)
    }

    /// The bytes of a member, checked against its checksum where it is compressed.
    ///
    /// - Parameters:
    ///   - member: one of ``members``.
    ///   - limit: how many bytes it may have.
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/zip``, ``FormatError/Code/limitExceeded``, or of what is
    ///   wrong with the compressed bytes.
    public func bytes(of member: Member, limit: Int) throws(FormatError) -> [UInt8] {
        guard member.flags & 1 == 0, member.method == 0 || member.method == 8 else {
            throw FormatError(.unsupported, "'\(member.name)' is encrypted, or not compressed by deflate")
        }
        guard member.size <= limit, member.packed <= limit else {
            throw FormatError(.limitExceeded, "'\(member.name)' has more than the \(limit) bytes allowed")
        }
        // Local file header, 4.3.7: its own name and extra field tell where the bytes begin.
        let header = ZipFields(bytes: try file.bytes(at: UInt64(member.offset), count: 30))
        guard try header.number(at: 0, 4) == 0x0403_4B50 else {
            throw FormatError(.zip, "'\(member.name)' is not where the directory has it")
        }
        let start = try UInt64(member.offset) + 30 + UInt64(header.number(at: 26, 2) + header.number(at: 28, 2))
        let packed = try file.bytes(at: start, count: member.packed)
        guard packed.count == member.packed else { throw FormatError(.truncated, "'\(member.name)' is cut off") }
        guard member.method == 8 else { return packed }
        // Deflate is what gzip holds too; its trailer lets the decoder check length and checksum.
        let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        let trailer = [member.checksum, member.size].flatMap { value in
            [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
        }
        let source = MemorySource(head + packed + trailer)
        var unpacked = ByteBuffer()
        try DecodingSource(.gzip, source, limit: UInt64(limit), allowsSeveral: false)
            .forEachPiece { (piece) throws(FormatError) in unpacked.write(piece) }
        return unpacked.bytes
    }
}

/// Numbers in zip's records, the lowest byte first.
private struct ZipFields {
    let bytes: [UInt8]

    func number(at place: Int, _ width: Int) throws(FormatError) -> Int {
        guard place >= 0, place + width <= bytes.count else { throw ZipFields.invalid("is cut off") }
        return bytes[place..<(place + width)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    static func invalid(_ reason: String) -> FormatError { FormatError(.zip, "the directory \(reason)") }
}

extension FormatError.Code {
    /// What should be a zip archive is none, or is damaged.
    public static let zip = Self(rawValue: "zip")
}
