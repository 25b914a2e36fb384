import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// Publishers of Python files whose requests are lost, or overtaken by another's.
@Suite struct PythonPublisherTests {
    private static func wheel(_ name: String, _ version: String, in samples: PublishingSamples) throws -> FilePath {
        let path = samples.folder.appending("\(name)-\(version)-py3-none-any.whl")
        try Data(PythonArchives.wheel(name, version)).write(to: URL(filePath: path.string))
        return path
    }

    private static func text(_ store: DirectoryStore, _ key: String) async throws -> String {
        let object = try await store.get(ObjectKey("python/\(key)"), limit: 1 << 20)
        return String(decoding: object?.bytes ?? [], as: UTF8.self)
    }

    /// The files that the pages list which pip reads, each page's once.
    private static func listed(_ store: DirectoryStore, _ project: String) async throws -> [String] {
        var found: [String] = []
        for page in ["index.html", "simple/\(project)/index.html"] {
            let names = try await text(store, page).matches(of: />([^<>]+\.whl)<\/a>/).map { String($0.1) }
            found += names.filter { $0.hasPrefix("\(project)-") }
        }
        return found.sorted()
    }

    private static func both(_ names: String...) -> [String] {
        names.flatMap { ["\($0)-py3-none-any.whl", "\($0)-py3-none-any.whl"] }.sorted()
    }

    @Test("Whichever request is lost, cut or overtaken, the next run completes, and nobody loses a file")
    func harm() async throws {
        for harm in MeddlingStore.Harm.allCases {
            var index = 0
            while true {
                let samples = try PublishingSamples()
                let store = samples.store
                let old = try Self.wheel("demo", "1.0", in: samples)
                _ = try await PythonPublisher(to: store).publish([old])
                let mine = try Self.wheel("demo", "2.0", in: samples)
                let others = [
                    try Self.wheel("demo", "3.0", in: samples), try Self.wheel("more", "1.0", in: samples),
                ]
                let meddler = MeddlingStore(before: store, harm, at: index) {
                    _ = try await PythonPublisher(to: store).publish(others)
                }
                do {
                    _ = try await PythonPublisher(to: meddler).publish([mine])
                } catch {
                    #expect(error.code == "test-cut" && harm != .overtaken, "\(harm) at \(index): \(error)")
                    // What is listed is there, before anything is mended.
                    for name in Set(try await Self.listed(store, "demo")) {
                        #expect(try await store.head(ObjectKey("python/\(name)")) != nil)
                    }
                    _ = try await PythonPublisher(to: store).publish([mine])
                }
                let didHarm = meddler.didHarm
                var wanted = Self.both("demo-1.0", "demo-2.0")
                if harm == .overtaken, didHarm {
                    wanted = Self.both("demo-1.0", "demo-2.0", "demo-3.0")
                    #expect(try await Self.listed(store, "more") == Self.both("more-1.0"), "\(harm) at \(index)")
                    #expect(try await Self.text(store, "simple/index.html").contains("href=\"more/\""))
                }
                #expect(try await Self.listed(store, "demo") == wanted, "\(harm) at \(index)")
                guard didHarm else { break }
                index += 1
                try #require(index < 100)
            }
            #expect(index > 15, "\(harm)")
        }
    }

    @Test("What another put there under the name is never written over, and its index is refused with nothing written")
    func foreign() async throws {
        let samples = try PublishingSamples()
        let file = try Self.wheel("demo", "1.0", in: samples)
        let key = try ObjectKey("python/demo-1.0-py3-none-any.whl")
        _ = try await samples.store.put(InputFile(bytes: [1, 2, 3], named: "x"), at: key)
        let taken = await #expect(throws: OmnibusError.self) {
            try await PythonPublisher(to: samples.store).publish([file])
        }
        #expect(taken?.code == "file-differs")
        #expect(try await samples.store.get(key, limit: 10)?.bytes == [1, 2, 3])
        let index = try ObjectKey("python/index.json")
        _ = try await samples.store.put(InputFile(bytes: Array("{}".utf8), named: "x"), at: index)
        let broken = await #expect(throws: OmnibusError.self) {
            try await PythonPublisher(to: samples.store).publish([Self.wheel("demo", "2.0", in: samples)])
        }
        #expect(broken?.code == "python-index")
        #expect(try await samples.store.list(prefix: "").map(\.key) == [key, index])
    }
}
