/// A header of an rpm: values by tag, stored in an index and a store of data.
///
/// ``RPMSignatureHeader`` and ``RPMMainHeader`` are the two headers that a package has. Values keep the order of the
/// index they were read from; values that are set go where their number belongs.
public struct RPMHeader<Kind: RPMHeaderKind>: Sendable {
    /// A value and the number of its tag, which need not be one that rpm knows.
    public struct Item: Sendable, Hashable {
        /// The tag's number.
        public let number: UInt32
        /// The value.
        public var value: RPMValue
    }

    /// A tag, and where its value is. Packages have many more values than anybody asks for, so that those of a header that
    /// was read stay bytes until then.
    struct Slot: Sendable {
        let number: UInt32
        var type: RPMValueType
        /// How many integers, bytes or strings the value has.
        var count: Int
        /// Where the value lies among the bytes that were read; strings with their NULs.
        var range: Range<Int>
        /// The value, if it was set and not read.
        var value: RPMValue?

        init(_ number: UInt32, _ type: RPMValueType, count: Int, in range: Range<Int>) {
            (self.number, self.type, self.count, self.range) = (number, type, count, range)
        }

        init(_ number: UInt32, _ value: RPMValue) {
            (self.number, type, count, range) = (number, value.type, value.count, 0..<0)
            self.value = value
        }

        /// The length in the store in bytes, padding not counted.
        var byteCount: Int { value?.byteCount ?? range.count }
    }

    private(set) var slots: [Slot] = []
    /// What the values lie in that were read.
    private let bytes: [UInt8]
    /// Whether the header begins with an immutable region, as all do since rpm 4.0. What is written always does.
    public private(set) var hasRegion = true

    /// A header without values.
    public init() { bytes = [] }

    init(items: [Item], hasRegion: Bool = true) {
        bytes = []
        slots = items.map { Slot($0.number, $0.value) }
        self.hasRegion = hasRegion
    }

    /// A header of values that lie in `bytes`, as the decoder found them.
    init(slots: [Slot], in bytes: [UInt8], hasRegion: Bool) {
        self.slots = slots
        self.bytes = bytes
        self.hasRegion = hasRegion
    }

    /// All values but the region.
    public var items: [Item] { slots.map { Item(number: $0.number, value: value(of: $0)) } }

    /// The value of a tag, or `nil`. A value without elements cannot be stored, so that setting one removes the tag.
    public subscript(tag: RPMTag<Kind>) -> RPMValue? {
        get { index(of: tag).map { value(of: slots[$0]) } }
        set {
            let place = slots.firstIndex { $0.number >= tag.number } ?? slots.endIndex
            let isThere = place < slots.endIndex && slots[place].number == tag.number
            guard let newValue, newValue.count > 0 else {
                if isThere { slots.remove(at: place) }
                return
            }
            if isThere {
                slots[place] = Slot(tag.number, newValue)
            } else {
                slots.insert(Slot(tag.number, newValue), at: place)
            }
        }
    }

    /// Whether the header has a tag.
    public func contains(_ tag: RPMTag<Kind>) -> Bool { index(of: tag) != nil }

