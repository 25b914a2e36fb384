import Glibc
public import PackageFormats
import Synchronization
import SystemPackage

/// Checks a repository as its clients see it: every index by its checksum, every package by the index.
public struct RepositoryVerification: Sendable {
    /// Where it is.
    public var source: RepositorySource
    /// The kind; found out if `nil`.
    public var kind: RepositoryUpdate.Kind?
    /// The suite of an apt repository; if `nil`, every one in a folder, and `stable` on a server.
    public var suite: String?
    /// Checks signatures; without one they are only noted.
    public var signatures: (any MetadataSignatureChecker)?
    /// Whether the packages themselves are looked at, and not the metadata alone.
    public var checksPackages = true
    /// Packages that have to be listed: their SHA-256, hexadecimal, by their paths below the repository.
    public var expected: [String: String] = [:]
    /// Against which time dates are held, in Unix seconds.
    public var now = Int64(time(nil))

    /// Describes a check of everything.
    public init(of source: RepositorySource) { self.source = source }

    /// What was found.
    public struct Report: Sendable, Hashable {
        /// The kind of repository.
        public var kind: RepositoryUpdate.Kind
        /// How many packages it lists, each once.
        public var packages = 0
        /// How many metadata files were compared with their checksums.
        public var documents = 0
        /// What is wrong, or not as it should be.
        public var findings: [Finding] = []
        /// Whether the root is signed, by a key that was checked.
        public var signature = Signature.none

        /// Whether clients can use it as it is.
        public var isSound: Bool { !findings.contains { $0.severity == .error } }
    }

    /// What is known of a signature.
    public enum Signature: String, Sendable, Hashable {
        /// There is none.
        case none
        /// There is one, and no keys to check it with.
        case unchecked
        /// It is good.
        case good
        /// It is not.
        case bad
    }

    /// Checks.
    ///
    /// - Parameters:
    ///   - runner: starts curl, where the repository is on a server.
    ///   - watch: takes how many of the packages were compared.
    /// - Throws: ``OmnibusError`` where there is no repository, or it cannot be read at all.
    public func run(
        runner: CommandRunner = CommandRunner(),
        watch: @escaping @Sendable (_ count: Int, _ total: Int) -> Void = { _, _ in }
    ) async throws(OmnibusError) -> Report {
        if case .folder(let folder) = source, !FileSystem.isDirectory(folder) {
            throw OmnibusError("repository-folder", .missingInput, "\(folder) is no folder")
        }
        return try await WorkDirectory.with { (work) async throws(OmnibusError) in
            let fetcher = RepositoryFetcher(
                source: source,
                work: work,
                downloader: Downloader(into: work, runner: runner)
            )
            let kind: RepositoryUpdate.Kind
            if let wanted = self.kind { kind = wanted } else { kind = try await Self.kind(fetcher, suite) }
            switch kind {
            case .yum: return try await YumVerifier(verification: self, fetcher: fetcher, watch: watch).report()
            case .apt, .aptFlat:
                return try await AptVerifier(verification: self, fetcher: fetcher, kind: kind, watch: watch).report()
            }
        }
    }

    private static func kind(
        _ fetcher: RepositoryFetcher,
        _ suite: String?
    ) async throws(OmnibusError) -> RepositoryUpdate.Kind {
        if try await fetcher.bytes("repodata/repomd.xml") != nil { return .yum }
        for name in AptLayout.releaseNames where try await fetcher.bytes(name) != nil { return .aptFlat }
        if case .folder(let folder) = fetcher.source {
            if FileSystem.isDirectory(folder.appending("dists")) { return .apt }
        } else {
            for name in AptLayout.releaseNames
            where try await fetcher.bytes("dists/\(suite ?? "stable")/\(name)") != nil {
                return .apt
            }
        }
        throw OmnibusError(
            "repository-missing",
            .missingInput,
            "there is no repository: neither repodata/repomd.xml, nor Release, nor dists",
            hint: "make one with 'flocker-pkg repository update'"
        )
    }
}

