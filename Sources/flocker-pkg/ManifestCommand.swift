import ArgumentParser
import Omnibus
import SystemPackage

struct ManifestCommand: ParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest",
        abstract: "Check a manifest and print it, or print Flocker's.",
        discussion: "The output is a manifest itself: Flocker's is a good start for another product's."
    )

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The manifest to check; Flocker's without it.")
    var file: String?

    func run() throws {
        let manifest = try file.map { try Manifest(contentsOf: FilePath($0)) } ?? .flocker
        let yaml = try manifest.yaml()
        Standard.output(reporting.format == .json ? JSON.object([("manifest", .string(yaml))]).text + "\n" : yaml)
    }
}
