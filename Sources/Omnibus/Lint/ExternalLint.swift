import PackageFormats
import SystemPackage

/// The distributions' own lint programs, with what is expected of such packages left out.
struct ExternalLint: Sendable {
    private let runner: CommandRunner

    /// Makes one that runs the programs through `runner`.
    init(runner: CommandRunner = CommandRunner()) { self.runner = runner }

    /// The program for a package type: `rpmlint` or `lintian`.
    static func program(for type: Distribution.PackageType) -> String {
        switch type {
        case .rpm: "rpmlint"
        case .deb: "lintian"
        }
    }

    /// Runs the program on a package file.
    ///
    /// - Parameter file: named as package files are.
    /// - Returns: what it found that is not exempt; every finding counts as an error.
    /// - Throws: `tool-missing` if the program is not installed, `lint-failed` if it could not do its work.
    func findings(
        in file: FilePath,
        of package: Package,
        type: Distribution.PackageType,
        work: WorkDirectory
    ) async throws(OmnibusError) -> [Finding] {
        switch type {
        case .rpm: try await rpmlint(file, package, work)
        case .deb: try await lintian(file, package)
        }
    }

    private func rpmlint(
        _ file: FilePath,
        _ package: Package,
        _ work: WorkDirectory
    ) async throws(OmnibusError) -> [Finding] {
        let configuration = try work.fresh("lint").appending("rpmlint.toml")
        let filters = LintPolicy.exemptions(LintPolicy.rpmlint, for: package).map { "\"\($0.tag)\"" }
        try FileSystem.write(Array("Filters = [\(filters.joined(separator: ", "))]\n".utf8), to: configuration)
        let result = try await runner.run(
            Command("rpmlint", ["--config", configuration.string, file.string], installHint: "apt-get install rpmlint")
        )
        // 64 says that something was found; anything else but success is rpmlint's own trouble.
        guard result.status == 0 || result.status == 64 else { throw failure("rpmlint", result) }
        // `package.x86_64: E: tag detail`
        return result.text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[0].hasSuffix(":"), ["E:", "W:"].contains(parts[1]) else { return nil }
            return Finding(.error, "rpmlint", String(line))
        }
    }

    private func lintian(_ file: FilePath, _ package: Package) async throws(OmnibusError) -> [Finding] {
        let tags = LintPolicy.exemptions(LintPolicy.lintian, for: package).map(\.tag)
        let result = try await runner.run(
            Command(
                "lintian",
                ["--allow-root", "--no-cfg", "--suppress-tags", tags.joined(separator: ","), file.string],
                installHint: "apt-get install lintian"
            )
        )
        // 2 says that something was found.
        guard result.status == 0 || result.status == 2 else { throw failure("lintian", result) }
        return result.text.split(separator: "\n").compactMap { line in
            let isFinding = ["E: ", "W: "].contains { line.hasPrefix($0) }
            return isFinding ? Finding(.error, "lintian", String(line)) : nil
        }
    }

    private func failure(_ program: String, _ result: CommandResult) -> OmnibusError {
        let said = result.lastLines.map { "\n  \($0)" }.joined()
        return OmnibusError("lint-failed", .unavailable, "\(program) ended with status \(result.status):\(said)")
    }
}
