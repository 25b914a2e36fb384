import ArgumentParser
import Glibc
import Omnibus
import PackageFormats

/// The command line: reads arguments, calls the library, prints.
@main
struct FlockerPkg: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flocker-pkg",
        abstract: "Turn a Python application into native Linux packages.",
        version: "0.1.0",
        subcommands: [
            BuildCommand.self, InspectCommand.self, VerifyCommand.self, ExtractCommand.self, DiffCommand.self,
            RepositoryCommand.self, ReleasePackageCommand.self, SignCommand.self, GenerateSpecCommand.self,
            GenerateDebianCommand.self, DistributionsCommand.self, ManifestCommand.self,
            PublishCommand.self, PublishPythonCommand.self, BucketPolicyCommand.self, HomebrewCommand.self,
            LocateCommand.self,
        ]
    )

    static func main() async {
        let arguments = Array(CommandLine.arguments.dropFirst())
        // Arguments that cannot be read are an error in the form that they ask for.
        var asJSON = zip(arguments, arguments.dropFirst() + [""]).contains { one, next in
            one == "--format=json" || one == "--format" && next == "json"
        }
        do {
            if let command = ArgumentReader.plain(arguments) {
                Interruption.ending()
                try await command.run(on: Array(arguments.dropFirst()))
            } else {
                var command = try ArgumentReader.command(arguments)
                asJSON = (command as? any ReportingCommand)?.reporting.format == .json
                if var command = command as? any AsyncParsableCommand {
                    try await Interruption.watching { try await command.run() }
                } else {
                    try command.run()
                }
            }
            if let error = Standard.outputError { throw error }
        } catch let status as ExitCode where !status.isSuccess && status != .validationFailure {
            if let error = Standard.outputError { ErrorPresentation(error, asJSON: false).exit() }
            // Everything else was said where it happened.
            Glibc.exit(status.rawValue)
        } catch {
            ErrorPresentation(error, asJSON: asJSON).exit()
        }
    }
}

/// A command that takes any number of packages.
protocol FilesCommand: ParsableCommand {
    var packages: [String] { get set }
}

/// A command for which files say enough, and which writes none.
protocol PlainCommand: FilesCommand {
    /// Does what the command does without an option.
    static func run(on packages: [String]) async throws
}

/// A command with the options that every command has.
protocol ReportingCommand: ParsableArguments {
    var reporting: ReportingOptions { get }
}
