import ArgumentParser
import Omnibus
import PackageFormats
import SystemPackage

struct VerifyCommand: AsyncParsableCommand, PlainCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check packages against everything that they say about themselves.",
        discussion: """
            Digests of headers, payload and every file, sizes, structure, names and paths: whatever the format lets one \
            check is checked, and what a package does not vouch for is said. A file that is no package fails. The exit \
            status is 1 if any package fails.

            Signatures are checked by gpg against the keys of --keyring; without it they are reported and not trusted.
            """
    )

    @Option(
        help: ArgumentHelp("Public keys to check signatures with, armoured or binary.", valueName: "file"),
        completion: .file()
    )
    var keyring: String?

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: ArgumentHelp("A package.", valueName: "file"), completion: .file(extensions: ["rpm", "deb"]))
    var packages: [String]

    var plainWork: (() throws -> Void)? { keyring == nil ? { try Self.verify(packages, report) } : nil }

    func run() async throws {
        guard let keyring else { return try Self.verify(packages, report) }
        let report = report
        let outcome = try await SignatureVerifier.with(keyring: FilePath(keyring)) {
            (verifier) async throws(OmnibusError) -> Result<Void, any Error> in
            do {
                try await FileReports(asJSON: report.asJSON).print(packages) { path in
                    report.file(path, try await verifier.verify(path))
                }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
    }

    static func run(on packages: [String]) throws { try verify(packages, VerificationReport()) }

    private var report: VerificationReport {
        VerificationReport(asJSON: reporting.format == .json, showsDetails: !reporting.quiet)
    }

    private static func verify(_ packages: [String], _ report: VerificationReport) throws {
        let decoders = DecoderPool()
        try FileReports(asJSON: report.asJSON).print(packages) { path in
            report.file(path, try PackageFile.verify(path, decoders: decoders))
        }
    }
}

/// A verdict a file.
private struct VerificationReport {
    var asJSON = false
    var showsDetails = true
    private let isColored = Standard.outputAllowsColor

    init(asJSON: Bool = false, showsDetails: Bool = true) {
        self.asJSON = asJSON
        self.showsDetails = showsDetails
    }

    func file(_ path: FilePath, _ result: Verification) -> FileReport {
        let output =
            asJSON
            ? result.json(of: path.string).text(level: 1)
            : VerificationText(result, of: path.string, isColored: isColored, showsDetails: showsDetails).text
        return FileReport(output: output, status: result.verdict == .failed ? 1 : 0)
    }
}

/// A verification for people: the verdict and the file in a line, then what was found.
private struct VerificationText {
    private var buffer = TextBuffer(reservingCapacity: 256)

    var text: String { buffer.text }

    init(_ result: Verification, of path: String, isColored: Bool, showsDetails: Bool) {
        let word = result.verdict.rawValue
        let style =
            switch result.verdict {
            case .ok: "32"
            case .warning: "33"
            case .failed: "1;31"
            }
        if isColored { buffer += "\u{1B}[\(style)m" }
        buffer += word
        if isColored { buffer += "\u{1B}[0m" }
        buffer.append(blanks: 9 - word.utf8.count)
        buffer.append(printable: path)
        if showsDetails { addSummary(of: result) }
        buffer += "\n"
        for finding in result.findings {
            var line = "  \(finding.severity.rawValue): \(finding.check): "
            if let field = finding.place.field { line += "\(field): " }
            line += finding.message
            if let offset = finding.place.offset { line += " (at byte \(offset))" }
            buffer.append(printable: line)
            buffer += "\n"
        }
    }

    private mutating func addSummary(of result: Verification) {
        buffer += "  ("
        var isFirst = true
        for part in Verification.Part.allCases where result.covered.contains(part) {
            if !isFirst { buffer += ", " }
            buffer += part.rawValue
            isFirst = false
        }
        buffer += isFirst ? "nothing vouched for; " : " vouched for; "
        let signature =
            switch result.signatureStatus {
            case .none: "not signed"
            case .good: "signature good"
            case .bad: "signature bad"
            case .unknownKey: "signed by an unknown key"
            }
        buffer += signature
        buffer += ")"
    }
}

extension Verification {
    func json(of path: String) -> JSON {
        .object([
            ("path", .string(path)), ("verdict", .string(verdict.rawValue)),
            ("findings", .array(findings.map(\.json))),
            ("covered", .array(Part.allCases.filter(covered.contains).map { .string($0.rawValue) })),
            ("signature", .string(signatureStatus.rawValue)),
        ])
    }
}

extension Finding {
    fileprivate var json: JSON {
        var members: [(String, JSON)] = [
            ("severity", .string(severity.rawValue)), ("check", .string(check)), ("message", .string(message)),
        ]
        if let offset = place.offset { members.append(("offset", .number(Int64(clamping: offset)))) }
        if let field = place.field { members.append(("field", .string(field))) }
        if let file = place.file { members += PackageJSON.name(file.bytes, as: "file", raw: "rawFile") }
        return .object(members)
    }
}
