import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// Repositories in a real bucket, and the package managers that use it.
@Suite("Publishing to S3", .serialized)
struct PublishToS3Tests {
    private static let place = "centos/7/x86_64"

    private static func publish(
        _ ceph: ObjectServer,
        _ bucket: String,
        at url: String? = nil,
        _ arguments: [String]
    ) async throws -> ToolResult {
        try await run(
            Program.path(),
            ["publish", "--to", "s3://\(bucket)"] + arguments,
            environment: ceph.environment(at: url).mapValues { $0 }
        )
    }

    private static func verify(_ store: S3Store, _ place: String) async throws -> RepositoryVerification.Report {
        var verification = RepositoryVerification(of: .store(store, folder: place))
        verification.checksPackages = false
        return try await verification.run()
    }

    @Test("dnf and apt install from the bucket's address, then both versions of what is published later")
    func clients() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket(isPublic: true)
        let folder = try TemporaryFolder()
        for (version, count) in [("1.0", 2), ("1.1", 4)] {
            let (rpms, debs) = (folder.appending("\(version)/rpm"), folder.appending("\(version)/deb"))
            try await output(of: "mkdir", ["-p", rpms.string, debs.string])
            try RepositorySamples.writeInstallableRPMs(version, to: rpms)
            try RepositorySamples.writeInstallableDebs(version, to: debs)
            let files = try await output(of: "find", [rpms.string, debs.string, "-type", "f"])
            let result = try await Self.publish(
                ceph,
                bucket,
                ["--distribution", "centos-7", "--distribution", "debian-12", "--architecture", "x86_64", "--stable"]
                    + files.split(separator: "\n").map(String.init)
            )
            try #require(result.status == 0, "\(result.error)")
            #expect(result.output.contains("s3://\(bucket)/\(Self.place): \(count) packages, 2 added"))
        }
        let root = try await YumClientTests.Root("\(ceph.url)/\(bucket)/\(Self.place)/", key: nil)
        _ = try await root.check("install", "sample-tool-1.0")
        #expect(try root.installed() == ["1.0", "1.0"])
        _ = try await root.check("upgrade", "sample-tool", "sample-bundle")
        #expect(try root.installed() == ["1.1", "1.1"])

        let debian = try await DebianRoot()
        do {
            let url = "\(ceph.url)/\(bucket)/debian/12/amd64/"
            try await AptClientTests.configure(debian, url: url, .aptFlat, key: nil)
            try await debian.output(of: "apt-get", ["update", "--error-on=any"])
            try await debian.output(
                of: "apt-get",
                ["install", "--yes", "sample-tool=1.0-1", "sample-bundle=1.0-1"]
            )
            #expect(try AptClientTests.version(debian, "sample-tool") == "1.0")
            try await debian.output(of: "apt-get", ["dist-upgrade", "--yes"])
            #expect(try AptClientTests.version(debian, "sample-tool") == "1.1")
        } catch {
            try await debian.remove()
            throw error
        }
        try await debian.remove()
    }
}
