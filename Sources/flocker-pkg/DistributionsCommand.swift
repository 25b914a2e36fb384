import ArgumentParser
import Omnibus
import PackageFormats

struct DistributionsCommand: ParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "distributions",
        abstract: "List the distributions that packages can be built for."
    )

    @OptionGroup var reporting: ReportingOptions

    func run() throws {
        if reporting.format == .json {
            Standard.output(JSON.array(Distribution.all.map(\.json)).text + "\n")
            return
        }
        let header = ["NAME", "TYPE", "ARCHITECTURES", "PYTHON", "GLIBC", "COMPRESSION", "INIT", "ALSO KNOWN AS"]
        Standard.output(Table([header] + Distribution.all.map(Self.row)).text)
    }

    private static func row(_ distribution: Distribution) -> [String] {
        [
            distribution.name, distribution.packageType.rawValue,
            distribution.architectures.map(\.rpmName).joined(separator: ", "),
            distribution.pythons.map { $0.isDefault ? "\($0.version)*" : $0.version }.joined(separator: ", "),
            distribution.glibc.description, distribution.payloadCompression.description,
            distribution.initSystem.rawValue, distribution.aliases.joined(separator: ", "),
        ]
    }
}

extension Distribution {
    var json: JSON {
        .object([
            ("name", .string(name)),
            ("aliases", .array(aliases.map { .string($0) })),
            ("packageType", .string(packageType.rawValue)),
            ("architectures", .array(architectures.map { .string(packageType == .rpm ? $0.rpmName : $0.debianName) })),
            ("distTag", .optional(distTag)),
            (
                "pythons",
                .array(
                    pythons.map {
                        .object([
                            ("version", .string($0.version)), ("package", .string($0.package)),
                            ("interpreter", .string($0.interpreter)), ("default", .bool($0.isDefault)),
                        ])
                    }
                )
            ),
            ("glibc", .string(glibc.description)),
            ("compression", .string(payloadCompression.description)),
            ("init", .string(initSystem.rawValue)),
        ])
    }
}

/// Columns as wide as their widest cell.
struct Table {
    private let rows: [[String]]

    init(_ rows: [[String]]) { self.rows = rows }

    var text: String {
        var widths: [Int] = []
        for row in rows {
            for (column, cell) in row.enumerated() {
                if column == widths.count { widths.append(0) }
                widths[column] = max(widths[column], cell.count)
            }
        }
        return rows.map { row in
            let line = zip(row, widths).map { cell, width in cell + TerminalText.blanks(width - cell.count) }
                .joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
        }.joined()
    }
}
