import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// What every store has to do, tried on a folder, on a service that has everything, and on one without conditions of writes.
@Suite struct ObjectStoreTests {
    enum Kind: String, CaseIterable, Sendable {
        case folder, ceph, openStackSwift

        /// Those that decide conditions of writes.
        static let conditional: [Kind] = [.folder, .ceph]
    }

    /// A store of its own, empty, for one test. Several of the same give several writers.
    private struct Place: Sendable {
        let kind: Kind
        let folder: TemporaryFolder
        let bucket: String

        init(_ kind: Kind) async throws {
            self.kind = kind
            folder = try TemporaryFolder()
            bucket =
                switch kind {
                case .folder: ""
                case .ceph: try await ObjectServer.ceph().bucket()
                case .openStackSwift: try await ObjectServer.openStackSwift().bucket()
                }
        }

        func store() async throws -> any ObjectStore {
            switch kind {
            case .folder: DirectoryStore(folder.appending("store"))
            case .ceph: try await ObjectServer.ceph().store(bucket, prefix: "below/here")
            case .openStackSwift: try await ObjectServer.openStackSwift().store(bucket, prefix: "below")
            }
        }
    }

    private static func file(_ text: String) -> InputFile { InputFile(bytes: Array(text.utf8), named: "x") }

    private static func text(_ store: any ObjectStore, _ key: String, _ range: Range<UInt64>? = nil) async throws
        -> String?
    {
        try await store.get(ObjectKey(key), range: range, limit: 1000).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    private static func tag(_ outcome: WriteOutcome) throws -> String {
        guard case .written(let tag) = outcome else { throw OmnibusError("test", .failure, "nothing was written") }
        return tag
    }

    @discardableResult
    private static func put(
        _ text: String,
        _ key: String,
        in store: any ObjectStore,
        if condition: WriteCondition = .always
    ) async throws -> WriteOutcome {
        try await store.put(file(text), at: ObjectKey(key), ObjectAttributes(contentType: "text/plain"), if: condition)
    }

    @Test(
        "an object is there as it was written, whole and in parts, is replaced as a whole, and goes",
        arguments: Kind.allCases
    )
    func roundTrip(kind: Kind) async throws {
        let place = try await Place(kind)
        let store = try await place.store()
        #expect(try await Self.text(store, "a/b") == nil)
        #expect(try await store.head(ObjectKey("a/b")) == nil)
        #expect(try await store.list(prefix: "").isEmpty)
        let before = Int64(Date().timeIntervalSince1970) - 2
        let tag = try Self.tag(await Self.put("0123456789", "a/b", in: store))
        #expect(try await Self.text(store, "a/b") == "0123456789")
        #expect(try await Self.text(store, "a/b", 2..<5) == "234")
        #expect(try await Self.text(store, "a/b", 8..<50) == "89")
        #expect(try await Self.text(store, "a/b", 20..<50) == "")
        #expect(try await Self.text(store, "a/b", 3..<3) == "")
        #expect(try await Self.text(store, "none", 3..<3) == nil)
        let info = try #require(try await store.head(ObjectKey("a/b")))
        #expect(info.size == 10)
        #expect(info.tag == tag)
        #expect((before...before + 60).contains(info.modified))
        #expect(try await store.get(ObjectKey("a/b"), range: 1..<2, limit: 1)?.info == info)
        #expect(try await store.list(prefix: "") == [info])
        for range in [nil, 0..<9] as [Range<UInt64>?] {
            let error = await #expect(throws: OmnibusError.self) {
                try await store.get(ObjectKey("a/b"), range: range, limit: 8)
            }
            #expect(error?.code == "object-too-large")
        }
        try await Self.put("other", "a/b", in: store)
        #expect(try await Self.text(store, "a/b") == "other")
        try await Self.put("", "empty", in: store)
        #expect(try await Self.text(store, "empty") == "")
        try await store.delete(ObjectKey("a/b"))
        try await store.delete(ObjectKey("a/b"))
        #expect(try await Self.text(store, "a/b") == nil)
        #expect(try await store.list(prefix: "").map(\.key.description) == ["empty"])
    }

