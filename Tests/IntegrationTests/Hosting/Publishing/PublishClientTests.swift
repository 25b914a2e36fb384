import PackageFormats
import SystemPackage
import Testing

extension PublishToS3Tests {
    /// The whole way: from a source to machines that install by the bucket's address.
    @Suite("Clients") struct Clients {
        private static let distributions = ["centos-7", "debian-12", "ubuntu-24.04"]
        private static let (old, new) = ("1.15.0", "1.15.1")

        /// Publishes packages of all distributions by one command, and gives what it says of each place.
        private static func publish(_ paths: [FilePath], to bucket: HostedBucket) async throws -> [String] {
            let result = try await bucket.publish(
                distributions.map { "--distribution=\($0)" } + ["--architecture=x86_64", "--stable"]
                    + paths.map(\.string)
            )
            try #require(result.status == 0, "\(result.error)")
            return result.lines.map { $0.replacing("s3://\(bucket.name)/", with: "") }
        }

        /// Packages of the three distributions, and those that set their machines up.
        private static func firstPackages(for bucket: HostedBucket, in folder: TemporaryFolder) async throws
            -> [FilePath]
        {
            let releases = try await output(
                of: Program.path(),
                [
                    "release-package", "--base-url=\(bucket.url)", "--destination-path",
                    folder.appending("set-up").string,
                ]
                    + distributions.map { "--distribution=\($0)" }
            )
            var paths = releases.split(separator: "\n").map { FilePath(String($0)) }
            for name in distributions { paths += try await FlockerPackages.shared.packages(for: name).all }
            return paths
        }

