import ArgumentParser
import Glibc
import Omnibus
import PackageFormats
import SystemPackage

struct ExtractCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Unpack what a package installs into a directory, and never outside of it.",
        discussion: """
            Links are made but never followed, be they from the package or there before; files that are there are \
            replaced, directories that are there keep their mode. Owners, and setuid, setgid and sticky bits, are restored \
            only when asked for. Devices are never made. Scripts do not run.
            """
    )

    @Option(
        name: [.customShort("C"), .customLong("directory")],
        help: ArgumentHelp("Where to unpack; made where it is missing.", valueName: "dir"),
        completion: .directory
    )
    var directory: String

    @Flag(help: "Restore owners and groups by their names on this machine; only root may.")
    var owners = false

    @Flag(help: "Restore setuid, setgid and sticky bits.")
    var specialModes = false

    @Option(help: ArgumentHelp("How many entries a package may have.", valueName: "n"))
    var maxEntries: Int?

    @Option(help: ArgumentHelp("How many bytes may come out of a package.", valueName: "n"))
    var maxBytes: UInt64?

    @Option(help: ArgumentHelp("How many times its packed size a package may grow to.", valueName: "n"))
    var maxRatio: UInt64?

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: ArgumentHelp("A package.", valueName: "file"), completion: .file(extensions: ["rpm", "deb"]))
    var packages: [String]

    func validate() throws {
        if owners, geteuid() != 0 { throw ValidationError("'--owners' is for root only") }
        if let maxEntries, maxEntries < 1 { throw ValidationError("'--max-entries' has to be 1 or more") }
    }

    func run() async throws {
        var options = PackageExtractor.Options()
        options.keepsOwners = owners
        options.keepsSpecialModes = specialModes
        if let maxEntries { options.limits.entries = maxEntries }
        if let maxBytes { options.limits.bytes = maxBytes }
        if let maxRatio { options.limits.ratio = maxRatio }
        let extractor = PackageExtractor(options)
        let (asJSON, directory) = (reporting.format == .json, FilePath(directory))
        let (isQuiet, isVerbose) = (reporting.quiet, reporting.verbose)
        // One after the other: a file of a later package takes the place of an earlier one's, never the other way round.
        try await FileReports(asJSON: asJSON).print(packages, isSequential: true) { path in
            let package = try PackageFile(opening: path)
            let summary = try extractor.extract(package, into: directory) { entry in
                if isVerbose { Standard.error(TerminalText.printable(TerminalText.name(entry.path.bytes)) + "\n") }
            }
            var report = FileReport()
            let entries = summary.entries == 1 ? "1 entry" : "\(summary.entries) entries"
            if asJSON {
                report.output = JSON.object([
                    ("path", .string(path.string)), ("directory", .string(directory.string)),
                    ("entries", .number(Int64(summary.entries))), ("bytes", .number(Int64(clamping: summary.bytes))),
                    ("warnings", .array(summary.warnings.map { .string($0) })),
                ]).text(level: 1)
            } else if !isQuiet {
                report.messages.append(
                    TerminalText.printable("\(path): \(entries), \(Readable.size(summary.bytes))")
                )
            }
            if !isQuiet {
                report.messages += summary.warnings.map { "warning: " + TerminalText.printable("\(path): \($0)") }
            }
            return report
        }
    }
}
