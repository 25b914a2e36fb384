extension RPMHeader {
    /// The length of a header in bytes, from its first 16 bytes; every limit of rpm is checked before.
    ///
    /// - Parameters:
    ///   - intro: the header's first 16 bytes.
    ///   - offset: where the header begins in its file, for messages.
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/rpmHeaderTruncated``,
    ///   ``FormatError/Code/rpmHeaderMagic``, ``FormatError/Code/rpmHeaderEntryCount`` or
    ///   ``FormatError/Code/rpmHeaderStoreSize``.
    public static func byteCount(intro: [UInt8], offset: UInt64 = 0) throws(FormatError) -> Int {
        try byteCount(in: intro, at: 0, offset: offset)
    }

    /// The same of a header that begins somewhere in the bytes.
    static func byteCount(in bytes: [UInt8], at start: Int, offset: UInt64) throws(FormatError) -> Int {
        guard bytes.count - start >= RPMHeaderLayout.introSize else {
            throw FormatError(
                .rpmHeaderTruncated,
                "the \(Kind.title) ends in its first 16 bytes",
                offset: offset + UInt64(max(0, bytes.count - start))
            )
        }
        guard bytes[start...].starts(with: RPMHeaderLayout.magic) else {
            throw FormatError(.rpmHeaderMagic, "the \(Kind.title) does not begin with 8E AD E8 01", offset: offset)
        }
        let reader = BigEndianReader(bytes)
        let entryCount: UInt32 = try reader.integer(at: start + 8)
        let storeSize: UInt32 = try reader.integer(at: start + 12)
        guard entryCount >= 1, entryCount <= Kind.maximumEntryCount else {
            throw FormatError(
                .rpmHeaderEntryCount,
                "the \(Kind.title) has \(entryCount) entries; rpm reads 1 to \(Kind.maximumEntryCount)",
                offset: offset + 8
            )
        }
        guard storeSize >= entryCount, storeSize <= Kind.maximumStoreSize else {
            throw FormatError(
                .rpmHeaderStoreSize,
                "the \(Kind.title) has \(storeSize) bytes of data for \(entryCount) entries; "
                    + "rpm reads at most \(Kind.maximumStoreSize)",
                offset: offset + 12
            )
        }
        return RPMHeaderLayout.introSize + Int(entryCount) * RPMHeaderLayout.indexEntrySize + Int(storeSize)
    }

    /// Reads a header, as strictly as the strictest rpm where safety is concerned: every value lies where it should and
    /// nowhere else. An index in another order than by number, and a tag that is there twice, are accepted, as rpm does;
    /// see ``firstUnsorted`` and ``firstDuplicate``. So is a header without a region, from before rpm 4.0, whose values may
    /// lie in any order; see ``hasRegion``.
    ///
    /// - Parameters:
    ///   - bytes: the header from its magic to the last byte of its store.
    ///   - offset: where the header begins in its file, for messages.
    /// - Throws: ``FormatError`` with one of the codes that begin with `rpm-header-`.
    public init(decoding bytes: [UInt8], offset: UInt64 = 0) throws(FormatError) {
        let length = try Self.byteCount(intro: bytes, offset: offset)
        guard bytes.count == length else {
            throw FormatError(
                .rpmHeaderTruncated,
                "the \(Kind.title) has \(bytes.count) bytes, not the \(length) that it announces",
                offset: offset + UInt64(bytes.count)
            )
        }
        var decoder = try RPMHeaderDecoder<Kind>(bytes, at: offset)
        let slots = try decoder.slots()
        self.init(slots: slots, isSorted: decoder.isSorted, in: bytes, hasRegion: decoder.hasRegion)
    }
}

/// Takes one header apart.
private struct RPMHeaderDecoder<Kind: RPMHeaderKind> {
    private struct IndexEntry {
        var tag: UInt32
        var type: UInt32
        var offset: Int32
        var count: UInt32
    }

    private let reader: BigEndianReader
    private let start: UInt64
    private let entryCount: Int
    private let storeStart: Int
    private let storeSize: Int
    /// The end of what values may take up: the region's trailer, or the end of the store.
    private var valuesEnd: Int
    /// How far the store is taken up; without a region, how much of it.
    private var position = 0
    private(set) var hasRegion = true
    /// Whether no tag stands behind a larger one.
    private(set) var isSorted = true

    init(_ bytes: [UInt8], at start: UInt64) throws(FormatError) {
        let reader = BigEndianReader(bytes)
        let entryCount = Int(try reader.integer(at: 8, as: UInt32.self))
        self.reader = reader
        self.start = start
        self.entryCount = entryCount
        storeStart = RPMHeaderLayout.introSize + entryCount * RPMHeaderLayout.indexEntrySize
        storeSize = bytes.count - storeStart
        valuesEnd = storeSize
    }

