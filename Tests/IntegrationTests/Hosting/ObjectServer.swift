import Foundation
import SystemPackage

@testable import Omnibus

/// A real S3 service of this machine, started once for all tests.
struct ObjectServer: Sendable {
    /// `http://127.0.0.1:PORT`.
    let url: String
    /// The same service by TLS, and the certificate that vouches for it; empty where there is none.
    let tls: String
    let certificate: String
    let key: String
    let secret: String
    /// Keeps it running.
    private let process: ServerProcess

    private static let cephProcess = Task { try await ObjectServer("ceph") }
    private static let swiftProcess = Task { try await ObjectServer("openstack-swift") }

    /// A Ceph RADOS Gateway, which does all that Amazon's service does.
    static func ceph() async throws -> ObjectServer { try await cephProcess.value }

    /// OpenStack Swift, which refuses conditions of writes and has no bucket policies.
    static func openStackSwift() async throws -> ObjectServer { try await swiftProcess.value }

    private init(_ name: String) async throws {
        process = try await ServerProcess.start(name)
        url = process.facts["url"] ?? ""
        tls = process.facts["tls"] ?? ""
        certificate = process.facts["certificate"] ?? ""
        key = process.facts["key"] ?? ""
        secret = process.facts["secret"] ?? ""
    }

    /// The variables by which a program uses it.
    ///
    /// - Parameter url: where it is instead, such as behind a proxy.
    func environment(at url: String? = nil) -> [String: String] {
        [
            "AWS_ACCESS_KEY_ID": key, "AWS_SECRET_ACCESS_KEY": secret, "AWS_ENDPOINT_URL": url ?? self.url,
            "AWS_REGION": "us-east-1", "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost", "PATH": "/usr/bin:/bin",
        ]
    }

    /// Makes a bucket that nobody else uses.
    ///
    /// - Parameter isPublic: whether everybody may fetch what is in it.
    /// - Returns: its name.
    func bucket(isPublic: Bool = false) async throws -> String {
        let name = "test-" + UUID().uuidString.lowercased()
        let store = try store(name)
        _ = try await store.connection.send(S3Call("PUT"))
        if isPublic { try await store.apply(try await store.change(to: BucketPolicy(publicReadOf: name))) }
        return name
    }

    /// The store in a bucket.
    ///
    /// - Parameters:
    ///   - bucket: the bucket's name.
    ///   - prefix: what every key begins with.
    ///   - url: where the service is instead, such as behind a proxy.
    ///   - options: as on the command line.
    ///   - more: variables that are different.
    ///   - policy: when to give up.
    ///   - clock: the time, in Unix seconds.
    func store(
        _ bucket: String,
        prefix: String = "",
        at url: String? = nil,
        options: S3Options = S3Options(),
        environment more: [String: String] = [:],
        policy: RetrySchedule.Policy = RetrySchedule.Policy(),
        clock: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) throws -> S3Store {
        try S3Store(
            connection: options.connection(
                to: bucket,
                environment: environment(at: url).merging(more) { $1 },
                policy: policy,
                clock: clock
            ),
            prefix: prefix,
            options: options
        )
    }
}
