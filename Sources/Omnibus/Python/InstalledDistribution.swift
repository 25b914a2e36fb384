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
            let metadata = try fields(of: path.appending("METADATA"))
            guard let name = metadata.first(where: { $0.name == "name" })?.value,
                let version = metadata.first(where: { $0.name == "version" })?.value,
                PythonSource.name(of: name) == name, !version.isEmpty
            else {
                throw OmnibusError("metadata-invalid", .badInput, "\(directory)/METADATA gives no name and version")
            }
            let wheel = path.appending("WHEEL")
            let tags = FileSystem.exists(wheel) ? try fields(of: wheel).filter { $0.name == "tag" } : []
            result.append(
                InstalledDistribution(
                    name: name,
                    version: version,
                    directory: directory,
                    isPublishedBinary: tags.contains { $0.value.contains("-manylinux") }
                )
            )
        }
        return result
    }

    /// The fields before the first empty line, names in lower case (core metadata has the form of an e-mail's head).
    private static func fields(of path: FilePath) throws(OmnibusError) -> [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        var rest = try FileSystem.read(path, limit: 4 << 20)[...]
        while !rest.isEmpty {
            let bytes = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest[bytes.endIndex...].dropFirst()
            let line = String(decoding: bytes, as: UTF8.self).trimmingWhitespace(leading: false)
            guard !line.isEmpty else { break }
            guard let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false else { continue }
            let value = String(line[line.index(after: colon)...]).trimmingWhitespace()
            fields.append((line[..<colon].lowercased(), value))
        }
        return fields
    }
}
