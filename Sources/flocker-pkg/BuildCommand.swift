import ArgumentParser
import Glibc
import Omnibus
import PackageFormats
import SystemPackage

struct BuildCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Build the packages of a manifest, for one or more distributions.",
        discussion: """
            SOURCE is whatever pip installs: a checkout, a source distribution, a wheel, or name==version. With several \
            distributions of one package type, each gets a folder of its own in DIR.

            SOURCE_DATE_EPOCH sets the date of everything built; without it, the newest commit of a checkout does.
            """
    )

    @Option(
        name: .customLong("distribution"),
        help: ArgumentHelp("A distribution to build for; may be repeated.", valueName: "name")
    )
    var distributionNames: [String] = []

    @Option(name: [.customShort("d"), .long], help: ArgumentHelp("Where the packages go.", valueName: "dir"))
    var destinationPath = "."

    @Option(help: ArgumentHelp("The interpreter that fills the bundle, instead of binary wheels.", valueName: "path"))
    var python: String?

    @Option(help: ArgumentHelp("A requirements file to install as well; may be repeated.", valueName: "file"))
    var requirements: [String] = []

    @Option(help: ArgumentHelp("The packages to make; Flocker's without it.", valueName: "file"))
    var manifest: String?

    @Option(help: ArgumentHelp("The machine to build for; this one without it.", valueName: "x86_64|aarch64"))
    var architecture: String?

    @Option(help: ArgumentHelp("The product's version; the source's own without it.", valueName: "version"))
    var packageVersion: String?

    @Option(help: ArgumentHelp("gzip, xz, zstd or none, with :LEVEL where wanted.", valueName: "codec"))
    var compression: String?

    @OptionGroup var signing: SigningOptions

    @Flag(inversion: .prefixedNo, help: "Run rpmlint or lintian on every package.")
    var lint = false

    @Option(name: [.short, .long], help: ArgumentHelp("How many processors to use; all without it.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Print what would be built, and touch nothing.")
    var dryRun = false

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "What to package; none for a manifest without a bundle.")
    var source: String?

    func validate() throws {
        guard !distributionNames.isEmpty else {
            throw ValidationError("Missing expected option '--distribution <name>'")
        }
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("'--jobs' has to be from 1 to 1024") }
    }

    func run() async throws {
        let request = try request()
        let plan = try await Planner().plan(request)
        if dryRun {
            Standard.output(reporting.format == .json ? try plan.json().text + "\n" : try plan.text() + "\n")
            return
        }
        let progress = ProgressLine(reporting)
        let products = try await Builder(watch: { progress.show($0) }).build(plan, for: request)
        progress.finish()
        if reporting.format == .json {
            Standard.output(JSON.object([("packages", .array(products.map(\.json)))]).text + "\n")
        } else {
            for product in products { Standard.output("\(product.path)\n") }
        }
    }

    private func request() throws -> BuildRequest {
        let chosen = try manifest.map { try Manifest(contentsOf: FilePath($0)) } ?? .flocker
        var request = BuildRequest(
            distributions: try Distribution.named(distributionNames),
            source: source,
            manifest: chosen,
            manifestFolder: manifest.map { FilePath($0).removingLastComponent() }.flatMap { $0.isEmpty ? nil : $0 }
                ?? ".",
            destination: FilePath(destinationPath)
        )
        request.python = python.map { FilePath($0) }
        request.requirementFiles = requirements.map { FilePath($0) }
        request.architecture = try architecture.map(Self.architecture)
        request.packageVersion = packageVersion
        request.compression = try compression.map { text in
            do throws(FormatError) {
                return try Compression(parsing: text)
            } catch {
                throw OmnibusError("compression-unknown", .usage, error.message)
            }
        }
        request.jobs = jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        request.usesExternalLint = lint
        request.signer = try signing.signer()
        request.sourceDateEpoch = try SourceDateEpoch.value()
        return request
    }

    private static func architecture(_ text: String) throws(OmnibusError) -> Architecture {
        guard let known = Architecture(named: text), known != .independent else {
            throw OmnibusError(
                "architecture-unknown",
                .usage,
                "'\(text)' is no architecture",
                hint: "use x86_64 or aarch64"
            )
        }
        return known
    }
}