        @Test("machines set up by the release package install what was published first, and what was published later")
        func wholeWay() async throws {
            let bucket = try await HostedBucket(isPublic: true)
            let folder = try TemporaryFolder()
            async let later = Program.build(
                Self.distributions.map { "--distribution=\($0)" } + [
                    "--package-version=\(Self.new)", "--compression=gzip:1", "--architecture=x86_64",
                    "--destination-path", folder.appending("later").string, Fixtures.flocker.string,
                ]
            )
            let first = try await Self.publish(Self.firstPackages(for: bucket, in: folder), to: bucket)
            #expect(
                first == [
                    "centos/7/x86_64: 3 packages, 3 added", "debian/12/amd64: 4 packages, 4 added",
                    "ubuntu/24.04/amd64: 4 packages, 4 added", "centos/clusterhq-release.el7.noarch.rpm",
                    "debian/clusterhq-release_debian12_all.deb", "ubuntu/clusterhq-release_ubuntu24.04_all.deb",
                ]
            )
            let machines = try await Self.machines(of: bucket)
            do {
                for machine in machines {
                    try await machine.setUp()
                    try await machine.install(nil)
                    #expect(try await machine.installed() == Array(repeating: Self.old, count: 3), "\(machine.name)")
                }
                let second = try await Self.publish(later, to: bucket)
                #expect(
                    second == [
                        "centos/7/x86_64: 6 packages, 3 added", "debian/12/amd64: 7 packages, 3 added",
                        "ubuntu/24.04/amd64: 7 packages, 3 added",
                    ]
                )
                for machine in machines {
                    for version in [Self.new, Self.old] {
                        try await machine.install(version)
                        #expect(try await machine.installed() == Array(repeating: version, count: 3), "\(machine.name)")
                    }
                }
            } catch {
                for machine in machines { try await machine.root.remove() }
                throw error
            }
            for machine in machines { try await machine.root.remove() }
        }

        private static func machines(of bucket: HostedBucket) async throws -> [any Machine] {
            let centos = try await FlockerPackages.shared.packages(for: "centos-7")
            let debian = try await DebianRoot()
            return [
                try await YumMachine(bucket.url, for: centos.all), AptMachine(bucket.url, debian, "debian", "12"),
                // A Debian with what only the other one has.
                AptMachine(bucket.url, try await DebianRoot(), "ubuntu", "24.04", lacking: "python3.12"),
            ]
        }
    }

    /// A system of its own, that knows no repository but ours.
    private protocol Machine: Sendable {
        var name: String { get }
        var root: DebianRoot { get }

        /// Installs the release package from its address, after which the package manager knows the repository.
        func setUp() async throws

        /// Installs Flocker's packages, in place of another version if need be.
        ///
        /// - Parameter version: which one; the newest if `nil`.
        func install(_ version: String?) async throws

        /// The versions of Flocker's packages that are installed.
        func installed() async throws -> [String]
    }

    /// dnf with a root of its own, as CentOS 7 is set up.
    private struct YumMachine: Machine {
        let name = "centos"
        let root: DebianRoot
        private let url: String
        private let folder: TemporaryFolder
        private let standIn: FilePath

        init(_ url: String, for packages: [FilePath]) async throws {
            self.url = url
            folder = try TemporaryFolder()
            try folder.write("", to: "log/.keep")
            standIn = try await StandIn.write(for: packages, to: folder.path)
            root = try await DebianRoot()
        }

        @discardableResult
        private func dnf(_ arguments: [String]) async throws -> [String] {
            let options = [
                "--installroot=\(root.path)", "--setopt=reposdir=\(root.path)/etc/yum.repos.d",
                "--setopt=cachedir=\(folder.appending("cache"))", "--setopt=logdir=\(folder.appending("log"))",
                "--setopt=persistdir=\(folder.appending("persist"))", "--setopt=module_platform_id=platform:el7",
                "--releasever=7", "--assumeyes", "--quiet", "--noplugins", "--refresh",
            ]
            return try await DebianRoot.asRoot("dnf", options + arguments).split(separator: "\n").map(String.init)
        }

        func setUp() async throws {
            try await dnf(["install", "\(url)/centos/clusterhq-release.el7.noarch.rpm"])
            #expect(try await dnf(["repolist", "--enabled"]).contains { $0.hasPrefix("clusterhq ") })
            try await dnf(["install", standIn.string])
        }

        func install(_ version: String?) async throws {
            let names = FlockerPackages.names.map(\.0)
            guard let version else {
                try await dnf(["install"] + names)
                return
            }
            // dnf asks for a word of its own where a version goes down.
            let isOlder = try await installed().contains { $0 > version }
            try await dnf([isOlder ? "downgrade" : "install"] + names.map { "\($0)-\(version)" })
        }

        func installed() async throws -> [String] {
            // What would be the same line twice is one to dnf.
            try await dnf(["repoquery", "--installed", "--qf=%{name} %{version}"] + FlockerPackages.names.map(\.0))
                .compactMap { $0.split(separator: " ").last.map(String.init) }
        }
    }

    /// apt of a Debian.
    private struct AptMachine: Machine {
        let name: String
        let root: DebianRoot
        private let url: String
        private let release: String
        private let lacking: String?

        init(_ url: String, _ root: DebianRoot, _ name: String, _ release: String, lacking: String? = nil) {
            (self.url, self.root, self.name, self.release, self.lacking) = (url, root, name, release, lacking)
        }

        func setUp() async throws {
            try await DebianRoot.asRoot("rm", ["-f", "\(root.path)/etc/apt/sources.list"])
            let folder = try TemporaryFolder()
            let address = "\(url)/\(name)/clusterhq-release_\(name)\(release)_all.deb"
            let file = folder.appending("release.deb")
            try await output(of: "curl", ["--silent", "--fail", "--noproxy", "*", "--output", file.string, address])
            var files = [file]
            if let lacking { files.append(try StandIn.writeDeb(for: lacking, to: folder.path)) }
            for file in files {
                try await DebianRoot.asRoot("cp", [file.string, "\(root.path)/tmp"])
                try await root.output(of: "apt-get", ["install", "--yes", "/tmp/\(file.lastComponent?.string ?? "")"])
            }
        }

        func install(_ version: String?) async throws {
            try await root.output(of: "apt-get", ["update", "--error-on=any"])
            let names = FlockerPackages.names.map(\.0).map { name in version.map { "\(name)=\($0)-1" } ?? name }
            try await root.output(of: "apt-get", ["install", "--yes", "--allow-downgrades"] + names)
        }

        func installed() async throws -> [String] {
            if lacking == nil {
                // Whatever the package is called, the program says the version of its source.
                let said = try await root.output(of: "/usr/bin/flocker-ca", ["--version"])
                #expect(said.contains("1.15.0"))
            }
            return try await versions()
        }

        private func versions() async throws -> [String] {
            let format = "--showformat=${source:Upstream-Version}\n"
            return try await root.output(of: "dpkg-query", ["--show", format] + FlockerPackages.names.map(\.0))
                .split(separator: "\n").map(String.init)
        }
    }
}
