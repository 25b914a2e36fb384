import ArgumentParser
import Omnibus
import SystemPackage

/// What both commands for distributions' maintainers have in common.
struct MaintainerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The distribution to write for.", valueName: "name"))
    var distribution: String?

    @Option(
        help: ArgumentHelp(
            "The packages to make; Flocker's for Flocker, else a library and its scripts.",
            valueName: "file"
        )
    )
    var manifest: String?

    @Option(help: ArgumentHelp("What the newest entry of the changelog says.", valueName: "text"))
    var changelog: String?

    @Flag(help: "Replace files that are there.")
    var force = false

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "A checkout or a source distribution.")
    var source: String

    func request() throws -> MaintainerRequest {
        var request = MaintainerRequest(source: source)
        request.distribution = try distribution.map { try Distribution.named($0) }
        request.manifest = try manifest.map { try Manifest(contentsOf: FilePath($0)) }
        request.change = changelog
        request.sourceDateEpoch = try SourceDateEpoch.value()
        return request
    }

    func generator() -> MaintainerFileGenerator {
        guard reporting.verbose else { return MaintainerFileGenerator() }
        return MaintainerFileGenerator { line in Standard.error(line + "\n") }
    }

    /// Prints the paths, or the files themselves, and what to look at.
    func report(_ made: MaintainerFiles, isPrinted: Bool, path: (MaintainerFiles.File) -> String) {
        if reporting.format == .json {
            var files: [JSON] = []
            for file in made.files {
                let place = isPrinted ? file.path : path(file)
                files.append(.object([("path", .string(place)), ("text", .optional(isPrinted ? file.text : nil))]))
            }
            let reviews = made.reviews.map { JSON.string($0) }
            let document = JSON.object([
                ("name", .string(made.name)), ("files", .array(files)), ("reviews", .array(reviews)),
            ])
            Standard.output(document.text + "\n")
            return
        }
        if isPrinted {
            for file in made.files {
                Standard.output(made.files.count > 1 ? "==> \(file.path) <==\n\(file.text)\n" : file.text)
            }
        } else {
            Standard.output(made.files.map { path($0) + "\n" }.joined())
        }
        guard !reporting.quiet, !made.reviews.isEmpty else { return }
        Standard.error("review before you build:\n" + made.reviews.map { "  - \($0)\n" }.joined())
    }
}