    mutating func slots() throws(FormatError) -> [RPMHeader<Kind>.Slot] {
        var slots: [RPMHeader<Kind>.Slot] = []
        slots.reserveCapacity(entryCount)
        let first = try indexEntry(0)
        var regionEnd = 0
        if first.tag == Kind.regionTag {
            regionEnd = try regionEntryCount(first)
            valuesEnd = Int(first.offset)
        } else {
            guard first.tag >= 100 else {
                throw error(.rpmHeaderRegionMissing, 0, "does not begin with the region tag \(Kind.regionTag)")
            }
            hasRegion = false
        }
        var last: UInt32 = 0
        for index in (hasRegion ? 1 : 0)..<entryCount {
            if index == regionEnd, hasRegion { try leaveRegion() }
            let entry = try indexEntry(index)
            guard entry.tag >= 100 else {
                throw error(.rpmHeaderTagRange, index, "has tag \(entry.tag), which is below 100")
            }
            if entry.tag < last { isSorted = false }
            last = entry.tag
            slots.append(try slot(of: entry, at: index))
        }
        guard hasRegion else { return slots }
        if regionEnd == entryCount { try leaveRegion() }
        guard position == storeSize else {
            throw error(.rpmHeaderGap, entryCount - 1, "leaves \(storeSize - position) bytes of the store unused")
        }
        return slots
    }

    /// Checks the region's entry and trailer and says how many index entries the region holds, its own included.
    private func regionEntryCount(_ entry: IndexEntry) throws(FormatError) -> Int {
        guard entry.type == RPMValueType.binary.rawValue, entry.count == UInt32(RPMHeaderLayout.trailerSize),
            entry.offset >= 0, Int(entry.offset) <= storeSize - RPMHeaderLayout.trailerSize
        else { throw error(.rpmHeaderRegion, 0, "is no region entry of 16 bytes inside the store") }
        let place = storeStart + Int(entry.offset)
        let trailer = try indexEntry(atByte: place)
        // rpm before 4.0 closed the signature header's region with tag 61.
        guard trailer.tag == Kind.regionTag || (!Kind.needsWholeRegion && trailer.tag == 61),
            trailer.type == RPMValueType.binary.rawValue, trailer.count == UInt32(RPMHeaderLayout.trailerSize)
        else {
            throw FormatError(
                .rpmHeaderTrailer,
                "the \(Kind.title)'s region does not end in a trailer",
                offset: start + UInt64(place)
            )
        }
        let size = -Int(trailer.offset)
        let count = size / RPMHeaderLayout.indexEntrySize
        guard size > 0, size % RPMHeaderLayout.indexEntrySize == 0, count <= entryCount,
            !Kind.needsWholeRegion
                || count == entryCount && Int(entry.offset) == storeSize - RPMHeaderLayout.trailerSize
        else {
            throw FormatError(
                .rpmHeaderRegionSize,
                "the \(Kind.title)'s region holds \(count) of \(entryCount) entries",
                offset: start + UInt64(place) + 8
            )
        }
        return count
    }

    private mutating func leaveRegion() throws(FormatError) {
        guard position == valuesEnd else {
            throw FormatError(
                .rpmHeaderGap,
                "the \(Kind.title) leaves \(valuesEnd - position) bytes unused before the region's trailer",
                offset: start + UInt64(storeStart + position)
            )
        }
        position += RPMHeaderLayout.trailerSize
        valuesEnd = storeSize
    }

    @inline(__always)
    private mutating func slot(of entry: IndexEntry, at index: Int) throws(FormatError) -> RPMHeader<Kind>.Slot {
        guard let type = RPMValueType(rawValue: entry.type) else {
            throw error(.rpmHeaderType, index, "has type \(entry.type), which is none of 1 to 9")
        }
        if let tag = Kind.tag(numbered: entry.tag), tag.type != type, !(tag.type.isText && type.isText) {
            throw error(.rpmHeaderTagType, index, "has type \(entry.type) for \(tag.name), not \(tag.type.rawValue)")
        }
        let limit = type == .binary ? Kind.maximumStoreSize : RPMHeaderLayout.maximumElementCount
        guard entry.count >= 1, entry.count <= limit, type != .string || entry.count == 1 else {
            throw error(.rpmHeaderCount, index, "has \(entry.count) elements")
        }
        guard entry.offset >= 0, Int(entry.offset) <= storeSize else {
            throw error(.rpmHeaderOffset, index, "has its data at \(entry.offset), outside the store")
        }
        let offset = Int(entry.offset)
        // Alignments are powers of two: a mask takes less time than a division.
        let alignment = type.alignment
        guard offset & (alignment - 1) == 0 else {
            throw error(.rpmHeaderAlignment, index, "has its data at \(offset), no multiple of \(alignment)")
        }
        if hasRegion {
            guard offset >= position else {
                throw error(.rpmHeaderOverlap, index, "has its data at \(offset), inside those that end at \(position)")
            }
            guard offset - position < alignment else {
                throw error(.rpmHeaderGap, index, "leaves a gap of \(offset - position) bytes before its data")
            }
        }
        let count = Int(entry.count)
        let length: Int
        if type.isText {
            length = try textLength(count, at: offset, index: index)
        } else {
            // At most 256 Mi elements of 8 bytes. Integers are as wide as they are aligned.
            length = count * alignment
            guard length <= valuesEnd - offset else {
                throw error(.rpmHeaderDataEnd, index, "has \(count) elements, which reach beyond the data's end")
            }
        }
        try take(offset, length, index: index)
        let start = storeStart + offset
        return .init(number: entry.tag, type: type, count: count, place: .read(start..<(start + length)))
    }

