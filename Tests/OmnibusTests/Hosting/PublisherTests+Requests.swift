import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// What publishers ask a store for.
extension PublisherTests {
    @Test("Of what is hosted, only metadata travel", arguments: kinds)
    func transfers(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        let many = try (0..<200).map { try samples.package("sample-\($0)", kind) }
        _ = try await samples.publisher(kind).publish(many, for: distribution)
        let counting = MeddlingStore(before: samples.store)
        let new = try samples.package("new", kind)
        _ = try await samples.publisher(kind, to: counting).publish([new], for: distribution)
        let suffix = kind == .yum ? ".rpm" : ".deb"
        #expect(counting.counts.written.filter { $0.hasSuffix(suffix) }.count == 1)
        #expect(counting.counts.read.filter { $0.hasSuffix(suffix) } == [])
        #expect(counting.counts.requests < 60)
    }

    @Test("Many new packages are looked for by one list, and one that went missing is noticed", arguments: kinds)
    func manyNew(kind: RepositoryUpdate.Kind) async throws {
        let samples = try PublishingSamples()
        let distribution = [try PublishingSamples.distribution(kind)]
        let many = try (0..<40).map { try samples.package("sample-\($0)", kind) }
        func publish(to store: any ObjectStore) async throws {
            var publisher = samples.publisher(kind, to: store)
            publisher.transfers = 1
            _ = try await publisher.publish(many, for: distribution)
        }
        let counting = MeddlingStore(before: samples.store)
        try await publish(to: counting)
        let requests = counting.counts.requests
        #expect(requests < 40 + 60)
        try FileManager.default.removeItem(atPath: samples.hosted.string)
        // The list is the last request.
        let store = MeddlingStore(before: samples.store, .overtaken, at: requests - 1) {
            let objects = try await samples.store.list(prefix: PublishingSamples.place(kind) + "/")
            let package = try #require(objects.first { $0.key.name.hasPrefix("sample-7") })
            try await samples.store.delete(package.key)
        }
        let error = await #expect(throws: OmnibusError.self) { try await publish(to: store) }
        #expect(error?.code == "publish-unsound")
    }

    @Test(
        "What becomes another package while it is published is refused, or published as what it is",
        arguments: ["sample", "clusterhq-release"]
    )
    func changed(name: String) async throws {
        let samples = try PublishingSamples()
        let distribution = [try Distribution.named("centos-7")]
        @Sendable func package(_ name: String, summary: String) throws -> FilePath {
            try samples.package(name, .yum, release: "1.el7", architecture: .independent, summary: summary)
        }
        let (first, third) = (try package("first", summary: "Sample"), try package("third", summary: "Sample"))
        func publish(to store: any ObjectStore) async throws {
            try? FileManager.default.removeItem(atPath: samples.hosted.string)
            let path = try package(name, summary: "Sample")
            var publisher = samples.publisher(.yum, to: store)
            publisher.transfers = 1
            _ = try await publisher.publish([first, path], for: distribution)
        }
        let counting = MeddlingStore(before: samples.store)
        try await publish(to: counting)
        var refusals = 0
        for index in 0..<counting.counts.requests {
            let store = MeddlingStore(before: samples.store, .overtaken, at: index) {
                _ = try package(name, summary: "Another")
                _ = try await samples.publisher(.yum).publish([third], for: distribution)
            }
            do {
                try await publish(to: store)
                // Beside the repository there is nothing that vouches for the other one.
                let shown = samples.hosted.appending("centos/\(name).el7.noarch.rpm")
                let isWhole = try name == "sample" || PackageFile.verify(shown).verdict != .failed
                #expect(isWhole, "\(index)")
            } catch let error as OmnibusError {
                #expect(error.message.contains("was changed while it was published"), "\(index): \(error)")
                refusals += 1
            }
            #expect(try await samples.verify(.yum).findings.filter { $0.severity == .error } == [], "\(index)")
        }
        #expect(refusals > 0)
    }
}
