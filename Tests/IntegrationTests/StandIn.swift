import PackageFormats
import SystemPackage
import Testing

/// An rpm that provides whatever others require of their distribution.
enum StandIn {
    /// Writes it for the given packages.
    static func write(for packages: [FilePath], to folder: FilePath) async throws -> FilePath {
        let text = try await output(
            of: "rpm",
            ["-qp", "--nosignature", "--requires"] + packages.map(\.string)
        )
        let wanted = Set(text.split(separator: "\n").map(String.init)).filter {
            !$0.hasPrefix("rpmlib(") && !$0.hasPrefix("clusterhq-")
        }
        var provides: [Relation] = []
        for line in wanted.sorted() {
            // A bound such as `>= 3.11` is met by exactly that version.
            let words = line.split(separator: " ").map(String.init)
            provides.append(
                words.count == 3 ? Relation(.provides, words[0], .equal, words[2]) : Relation(.provides, words[0])
            )
        }
        let package = try Package(
            name: "stand-in",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Stands for a distribution's packages",
            license: "Apache-2.0",
            maintainer: "Tests <tests@example.com>",
            date: 1_500_000_000,
            relations: provides
        ) {
            // Where other packages' own directories are: rpm makes those that nobody owns, and leaves them behind.
            for path in ["/etc/rsyslog.d", "/usr/lib/firewalld", "/usr/lib/firewalld/services"] { Directory(path) }
        }
        return try RPMWriter().write(package, to: folder)
    }

    /// Writes a deb that stands for another package.
    static func writeDeb(for name: String, to folder: FilePath) throws -> FilePath {
        let package = Package(
            name: "stand-in",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Stands for a distribution's package",
            license: "Apache-2.0",
            maintainer: "Tests <tests@example.com>",
            date: 1_500_000_000,
            relations: [Relation(.provides, name)],
            entries: []
        )
        return try DebianWriter().write(package, to: folder)
    }
}
