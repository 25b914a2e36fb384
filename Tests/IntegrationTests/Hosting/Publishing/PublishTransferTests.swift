import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

extension PublishToS3Tests {
    /// How much travels.
    @Suite("Transfers") struct Transfers {
        /// Puts up a repository of many packages, of which only the metadata are there: whoever asks for a package gets none.
        ///
        /// - Returns: the bytes of the documents that list the packages, each once.
        private static func host(
            _ count: Int,
            _ kind: RepositoryUpdate.Kind,
            in bucket: HostedBucket,
            _ folder: TemporaryFolder
        ) async throws -> UInt64 {
            let packages = folder.appending(kind == .apt ? "pool/main/s" : ".").lexicallyNormalized()
            try FileManager.default.createDirectory(atPath: packages.string, withIntermediateDirectories: true)
            for number in 0..<count { _ = try RepositorySamples.writeTiny("sample-\(number)", kind, to: packages) }
            _ = try await RepositoryMetadataTests.update(folder.path, kind) { $0.isDurable = false }
            let store = try bucket.ceph.store(bucket.name, prefix: kind.publishPlace)
            var size: UInt64 = 0
            let files = try await output(
                of: "find",
                [folder.path.string, "-type", "f", "-not", "-name", "*\(kind.packageSuffix)", "-printf", "%P\n"]
            )
            for name in files.split(separator: "\n").map(String.init) {
                let file = try InputFile(opening: folder.appending(name))
                _ = try await store.put(file, at: ObjectKey(name))
                size += file.size
            }
            return size
        }

        @Test(
            "a package more transfers metadata and that package, and asks for no other",
            arguments: RepositoryUpdate.Kind.allCases
        )
        func oneMore(kind: RepositoryUpdate.Kind) async throws {
            let count = Extent.packages.number(usual: 500)
            let bucket = try await HostedBucket()
            let (folder, new) = (try TemporaryFolder(), try TemporaryFolder())
            let start = ContinuousClock.now
            let metadata = try await Self.host(count, kind, in: bucket, folder)
            let prepared = ContinuousClock.now
            let package = try RepositorySamples.writeTiny("new", kind, to: new.path)
            let size = Int(try InputFile(opening: package).size)
            let proxy = try await FaultProxy(before: bucket.ceph.url)
            #expect(try await bucket.publish([package], kind, at: proxy.url).packages == count + 1)
            let requests = try await proxy.requests()
            let ofPackages = requests.filter { request in
                request.path.contains("/\(kind.publishPlace)/") && request.path.contains(kind.packageSuffix)
            }
            #expect(ofPackages.map(\.method).sorted() == ["HEAD", "PUT"])
            #expect(ofPackages.allSatisfy { $0.path.contains("/new") })
            #expect(ofPackages.reduce(0) { $0 + $1.up } < size + 4096)
            #expect(requests.count < 100)
            let (up, down) = (requests.reduce(0) { $0 + $1.up }, requests.reduce(0) { $0 + $1.down })
            // What lists the packages is read before and after, and written once.
            #expect(down < 2 * Int(metadata) + (1 << 16))
            let store = try bucket.ceph.store(bucket.name, prefix: kind.publishPlace)
            let page = Int(try #require(await store.head(ObjectKey("index.html"))).size)
            // People find the page under two names.
            #expect(up < Int(metadata) + 2 * page + size + (1 << 17))
            Extent.packages.report(
                """
                \(kind): \(count) packages, metadata \(metadata) bytes, the package \(size): \(requests.count) requests, \
                \(up) bytes up, \(down) bytes down; \(prepared - start) to prepare, \(ContinuousClock.now - prepared) more
                """
            )
        }
    }
}
