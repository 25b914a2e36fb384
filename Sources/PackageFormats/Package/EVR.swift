/// Epoch, version and release: which build of a package this is.
///
/// The same three parts serve both formats: rpm's EPOCH, VERSION and RELEASE, and Debian's epoch, upstream version and
/// Debian revision (Debian Policy 5.6.12). How two of them compare is the format's business: see
/// ``rpmPrecedence(over:)`` and ``debianPrecedence(over:)``.
public struct EVR: Sendable, Hashable {
    /// The epoch; `nil` and 0 mean the same to every comparison, but an explicit 0 is written where the format shows it.
    public var epoch: UInt32?
    /// The upstream version.
    public var version: String
    /// rpm's release, Debian's revision; `nil` where there is none.
    public var release: String?

    /// Makes a version from its parts, unchecked: a writer checks it against its own format's grammar.
    public init(epoch: UInt32? = nil, version: String, release: String? = nil) {
        self.epoch = epoch
        self.version = version
        self.release = release
    }

    /// Splits `[EPOCH:]VERSION[-RELEASE]` at the first colon after digits and at the last hyphen, as rpm and dpkg do.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue`` for an empty version, an empty release after
    ///   a hyphen, or an epoch that is no number up to 4294967295.
    public init(parsing text: String) throws(FormatError) {
        var rest = Substring(text)
        epoch = nil
        if let colon = rest.utf8.firstIndex(of: UInt8(ascii: ":")),
            rest[..<colon].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        {
            let digits = rest[..<colon]
            guard let number = digits.isEmpty ? 0 : UInt32(digits) else {
                throw FormatError(.invalidValue, "the epoch of '\(text)' is beyond 4294967295", field: "version")
            }
            epoch = number
            rest = rest[rest.utf8.index(after: colon)...]
        }
        if let hyphen = rest.utf8.lastIndex(of: UInt8(ascii: "-")) {
            let tail = rest[rest.utf8.index(after: hyphen)...]
            guard !tail.isEmpty else {
                throw FormatError(.invalidValue, "'\(text)' ends in a hyphen with no release", field: "version")
            }
            release = String(tail)
            rest = rest[..<hyphen]
        } else {
            release = nil
        }
        guard !rest.isEmpty else {
            throw FormatError(.invalidValue, "'\(text)' has no version", field: "version")
        }
        version = String(rest)
    }
}

extension EVR: CustomStringConvertible {
    /// `[EPOCH:]VERSION[-RELEASE]`; the epoch shows if it is present, 0 included.
    public var description: String { epoch.map { "\($0):" + versionAndRelease } ?? versionAndRelease }

    /// `VERSION[-RELEASE]`, as in file names.
    public var versionAndRelease: String { version + (release.map { "-" + $0 } ?? "") }
}