    @Test(
        "keys are what they are, whatever stands in them, and come in the order of their bytes",
        arguments: Kind.allCases
    )
    func keys(kind: Kind) async throws {
        let place = try await Place(kind)
        let store = try await place.store()
        let keys = [
            "a b/c d.txt", "a+b", "a~b", "a%2Fb", "a%b", "B", "a.txt", "a/1", "grüße/日本語-🐳.rpm", "x=1&y=2?z#!'()*,;:@$",
            "<&>\"", "[1]{2}|^`", "x_86-64", "z  z",
        ]
        for key in keys { try await Self.put(key, key, in: store) }
        let sorted = keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        #expect(try await store.list(prefix: "").map(\.key.description) == sorted)
        #expect(try await store.list(prefix: "a").map(\.key.description) == sorted.filter { $0.hasPrefix("a") })
        #expect(try await store.list(prefix: "a/").map(\.key.description) == ["a/1"])
        #expect(try await store.list(prefix: "a+").map(\.key.description) == ["a+b"])
        #expect(try await store.list(prefix: "grüße/日").map(\.key.description) == ["grüße/日本語-🐳.rpm"])
        for key in keys { #expect(try await Self.text(store, key) == key) }
    }

    @Test("more is listed than a service gives at once", arguments: Kind.conditional)
    func listing(kind: Kind) async throws {
        let place = try await Place(kind)
        let store = try await place.store()
        let keys = (0..<1105).map { "many/\(10_000 + $0)" }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in 0..<8 {
                group.addTask {
                    for index in stride(from: part, to: keys.count, by: 8) {
                        try await Self.put("", keys[index], in: store)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.list(prefix: "many/").map(\.key.description) == keys)
    }

    @Test("a write happens only where its condition holds", arguments: Kind.conditional)
    func conditions(kind: Kind) async throws {
        let place = try await Place(kind)
        let store = try await place.store()
        #expect(try await Self.put("x", "k", in: store, if: .matches(tag: "1")) == .conditionFailed)
        let first = try Self.tag(await Self.put("1", "k", in: store, if: .absent))
        #expect(try await Self.put("2", "k", in: store, if: .absent) == .conditionFailed)
        let second = try Self.tag(await Self.put("2", "k", in: store, if: .matches(tag: first)))
        #expect(first != second)
        #expect(try await Self.put("3", "k", in: store, if: .matches(tag: first)) == .conditionFailed)
        #expect(try await Self.text(store, "k") == "2")
        try await store.delete(ObjectKey("k"))
        #expect(try await Self.put("3", "k", in: store, if: .matches(tag: second)) == .conditionFailed)
        #expect(try await Self.text(store, "k") == nil)
        // Nothing is left of finding out how the store takes conditions.
        #expect(try await store.list(prefix: "").isEmpty)
    }

    @Test("of many who create an object one succeeds", arguments: Kind.conditional)
    func creation(kind: Kind) async throws {
        let place = try await Place(kind)
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                group.addTask {
                    let store = try await place.store()
                    return try await Self.put("\(number)", "once", in: store, if: .absent) != .conditionFailed
                }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
    }

    @Test("no update by compare-and-swap is lost among many writers", arguments: Kind.conditional)
    func updates(kind: Kind) async throws {
        let place = try await Place(kind)
        let store = try await place.store()
        try await Self.put("", "log", in: store)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<10 {
                group.addTask {
                    let store = try await place.store()
                    for round in 0..<20 {
                        while true {
                            let seen = try #require(try await store.get(ObjectKey("log"), range: nil, limit: 1 << 20))
                            let next = String(decoding: seen.bytes, as: UTF8.self) + "\(writer)-\(round)\n"
                            let condition = WriteCondition.matches(tag: seen.info.tag)
                            if try await Self.put(next, "log", in: store, if: condition) != .conditionFailed { break }
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let log = try #require(try await store.get(ObjectKey("log"), range: nil, limit: 1 << 20))
        let lines = String(decoding: log.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(lines.count == 200)
        #expect(Set(lines) == Set((0..<10).flatMap { writer in (0..<20).map { "\(writer)-\($0)" } }))
    }
}