    /// A tag's string, or the first of several; bytes that are no UTF-8 become U+FFFD.
    public func text(_ tag: RPMTag<Kind>) -> String? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        if let value = slot.value { return value.firstString.map { String(decoding: $0, as: UTF8.self) } }
        guard slot.type.isText else { return nil }
        return bytes.withUnsafeBytes { all in
            String(decoding: UnsafeRawBufferPointer(rebasing: all[slot.range]).untilNUL, as: UTF8.self)
        }
    }

    /// A tag's strings as texts; bytes that are no UTF-8 become U+FFFD.
    func texts(_ tag: RPMTag<Kind>) -> [String]? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        if let value = slot.value { return value.strings?.texts }
        guard slot.type.isText else { return nil }
        return bytes.withUnsafeBytes { all in
            PackedStrings.texts(in: UnsafeRawBufferPointer(rebasing: all[slot.range]), count: slot.count)
        }
    }

    /// How many values a tag has; 0 if it is not there.
    func count(of tag: RPMTag<Kind>) -> Int { index(of: tag).map { slots[$0].count } ?? 0 }

    /// A tag's strings.
    public func strings(_ tag: RPMTag<Kind>) -> PackedStrings? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        if let value = slot.value { return value.strings }
        return slot.type.isText ? strings(of: slot) : nil
    }

    /// A tag's integers, whatever their width.
    public func integers(_ tag: RPMTag<Kind>) -> [UInt64]? { self[tag]?.integers }

    /// A tag's first integer.
    public func integer(_ tag: RPMTag<Kind>) -> UInt64? {
        guard var slot = index(of: tag).map({ slots[$0] }) else { return nil }
        slot.count = min(slot.count, 1)
        return value(of: slot).integers?.first
    }

    /// The number of the first tag that stands behind a larger one, or `nil` if all are sorted as rpm writes them.
    public var firstUnsorted: UInt32? {
        slots.indices.dropFirst().first { slots[$0 - 1].number > slots[$0].number }.map { slots[$0].number }
    }

    /// The number of the first tag that is there twice; ``subscript(_:)`` gives the first of its values, as rpm does.
    public var firstDuplicate: UInt32? {
        if firstUnsorted == nil {
            return slots.indices.dropFirst().first { slots[$0 - 1].number == slots[$0].number }.map { slots[$0].number }
        }
        var seen: Set<UInt32> = []
        return slots.first { !seen.insert($0.number).inserted }?.number
    }

    private func index(of tag: RPMTag<Kind>) -> Int? {
        let number = tag.number
        for index in slots.indices where slots[index].number == number { return index }
        return nil
    }

    private func strings(of slot: Slot) -> PackedStrings {
        PackedStrings(unchecked: Array(bytes[slot.range]), count: slot.count)
    }

    /// A value that was set, or read: the decoder made sure that it lies where the slot says.
    private func value(of slot: Slot) -> RPMValue {
        if let value = slot.value { return value }
        let start = slot.range.lowerBound
        switch slot.type {
        case .char: return .char(Array(bytes[slot.range]))
        case .int8: return .int8(Array(bytes[slot.range].prefix(slot.count)))
        case .int16: return .int16(integers(at: start, slot.count))
        case .int32: return .int32(integers(at: start, slot.count))
        case .int64: return .int64(integers(at: start, slot.count))
        case .string: return .string(Array(bytes[slot.range].dropLast()))
        case .binary: return .binary(Array(bytes[slot.range]))
        case .stringArray: return .stringArray(strings(of: slot))
        case .translatedString: return .translatedString(strings(of: slot))
        }
    }

    private func integers<Integer: FixedWidthInteger>(at start: Int, _ count: Int) -> [Integer] {
        (try? BigEndianReader(bytes).integers(at: start, count: count)) ?? []
    }

    /// The bytes of a value as they are stored.
    func stored(_ slot: Slot) -> ArraySlice<UInt8> {
        guard let value = slot.value else { return bytes[slot.range] }
        var writer = BigEndianWriter(reservingCapacity: value.byteCount)
        value.write(to: &writer)
        return writer.bytes[...]
    }
}

extension RPMHeader: Hashable {
    /// Whether two headers hold the same values in the same order.
    public static func == (left: RPMHeader, right: RPMHeader) -> Bool {
        left.hasRegion == right.hasRegion && left.items == right.items
    }

    /// Feeds the values to a hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(items) }
}

/// The header between lead and main header.
public typealias RPMSignatureHeader = RPMHeader<RPMSignatureKind>
/// The header that describes the package.
public typealias RPMMainHeader = RPMHeader<RPMMainKind>

/// What both headers' bytes have in common.
enum RPMHeaderLayout {
    static let magic: [UInt8] = [0x8E, 0xAD, 0xE8, 0x01, 0, 0, 0, 0]
    /// The length of the part before the index.
    static let introSize = 16
    static let indexEntrySize = 16
    static let trailerSize = 16
    /// The most elements that rpm 4.18 reads in one value that is not of bytes.
    static let maximumElementCount: UInt32 = 0xF_FFFF
}

