import Foundation
import PackageFormats
import Synchronization
import SystemPackage

@testable import Omnibus

/// A folder of packages to publish, removed afterwards.
final class PublishingSamples: Sendable {
    let folder: FilePath
    let hosted: FilePath

    init() throws {
        // A store waits for the disk at every writing, of which there are thousands here; memory is as good.
        let memory = "/dev/shm"
        let parent =
            FileManager.default.isWritableFile(atPath: memory) ? memory : FileManager.default.temporaryDirectory.path
        folder = FilePath(parent).appending("flocker-pkg-publish-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: false)
        hosted = folder.appending("hosted")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.string) }

    var store: DirectoryStore { DirectoryStore(hosted) }

    static func distribution(_ kind: RepositoryUpdate.Kind) throws -> Distribution {
        try Distribution.named(kind == .yum ? "centos-7" : "debian-12")
    }

    /// The folder of releases for 64-bit PCs.
    static func place(_ kind: RepositoryUpdate.Kind) -> String {
        switch kind {
        case .yum: "centos/7/x86_64"
        case .aptFlat: "debian/12/amd64"
        case .apt: "debian/12"
        }
    }

    /// Writes a package with hardly anything in it.
    func package(
        _ name: String,
        _ kind: RepositoryUpdate.Kind,
        version: String = "1.0",
        release: String = "1",
        architecture: Architecture = .x86_64,
        summary: String = "Sample",
        compression: Compression = .gzip,
        in subfolder: String = "packages"
    ) throws -> FilePath {
        let package = Package(
            name: name,
            version: EVR(version: version, release: release),
            architecture: architecture,
            summary: summary,
            description: "A sample.",
            license: "MIT",
            maintainer: "Example <example@example.com>",
            date: 1_500_000_000,
            entries: []
        )
        let place = folder.appending(subfolder)
        try FileManager.default.createDirectory(atPath: place.string, withIntermediateDirectories: true)
        if kind == .yum {
            return try RPMWriter(profile: RPMProfile(compression: compression), threads: 1).write(package, to: place)
        }
        return try DebianWriter(profile: DebianProfile(compression: compression), threads: 1).write(package, to: place)
    }

    func publisher(
        _ kind: RepositoryUpdate.Kind,
        to store: (any ObjectStore)? = nil,
        signer: (any MetadataSigner)? = nil
    ) -> Publisher {
        var publisher = Publisher(to: store ?? self.store)
        publisher.usesPool = kind == .apt
        publisher.signer = signer
        publisher.threads = 1
        return publisher
    }

    /// Looks at the hosted repository as clients do, packages included.
    func verify(
        _ kind: RepositoryUpdate.Kind,
        checker: (any MetadataSignatureChecker)? = nil,
        packages: Bool = true
    ) async throws -> RepositoryVerification.Report {
        var verification = RepositoryVerification(of: .store(store, folder: Self.place(kind)))
        verification.kind = kind
        verification.suite = kind == .apt ? "stable" : nil
        verification.signatures = checker
        verification.checksPackages = packages
        verification.now += 60
        return try await verification.run()
    }
}

/// Signs by naming the digest of what is signed.
struct DigestSigner: MetadataSigner, MetadataSignatureChecker {
    private func line(_ bytes: [UInt8]) -> [UInt8] { Array("\(Digest.of(bytes, .sha256).hexadecimal)\n".utf8) }

    func detachedSignature(of bytes: [UInt8]) async throws(OmnibusError) -> [UInt8] { line(bytes) }
    func clearsigned(_ text: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        Array("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n".utf8) + text
            + Array("-----BEGIN PGP SIGNATURE-----\n".utf8) + line(text) + Array("-----END PGP SIGNATURE-----\n".utf8)
    }
    func publicKey() async throws(OmnibusError) -> [UInt8] { Array("key\n".utf8) }

