import ArgumentParser
import Omnibus
import SystemPackage

struct GenerateDebianCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-debian",
        abstract: "Write a debian folder that a distribution's maintainer can build from.",
        discussion: "SOURCE is a checkout or a source distribution. Without --distribution the folder is for Debian 12."
    )

    @OptionGroup var options: MaintainerOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write; '-' prints the files.", valueName: "dir"))
    var output = "debian"

    var reporting: ReportingOptions { options.reporting }

    func run() async throws {
        let made = try await options.generator().debianFolder(try options.request())
        let folder = FilePath(output)
        if output != "-" { try made.write(isReplacing: options.force) { folder.appending($0.path) } }
        options.report(made, isPrinted: output == "-") { folder.appending($0.path).string }
    }
}
