import SystemPackage
import Testing

extension Acceptance {
    /// The distributions' own lint programs find nothing but what a bundle under /opt is meant to be.
    @Suite struct LintTests {
        /// What rpmlint says of every such bundle, with the reason why that stays so.
        private let rpmlintIgnored: [String: String] = [
            "dir-or-file-in-opt": "the bundle is there on purpose",
        ]
        private let lintianIgnored: [String: String] = [
            "dir-or-file-in-opt": "the bundle is there on purpose",
        ]

        @Test("rpmlint finds nothing unexpected", arguments: FlockerPackages.rpmDistributions)
        func rpmlint(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let report = try await run("rpmlint", packages.paths)
            let unexpected = report.lines.filter { line in
                guard let tag = Self.rpmlintTag(line) else { return false }
                return rpmlintIgnored[tag] == nil
            }
            #expect(report.output.contains("packages"), "rpmlint did not finish: \(report.error)")
            #expect(unexpected.isEmpty)
        }

        @Test("lintian finds nothing unexpected", arguments: FlockerPackages.debDistributions)
        func lintian(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let report = try await run("lintian", ["--allow-root", "--tag-display-limit", "0"] + packages.paths)
            #expect(report.error.isEmpty)
            let unexpected = report.lines.filter { line in
                guard let tag = Self.lintianTag(line) else { return false }
                return lintianIgnored[tag] == nil
            }
            #expect(unexpected.isEmpty)
        }

        /// `NAME.ARCH: E: TAG …` or `NAME.ARCH: W: TAG …`
        private static func rpmlintTag(_ line: String) -> String? {
            let words = line.split(separator: " ")
            guard words.count >= 3, words[1] == "E:" || words[1] == "W:" else { return nil }
            return String(words[2])
        }

        /// `E: NAME: TAG …` or `W: NAME: TAG …`
        private static func lintianTag(_ line: String) -> String? {
            let words = line.split(separator: " ")
            guard words.count >= 3, words[0] == "E:" || words[0] == "W:" else { return nil }
            return String(words[2])
        }
    }
}