extension RPMHeader {
    /// The header's bytes: index and store in one immutable region, the store packed as tightly as alignment allows.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/limitExceeded`` where rpm would not read the result.
    public func encode() throws(FormatError) -> [UInt8] {
        var offsets: [Int] = []
        offsets.reserveCapacity(slots.count)
        var length = 0
        for slot in slots {
            let alignment = slot.type.alignment
            length = (length + alignment - 1) / alignment * alignment
            offsets.append(length)
            length += slot.byteCount
        }
        let storeSize = length + RPMHeaderLayout.trailerSize
        let entryCount = slots.count + 1
        guard entryCount <= Int(Kind.maximumEntryCount), storeSize <= Int(Kind.maximumStoreSize) else {
            throw FormatError(
                .limitExceeded,
                "the \(Kind.title) has \(entryCount) entries and \(storeSize) bytes, which is more than rpm reads"
            )
        }
        let storeStart = RPMHeaderLayout.introSize + entryCount * RPMHeaderLayout.indexEntrySize
        var writer = BigEndianWriter(reservingCapacity: storeStart + storeSize)
        writer.append(contentsOf: RPMHeaderLayout.magic)
        writer.append(UInt32(entryCount))
        writer.append(UInt32(storeSize))
        writer.appendEntry(Kind.regionTag, .binary, offset: Int32(length), count: RPMHeaderLayout.trailerSize)
        for (slot, offset) in zip(slots, offsets) {
            var limit = Int(RPMHeaderLayout.maximumElementCount)
            if slot.type == .binary { limit = Int(Kind.maximumStoreSize) }
            guard (1...limit).contains(slot.count) else {
                throw FormatError(
                    .limitExceeded,
                    "tag \(slot.number) has \(slot.count) elements; rpm reads 1 to \(limit)",
                    field: Kind.tag(numbered: slot.number)?.name
                )
            }
            writer.appendEntry(slot.number, slot.type, offset: Int32(offset), count: slot.count)
        }
        for (slot, offset) in zip(slots, offsets) {
            writer.fill(to: storeStart + offset)
            if let value = slot.value {
                value.write(to: &writer)
            } else {
                writer.append(contentsOf: bytes[slot.range])
            }
        }
        writer.appendEntry(
            Kind.regionTag,
            .binary,
            offset: -Int32(entryCount * RPMHeaderLayout.indexEntrySize),
            count: RPMHeaderLayout.trailerSize
        )
        return writer.bytes
    }
}

extension RPMHeader {
    /// Whether the bytes that this was read from are those that ``encode()`` makes: all entries in the region, zeros and
    /// nothing else between the values. The decoder made sure that each value begins where its alignment lets it.
    var isCanonical: Bool {
        let entryCount = slots.count + 1
        let storeStart = RPMHeaderLayout.introSize + entryCount * RPMHeaderLayout.indexEntrySize
        var position = storeStart
        for slot in slots {
            guard slot.value == nil, position <= slot.range.lowerBound, slot.range.upperBound <= bytes.count,
                bytes[position..<slot.range.lowerBound].allSatisfy({ $0 == 0 })
            else { return false }
            position = slot.range.upperBound
        }
        var writer = BigEndianWriter(reservingCapacity: RPMHeaderLayout.trailerSize * 2)
        writer.appendEntry(
            Kind.regionTag,
            .binary,
            offset: Int32(clamping: position - storeStart),
            count: RPMHeaderLayout.trailerSize
        )
        writer.appendEntry(
            Kind.regionTag,
            .binary,
            offset: -Int32(clamping: entryCount * RPMHeaderLayout.indexEntrySize),
            count: RPMHeaderLayout.trailerSize
        )
        return hasRegion && bytes.count == position + RPMHeaderLayout.trailerSize
            && bytes[RPMHeaderLayout.introSize...].prefix(RPMHeaderLayout.indexEntrySize)
                .elementsEqual(writer.bytes.prefix(RPMHeaderLayout.indexEntrySize))
            && bytes[position...].elementsEqual(writer.bytes.suffix(RPMHeaderLayout.trailerSize))
    }
}

extension BigEndianWriter {
    fileprivate mutating func appendEntry(_ tag: UInt32, _ type: RPMValueType, offset: Int32, count: Int) {
        append(tag)
        append(type.rawValue)
        append(offset)
        append(UInt32(count))
    }
}
