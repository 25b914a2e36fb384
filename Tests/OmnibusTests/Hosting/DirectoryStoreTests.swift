import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// What every store has to do, tried on a folder.
@Suite final class DirectoryStoreTests: Sendable {
    private let folder = FilePath(NSTemporaryDirectory()).appending("flocker-pkg-store-\(UUID().uuidString)")
    private var store: DirectoryStore { DirectoryStore(folder) }

    deinit { try? FileManager.default.removeItem(atPath: folder.string) }

    private func put(_ text: String, _ key: String, if condition: WriteCondition = .always) async throws -> WriteOutcome
    {
        try await store.put(InputFile(bytes: Array(text.utf8), named: "x"), at: ObjectKey(key), if: condition)
    }

    private func text(_ key: String, _ range: Range<UInt64>? = nil) async throws -> String? {
        try await store.get(ObjectKey(key), range: range, limit: 100).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    private func written(_ outcome: WriteOutcome) throws -> String {
        guard case .written(let tag) = outcome else { throw OmnibusError("test", .failure, "nothing was written") }
        return tag
    }

    @Test("An object is there as it was written, whole and in parts")
    func roundTrip() async throws {
        #expect(try await text("a/b") == nil)
        let tag = try written(await put("0123456789", "a/b"))
        #expect(try await text("a/b") == "0123456789")
        #expect(try await text("a/b", 2..<5) == "234")
        #expect(try await text("a/b", 8..<50) == "89")
        #expect(try await text("a/b", 20..<50) == "")
        let info = try #require(try await store.head(ObjectKey("a/b")))
        #expect(info.size == 10)
        #expect(info.tag == tag)
        let error = await #expect(throws: OmnibusError.self) {
            try await store.get(ObjectKey("a/b"), range: nil, limit: 9)
        }
        #expect(error?.code == "object-too-large")
    }

    @Test("A write happens only where its condition holds")
    func conditions() async throws {
        let missing = try await put("x", "k", if: .matches(tag: "1"))
        #expect(missing == .conditionFailed)
        let first = try written(await put("1", "k", if: .absent))
        #expect(try await put("2", "k", if: .absent) == .conditionFailed)
        let second = try written(await put("2", "k", if: .matches(tag: first)))
        #expect(first != second)
        #expect(try await put("3", "k", if: .matches(tag: first)) == .conditionFailed)
        #expect(try await text("k") == "2")
    }

    @Test("Of many who create an object one succeeds, and no update by compare-and-swap is lost")
    func races() async throws {
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask { try await self.put("\(number)", "once", if: .absent) != .conditionFailed }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)

        _ = try await put("0", "count")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<5 {
                        while true {
                            let key = try ObjectKey("count")
                            let seen = try #require(try await self.store.get(key, limit: 100))
                            let next = try #require(Int(String(decoding: seen.bytes, as: UTF8.self))) + 1
                            let outcome = try await self.put("\(next)", "count", if: .matches(tag: seen.info.tag))
                            if outcome != .conditionFailed { break }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await text("count") == "20")
    }

    @Test("Objects are listed by their keys' bytes, and what is not the store's is not")
    func listing() async throws {
        for key in ["b/2", "a.txt", "a/1", "B", "b/10", "bc"] { _ = try await put(key, key) }
        try Data().write(to: URL(filePath: folder.appending(".hidden").string))
        try FileManager.default.createSymbolicLink(atPath: folder.appending("link").string, withDestinationPath: "a")
        let all = try await store.list(prefix: "").map(\.key.description)
        #expect(all == ["B", "a.txt", "a/1", "b/10", "b/2", "bc"])
        #expect(try await store.list(prefix: "b").map(\.key.description) == ["b/10", "b/2", "bc"])
        #expect(try await store.list(prefix: "b/").map(\.key.description) == ["b/10", "b/2"])
        #expect(try await store.list(prefix: "b/1").map(\.key.description) == ["b/10"])
        #expect(try await DirectoryStore(folder.appending("none")).list(prefix: "").isEmpty)
    }

    @Test("Removing takes the folders along that it empties, and nothing there is fine")
    func deletion() async throws {
        _ = try await put("x", "a/b/c")
        _ = try await put("x", "a/d")
        try await store.delete(ObjectKey("a/b/c"))
        try await store.delete(ObjectKey("a/b/c"))
        #expect(try await text("a/b/c") == nil)
        #expect(!FileManager.default.fileExists(atPath: folder.appending("a/b").string))
        try await store.delete(ObjectKey("a/d"))
        #expect(FileManager.default.fileExists(atPath: folder.string))
        #expect(try await store.list(prefix: "").isEmpty)
    }

    @Test("No link leads a write or a read out of the folder")
    func links() async throws {
        _ = try await put("x", "a")
        let outside = folder.string + "-outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: outside) }
        try Data("secret".utf8).write(to: URL(filePath: outside + "/file"))
        try FileManager.default.createSymbolicLink(atPath: folder.appending("d").string, withDestinationPath: outside)
        try FileManager.default.createSymbolicLink(
            atPath: folder.appending("f").string,
            withDestinationPath: outside + "/file"
        )
        for key in ["d/file", "f"] {
            let read = await #expect(throws: OmnibusError.self) { try await self.text(key) }
            #expect(read?.code == "object-foreign")
            let write = await #expect(throws: OmnibusError.self) { try await self.put("y", key) }
            #expect(write?.code == "object-foreign")
        }
        #expect(try String(contentsOfFile: outside + "/file", encoding: .utf8) == "secret")
    }

    @Test(
        "A key that could lead elsewhere is refused",
        arguments: [
            "", "/", "/a", "a/", "a//b", "..", "a/../b", "./a", "a/.b", ".lock", "a\0b", "a\nb", "a\\b",
            String(repeating: "x", count: 241), String(repeating: "x/", count: 600) + "x",
        ]
    )
    func keys(text: String) {
        let error = #expect(throws: OmnibusError.self) { try ObjectKey(text) }
        #expect(error?.code == "object-key")
    }
}
