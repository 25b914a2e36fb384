import ArgumentParser
import Omnibus
import PackageFormats
import SystemPackage

struct PublishCommand: AsyncParsableCommand, ReportingCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish",
        abstract: "Add packages to the hosted repositories of distributions.",
        discussion: """
            Packages go to DISTRIBUTION[-testing]/RELEASE/ARCHITECTURE/ below --to, those for every machine to every \
            architecture. Only metadata are fetched. Clients see the old state or the new one, and however many publish at \
            once, no package is lost. A published package never changes.

            A package that sets machines up for the repository also goes to DISTRIBUTION/, where people find it.
            """
    )

    /// The trees of the layout.
    enum AptKind: String, ExpressibleByArgument, CaseIterable {
        case flat, pooled
    }

    @Option(
        help: ArgumentHelp("The bucket or folder that is hosted.", valueName: "s3://bucket[/prefix]|dir"),
        transform: { try StoreLocation($0) }
    )
    var to: StoreLocation

    @Option(
        name: .customLong("distribution"),
        help: ArgumentHelp("A distribution that the packages are for; may be repeated.", valueName: "name")
    )
    var distributionNames: [String] = []

    @Flag(help: "Publish to the tree for testing, whatever the version.")
    var testing = false

    @Flag(help: "Publish to the tree for releases, whatever the version.")
    var stable = false

    @Option(
        name: .customLong("architecture"),
        help: ArgumentHelp(
            "An architecture that packages for every machine go to beside those that are hosted; may be repeated.",
            valueName: "name"
        )
    )
    var architectureNames: [String] = []

    @Option(help: ArgumentHelp("What new apt repositories are like.", valueName: "flat|pooled"))
    var aptLayout: AptKind = .flat

    @Option(help: ArgumentHelp("Whose repository it is; Flocker's without it.", valueName: "file"))
    var manifest: String?

    @OptionGroup var signing: SigningOptions

    @Flag(help: "Remove metadata of old generations whose grace time is over.")
    var prune = false

    @Option(help: ArgumentHelp("How long they stay for clients that still ask, such as 2h or 1d.", valueName: "age"))
    var grace: TimeSpan = .day

    @Flag(help: "Print every request, and write nothing.")
    var dryRun = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var reporting: ReportingOptions

    @Argument(help: "The packages.")
    var file: [String] = []

    func validate() throws {
        guard !distributionNames.isEmpty else {
            throw ValidationError("Missing expected option '--distribution <name>'")
        }
        guard !file.isEmpty || prune else { throw ValidationError("Missing expected argument '<file> ...'") }
        guard !testing || !stable else { throw ValidationError("'--testing' and '--stable' exclude each other") }
    }

    func run() async throws {
        let manifest = try manifest.map { try Manifest(contentsOf: FilePath($0)) } ?? .flocker
        let requests = RequestList()
        let target = try to.open(store.options)
        var publisher = Publisher(
            to: dryRun ? DryRunStore(before: target) { requests.add($0) } : target,
            manifest: manifest
        )
        if testing { publisher.channel = .testing }
        if stable { publisher.channel = .stable }
        publisher.architectures = Set(
            try architectureNames.map { name in
                guard let found = Architecture(named: name), found != .independent else {
                    throw OmnibusError("architecture-unknown", .usage, "there is no architecture '\(name)'")
                }
                return found
            }
        )
        publisher.usesPool = aptLayout == .pooled
        if dryRun { publisher.transfers = 1 }
        if prune { publisher.grace = grace.seconds }
        if let signer = try signing.signer() {
            try await signer.check()
            publisher.signer = signer
        }
        let distributions = try Distribution.named(distributionNames)
        let progress = ProgressLine(reporting)
        var result = Publisher.Result()
        var pruned: [String: [String]] = [:]
        if file.isEmpty {
            pruned = try await publisher.prune(distributions)
            guard !pruned.isEmpty else {
                let names = distributions.map(\.name).joined(separator: " or ")
                throw OmnibusError(
                    "repository-missing",
                    .missingInput,
                    "\(target.location) has no repository of \(names)"
                )
            }
        } else {
            result = try await publisher.publish(file.map { FilePath($0) }, for: distributions) { progress.show($0) }
        }
        progress.finish()
        report(result, pruned, requests.all, target.location)
    }

    private func report(
        _ result: Publisher.Result,
        _ pruned: [String: [String]],
        _ requests: [DryRunStore.Request],
        _ place: String
    ) {
        guard reporting.format == .json else {
            for request in requests { Standard.output(request.text + "\n") }
            for repository in result.repositories { Standard.output("\(place)/\(repository.text)\n") }
            for key in result.releasePackages { Standard.output("\(place)/\(key)\n") }
            for (folder, names) in pruned.sorted(by: { $0.key < $1.key }) {
                Standard.output("\(place)/\(folder): \(names.count) old documents removed\n")
            }
            return
        }
        var members: [(String, JSON)] = [
            ("repositories", .array(result.repositories.map(\.json))),
            ("releasePackages", .array(result.releasePackages.map { .string($0) })),
        ]
        if file.isEmpty {
            members = [
                (
                    "pruned",
                    .array(
                        pruned.sorted(by: { $0.key < $1.key }).map { folder, names in
                            .object([("folder", .string(folder)), ("removed", .array(names.map { .string($0) }))])
                        }
                    )
                )
            ]
        }
        if dryRun { members.append(("requests", .array(requests.map { .string($0.text) }))) }
        Standard.output(JSON.object(members).text + "\n")
    }
}

extension Publisher.Repository {
    fileprivate var text: String {
        let same = identical.isEmpty ? "" : ", \(identical.count) already there"
        let old = pruned.isEmpty ? "" : ", \(pruned.count) old documents removed"
        return "\(folder): \(packages) packages, \(added.count) added\(same)\(old)"
    }

    fileprivate var json: JSON {
        .object([
            ("folder", .string(folder)), ("type", .string(kind.rawValue)), ("packages", .number(Int64(packages))),
            ("added", .array(added.map { .string($0) })), ("identical", .array(identical.map { .string($0) })),
            ("signed", .bool(isSigned)), ("attempts", .number(Int64(attempts))),
            ("pruned", .array(pruned.map { .string($0) })),
        ])
    }
}

extension DryRunStore.Request {
    fileprivate var text: String {
        switch self {
        case .get(let key, let range):
            "GET \(key)" + (range.map { " bytes=\($0.lowerBound)-\($0.upperBound - 1)" } ?? "")
        case .head(let key): "HEAD \(key)"
        case .list(let prefix): "LIST \(prefix)"
        case .delete(let key): "DELETE \(key)"
        case .put(let key, let size, let attributes, let condition):
            "PUT \(key) (\(size) bytes, \(attributes.contentType)\(condition.text))"
        }
    }
}

extension WriteCondition {
    fileprivate var text: String {
        switch self {
        case .always: ""
        case .absent: ", if absent"
        case .matches(let tag): ", if still \(tag)"
        }
    }
}