    func complaint(aboutSignature signature: [UInt8], of bytes: [UInt8]) async throws(OmnibusError) -> String? {
        signature == line(bytes) ? nil : "it is of something else"
    }
    func complaint(aboutClearsigned text: [UInt8]) async throws(OmnibusError) -> String? {
        guard let inner = AptRelease.signedText(text) else { return "it is not signed" }
        return String(decoding: text, as: UTF8.self).contains(String(decoding: line(inner), as: UTF8.self))
            ? nil : "it is of something else"
    }
}

/// A store between a publisher and another store: it counts, and does harm at one request.
final class MeddlingStore: ObjectStore {
    /// What happens at the request.
    enum Harm: String, CaseIterable {
        /// It never arrives.
        case lost
        /// It is carried out, and the answer never arrives.
        case unanswered
        /// Somebody else does something just before.
        case overtaken
    }

    struct Counts {
        var requests = 0
        var sent: UInt64 = 0
        var received: UInt64 = 0
        var written: [String] = []
        /// Which of the requests wrote or removed.
        var writes: Set<Int> = []
        var read: [String] = []
    }

    private let store: any ObjectStore
    private let harm: Harm?
    private let index: Int
    private let other: (@Sendable () async throws -> Void)?
    private let state = Mutex(Counts())

    init(
        before store: any ObjectStore,
        _ harm: Harm? = nil,
        at index: Int = .max,
        other: (@Sendable () async throws -> Void)? = nil
    ) {
        self.store = store
        self.harm = harm
        self.index = index
        self.other = other
    }

    var counts: Counts { state.withLock { $0 } }
    var didHarm: Bool { counts.requests > index }
    var location: String { store.location }
    var showsFolders: Bool { store.showsFolders }

    private static let failure = OmnibusError("test-cut", .unavailable, "the connection was cut")

    private func carryOut<Value: Sendable>(
        _ note: (inout Counts) -> Void,
        _ body: () async throws(OmnibusError) -> Value
    ) async throws(OmnibusError) -> Value {
        let number = state.withLock { counts in
            note(&counts)
            counts.requests += 1
            return counts.requests - 1
        }
        guard number == index, let harm else { return try await body() }
        switch harm {
        case .lost: throw Self.failure
        case .unanswered:
            _ = try await body()
            throw Self.failure
        case .overtaken:
            do {
                try await other?()
            } catch {
                throw OmnibusError("test-other", .failure, "the other publisher failed: \(error)")
            }
            return try await body()
        }
    }

    func get(_ key: ObjectKey, range: Range<UInt64>?, limit: Int) async throws(OmnibusError) -> StoredObject? {
        let object = try await carryOut({ $0.read.append(key.description) }) { () async throws(OmnibusError) in
            try await store.get(key, range: range, limit: limit)
        }
        state.withLock { $0.received += UInt64(object?.bytes.count ?? 0) }
        return object
    }

    func head(_ key: ObjectKey) async throws(OmnibusError) -> ObjectInfo? {
        try await carryOut({ _ in }) { () async throws(OmnibusError) in try await store.head(key) }
    }

    func put(
        _ content: InputFile,
        at key: ObjectKey,
        _ attributes: ObjectAttributes,
        if condition: WriteCondition
    ) async throws(OmnibusError) -> WriteOutcome {
        try await carryOut({
            $0.sent += content.size
            $0.written.append(key.description)
            $0.writes.insert($0.requests)
        }) { () async throws(OmnibusError) in try await store.put(content, at: key, attributes, if: condition) }
    }

    func list(prefix: String) async throws(OmnibusError) -> [ObjectInfo] {
        try await carryOut({ _ in }) { () async throws(OmnibusError) in try await store.list(prefix: prefix) }
    }

    func delete(_ key: ObjectKey) async throws(OmnibusError) {
        try await carryOut({ _ in }) { () async throws(OmnibusError) in try await store.delete(key) }
    }
}
