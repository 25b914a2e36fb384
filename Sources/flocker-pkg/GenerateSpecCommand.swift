import ArgumentParser
import Omnibus
import SystemPackage

struct GenerateSpecCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-spec",
        abstract: "Write a spec file that a distribution's maintainer can build from.",
        discussion: """
            SOURCE is a checkout or a source distribution. Without --distribution the file builds on any rpm \
            distribution, with definitions for the macros that one may lack.
            """
    )

    @OptionGroup var options: MaintainerOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The file to write; '-' prints it.", valueName: "file"))
    var output: String?

    var reporting: ReportingOptions { options.reporting }

    func run() async throws {
        let made = try await options.generator().spec(try options.request())
        let path = output ?? "\(made.name).spec"
        if path != "-" { try made.write(isReplacing: options.force) { _ in FilePath(path) } }
        options.report(made, isPrinted: path == "-") { _ in path }
    }
}
