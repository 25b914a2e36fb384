import Foundation
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
}
