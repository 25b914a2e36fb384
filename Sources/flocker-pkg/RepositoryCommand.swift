public import ArgumentParser
public import Omnibus
import PackageFormats
import SystemPackage

struct RepositoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repository",
        abstract: "Make and check yum and apt repositories.",
        subcommands: [RepositoryUpdateCommand.self, RepositoryVerifyCommand.self]
    )
}

extension RepositoryUpdate.Kind: ExpressibleByArgument {}
extension RepositoryUpdate.DuplicatePolicy: ExpressibleByArgument {}

/// A span of time, such as `90m`, `2h` or `30d`.
struct TimeSpan: ExpressibleByArgument {
    let seconds: Int64

    static let day = TimeSpan(seconds: 86_400)

    private init(seconds: Int64) { self.seconds = seconds }

    var defaultValueDescription: String { seconds % 86_400 == 0 ? "\(seconds / 86_400)d" : "\(seconds)s" }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let unit = argument.last.flatMap { units[$0] }
        guard let number = Int64(unit == nil ? argument[...] : argument.dropLast()), number >= 0 else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !overflow, seconds <= 100 * 366 * 86_400 else { return nil }
        self.seconds = seconds
    }
}
