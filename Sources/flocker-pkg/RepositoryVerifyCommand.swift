import ArgumentParser
import Omnibus
import PackageFormats
import SystemPackage

struct RepositoryVerifyCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a repository as its clients see it.",
        discussion: """
            Every index has to match its checksum, and every package that is listed has to be there and match. The exit \
            status is 1 if clients would stumble.
            """
    )

    @Option(help: ArgumentHelp("The kind of repository; found out without it.", valueName: "yum|apt-flat|apt"))
    var type: RepositoryUpdate.Kind?

    @Option(help: ArgumentHelp("The apt suite; every one in a folder without it.", valueName: "name"))
    var suite: String?

    @Option(help: ArgumentHelp("Public keys, one of which has to have signed it.", valueName: "file"))
    var keyring: String?

    @Flag(help: "Check the metadata only, and do not read the packages.")
    var metadataOnly = false

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "A folder, or an http or https URL.")
    var dirOrURL: String

    func run() async throws {
        var verification = RepositoryVerification(of: RepositorySource(dirOrURL))
        verification.kind = type
        verification.suite = suite
        verification.checksPackages = !metadataOnly
        verification.signatures = keyring.map { MetadataKeyring(keyring: FilePath($0)) }
        let progress = ProgressLine(reporting)
        let report = try await verification.run { count, total in
            if count == 0 { progress.begin("compare \(total) packages") }
            progress.progress(UInt64(count), of: UInt64(total))
        }
        progress.finish()
        Standard.output(reporting.format == .json ? report.json(dirOrURL).text + "\n" : report.text(dirOrURL))
        if !report.isSound { throw ExitCode(1) }
    }
}

extension RepositoryVerification.Report {
    private var verdict: String { !isSound ? "failed" : findings.isEmpty ? "ok" : "warning" }

    fileprivate func text(_ source: String) -> String {
        let counts = "\(packages) packages, \(documents) metadata files, signature: \(signature.rawValue)"
        return "\(source): \(verdict), \(counts)\n"
            + findings.map { "  \($0.severity.rawValue): \($0.message) (\($0.check))\n" }.joined()
    }

    fileprivate func json(_ source: String) -> JSON {
        .object([
            ("path", .string(source)), ("type", .string(kind.rawValue)), ("verdict", .string(verdict)),
            (
                "findings",
                .array(
                    findings.map {
                        .object([
                            ("severity", .string($0.severity.rawValue)), ("check", .string($0.check)),
                            ("message", .string($0.message)),
                        ])
                    }
                )
            ),
            ("packages", .number(Int64(packages))), ("documents", .number(Int64(documents))),
            ("signature", .string(signature.rawValue)),
        ])
    }
}
