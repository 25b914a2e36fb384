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

    @Test("a network that fails at one request after another leaves the old state or the new one")
    func faults() async throws {
        let ceph = try await ObjectServer.ceph()
        let bucket = try await ceph.bucket()
        let folder = try TemporaryFolder()
        try RepositorySamples.writeInstallableRPMs("1.0", to: folder.path)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path.string).sorted()
        let options = ["--distribution", "centos-7", "--architecture", "x86_64", "--stable"]
        let first = try await Self.publish(ceph, bucket, options + [folder.appending(names[0]).string])
        try #require(first.status == 0, "\(first.error)")
        let proxy = try await FaultProxy(before: ceph.url)
        let second = folder.appending(names[1])
        let store = try ceph.store(bucket)
        let faults: [FaultProxy.Fault] = [.cutBefore, .cutAfter, .error500After]
        var expected = 1
        for (number, index) in stride(from: 0, to: 30, by: 3).enumerated() {
            try await proxy.begin([index: faults[number % faults.count]])
            // Every run publishes another build of the package.
            let package = Package(
                name: "sample-\(number)",
                version: EVR(version: "1.0", release: "1"),
                architecture: .independent,
                summary: "Sample",
                description: "A sample.",
                license: "MIT",
                maintainer: "Example <example@example.com>",
                date: 1_500_000_000,
                entries: []
            )
            let path = try RPMWriter(profile: RPMProfile(compression: .gzip), threads: 1)
                .write(package, to: folder.appending("."))
            _ = try await Self.publish(ceph, bucket, at: proxy.url, options + [path.string])
            let between = try await Self.verify(store, Self.place)
            #expect(between.isSound, "\(between.findings)")
            #expect((expected...(expected + 1)).contains(between.packages))
            let again = try await Self.publish(ceph, bucket, options + [path.string])
            #expect(again.status == 0, "\(again.error)")
            expected += 1
            let after = try await Self.verify(store, Self.place)
            #expect(after.packages == expected)
            #expect(after.findings == [])
        }
        try await proxy.begin()
        let last = try await Self.publish(ceph, bucket, at: proxy.url, options + [second.string])
        #expect(last.status == 0)
        // Only metadata and the new package travel.
        let requests = try await proxy.requests()
        let packages = requests.filter { $0.path.contains(".rpm") && $0.method != "HEAD" }
        #expect(packages.map(\.method) == ["PUT"])
    }
}
