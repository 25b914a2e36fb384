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
        /// Where a value is.
        enum Place: Sendable {
            /// Among the bytes that were read; strings with their NULs.
            case read(Range<Int>)
            /// Among the values that were set.
            case set(Int)
        }

        let number: UInt32
        let type: RPMValueType
        /// How many integers, bytes or strings the value has.
        let count: Int
        let place: Place
    }

    private(set) var slots: [Slot] = []
    /// Whether the slots are in the order of their numbers, as those of nearly all packages are. Values that are set keep it.
    private let isSorted: Bool
    /// What the values lie in that were read.
    private let bytes: [UInt8]
    /// The values that were set; one that was removed since stays.
    private var values: [RPMValue] = []
    /// Whether the header begins with an immutable region, as all do since rpm 4.0. What is written always does.
    public private(set) var hasRegion = true

    /// A header without values.
    public init() { (bytes, isSorted) = ([], true) }

    init(items: [Item], hasRegion: Bool = true) {
        bytes = []
        self.hasRegion = hasRegion
        isSorted = zip(items, items.dropFirst()).allSatisfy { $0.number <= $1.number }
        for item in items { slots.append(slot(item.number, holding: item.value)) }
    }

    /// A header of values that lie in `bytes`, as the decoder found them.
    init(slots: [Slot], isSorted: Bool, in bytes: [UInt8], hasRegion: Bool) {
        self.slots = slots
        self.isSorted = isSorted
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
            let slot = slot(tag.number, holding: newValue)
            if isThere {
                slots[place] = slot
            } else {
                slots.insert(slot, at: place)
            }
        }
    }

    /// Keeps a value that is set.
    private mutating func slot(_ number: UInt32, holding value: RPMValue) -> Slot {
        values.append(value)
        return Slot(number: number, type: value.type, count: value.count, place: .set(values.count - 1))
    }

    /// Whether the header has a tag.
    public func contains(_ tag: RPMTag<Kind>) -> Bool { index(of: tag) != nil }

    /// A tag's string, or the first of several; bytes that are no UTF-8 become U+FFFD.
    public func text(_ tag: RPMTag<Kind>) -> String? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        switch slot.place {
        case .set(let index): return values[index].firstString.map { String(decoding: $0, as: UTF8.self) }
        case .read(let range):
            guard slot.type.isText else { return nil }
            return bytes.withUnsafeBytes { all in
                String(decoding: UnsafeRawBufferPointer(rebasing: all[range]).untilNUL, as: UTF8.self)
            }
        }
    }

    /// A tag's strings as texts; bytes that are no UTF-8 become U+FFFD.
    func texts(_ tag: RPMTag<Kind>) -> [String]? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        switch slot.place {
        case .set(let index): return values[index].strings?.texts
        case .read(let range):
            guard slot.type.isText else { return nil }
            return bytes.withUnsafeBytes { all in
                PackedStrings.texts(in: UnsafeRawBufferPointer(rebasing: all[range]), count: slot.count)
            }
        }
    }

    /// How many values a tag has; 0 if it is not there.
    func count(of tag: RPMTag<Kind>) -> Int { index(of: tag).map { slots[$0].count } ?? 0 }

    /// A tag's strings.
    public func strings(_ tag: RPMTag<Kind>) -> PackedStrings? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        guard slot.type.isText else { return nil }
        switch slot.place {
        case .set(let index): return values[index].strings
        case .read(let range): return PackedStrings(unchecked: Array(bytes[range]), count: slot.count)
        }
    }

    /// A tag's integers, whatever their width.
    public func integers(_ tag: RPMTag<Kind>) -> [UInt64]? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        switch slot.place {
        case .set(let index): return values[index].integers
        case .read(let range): return integers(slot.type, at: range.lowerBound, count: slot.count)
        }
    }

    /// A tag's first integer.
    public func integer(_ tag: RPMTag<Kind>) -> UInt64? {
        guard let slot = index(of: tag).map({ slots[$0] }) else { return nil }
        switch slot.place {
        case .set(let index): return values[index].integers?.first
        case .read(let range): return integer(slot.type, at: range.lowerBound)
        }
    }

    /// The number of the first tag that stands behind a larger one, or `nil` if all are sorted as rpm writes them.
    public var firstUnsorted: UInt32? {
        if isSorted { return nil }
        return slots.indices.dropFirst().first { slots[$0 - 1].number > slots[$0].number }.map { slots[$0].number }
    }

    /// The number of the first tag that is there twice; ``subscript(_:)`` gives the first of its values, rpm one or the other.
    public var firstDuplicate: UInt32? {
        if firstUnsorted == nil {
            return slots.indices.dropFirst().first { slots[$0 - 1].number == slots[$0].number }.map { slots[$0].number }
        }
        var seen: Set<UInt32> = []
        return slots.first { !seen.insert($0.number).inserted }?.number
    }

    /// Where the first value of a tag is.
    private func index(of tag: RPMTag<Kind>) -> Int? {
        let number = tag.number
        guard isSorted else { return slots.firstIndex { $0.number == number } }
        var (low, high) = (0, slots.count)
        while low < high {
            let middle = (low + high) / 2
            if slots[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low < slots.count && slots[low].number == number ? low : nil
    }

    private func value(of slot: Slot) -> RPMValue {
        switch slot.place {
        case .set(let index): values[index]
        case .read(let range): read(slot.type, in: range, count: slot.count)
        }
    }

    /// A value among the bytes: the decoder made sure that it lies there.
    private func read(_ type: RPMValueType, in range: Range<Int>, count: Int) -> RPMValue {
        let start = range.lowerBound
        switch type {
        case .char: return .char(Array(bytes[range]))
        case .int8: return .int8(Array(bytes[range].prefix(count)))
        case .int16: return .int16(integers(at: start, count))
        case .int32: return .int32(integers(at: start, count))
        case .int64: return .int64(integers(at: start, count))
        case .string: return .string(Array(bytes[range].dropLast()))
        case .binary: return .binary(Array(bytes[range]))
        case .stringArray: return .stringArray(PackedStrings(unchecked: Array(bytes[range]), count: count))
        case .translatedString: return .translatedString(PackedStrings(unchecked: Array(bytes[range]), count: count))
        }
    }

    private func integers<Integer: FixedWidthInteger>(at start: Int, _ count: Int) -> [Integer] {
        (try? BigEndianReader(bytes).integers(at: start, count: count, as: Integer.self) { $0 }) ?? []
    }

    /// Integers among the bytes, or `nil` if the type is of something else.
    private func integers(_ type: RPMValueType, at start: Int, count: Int) -> [UInt64]? {
        let reader = BigEndianReader(bytes)
        return switch type {
        case .int8: try? reader.integers(at: start, count: count, as: UInt8.self) { UInt64($0) }
        case .int16: try? reader.integers(at: start, count: count, as: UInt16.self) { UInt64($0) }
        case .int32: try? reader.integers(at: start, count: count, as: UInt32.self) { UInt64($0) }
        case .int64: try? reader.integers(at: start, count: count, as: UInt64.self) { $0 }
        case .char, .string, .binary, .stringArray, .translatedString: nil
        }
    }

    /// The integer at a place among the bytes, or `nil` if the type is of something else.
    private func integer(_ type: RPMValueType, at start: Int) -> UInt64? {
        let reader = BigEndianReader(bytes)
        return switch type {
        case .int8: (try? reader.integer(at: start, as: UInt8.self)).map { UInt64($0) }
        case .int16: (try? reader.integer(at: start, as: UInt16.self)).map { UInt64($0) }
        case .int32: (try? reader.integer(at: start, as: UInt32.self)).map { UInt64($0) }
        case .int64: try? reader.integer(at: start, as: UInt64.self)
        case .char, .string, .binary, .stringArray, .translatedString: nil
        }
    }

    /// The bytes of a value as they are stored.
    func stored(_ slot: Slot) -> ArraySlice<UInt8> {
        switch slot.place {
        case .read(let range): return bytes[range]
        case .set(let index):
            var writer = BigEndianWriter(reservingCapacity: values[index].byteCount)
            values[index].write(to: &writer)
            return writer.bytes[...]
        }
    }

    /// How long a value is in the store, in bytes, padding not counted.
    private func storedLength(_ slot: Slot) -> Int {
        switch slot.place {
        case .read(let range): range.count
        case .set(let index): values[index].byteCount
        }
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
            length += storedLength(slot)
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
            switch slot.place {
            case .read(let range): writer.append(contentsOf: bytes[range])
            case .set(let index): values[index].write(to: &writer)
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
            guard case .read(let range) = slot.place, position <= range.lowerBound, range.upperBound <= bytes.count,
                bytes[position..<range.lowerBound].allSatisfy({ $0 == 0 })
            else { return false }
            position = range.upperBound
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
