import ArgumentParser
import Omnibus
import SystemPackage

struct PublishPythonCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish-python",
        abstract: "Add source distributions and wheels to a hosted index for pip.",
        discussion: """
            The files go to python/ below --to, with python/index.html for `pip --find-links` and python/simple/ for \
            `pip --index-url` (PEP 503 and 691). A published file never changes; --yank makes installers pass over it.
            """
    )

    @Option(
        help: ArgumentHelp("The bucket or folder that is hosted.", valueName: "s3://bucket[/prefix]|dir"),
        transform: { try StoreLocation($0) }
    )
    var to: StoreLocation

    @Option(
        help: ArgumentHelp("A published file that installers are to pass over; may be repeated.", valueName: "name")
    )
    var yank: [String] = []

    @Option(help: ArgumentHelp("Why, as installers say it.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("A published file that is not to be passed over any more.", valueName: "name"))
    var unyank: [String] = []

    @OptionGroup var store: StoreOptions
    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The files.")
    var file: [String] = []

    func validate() throws {
        guard !file.isEmpty || !yank.isEmpty || !unyank.isEmpty else {
            throw ValidationError("Missing expected argument '<file> ...'")
        }
        guard reason == nil || !yank.isEmpty else { throw ValidationError("'--reason' needs '--yank <name>'") }
    }

    func run() async throws {
        let publisher = PythonPublisher(to: try to.open(store.options))
        let marks =
            yank.map { PythonPublisher.Mark($0, reason: reason ?? "") }
            + unyank.map { PythonPublisher.Mark($0, reason: nil) }
        let result = try await publisher.publish(file.map { FilePath($0) }, marks: marks)
        for name in result.ignored where !reporting.quiet {
            Standard.error("warning: python/\(name) cannot be read, and is not in the index\n")
        }
        if reporting.format == .json {
            let files = result.files.map { file in
                JSON.object([
                    ("path", .string("python/\(file.name)")), ("project", .string(file.project)),
                    ("version", .string(file.version)), ("sha256", .string(file.sha256)),
                    ("size", .number(Int64(clamping: file.size))), ("requiresPython", .optional(file.requiresPython)),
                ])
            }
            Standard.output(JSON.object([("files", .array(files))]).text + "\n")
        } else {
            for file in result.files { Standard.output("python/\(file.name)\n") }
        }
    }
}
