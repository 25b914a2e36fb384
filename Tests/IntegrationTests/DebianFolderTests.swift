import Foundation
import PackageFormats
import SystemPackage
import Testing

extension Acceptance {
    /// Generated debian folders in the hands of dpkg-buildpackage and lintian.
    @Suite struct DebianFolderTests {
        /// Builds packages of a source with a generated folder; gives their paths.
        private func build(_ tools: SpecTools, _ source: FilePath) async throws -> [FilePath] {
            let parent = tools.folder.appending("debian-build").string
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try await output(of: "tar", ["-C", parent, "-xzf", source.string])
            let tree = FilePath(parent).appending(
                try #require(try FileManager.default.contentsOfDirectory(atPath: parent).first)
            )
            try await output(
                of: Program.path(),
                ["generate-debian", "--quiet", "-o", tree.appending("debian").string, source.string]
            )
            try await output(
                of: "dpkg-buildpackage",
                ["-us", "-uc", "-b"],
                environment: ["PATH": "/usr/bin:/usr/sbin:/bin:/sbin"],
                workingDirectory: tree
            )
            let names = try FileManager.default.contentsOfDirectory(atPath: parent).filter { $0.hasSuffix(".deb") }
            return names.sorted().map { FilePath(parent).appending($0) }
        }

        private func lint(_ packages: [FilePath]) async throws {
            let report = try await run(
                "lintian",
                ["--allow-root", "--no-cfg", "--fail-on=error"] + packages.map(\.string)
            )
            #expect(
                report.status == 0 && !report.output.contains("\nE: ") && !report.output.hasPrefix("E: "),
                "\(report.output)"
            )
        }

        @Test("The sample builds, lints, installs and runs")
        func sample() async throws {
            let tools = try SpecTools()
            let built = try await build(tools, try await tools.sourceDistribution(of: Fixtures.flocker))
            let names = built.compactMap { $0.lastComponent?.string }
            #expect(
                names == [
                    "flocker-cli_1.15.0-1_all.deb", "flocker-node_1.15.0-1_all.deb", "python3-flocker_1.15.0-1_all.deb",
                ]
            )
            try await lint(built)
            let root = try await DebianRoot()
            do {
                let inside = root.path.appending("packages").string
                try await DebianRoot.asRoot("mkdir", [inside])
                try await DebianRoot.asRoot("cp", built.map(\.string) + [inside])
                try await root.output(of: "apt-get", ["update", "-qq"])
                try await root.output(
                    of: "apt-get",
                    ["install", "--yes", "-qq", "--no-install-recommends"] + names.map { "/packages/\($0)" }
                )
                for script in ["/usr/bin/flocker-ca", "/usr/sbin/flocker-control"] {
                    #expect(try await root.output(of: script, ["--version"]).contains("1.15.0"))
                }
                #expect(try await root.output(of: "dpkg", ["--verify", "flocker-node"]).isEmpty)
                let conffiles = try await root.output(
                    of: "dpkg-query",
                    ["--show", "--showformat=${Conffiles}", "flocker-node"]
                )
                #expect(conffiles.contains("/etc/rsyslog.d/flocker.conf"))
            } catch {
                try await root.remove()
                throw error
            }
            try await root.remove()
        }

        @Test("Projects of any make-up build", arguments: ["pyflakes==3.2.0", "sqlparse==0.5.1", "tomlkit==0.12.5"])
        func projects(requirement: String) async throws {
            let tools = try SpecTools()
            let built = try await build(tools, try await tools.download(requirement))
            #expect(built.contains { $0.string.contains("/python3-") })
            try await lint(built)
        }
    }
}
