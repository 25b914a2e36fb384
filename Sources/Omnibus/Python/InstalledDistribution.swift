import SystemPackage

/// A Python distribution that stands in a bundle.
public struct InstalledDistribution: Sendable, Hashable {
    /// Its name as its metadata spells it.
    public let name: String
    /// Its version.
    public let version: String
    /// The directory of its metadata, below the site-packages directory.
    let directory: String

    /// Whether it comes from a wheel for a family of systems (PEP 600), compiled by its publisher.
    let isPublishedBinary: Bool

    /// The name as indexes compare it (PEP 503).
    public var normalizedName: String { PythonSource.normalized(name) }

    /// Reads the metadata in every `.dist-info` of a site-packages directory.
    ///
    /// - Throws: `metadata-invalid` if one has no name or version.
    static func all(in sitePackages: FilePath) throws(OmnibusError) -> [InstalledDistribution] {
        var result: [InstalledDistribution] = []
        for directory in try FileSystem.names(in: sitePackages) where directory.hasSuffix(".dist-info") {
            let path = sitePackages.appending(directory)
            let metadata = try CoreMetadata(path.appending("METADATA"))
            guard let name = metadata["name"], let version = metadata["version"], PythonSource.name(of: name) == name
            else {
                throw OmnibusError("metadata-invalid", .badInput, "\(directory)/METADATA gives no name and version")
            }
            let wheel = path.appending("WHEEL")
            let tags = FileSystem.exists(wheel) ? try CoreMetadata(wheel).all("tag") : []
            result.append(
                InstalledDistribution(
                    name: name,
                    version: version,
                    directory: directory,
                    isPublishedBinary: tags.contains { $0.contains("-manylinux") }
                )
            )
        }
        return result
    }
}