    /// Notes that a value takes up part of the store. Without a region values may overlap, but not cost more than the
    /// store is long.
    @inline(__always)
    private mutating func take(_ offset: Int, _ length: Int, index: Int) throws(FormatError) {
        guard !hasRegion else {
            position = offset + length
            return
        }
        guard length <= storeSize - position else {
            throw error(.rpmHeaderOverlap, index, "takes \(length) bytes, more than are left of the store")
        }
        position += length
    }

    /// The length of so many strings with their NULs.
    private func textLength(_ count: Int, at offset: Int, index: Int) throws(FormatError) -> Int {
        let range = (storeStart + offset)..<max(storeStart + offset, storeStart + valuesEnd)
        var left = count
        let length = reader.bytes.withUnsafeBytes { all in
            var rest = UnsafeRawBufferPointer(rebasing: all[range])
            while left > 0 {
                let text = rest.untilNUL
                guard text.count < rest.count else { break }
                rest = UnsafeRawBufferPointer(rebasing: rest[(text.count + 1)...])
                left -= 1
            }
            return range.count - rest.count
        }
        guard left == 0 else {
            throw error(.rpmHeaderUnterminatedString, index, "has \(count) strings, of which \(left) do not end")
        }
        return length
    }

    @inline(__always)
    private func indexEntry(_ index: Int) throws(FormatError) -> IndexEntry {
        try indexEntry(atByte: RPMHeaderLayout.introSize + index * RPMHeaderLayout.indexEntrySize)
    }

    @inline(__always)
    private func indexEntry(atByte place: Int) throws(FormatError) -> IndexEntry {
        let (tag, type, offset, count) = try reader.fourIntegers(at: place)
        return IndexEntry(tag: tag, type: type, offset: Int32(bitPattern: offset), count: count)
    }

    @inline(never)
    private func error(_ code: FormatError.Code, _ index: Int, _ what: String) -> FormatError {
        let place = RPMHeaderLayout.introSize + index * RPMHeaderLayout.indexEntrySize
        return FormatError(code, "entry \(index) of the \(Kind.title) \(what)", offset: start + UInt64(place))
    }
}

extension FormatError.Code {
    /// A header ends before, or behind, what it announces.
    public static let rpmHeaderTruncated = Self(rawValue: "rpm-header-truncated")
    /// A header does not begin with its magic.
    public static let rpmHeaderMagic = Self(rawValue: "rpm-header-magic")
    /// A header has no or too many index entries.
    public static let rpmHeaderEntryCount = Self(rawValue: "rpm-header-entry-count")
    /// A header's store is too short for its entries or too long.
    public static let rpmHeaderStoreSize = Self(rawValue: "rpm-header-store-size")
    /// A header does not begin with its region.
    public static let rpmHeaderRegionMissing = Self(rawValue: "rpm-header-region-missing")
    /// A region's entry is malformed.
    public static let rpmHeaderRegion = Self(rawValue: "rpm-header-region")
    /// A region's trailer is malformed.
    public static let rpmHeaderTrailer = Self(rawValue: "rpm-header-trailer")
    /// A region does not hold what it has to.
    public static let rpmHeaderRegionSize = Self(rawValue: "rpm-header-region-size")
    /// A tag inside the region is below 100.
    public static let rpmHeaderTagRange = Self(rawValue: "rpm-header-tag-range")
    /// A value has a type that rpm does not know.
    public static let rpmHeaderType = Self(rawValue: "rpm-header-type")
    /// A value has another type than its tag.
    public static let rpmHeaderTagType = Self(rawValue: "rpm-header-tag-type")
    /// A value has no or too many elements.
    public static let rpmHeaderCount = Self(rawValue: "rpm-header-count")
    /// A value lies outside the store.
    public static let rpmHeaderOffset = Self(rawValue: "rpm-header-offset")
    /// A value is not aligned.
    public static let rpmHeaderAlignment = Self(rawValue: "rpm-header-alignment")
    /// A value begins before the one in front of it ends.
    public static let rpmHeaderOverlap = Self(rawValue: "rpm-header-overlap")
    /// There are bytes in the store that belong to no value.
    public static let rpmHeaderGap = Self(rawValue: "rpm-header-gap")
    /// A value reaches beyond the end of the data.
    public static let rpmHeaderDataEnd = Self(rawValue: "rpm-header-data-end")
    /// A string has no NUL at its end.
    public static let rpmHeaderUnterminatedString = Self(rawValue: "rpm-header-unterminated-string")
}
