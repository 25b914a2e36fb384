import Foundation
import SystemPackage
import Testing

@testable import Omnibus

/// The date of a source comes from the source: neither the clock nor a clone shows.
@Suite struct SourceDateTests {
    private let runner = CommandRunner()

    private func git(_ folder: FilePath, _ arguments: String...) async throws(OmnibusError) {
        let identity = ["-c", "user.name=Tests", "-c", "user.email=tests@example.com"]
        let dates = ["GIT_COMMITTER_DATE": "2024-02-29T12:00:00+0000", "GIT_AUTHOR_DATE": "2001-01-01T00:00:00+0000"]
        let command = Command("git", identity + ["-C", folder.string] + arguments, environment: dates)
        _ = try await runner.check(command, failure: "git-failed", category: .badInput)
    }

    private func date(of folder: FilePath) async throws -> Int64 { try await SourceDate.of(folder, runner: runner) }

    /// Runs with a folder that has one file, of 2020, and an empty folder.
    private func withSource(_ body: (FilePath) async throws -> Void) async throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "flocker-pkg-test-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        try FileManager.default.createDirectory(at: url.appending(path: "inner"), withIntermediateDirectories: true)
        let file = url.appending(path: "file").path
        try Data("x\n".utf8).write(to: URL(filePath: file))
        let date = Date(timeIntervalSince1970: 1_577_836_800)
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: file)
        try await body(FilePath(url.path))
    }

    @Test("a folder has its newest file's date")
    func folder() async throws {
        try await withSource { folder in
            let found = try await date(of: folder)
            #expect(found == 1_577_836_800)
        }
    }

    @Test("packages that a run before has left in the folder do not count, others do")
    func output() async throws {
        try await withSource { folder in
            let destination = folder.appending("inner")
            for (place, isSource) in [(destination, false), (folder, true)] {
                try Data("x".utf8).write(to: URL(filePath: place.appending("a.rpm").string))
                let found = try await SourceDate.of(folder, without: destination, runner: runner)
                #expect((found > 1_577_836_800) == isSource)
            }
        }
    }

    @Test("a file has the newest commit's date of the checkout that it is said to be in, or its own")
    func file() async throws {
        try await withSource { folder in
            let file = folder.appending("file")
            #expect(try await SourceDate.of(file, in: folder, runner: runner) == 1_577_836_800)
            try await git(folder, "init", "--quiet")
            try await git(folder, "add", "--all")
            try await git(folder, "commit", "--quiet", "--message=Sample")
            #expect(try await SourceDate.of(file, in: folder, runner: runner) == 1_709_208_000)
            #expect(try await SourceDate.of(file, runner: runner) == 1_577_836_800)
            #expect(try await ReleasePackage.date(sourceDateEpoch: nil, manifest: file) == 1_709_208_000)
            #expect(try await ReleasePackage.date(sourceDateEpoch: 7, manifest: file) == 7)
        }
    }

    @Test("a checkout, and a folder inside, has its newest commit's date; before the first, its newest file's")
    func checkout() async throws {
        try await withSource { folder in
            try await git(folder, "init", "--quiet")
            #expect(try await date(of: folder) == 1_577_836_800)
            try await git(folder, "add", "--all")
            try await git(folder, "commit", "--quiet", "--message=Sample")
            #expect(try await date(of: folder) == 1_709_208_000)
            #expect(try await date(of: folder.appending("inner")) == 1_709_208_000)
        }
    }

    @Test("a checkout that git cannot read is an error, not another date", arguments: ["", "gitdir: /nowhere\n"])
    func unreadable(git text: String) async throws {
        try await withSource { folder in
            try Data(text.utf8).write(to: URL(filePath: folder.appending(".git").string))
            let error = await #expect(throws: OmnibusError.self) {
                try await date(of: folder)
            }
            #expect(error?.code == "source-date")
        }
    }
}
