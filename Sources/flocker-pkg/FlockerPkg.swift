import ArgumentParser

/// The command line: reads arguments, calls the library, prints.
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
}

/// A command that takes any number of packages.
protocol FilesCommand: ParsableCommand {
    var packages: [String] { get set }
}

/// A command that leaves nothing behind, so that it may be ended anywhere.
protocol TracelessCommand: ParsableCommand {
    /// What the command does, or `nil` where it has to wait for another program.
    var plainWork: (() throws -> Void)? { get }
}

/// A command that leaves nothing behind, and for which files say enough.
protocol PlainCommand: FilesCommand, TracelessCommand {
    /// Does what the command does without an option.
    static func run(on packages: [String]) throws
}

/// A command with the options that every command has.
protocol ReportingCommand: ParsableArguments {
    var reporting: ReportingOptions { get }
}
