/// What the rpm of a distribution wants of the packages that are written for it.
public struct RPMProfile: Sendable, Hashable {
    /// How the payload is compressed. gzip and xz are read by every rpm in use, zstd since rpm 4.14.
    public var compression: Compression
    /// Whether the header's SHA-1 and an MD5 of header and payload are written beside the SHA-256 digests.
    ///
    /// rpm before 4.14, as in CentOS 7, knows no others. The MD5 costs one more pass over the compressed payload.
    /// Such an rpm reads headers of 16 MiB at most, so that longer ones are refused.
    public var legacyDigests: Bool
    /// How many zero bytes are kept free in the signature header, so that signing need not move the payload; 0 leaves
    /// none. The usual 4128 keeps the header below the 8192 bytes that rpm before 4.16 reads.
    public var reservedSpace: Int
    /// What follows the architecture in PLATFORM (1132).
    public var platform: String
    /// RPMVERSION (1064): the rpm whose packages these are like.
    public var rpmVersion: String

    /// Makes a profile; the usual values suit every rpm since 4.14.
    public init(
        compression: Compression = .xz,
        legacyDigests: Bool = false,
        reservedSpace: Int = 4128,
        platform: String = "unknown-linux-gnu",
        rpmVersion: String = "4.18.0"
    ) {
        self.compression = compression
        self.legacyDigests = legacyDigests
        self.reservedSpace = reservedSpace
        self.platform = platform
        self.rpmVersion = rpmVersion
    }

    /// The longest header in bytes that the rpm reads.
    var maximumHeaderSize: Int { legacyDigests ? 0xFF_FFFF : Int(RPMMainKind.maximumStoreSize) }
}
