import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// Signs by writing down what was signed.
private struct PlainSigner: MetadataSigner {
    func detachedSignature(of bytes: [UInt8]) async throws(OmnibusError) -> [UInt8] { Array("signature\n".utf8) }
    func clearsigned(_ text: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        Array("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n".utf8) + text
            + Array("-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----\n".utf8)
    }
    func publicKey() async throws(OmnibusError) -> [UInt8] { Array("key\n".utf8) }
}

/// Signs never.
private struct FailingSigner: MetadataSigner {
    func detachedSignature(of bytes: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        throw OmnibusError("key-missing", .unavailable, "no key")
    }
    func clearsigned(_ text: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        throw OmnibusError("key-missing", .unavailable, "no key")
    }
    func publicKey() async throws(OmnibusError) -> [UInt8] { [] }
}

@Suite("Generations of repositories")
struct RepositoryUpdateTests {
    /// A folder of its own, removed afterwards.
    private final class Folder {
        let path: FilePath

        init() throws {
            let url = FileManager.default.temporaryDirectory.appending(path: "flocker-pkg-test-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
            path = FilePath(url.path)
        }

        deinit { try? FileManager.default.removeItem(atPath: path.string) }

        /// Everything in it but packages, relative, sorted.
        func metadata() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: path.string).sorted()
                .filter { !$0.hasSuffix(".rpm") && !$0.hasSuffix(".deb") }
        }

