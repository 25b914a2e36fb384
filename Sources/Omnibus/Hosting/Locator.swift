import PackageFormats

/// Where a version of Flocker is hosted for a distribution, the places of old versions among them.
public struct Locator: Sendable {
    /// Who keeps the files.
    public enum Service: String, Sendable, Hashable {
        /// Amazon S3.
        case s3 = "Amazon S3"
        /// Google Cloud Storage, for what is old.
        case googleCloudStorage = "Google Cloud Storage"
    }

    /// A folder, or a file, that is hosted.
    public struct Place: Sendable, Hashable {
        /// Who keeps it.
        public var service: Service
        /// The bucket's name.
        public var bucket: String
        /// The key in the bucket, with a slash at its end where it is a folder.
        public var key: String
        /// Where clients find it.
        public var url: String
    }

    /// The words for source distributions, which belong to no distribution of Linux.
    public static let source = "source"

    /// The bucket of today.
    private static let archive = (bucket: "clusterhq-archive", url: "https://s3.amazonaws.com/clusterhq-archive")
    /// The bucket of old, which is called like the host that leads to it.
    private static let legacy = (bucket: "archive.clusterhq.com", url: "http://archive.clusterhq.com")

    /// Where a version is hosted: a folder for every architecture, or a source distribution.
    ///
    /// Versions that are no release are in the distribution's `-testing` tree. Fedora's packages were published to S3 up to
    /// but not including 0.9.0, those of Fedora 20 until 0.3.2 to Google Cloud Storage, and so were source distributions of
    /// that time.
    ///
    /// - Parameters:
    ///   - version: a version of Flocker.
    ///   - distribution: a distribution's name, or ``source``.
    /// - Throws: ``OmnibusError`` with codes `version-unsupported` and `unknown-distribution`, and `never-published` where
    ///   there never was a package.
    public static func places(of version: String, for distribution: String) throws(OmnibusError) -> [Place] {
        let parsed = try FlockerVersion(version)
        let isOld = parsed.numbers.lexicographicallyPrecedes([0, 3, 3])
        if distribution.lowercased() == source {
            let name = "Flocker-\(version).tar.gz"
            return isOld
                ? [place(.googleCloudStorage, "downloads/flocker/\(name)")] : [place(.s3, "python/\(name)")]
        }
        let found = try Distribution.named(distribution)
        let layout = ArchiveLayout(found)
        let channel: ArchiveLayout.Channel = parsed.isRelease ? .stable : .testing
        var service = Service.s3
        if found.project == "fedora" {
            guard found.release == "20" else {
                throw neverPublished(version, found, "Fedora 20 is the only Fedora that packages were published for")
            }
            // Pre-releases and weekly releases of 0.9.0 come before it, and were still made.
            guard
                parsed.numbers.lexicographicallyPrecedes([0, 9, 0])
                    || parsed.precedesRelease && parsed.numbers == [0, 9, 0]
            else { throw neverPublished(version, found, "the last packages for Fedora are those before 0.9.0") }
            if isOld { service = .googleCloudStorage }
        }
        return found.architectures.map { place(service, layout.folder(for: $0, in: channel) + "/") }
    }

    private static func place(_ service: Service, _ key: String) -> Place {
        let (bucket, url) = service == .s3 ? archive : legacy
        return Place(service: service, bucket: bucket, key: key, url: "\(url)/\(PercentEncoding.path(key))")
    }

    private static func neverPublished(_ version: String, _ found: Distribution, _ reason: String) -> OmnibusError {
        OmnibusError(
            "never-published",
            .missingInput,
            "Flocker \(version) was never published for \(found.name): \(reason)"
        )
    }
}

extension FlockerVersion {
    fileprivate var numbers: [UInt32] { [major, minor, micro] }
    fileprivate var precedesRelease: Bool { stage != .final }
}
