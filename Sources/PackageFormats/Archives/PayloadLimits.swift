/// What reading a payload may cost, against small packages that grow without end.
public struct PayloadLimits: Sendable, Hashable {
    /// How many entries a payload may have.
    public var entries: Int
    /// How many bytes may come out of it.
    public var bytes: UInt64
    /// How many times as long as in the package what comes out may be, beyond the first 64 MiB.
    public var ratio: UInt64

    /// Makes limits; the usual ones let every package of today's distributions through.
    public init(entries: Int = 1_000_000, bytes: UInt64 = 1 << 40, ratio: UInt64 = 10_000) {
        self.entries = entries
        self.bytes = bytes
        self.ratio = ratio
    }

    /// No limits but those of the formats.
    public static let none = PayloadLimits(entries: .max, bytes: .max, ratio: .max)

    private static let smallest: UInt64 = 1 << 26

    /// How many bytes may come out of `count` bytes.
    func bytes(unpackedFrom count: UInt64) -> UInt64 {
        let product = count.multipliedReportingOverflow(by: ratio)
        return min(bytes, product.overflow ? .max : max(product.partialValue, PayloadLimits.smallest))
    }
}
