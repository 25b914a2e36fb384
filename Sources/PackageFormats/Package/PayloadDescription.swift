/// What a package's payload is packed with.
public struct PayloadDescription: Sendable, Hashable {
    /// The archive: `cpio` in an rpm, `tar` in a .deb.
    public var archive: String
    /// The compression as the package names it, such as `gzip`, `xz`, `zstd` or `none`.
    public var compression: String
    /// The level it was compressed with as the package states it (rpm's PAYLOADFLAGS), or `nil`.
    public var level: String?

    /// Makes a description from its parts.
    public init(archive: String, compression: String, level: String? = nil) {
        self.archive = archive
        self.compression = compression
        self.level = level
    }
}
