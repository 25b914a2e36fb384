public import PackageFormats

/// How a product's version becomes the version and release of its packages.
public enum VersionScheme: String, Sendable, Hashable, CaseIterable {
    /// Flocker's own: see ``FlockerVersion``.
    case flocker
    /// Python's: see ``PEP440Version``.
    case pep440
    /// The text itself, for products that have no Python: what both rpm and dpkg take, with `~` for pre-releases.
    case plain

    /// The epoch, version and release of packages of `version`.
    ///
    /// `revision` counts the packagings of one version. Flocker's versions bring their own release, so that it has no effect
    /// on them.
    /// - Throws: ``OmnibusError`` with code `version-unsupported` for a version that the scheme does not take.
    public func evr(of version: String, revision: UInt32 = 1) throws(OmnibusError) -> EVR {
        switch self {
        case .flocker: return try FlockerVersion(version).evr
        case .pep440: return try PEP440Version(version).evr(revision: revision)
        case .plain:
            try Self.checkPlain(version)
            return EVR(version: version, release: String(revision))
        }
    }

    /// Whether `version` is a release, which goes to the stable repository, and not to the testing one.
    ///
    /// - Throws: as ``evr(of:revision:)`` does.
    public func isRelease(_ version: String) throws(OmnibusError) -> Bool {
        switch self {
        case .flocker: return try FlockerVersion(version).isRelease
        case .pep440: return try PEP440Version(version).isRelease
        case .plain:
            try Self.checkPlain(version)
            return !version.utf8.contains(UInt8(ascii: "~"))
        }
    }

    /// Whether a package with this version and release, which ends in no distribution's mark, is a release: a version
    /// that is not before another one, and a release that only counts.
    ///
    /// It agrees with ``isRelease(_:)`` for what ``evr(of:revision:)`` makes.
    static func isRelease(_ evr: EVR) -> Bool {
        let release = evr.release ?? "1"
        return !evr.version.utf8.contains(UInt8(ascii: "~")) && UInt32(release).map { $0 > 0 } == true
    }

    /// A digit, then letters, digits and `.`, `+`, `~`: what Debian Policy 5.6.12 and rpm's VERSION have in common.
    private static func checkPlain(_ version: String) throws(OmnibusError) {
        let bytes = Array(version.utf8)
        let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
        let isTaken = { (byte: UInt8) in
            isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || ".+~".utf8.contains(byte)
        }
        guard bytes.count <= 256, let first = bytes.first, isDigit(first), bytes.allSatisfy(isTaken) else {
            throw OmnibusError(
                "version-unsupported",
                .badInput,
                "'\(version.prefix(256))' is no version that rpm and dpkg both take",
                hint: "expected a digit, then letters, digits and '.', '+', '~', such as 2.1.0~beta1"
            )
        }
    }
}
