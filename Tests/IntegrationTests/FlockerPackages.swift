import SystemPackage
import Testing

/// The packages of the sample project, built once for all tests that only read them.
actor FlockerPackages {
    static let shared = FlockerPackages()

    /// Every distribution that the tests build for.
    static let distributions = [
        "centos-7", "centos-stream-9", "rhel-9", "debian-12", "ubuntu-22.04", "ubuntu-24.04",
    ]
    static let rpmDistributions = distributions.filter { !isDebian($0) }
    static let debDistributions = distributions.filter(isDebian)

    /// The three names, each with whether it is for one machine only.
    static let names = [
        ("clusterhq-python-flocker", true), ("clusterhq-flocker-cli", false), ("clusterhq-flocker-node", false),
    ]

    /// One distribution's packages.
    struct Packages: Sendable {
        let base: FilePath
        let client: FilePath
        let node: FilePath

        var all: [FilePath] { [base, client, node] }
        var paths: [String] { all.map(\.string) }
    }

    static func isDebian(_ distribution: String) -> Bool {
        distribution.hasPrefix("debian") || distribution.hasPrefix("ubuntu")
    }

    /// What a package's file has to be called.
    static func fileName(_ name: String, native: Bool, version: String, for distribution: String) -> String {
        isDebian(distribution)
            ? "\(name)_\(version)_\(native ? "amd64" : "all").deb"
            : "\(name)-\(version).\(native ? "x86_64" : "noarch").rpm"
    }

    private var build: Task<(folder: TemporaryFolder, paths: [FilePath]), any Error>?

    /// The paths that one run for all distributions printed.
    ///
    /// The compression is the fastest that each of them reads: the others are tested where they matter.
    func printedPaths() async throws -> [FilePath] { try await built().paths }

    /// The packages for one distribution.
    func packages(for distribution: String) async throws -> Packages {
        let paths = try await built().paths.filter { $0.removingLastComponent().lastComponent?.string == distribution }
        try #require(paths.count == 3, "\(distribution) has \(paths)")
        return Packages(base: paths[0], client: paths[1], node: paths[2])
    }

    private func built() async throws -> (folder: TemporaryFolder, paths: [FilePath]) {
        if let build { return try await build.value }
        let task = Task { () -> (folder: TemporaryFolder, paths: [FilePath]) in
            let folder = try TemporaryFolder()
            folder.removeAtExit()
            let paths = try await Program.build(
                Self.distributions.map { "--distribution=\($0)" } + [
                    "--compression=gzip:1", "--architecture=x86_64", "--destination-path", folder.path.string,
                    Fixtures.flocker.string,
                ]
            )
            return (folder, paths)
        }
        build = task
        return try await task.value
    }
}