        func add(_ name: String, _ kind: RepositoryUpdate.Kind, below: String = "") throws {
            let package = Package(
                name: name,
                version: EVR(version: "1.0", release: "1"),
                architecture: .independent,
                summary: "Sample",
                description: "A sample.",
                license: "MIT",
                maintainer: "Example <example@example.com>",
                date: 1_500_000_000,
                entries: []
            )
            let folder = below.isEmpty ? path : path.appending(below)
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
            if kind == .yum {
                _ = try RPMWriter(profile: RPMProfile(compression: .gzip), threads: 1).write(package, to: folder)
            } else {
                let profile = DebianProfile(compression: .gzip)
                _ = try DebianWriter(profile: profile, threads: 1).write(package, to: folder)
            }
        }
    }

    private static func update(
        _ folder: Folder,
        _ kind: RepositoryUpdate.Kind,
        at date: Int64,
        _ change: (inout RepositoryUpdate) -> Void = { _ in }
    ) async throws -> RepositoryUpdate.Summary {
        var update = RepositoryUpdate(folder: folder.path, kind: kind)
        update.date = date
        change(&update)
        return try await update.run()
    }

    private static let start = Int64(Date().timeIntervalSince1970) + 100

    @Test("replaced yum metadata stay as long as they were asked to, counted from their replacement")
    func retention() async throws {
        let folder = try Folder()
        func count() throws -> Int { try folder.metadata().filter { $0.hasSuffix("-primary.xml.gz") }.count }
        try folder.add("one", .yum)
        _ = try await Self.update(folder, .yum, at: Self.start)
        #expect(try count() == 1)
        try folder.add("two", .yum)
        _ = try await Self.update(folder, .yum, at: Self.start + 1000) { $0.retention = 500 }
        #expect(try count() == 2)
        try folder.add("three", .yum)
        _ = try await Self.update(folder, .yum, at: Self.start + 1400) { $0.retention = 500 }
        #expect(try count() == 3)
        try folder.add("four", .yum)
        _ = try await Self.update(folder, .yum, at: Self.start + 1600) { $0.retention = 500 }
        // The first was replaced 600 seconds ago.
        #expect(try count() == 3)
        try folder.add("five", .yum)
        _ = try await Self.update(folder, .yum, at: Self.start + 1601) { $0.retention = 0 }
        #expect(try count() == 1)
    }

    @Test("apt indexes stay under their checksums for as many generations as asked, flat and pooled")
    func byHash() async throws {
        for (kind, below) in [(RepositoryUpdate.Kind.aptFlat, ""), (.apt, "pool/main")] {
            let folder = try Folder()
            var kept: [Int] = []
            for number in 0..<5 {
                try folder.add("package-\(number)", kind, below: below)
                _ = try await Self.update(folder, kind, at: Self.start + Int64(number)) {
                    $0.generations = 3
                    $0.architectures = ["amd64"]
                }
                let names = try folder.metadata().filter { $0.contains("by-hash/SHA256/") }
                kept.append(names.count)
            }
            // Packages, gz and xz each; the pooled one has a Release that never changes.
            let fixed = kind == .apt ? 1 : 0
            #expect(kept == [3, 6, 9, 9, 9].map { $0 + fixed })
        }
    }

    @Test(
        "nothing is written where nothing changed, and a run that fails leaves everything as it was",
        arguments: RepositoryUpdate.Kind.allCases
    )
    func unchanged(kind: RepositoryUpdate.Kind) async throws {
        let folder = try Folder()
        let below = kind == .apt ? "pool/main" : ""
        try folder.add("one", kind, below: below)
        // Dates of a run that begins later than the packages were written.
        try await Task.sleep(for: .milliseconds(1100))
        let now = Int64(Date().timeIntervalSince1970)
        let first = try await Self.update(folder, kind, at: now)
        #expect(first.isChanged && first.read == 1)
        // The clock of the release is compared with the file's own date, too.
        try await Task.sleep(for: .milliseconds(1100))
        let second = try await Self.update(folder, kind, at: now + 50)
        #expect(!second.isChanged && second.reused == 1, "\(second)")
        let before = try folder.metadata()
        await #expect(throws: OmnibusError("key-missing", .unavailable, "no key")) {
            try await Self.update(folder, kind, at: now + 60) { $0.signer = FailingSigner() }
        }
        #expect(try folder.metadata() == before)
        let third = try await Self.update(folder, kind, at: now + 70) { $0.signer = PlainSigner() }
        #expect(third.isChanged && third.isSigned)
        let names = try folder.metadata().map { FilePath($0).lastComponent?.string }
        for name in kind == .yum ? ["repomd.xml.asc", "repomd.xml.key"] : ["InRelease", "Release.gpg"] {
            #expect(names.contains(name))
        }
    }

    @Test("what a folder is follows from what is in it")
    func kinds() throws {
        let folder = try Folder()
        #expect(throws: OmnibusError.self) { try RepositoryUpdate.Kind(of: folder.path) }
        try folder.add("one", .yum)
        #expect(try RepositoryUpdate.Kind(of: folder.path) == .yum)
        try folder.add("one", .aptFlat)
        #expect(throws: OmnibusError.self) { try RepositoryUpdate.Kind(of: folder.path) }
        let pooled = try Folder()
        try pooled.add("one", .apt, below: "pool/main")
        #expect(try RepositoryUpdate.Kind(of: pooled.path) == .apt)
    }

    @Test("names that would leave dists are refused", arguments: ["../x", "a/b", "", ".x", "a b", "-x"])
    func suites(name: String) async throws {
        let folder = try Folder()
        try folder.add("one", .apt, below: "pool/main")
        await #expect(throws: OmnibusError.self) {
            try await Self.update(folder, .apt, at: Self.start) { $0.suite = name }
        }
        #expect(try folder.metadata() == ["pool", "pool/main"])
    }

    @Test("a folder that cannot be written to is an error that says so")
    func unwritable() async throws {
        let error = await #expect(throws: OmnibusError.self) {
            try await RepositoryUpdate(folder: "/proc/1", kind: .yum).run()
        }
        #expect(error?.category == .cannotCreate)
    }

    @Test(
        "paths become URLs, byte by byte where they have to",
        arguments: [
            ("pool/main/a_1.0~rc1+b_all.deb", "pool/main/a_1.0~rc1%2Bb_all.deb"), ("a b#c?d%e", "a%20b%23c%3Fd%25e"),
            ("ü", "%C3%BC"),
        ]
    )
    func urls(path: String, url: String) { #expect(PercentEncoding.path(path) == url) }
}
