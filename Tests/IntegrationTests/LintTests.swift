import Omnibus
import SystemPackage
import Testing

extension Acceptance {
    /// The distributions' own lint programs find nothing but what the policy expects, and has a reason for.
    @Suite struct LintTests {
        @Test("rpmlint finds nothing that the policy does not expect", arguments: FlockerPackages.rpmDistributions)
        func rpmlint(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let report = try await run("rpmlint", packages.paths)
            #expect(report.output.contains("3 packages and 0 specfiles checked"), "\(report.error)")
            expect(report.lines, foundIn: packages, exempt: LintPolicy.rpmlint) { words in
                // `NAME.ARCH: E: TAG …`
                ["E:", "W:"].contains(words[1]) ? (words[0].prefix { $0 != "." && $0 != ":" }, words[2]) : nil
            }
        }

        @Test("lintian finds nothing that the policy does not expect", arguments: FlockerPackages.debDistributions)
        func lintian(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let arguments = ["--allow-root", "--no-cfg", "--tag-display-limit", "0"] + packages.paths
            let report = try await run("lintian", arguments)
            #expect(report.status == 0 || report.status == 2, "\(report.error)")
            expect(report.lines, foundIn: packages, exempt: LintPolicy.lintian) { words in
                // `E: NAME: TAG …`
                ["E:", "W:"].contains(words[0]) ? (words[1].prefix { $0 != ":" }, words[2]) : nil
            }
        }

        @Test("a build with --lint passes, and says nothing")
        func lintOption() async throws {
            let folder = try TemporaryFolder()
            let manifest = try folder.write(PlainTree.manifest(tree: "tree"), to: "manifest.yaml")
            try folder.write("text\n", to: "tree/file.txt")
            for distribution in ["rhel-9", "debian-12"] {
                let built = try await Program.run(
                    "build",
                    "--lint",
                    "--manifest",
                    manifest.string,
                    "--distribution",
                    distribution,
                    "--destination-path",
                    folder.appending("out").string
                )
                #expect(built.status == 0, "\(built.error)")
                #expect(built.error.isEmpty)
            }
        }

        /// Expects each finding to be one that the policy expects of the package it is about.
        private func expect(
            _ lines: [String],
            foundIn packages: FlockerPackages.Packages,
            exempt policy: [LintPolicy.Exemption],
            reading: ([Substring]) -> (package: Substring, tag: Substring)?
        ) {
            let unexpected = lines.filter { line in
                let words = line.split(separator: " ")
                guard words.count >= 3, let (package, tag) = reading(words) else { return false }
                let scope: LintPolicy.Scope = package == "clusterhq-python-flocker" ? .bundle : .links
                return !policy.contains { $0.tag == tag && ($0.scope == .everyPackage || $0.scope == scope) }
            }
            #expect(unexpected == [])
        }
    }
}