/// Compares listed packages with the files.
struct PackageComparison: Sendable {
    let fetcher: RepositoryFetcher
    let verification: RepositoryVerification
    let watch: @Sendable (Int, Int) -> Void

    /// Compares every package, each file once, and looks for packages that are listed twice or not at all.
    func compare(
        _ records: [RepositoryRecord],
        suffix: String,
        below: [String] = [""]
    ) async throws(OmnibusError) -> [Finding] {
        var findings: [Finding] = []
        var byLocation: [String: RepositoryRecord] = [:]
        var byIdentity: [String: RepositoryRecord] = [:]
        var order: [RepositoryRecord] = []
        for record in records {
            if let other = byLocation.updateValue(record, forKey: record.location) {
                guard other.sha256 != record.sha256 || other.size != record.size else { continue }
                findings.append(Finding(.error, "listed-twice", "\(record.location) is listed with two checksums"))
                continue
            }
            order.append(record)
            if let other = byIdentity.updateValue(record, forKey: record.identity), other.sha256 != record.sha256 {
                findings.append(
                    Finding(
                        .error,
                        "duplicate-package",
                        "\(other.location) and \(record.location) are both \(record.identity), with other contents"
                    )
                )
            }
        }
        for (location, sha256) in verification.expected.sorted(by: { $0.key < $1.key })
        where byLocation[location]?.sha256 != sha256 {
            let problem = byLocation[location] == nil ? "is not listed" : "is listed with another checksum"
            findings.append(Finding(.error, "package-expected", "\(location) \(problem)"))
        }
        if case .folder(let folder) = fetcher.source {
            for part in below {
                for file in try PackageFolder(folder, suffix: suffix, below: part).files
                where byLocation[file.location] == nil {
                    findings.append(
                        Finding(.warning, "unlisted-package", "\(file.location) is there, but no index lists it")
                    )
                }
            }
        }
        guard verification.checksPackages else { return findings }
        watch(0, order.count)
        return findings + (try await contents(of: order))
    }

    /// Compares files with what is listed of them, several at once; what is found comes in the order of the list.
    private func contents(of records: [RepositoryRecord]) async throws(OmnibusError) -> [Finding] {
        // Servers answer several requests at once as fast as one.
        let workers = if case .folder = fetcher.source { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) } else { 4 }
        let done = Counter()
        let findings = try await ConcurrentWork.map(records, atOnce: workers) { (record) async throws(OmnibusError) in
            let finding = try await complaint(about: record)
            let count = done.next()
            if count % 64 == 0 { watch(count, records.count) }
            return finding
        }
        watch(records.count, records.count)
        return findings.compactMap(\.self)
    }

    private func complaint(about record: RepositoryRecord) async throws(OmnibusError) -> Finding? {
        let found: InputFile?
        do throws(OmnibusError) {
            found = try await fetcher.file(record.location)
        } catch {
            guard error.category == .badInput || error.category == .missingInput else { throw error }
            return Finding(.error, error.code, error.message)
        }
        guard let file = found else {
            return Finding(.error, "package-missing", "\(record.location) is listed, but not there")
        }
        defer { fetcher.discard(file) }
        guard file.size == record.size else {
            return Finding(
                .error,
                "package-size",
                "\(record.location) has \(file.size) bytes where \(record.size) are listed"
            )
        }
        let sha256: String
        do throws(FormatError) {
            sha256 = try file.sha256()
        } catch {
            return Finding(.error, error.code.rawValue, error.description)
        }
        guard sha256 == record.sha256 else {
            return Finding(.error, "package-checksum", "\(record.location) is not the file that is listed")
        }
        return nil
    }
}

/// Counts what several tasks do.
private final class Counter: Sendable {
    private let count = Atomic(0)

    /// How many it is with this one.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
