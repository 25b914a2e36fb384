import ArgumentParser
import Omnibus
import PackageFormats
import SystemPackage

struct RepositoryUpdateCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Bring the metadata of a folder of packages up to date.",
        discussion: """
            Packages that did not change are taken over from the metadata that are there. Clients see the old state or \
            the new one, never anything between.

            yum: DIR/repodata, for every rpm below DIR. apt-flat: Packages and Release in DIR, for every deb below it. \
            apt: DIR/dists/SUITE, for the debs in DIR/pool/COMPONENT.
            """
    )

    @Option(help: ArgumentHelp("The kind of repository; found out without it.", valueName: "yum|apt-flat|apt"))
    var type: RepositoryUpdate.Kind?

    @Option(
        help: ArgumentHelp(
            "How metadata are compressed: gzip, xz, zstd or none, with :LEVEL; may be repeated for apt.",
            valueName: "codec"
        )
    )
    var compression: [String] = []

    @Option(help: ArgumentHelp("Compress as this distribution's clients read it.", valueName: "name"))
    var distribution: String?

    @Option(help: ArgumentHelp("Two packages that claim to be the same.", valueName: "error|keep-newest"))
    var onDuplicate: RepositoryUpdate.DuplicatePolicy = .error

    @Flag(help: "Leave packages out that cannot be read, instead of stopping.")
    var skipBroken = false

    @Flag(help: "Read every package again, as if there were no metadata.")
    var rebuild = false

    @Option(help: ArgumentHelp("How long replaced yum metadata stay, such as 2h or 30d.", valueName: "age"))
    var retain = TimeSpan.day

    @Option(help: ArgumentHelp("How many generations of apt indexes stay, by their checksums.", valueName: "n"))
    var generations = 3

    @Option(help: ArgumentHelp("How long apt may use this generation (Valid-Until).", valueName: "age"))
    var validFor: TimeSpan?

    @Option(help: ArgumentHelp("The apt suite.", valueName: "name"))
    var suite: String?

    @Option(help: ArgumentHelp("Origin in Release; choose once and for all.", valueName: "text"))
    var origin: String?

    @Option(help: ArgumentHelp("Label in Release; choose once and for all.", valueName: "text"))
    var label: String?

    @Option(help: ArgumentHelp("Codename in Release; the suite without it.", valueName: "name"))
    var codename: String?

    @Option(
        help: ArgumentHelp("An apt architecture to list even without packages; may be repeated.", valueName: "name")
    )
    var architecture: [String] = []

    @Flag(help: "Write apt's Contents too, which reads the data of every package.")
    var contents = false

    @Option(
        help: ArgumentHelp("The date of this generation in Unix seconds; the clock without it.", valueName: "seconds")
    )
    var date: Int64?

    @Option(name: [.short, .long], help: ArgumentHelp("How many processors to use; all without it.", valueName: "n"))
    var jobs: Int?

    @OptionGroup var signing: SigningOptions

    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The folder that clients have as base URL.")
    var dir: String

    func validate() throws {
        if let jobs, !(1...1024).contains(jobs) { throw ValidationError("'--jobs' has to be from 1 to 1024") }
        guard (1...1000).contains(generations) else {
            throw ValidationError("'--generations' has to be from 1 to 1000")
        }
        if let date, !(0...Int64(UInt32.max)).contains(date) {
            throw ValidationError("'--date' has to be a number of seconds since 1970")
        }
        if distribution != nil, !compression.isEmpty {
            throw ValidationError("'--distribution' and '--compression' exclude each other")
        }
    }

    func run() async throws {
        let folder = FilePath(dir)
        var update = RepositoryUpdate(folder: folder, kind: try type ?? RepositoryUpdate.Kind(of: folder))
        try apply(to: &update)
        if let signer = try signing.signer() {
            try await signer.check()
            update.signer = signer
        }
        let progress = ProgressLine(reporting)
        let summary = try await update.run { progress.show($0) }
        progress.finish()
        if reporting.format == .json {
            Standard.output(summary.json(update.kind).text + "\n")
        } else {
            Standard.output(summary.text)
        }
    }

    /// Refuses what only apt's repositories have.
    private func checkOptionsOfApt() throws {
        let given: [(name: String, isGiven: Bool)] = [
            ("valid-for", validFor != nil), ("suite", suite != nil), ("origin", origin != nil), ("label", label != nil),
            ("codename", codename != nil), ("architecture", !architecture.isEmpty), ("contents", contents),
            ("compression", compression.count > 1),
        ]
        guard let found = given.first(where: \.isGiven) else { return }
        let times = found.name == "compression" ? " more than once" : ""
        throw OmnibusError("option-unsupported", .usage, "a yum repository has nothing for '--\(found.name)'\(times)")
    }

    private func apply(to update: inout RepositoryUpdate) throws {
        if let distribution {
            let known = try Distribution.named(distribution)
            guard (known.packageType == .rpm) == (update.kind == .yum) else {
                throw OmnibusError(
                    "distribution-type",
                    .usage,
                    "\(known.name) has no repositories of type \(update.kind.rawValue)"
                )
            }
            update.compressions = try known.repositoryCompressions()
        } else if !compression.isEmpty {
            update.compressions = try compression.map { text in
                do throws(FormatError) {
                    return try Compression(parsing: text)
                } catch {
                    throw OmnibusError("compression-unknown", .usage, error.message)
                }
            }
        }
        if update.kind == .yum { try checkOptionsOfApt() }
        update.duplicates = onDuplicate
        update.skipsBroken = skipBroken
        update.rebuilds = rebuild
        update.retention = retain.seconds
        update.generations = generations
        update.validity = validFor?.seconds
        update.suite = suite
        update.architectures = architecture
        update.listsContents = contents
        for (name, value) in [("Origin", origin), ("Label", label), ("Codename", codename)] {
            if let value { update.releaseFields.append(AptRelease.Field(name, value)) }
        }
        if let date { update.date = date }
        if let jobs { update.threads = jobs }
    }
}

extension RepositoryUpdate.Summary {
    fileprivate var text: String {
        let skipped = skipped.isEmpty ? "" : ", \(skipped.count) left out"
        let change = isChanged ? "" : " (nothing to do)"
        return
            "\(root): \(packages) packages, \(read) read, \(reused) unchanged, \(removed) removed\(skipped)\(change)\n"
    }

    fileprivate func json(_ kind: RepositoryUpdate.Kind) -> JSON {
        .object([
            ("root", .string(root.string)), ("type", .string(kind.rawValue)), ("packages", .number(Int64(packages))),
            ("read", .number(Int64(read))), ("unchanged", .number(Int64(reused))), ("removed", .number(Int64(removed))),
            ("skipped", .array(skipped.map { .string($0.string) })), ("changed", .bool(isChanged)),
            ("signed", .bool(isSigned)),
        ])
    }
}
