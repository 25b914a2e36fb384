import Foundation
import PackageFormats
import SystemPackage

@testable import Omnibus

/// A bucket of a real service that nobody else uses, and what is published to it.
struct HostedBucket: Sendable {
    let ceph: ObjectServer
    let name: String

    init(isPublic: Bool = false) async throws {
        ceph = try await ObjectServer.ceph()
        name = try await ceph.bucket(isPublic: isPublic)
    }

    /// The address at which everybody fetches, if the bucket is public.
    var url: String { "\(ceph.url)/\(name)" }

    /// Runs `publish` as people do.
    ///
    /// - Parameter url: where the service is instead, such as behind a proxy.
    func publish(_ arguments: [String], at url: String? = nil) async throws -> ToolResult {
        try await run(
            Program.path(),
            ["publish", "--to", "s3://\(name)"] + arguments,
            environment: ceph.environment(at: url).mapValues { $0 }
        )
    }

    /// Runs `publish` with options, which has to succeed, and gives what it says in JSON of the one repository.
    func publish(_ paths: [FilePath], _ kind: RepositoryUpdate.Kind, at url: String? = nil) async throws -> Outcome {
        let result = try await publish(kind.publishOptions + ["--format=json"] + paths.map(\.string), at: url)
        guard result.status == 0 else { throw Refusal(text: result.output + result.error) }
        let outcomes = try JSONDecoder().decode([String: [Outcome]].self, from: Data(result.output.utf8))
        guard let outcome = outcomes["repositories"]?.first else { throw Refusal(text: result.output) }
        return outcome
    }

    /// What `publish` says of a repository.
    struct Outcome: Decodable, Sendable {
        let packages: Int
        let attempts: Int
    }

    /// What `publish` said when it failed.
    struct Refusal: Error, CustomStringConvertible {
        let text: String
        var description: String { text }
    }

    /// A check of a repository, straight at the service.
    ///
    /// - Parameters:
    ///   - prefix: what every key begins with.
    ///   - packages: whether each of them is fetched too.
    func verification(
        _ kind: RepositoryUpdate.Kind,
        prefix: String = "",
        packages: Bool = true
    ) throws -> RepositoryVerification {
        let store = try ceph.store(name, prefix: prefix)
        var verification = RepositoryVerification(of: .store(store, folder: kind.publishPlace))
        verification.kind = kind
        verification.suite = kind == .apt ? "stable" : nil
        verification.checksPackages = packages
        return verification
    }
}

extension RepositoryUpdate.Kind {
    /// Whom the samples are for.
    var sampleDistribution: String { self == .yum ? "centos-7" : "debian-12" }

    /// The folder of the distribution's releases for 64-bit PCs.
    var publishPlace: String {
        switch self {
        case .yum: "centos/7/x86_64"
        case .aptFlat: "debian/12/amd64"
        case .apt: "debian/12"
        }
    }

    /// The options with which `publish` puts samples there.
    var publishOptions: [String] {
        ["--distribution", sampleDistribution, "--architecture", "x86_64", "--stable"]
            + (self == .apt ? ["--apt-layout", "pooled"] : [])
    }

    /// How packages of the kind's repositories end.
    var packageSuffix: String { self == .yum ? ".rpm" : ".deb" }
}

/// How far the tests go that could go on for long: as far as the variable says, which `make test-publishing` sets.
enum Extent: String {
    /// How many times twenty publish at once.
    case rounds = "PUBLISH_ROUNDS"
    /// How many packages are hosted already.
    case packages = "PUBLISH_PACKAGES"
    /// Which faults meet every request: their names with commas between them, or `all`.
    case faults = "PUBLISH_FAULTS"

    /// What the variable says.
    var text: String? { ProcessInfo.processInfo.environment[rawValue] }

    /// The number that the variable says.
    ///
    /// - Parameter usual: what it is without the variable.
    func number(usual: Int) -> Int { text.flatMap { Int($0) } ?? usual }

    /// Says what came of it, where more was asked for than usual.
    func report(_ text: String) {
        if self.text != nil { print("\(rawValue): \(text)") }
    }
}
