/// A tag of one of the two headers of an rpm: a number with the name and type that rpm knows it by.
///
/// The same number means one thing in the signature header and another in the main header, so the two have tags of
/// different types.
public struct RPMTag<Kind: RPMHeaderKind>: Sendable, Hashable {
    /// The number.
    public let number: UInt32
    /// The type of its values.
    public let type: RPMValueType
    // Tags are handed around for every value that is asked for; this way they cost nothing but a few bytes.
    private let staticName: StaticString

    init(_ number: UInt32, _ name: StaticString, _ type: RPMValueType) {
        self.number = number
        self.type = type
        staticName = name
    }

    /// rpm's name without `RPMTAG_` or `RPMSIGTAG_`.
    public var name: String { staticName.description }

    /// Whether two tags are the same: they have the same number.
    public static func == (left: RPMTag, right: RPMTag) -> Bool { left.number == right.number }

    /// Feeds the number to a hasher.
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension RPMTag: CustomStringConvertible {
    /// `NAME (1000)`.
    public var description: String { "\(name) (\(number))" }
}

/// What tells the signature header and the main header apart.
public protocol RPMHeaderKind: Sendable {
    /// The tag of the region that holds the header's entries.
    static var regionTag: UInt32 { get }
    /// What the header is called in messages.
    static var title: String { get }
    /// How many index entries rpm reads at most.
    static var maximumEntryCount: UInt32 { get }
    /// The longest store that rpm reads, in bytes.
    static var maximumStoreSize: UInt32 { get }
    /// Whether the header has to lie in an immutable region, all of it.
    static var needsWholeRegion: Bool { get }
    /// The tag with a number, where rpm has one.
    static func tag(numbered number: UInt32) -> RPMTag<Self>?
}

/// The header between lead and main header: sizes, digests and signatures.
public enum RPMSignatureKind: RPMHeaderKind {
    /// HEADERSIGNATURES.
    public static var regionTag: UInt32 { 62 }
    /// What the header is called in messages.
    public static var title: String { "signature header" }
    /// 32 entries.
    public static var maximumEntryCount: UInt32 { 32 }
    /// 64 MiB; rpm before 4.16 reads 8192 bytes.
    public static var maximumStoreSize: UInt32 { 64 << 20 }
    /// Old packages have signature headers without a region.
    public static var needsWholeRegion: Bool { false }
    /// The tag with a number, where rpm has one.
    public static func tag(numbered number: UInt32) -> RPMTag<Self>? { tags[number] }

    private static let tags = RPMTagTable(RPMTag<Self>.table)
}

/// The header that describes the package and its files.
public enum RPMMainKind: RPMHeaderKind {
    /// HEADERIMMUTABLE.
    public static var regionTag: UInt32 { 63 }
    /// What the header is called in messages.
    public static var title: String { "header" }
    /// 65535 entries.
    public static var maximumEntryCount: UInt32 { 65_535 }
    /// 256 MiB; rpm before 4.14 reads 16 MiB.
    public static var maximumStoreSize: UInt32 { 0x0FFF_FFFF }
    /// What signatures cover is the region, so nothing may lie outside.
    public static var needsWholeRegion: Bool { true }
    /// The tag with a number, where rpm has one.
    public static func tag(numbered number: UInt32) -> RPMTag<Self>? { tags[number] }

    private static let tags = RPMTagTable(RPMTag<Self>.table)
}

/// Tags by their numbers.
private struct RPMTagTable<Kind: RPMHeaderKind>: Sendable {
    private let tags: [RPMTag<Kind>]
    /// Where the tag of a number stands, or -1.
    private var places: [Int16]

    init(_ tags: [RPMTag<Kind>]) {
        self.tags = tags
        places = [Int16](repeating: -1, count: (tags.map { Int($0.number) }.max() ?? 0) + 1)
        for (place, tag) in tags.enumerated().reversed() { places[Int(tag.number)] = Int16(clamping: place) }
    }

    subscript(number: UInt32) -> RPMTag<Kind>? {
        guard number < UInt32(clamping: places.count), places[Int(number)] >= 0 else { return nil }
        return tags[Int(places[Int(number)])]
    }
}
