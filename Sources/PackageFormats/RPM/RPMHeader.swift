/// A header of an rpm: values by tag, stored in an index and a store of data.
///
/// ``RPMSignatureHeader`` and ``RPMMainHeader`` are the two headers that a package has. Values keep the order of the
/// index they were read from; values that are set go where their number belongs.
public struct RPMHeader<Kind: RPMHeaderKind>: Sendable, Hashable {
    /// A value and the number of its tag, which need not be one that rpm knows.
    public struct Item: Sendable, Hashable {
        /// The tag's number.
        public let number: UInt32
        /// The value.
        public var value: RPMValue
    }

    /// All values but the region.
    public private(set) var items: [Item] = []
    /// Whether the header begins with an immutable region, as all do since rpm 4.0. What is written always does.
    public private(set) var hasRegion = true

    /// A header without values.
    public init() {}

    init(items: [Item], hasRegion: Bool = true) {
        self.items = items
        self.hasRegion = hasRegion
    }

    /// The value of a tag, or `nil`. A value without elements cannot be stored, so that setting one removes the tag.
    public subscript(tag: RPMTag<Kind>) -> RPMValue? {
        // By index, because a search through the items themselves would copy every value on its way.
        get { items.indices.first { items[$0].number == tag.number }.map { items[$0].value } }
        set {
            let place = items.firstIndex { $0.number >= tag.number } ?? items.endIndex
            let isThere = place < items.endIndex && items[place].number == tag.number
            guard let newValue, newValue.count > 0 else {
                if isThere { items.remove(at: place) }
                return
            }
            if isThere {
                items[place].value = newValue
            } else {
                items.insert(Item(number: tag.number, value: newValue), at: place)
            }
        }
    }

    /// A tag's string, or the first of several; bytes that are no UTF-8 become U+FFFD.
    public func text(_ tag: RPMTag<Kind>) -> String? {
        self[tag]?.firstString.map { String(decoding: $0, as: UTF8.self) }
    }

    /// A tag's strings.
    public func strings(_ tag: RPMTag<Kind>) -> PackedStrings? { self[tag]?.strings }

    /// A tag's integers, whatever their width.
    public func integers(_ tag: RPMTag<Kind>) -> [UInt64]? { self[tag]?.integers }

    /// A tag's first integer.
    public func integer(_ tag: RPMTag<Kind>) -> UInt64? { integers(tag)?.first }

    /// The number of the first tag that stands behind a larger one, or `nil` if all are sorted as rpm writes them.
    public var firstUnsorted: UInt32? {
        zip(items, items.dropFirst()).first { $0.0.number > $0.1.number }?.1.number
    }

    /// The number of the first tag that is there twice; ``subscript(_:)`` gives the first of its values, as rpm does.
    public var firstDuplicate: UInt32? {
        var seen: Set<UInt32> = []
        return items.first { !seen.insert($0.number).inserted }?.number
    }
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
        offsets.reserveCapacity(items.count)
        var length = 0
        for item in items {
            let alignment = item.value.type.alignment
            length = (length + alignment - 1) / alignment * alignment
            offsets.append(length)
            length += item.value.byteCount
        }
        let storeSize = length + RPMHeaderLayout.trailerSize
        let entryCount = items.count + 1
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
        for (item, offset) in zip(items, offsets) {
            let count = item.value.count
            var limit = Int(RPMHeaderLayout.maximumElementCount)
            if case .binary = item.value { limit = Int(Kind.maximumStoreSize) }
            guard (1...limit).contains(count) else {
                throw FormatError(
                    .limitExceeded,
                    "tag \(item.number) has \(count) elements; rpm reads 1 to \(limit)",
                    field: Kind.tag(numbered: item.number)?.name
                )
            }
            writer.appendEntry(item.number, item.value.type, offset: Int32(offset), count: count)
        }
        for (item, offset) in zip(items, offsets) {
            writer.fill(to: storeStart + offset)
            item.value.write(to: &writer)
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

extension BigEndianWriter {
    fileprivate mutating func appendEntry(_ tag: UInt32, _ type: RPMValueType, offset: Int32, count: Int) {
        append(tag)
        append(type.rawValue)
        append(offset)
        append(UInt32(count))
    }
}
