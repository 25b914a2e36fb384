import ArgumentParser
import PackageFormats
import SystemPackage

struct DiffCommand: TracelessCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what changed between two packages.",
        discussion: """
            Compares metadata, relations, scripts, files with their contents, and the changelog of two rpm or two deb \
            packages. The exit status is 0 if they say the same, 1 if they differ, and above for trouble.
            """
    )

    @Flag(help: "Count files that differ in nothing but their modification time.")
    var times = false

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: ArgumentHelp("The package before.", valueName: "a"), completion: .file(extensions: ["rpm", "deb"]))
    var old: String

    @Argument(help: ArgumentHelp("The package after.", valueName: "b"), completion: .file(extensions: ["rpm", "deb"]))
    var new: String

    var plainWork: (() throws -> Void)? { run }

    func run() throws {
        let before = try PackageFile(opening: FilePath(old))
        let after = try PackageFile(opening: FilePath(new))
        let difference = try PackageDifference(from: before, to: after, includesTimes: times)
        if reporting.format == .json {
            Standard.output(difference.json(from: old, to: new, format: after.format).text + "\n")
        } else if !difference.isEmpty {
            Standard.output(DifferenceText(difference, from: old, to: new, isColored: Standard.outputAllowsColor).text)
        }
        if !difference.isEmpty { throw ExitCode(1) }
    }
}
