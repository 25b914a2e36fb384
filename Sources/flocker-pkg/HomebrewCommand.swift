import ArgumentParser
import Omnibus
import PackageFormats
import SystemPackage

struct HomebrewCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "homebrew",
        abstract: "Write the Homebrew formula of a version.",
        discussion: """
            Every dependency that --requirements pins becomes a resource with the address and checksum of its source \
            distribution at PyPI. A source distribution that is a FILE is looked for in python/ of the hosted repository.
            """
    )

    @Option(help: ArgumentHelp("The version.", valueName: "v"))
    var packageVersion: String

    @Option(help: ArgumentHelp("The source distribution.", valueName: "url|file"))
    var sdist: String

    @Option(help: ArgumentHelp("The dependencies, every one with its version.", valueName: "file"))
    var requirements: String?

    @Option(help: ArgumentHelp("The Python that it runs on.", valueName: "x.y"))
    var python = "3.13"

    @Option(help: ArgumentHelp("A program that answers to --version, which `brew test` runs.", valueName: "name"))
    var program: String?

    @Option(help: ArgumentHelp("The index that has the dependencies, as pip takes it.", valueName: "url"))
    var indexUrl = HomebrewRequest.pypi

    @Option(help: ArgumentHelp("Whose formula it is; Flocker's without it.", valueName: "file"))
    var manifest: String?

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Where the formula goes; standard output without it.", valueName: "file")
    )
    var output: String?

    @OptionGroup var reporting: ReportingOptions

    func run() async throws {
        let chosen = try manifest.map { try Manifest(contentsOf: FilePath($0)) } ?? .flocker
        var request = HomebrewRequest(chosen, version: packageVersion, source: sdist)
        request.requirements = requirements.map { FilePath($0) }
        request.python = python
        request.program = program
        request.indexURL = indexUrl.hasSuffix("/") ? String(indexUrl.dropLast()) : indexUrl
        let formula = try await request.formula()
        if let output {
            let file = try OutputFile(creating: FilePath(output))
            try file.write(Array(formula.ruby.utf8))
            try file.commit()
        }
        if reporting.format == .json {
            var fields: [(String, JSON)] = [
                ("class", .string(formula.className)), ("file", .string(output ?? formula.fileName)),
            ]
            if output == nil { fields.append(("formula", .string(formula.ruby))) }
            Standard.output(JSON.object(fields).text + "\n")
        } else {
            Standard.output(output.map { $0 + "\n" } ?? formula.ruby)
        }
    }
}
