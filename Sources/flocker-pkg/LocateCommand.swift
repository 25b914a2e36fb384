import ArgumentParser
import Omnibus

struct LocateCommand: ParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "locate",
        abstract: "Say where a version of Flocker is hosted.",
        discussion: """
            Prints the address of the folder for every architecture; 'source' instead of a distribution's name stands for \
            the source distribution. Ends with 66 where nothing was ever published.
            """
    )

    @Option(help: ArgumentHelp("The distribution, or 'source'.", valueName: "name"))
    var distribution: String

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The version.")
    var version: String

    func run() throws {
        let places = try Locator.places(of: version, for: distribution)
        if reporting.format == .json {
            let rows = places.map { place in
                JSON.object([
                    ("service", .string(place.service.rawValue)), ("bucket", .string(place.bucket)),
                    ("key", .string(place.key)), ("url", .string(place.url)),
                ])
            }
            Standard.output(JSON.object([("places", .array(rows))]).text + "\n")
        } else {
            for place in places { Standard.output("\(place.url)\n") }
        }
    }
}
