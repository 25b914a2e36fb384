import ArgumentParser
import Omnibus
import PackageFormats
import SystemPackage

struct ReleasePackageCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "release-package",
        abstract: "Make the package that sets machines up for the hosted repository.",
        discussion: """
            An rpm brings a .repo file, a deb a .sources file (.list for releases before Ubuntu 18.04). With --key, package \
            managers check everything against that key; without it they check nothing.
            """
    )

    @Option(
        name: .customLong("distribution"),
        help: ArgumentHelp("A distribution to make it for; may be repeated.", valueName: "name")
    )
    var distributionNames: [String] = []

    @Option(help: ArgumentHelp("Where the repository is; what the manifest says without it.", valueName: "url"))
    var baseUrl: String?

    @Option(help: ArgumentHelp("The OpenPGP public key that is trusted.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("Whose repository it is; Flocker's without it.", valueName: "file"))
    var manifest: String?

    @OptionGroup var signing: SigningOptions

    @Option(name: [.customShort("d"), .long], help: ArgumentHelp("Where the package goes.", valueName: "dir"))
    var destinationPath = "."

    @OptionGroup var reporting: ReportingOptions

    func validate() throws {
        guard !distributionNames.isEmpty else {
            throw ValidationError("Missing expected option '--distribution <name>'")
        }
    }

    func run() async throws {
        let chosen = try manifest.map { try Manifest(contentsOf: FilePath($0)) } ?? .flocker
        let key = try key.map { try InputFile(opening: FilePath($0)).contents(limit: 1 << 20) }
        let url = baseUrl.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        let date = try await ReleasePackage.date(
            sourceDateEpoch: SourceDateEpoch.value(),
            manifest: manifest.map { FilePath($0) }
        )
        var releases: [ReleasePackage] = []
        for distribution in try Distribution.named(distributionNames) {
            releases.append(try ReleasePackage(chosen, for: distribution, baseURL: url, key: key, date: date))
        }
        if key == nil, !reporting.quiet {
            Standard.error("warning: without --key, machines install whatever the repository's server gives them\n")
        }
        let paths = try await ReleasePackage.write(
            releases,
            to: FilePath(destinationPath),
            signer: signing.signer()
        )
        if reporting.format == .json {
            Standard.output(JSON.object([("packages", .array(paths.map { .string($0.string) }))]).text + "\n")
        } else {
            for path in paths { Standard.output("\(path)\n") }
        }
    }
}
