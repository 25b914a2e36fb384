/// How a .deb file is compressed, which decides what can read it (deb(5)).
///
/// gzip is read by every dpkg; xz since 1.15.6, in the control archive since 1.17.6; zstd since 1.21.18, and by Ubuntu's
/// own since 18.04; an uncompressed control archive since 1.17.6.
public struct DebianProfile: Sendable, Hashable {
    /// The compression of data.tar.
    public var compression: Compression
    /// The compression of control.tar.
    public var controlCompression: Compression

    /// Usually xz for the data and gzip for the control archive: what every dpkg since 2009 unpacks.
    public init(compression: Compression = .xz, controlCompression: Compression = .gzip) {
        self.compression = compression
        self.controlCompression = controlCompression
    }
}

extension Compression.Algorithm {
    /// What dpkg expects behind `control.tar` and `data.tar`.
    var tarSuffix: String {
        switch self {
        case .gzip: ".gz"
        case .xz: ".xz"
        case .zstd: ".zst"
        case .none: ""
        }
    }
}
