import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// Indexes of files that are made in steps.
@Suite("Contents of apt repositories")
struct RepositoryContentsTests {
    /// A repository of 20 packages and two more in their first version, listed when none of them is new any more.
    private struct Repository {
        let folder: TemporaryFolder
        var pool: FilePath { folder.appending("pool/main") }
        var dist: FilePath { folder.appending("dists/stable") }

        init() async throws {
            folder = try TemporaryFolder()
            try await output(of: "mkdir", ["-p", pool.string])
            try RepositorySamples.writeDebs(20, to: pool)
            try RepositorySamples.writeInstallableDebs("1.0", to: pool)
            try await output(of: "sleep", ["1.1"])
            try await update()
        }

        @discardableResult
        func update(rebuilding: Bool = false) async throws -> RepositoryUpdate.Summary {
            try await RepositoryMetadataTests.update(folder.path, .apt) {
                $0.listsContents = true
                $0.rebuilds = rebuilding
            }
        }

        func contents(_ architecture: String = "amd64") async throws -> String {
            try await output(of: "zcat", [dist.appending("main/Contents-\(architecture).gz").string])
        }

        /// Puts another index of files in the place of the one that is there, and has the release vouch for it.
        func replaceContents(_ change: (String) -> String) async throws {
            let name = "main/Contents-amd64"
            let file = try folder.write(change(try await contents()), to: "dists/stable/\(name)")
            try await output(of: "gzip", ["-f", "-n", file.string])
            let bytes = try [UInt8](bytes(of: dist.appending("\(name).gz")))
            var release = try AptRelease(parsing: [UInt8](IntegrationTests.bytes(of: dist.appending("Release"))))
            let place = try #require(release.files.firstIndex { $0.path == "\(name).gz" })
            release.files[place].sha256 = Digest.of(bytes, .sha256).hexadecimal
            release.files[place].size = UInt64(bytes.count)
            try folder.write(String(decoding: release.encode(), as: UTF8.self), to: "dists/stable/Release")
        }
    }

    private static let marker = "zzz/marker  admin/sample-0\n"

    @Test("an index made in steps equals one made at once")
    func incremental() async throws {
        let repository = try await Repository()
        #expect(try await repository.contents().contains("opt/sample-tool/version"))
        try RepositorySamples.writeInstallableDebs("1.1", to: repository.pool)
        try await output(of: "sh", ["-c", "rm '\(repository.pool)'/sample-3_*"])
        let added = try await repository.update()
        #expect((added.reused, added.read, added.removed) == (21, 2, 1))
        let both = try await [repository.contents("amd64"), repository.contents("arm64")]
        #expect(!both[0].contains("usr/bin/sample-3 "))
        try await repository.update(rebuilding: true)
        #expect(try await [repository.contents("amd64"), repository.contents("arm64")] == both)
        // One of two versions goes: the other one still has the files.
        try await output(of: "sh", ["-c", "rm '\(repository.pool)'/sample-tool_1.0*"])
        try await repository.update()
        let one = try await repository.contents()
        #expect(one.contains("opt/sample-tool/version"))
        try await repository.update(rebuilding: true)
        #expect(try await repository.contents() == one)
    }

    @Test("lines of packages that are as they were come from the index that the release vouches for")
    func reused() async throws {
        let repository = try await Repository()
        let before = try await repository.contents()
        try await repository.replaceContents { $0 + Self.marker }
        try RepositorySamples.writeInstallableDebs("1.1", to: repository.pool)
        try await repository.update()
        #expect(try await repository.contents() == before + Self.marker)
        try await repository.update(rebuilding: true)
        #expect(try await repository.contents() == before)
    }

    @Test(
        "an index in another form, or one that nobody vouches for, is not built upon",
        arguments: ["FILE LOCATION\n", "a\tadmin/sample-0\n", "a admin/sample-0\n", "zzz  admin/sample-0\n", "\n"]
    )
    func foreign(_ line: String) async throws {
        let repository = try await Repository()
        let before = try await repository.contents()
        try await repository.replaceContents { line + $0 }
        try RepositorySamples.writeInstallableDebs("1.1", to: repository.pool)
        try await repository.update()
        #expect(try await repository.contents() == before)
    }

    @Test("an index that does not match its checksum is not built upon")
    func lying() async throws {
        let repository = try await Repository()
        let before = try await repository.contents()
        let file = try repository.folder.write(before + Self.marker, to: "dists/stable/main/Contents-amd64")
        try await output(of: "gzip", ["-f", "-n", file.string])
        try await output(of: "rm", ["-r", repository.dist.appending("main/by-hash").string])
        try RepositorySamples.writeInstallableDebs("1.1", to: repository.pool)
        try await repository.update()
        #expect(try await repository.contents() == before)
    }
}
