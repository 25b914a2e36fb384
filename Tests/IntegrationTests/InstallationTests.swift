import SystemPackage
import Testing

extension Acceptance {
    /// The packages are installed into a real system, used, and removed.
    @Suite struct InstallationTests {
        @Test("apt installs the debs, everything runs, and removal leaves nothing")
        func deb() async throws {
            let packages = try await FlockerPackages.shared.packages(for: "debian-12")
            let root = try await DebianRoot()
            try await installed(in: root) {
                let inside = try await copy(packages.paths, into: root)
                try await root.output(of: "apt-get", ["install", "--yes"] + inside)
                #expect(try await root.output(of: "dpkg", ["--verify"] + FlockerPackages.names.map(\.0)).isEmpty)
                #expect(try await root.output(of: "dpkg", ["--audit"]).isEmpty)
                try await use(root)
                try await root.output(of: "apt-get", ["purge", "--yes"] + FlockerPackages.names.map(\.0))
            }
        }

        @Test("dpkg refuses the debs where a dependency is missing")
        func missingDependency() async throws {
            let packages = try await FlockerPackages.shared.packages(for: "debian-12")
            let root = try await DebianRoot()
            try await installed(in: root) {
                let inside = try await copy([packages.client.string], into: root)
                let refused = try await root.run("dpkg", ["--install"] + inside)
                #expect(refused.status != 0)
                #expect(
                    refused.error.contains("clusterhq-flocker-cli depends on clusterhq-python-flocker (= 1.15.0-1)")
                )
                try await root.output(of: "dpkg", ["--purge", "clusterhq-flocker-cli"])
            }
        }

        @Test("rpm installs the rpms, everything runs, and removal leaves nothing")
        func rpm() async throws {
            let folder = try TemporaryFolder()
            // A Red Hat system's dependencies met in a Debian one, whose Python is 3.11.
            let manifest = try await Program.run("manifest").output
                .replacing("prefix: /opt/flocker\n", with: "prefix: /opt/flocker\n  python: \"3.11\"\n")
            let file = try folder.write(manifest, to: "manifest.yaml")
            let packages = try await Program.build([
                "--manifest", file.string, "--distribution=rhel-9", "--compression=zstd:3", "--architecture=x86_64",
                "--destination-path", folder.appending("out").string, Fixtures.flocker.string,
            ])
            let stub = try await StandIn.write(for: packages, to: folder.path)

            let root = try await DebianRoot()
            try await installed(in: root) {
                let database = ["--root", root.path.string, "--dbpath", "/var/lib/rpm", "--force-debian"]
                try await DebianRoot.asRoot("rpm", database + ["--install", stub.string])
                let before = try await root.listing()
                try await DebianRoot.asRoot("rpm", database + ["--install", "--nosignature"] + packages.map(\.string))
                let names = FlockerPackages.names.map(\.0)
                #expect(try await DebianRoot.asRoot("rpm", database + ["--verify"] + names).isEmpty)
                try await use(root)
                try await DebianRoot.asRoot("rpm", database + ["--erase"] + names)
                #expect(try await root.listing() == before)
                try await DebianRoot.asRoot("rpm", database + ["--erase", "stand-in"])
            }
        }

        // MARK: Steps

        /// Does something with a root, after which nothing may be different from before.
        private func installed(in root: DebianRoot, _ work: () async throws -> Void) async throws {
            let before = try await root.listing()
            do {
                try await work()
            } catch {
                try await root.remove()
                throw error
            }
            let after = try await root.listing()
            #expect(after.subtracting(before).sorted() == [])
            // dpkg removes an empty /opt with the last package that has files there: no package of Debian's owns it.
            #expect(before.subtracting(after).filter { !$0.hasPrefix("./opt d ") }.sorted() == [])
            try await root.remove()
        }

        private func copy(_ paths: [String], into root: DebianRoot) async throws -> [String] {
            let folder = root.path.appending("packages").string
            try await DebianRoot.asRoot("mkdir", [folder])
            try await DebianRoot.asRoot("cp", paths + [folder])
            return paths.map { "/packages/" + (FilePath($0).lastComponent?.string ?? "") }
        }

        /// Runs the links, and imports every module of every Python distribution in the bundle.
        private func use(_ root: DebianRoot) async throws {
            #expect(try await root.output(of: "/usr/bin/flocker-ca", ["--version"]).contains("1.15.0"))
            #expect(try await root.output(of: "/usr/bin/flocker-deploy", ["--version"]).contains("1.15.0"))
            #expect(try await root.output(of: "/usr/sbin/flocker-control", ["--version"]).contains("1.15.0"))
            try await root.output(of: "/usr/bin/flocker-ca", ["--help"])
            let imported = try await root.output(of: "/opt/flocker/bin/python", ["-c", importEverything])
            for name in [
                "Flocker", "treq", "Twisted", "PyYAML", "psutil", "cryptography", "jsonschema", "zope.interface",
            ] {
                #expect(imported.split(separator: "\n").contains { $0.lowercased() == name.lowercased() })
            }
        }

        /// Prints the name of each distribution that it could import whole.
        private let importEverything = """
            import importlib, importlib.metadata, sys
            assert sys.prefix == "/opt/flocker", sys.prefix
            for distribution in importlib.metadata.distributions(path=[p for p in sys.path if p.startswith("/opt/")]):
                modules = {
                    file.parts[0].split(".")[0]
                    for file in distribution.files
                    if file.suffix in (".py", ".so") and ".." not in file.parts and not file.parts[0].startswith("_")
                }
                for module in modules - {"twisted_plugins"}:
                    importlib.import_module(module)
                print(distribution.metadata["Name"])
            """
    }
}
