import ArgumentParser
import PackageFormats
import SystemPackage

struct InspectCommand: PlainCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what packages say about themselves.",
        discussion: """
            Reads rpm and deb packages alike, without rpm or dpkg. Nothing that a package says is checked against the \
            rest of it: 'verify' does that. Without an option that chooses sections, an overview is shown, for which the \
            payload is never read.
            """
    )

    @Flag(help: "List the files.")
    var files = false

    @Flag(help: "Show the scripts.")
    var scripts = false

    @Flag(help: "List the relations to other packages, those included that the packaging tool added.")
    var relations = false

    @Flag(help: "Show the changelog.")
    var changelog = false

    @Flag(help: "Show every tag of an rpm's headers, or every control field of a deb, as it stands there.")
    var tags = false

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: ArgumentHelp("A package.", valueName: "file"), completion: .file(extensions: ["rpm", "deb"]))
    var packages: [String]

    var plainWork: (() throws -> Void)? { run }

    func run() throws {
        var sections: PackageText.Sections = []
        for (isAsked, section) in [
            (files, PackageText.Sections.files), (scripts, .scripts), (relations, .relations), (changelog, .changelog),
            (tags, .tags),
        ] where isAsked { sections.insert(section) }
        try Self.inspect(packages, sections, asJSON: reporting.format == .json)
    }

    static func run(on packages: [String]) throws { try inspect(packages, [], asJSON: false) }

    private static func inspect(_ packages: [String], _ sections: PackageText.Sections, asJSON: Bool) throws {
        let width = Standard.outputWidth
        let decoders = DecoderPool()
        try FileReports(asJSON: asJSON, separatesWithBlankLines: true).print(packages) { path in
            let package = try PackageFile(opening: path, decoders: decoders)
            if asJSON {
                let json = try package.json(includesTags: sections.contains(.tags))
                return FileReport(output: json.text(level: 1))
            }
            return FileReport(output: try PackageText(package, sections, width: width).text)
        }
    }
}
