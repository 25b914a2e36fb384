import Glibc
import SystemPackage

/// The date that a build gets where `SOURCE_DATE_EPOCH` does not say: a property of the source, never of the clock.
enum SourceDate {
    /// The earliest time that a wheel can carry, for sources that have no date of their own: 1980-01-01.
    static let earliest: Int64 = 315_532_800

    /// The newest commit's time of a checkout, else the newest modification time in the source.
    static func of(_ source: FilePath, runner: CommandRunner) async throws(OmnibusError) -> Int64 {
        if FileSystem.isDirectory(source), runner.find("git") != nil {
            // Another user's checkout counts as well: only a date is read.
            let arguments = ["-c", "safe.directory=*", "-C", source.string, "log", "-1", "--format=%ct"]
            let result = try await runner.run(Command("git", arguments))
            if result.isSuccess, let seconds = Int64(result.text) { return max(seconds, earliest) }
        }
        return max(try newestModification(below: source), earliest)
    }

    private static func newestModification(below path: FilePath) throws(OmnibusError) -> Int64 {
        guard FileSystem.isDirectory(path) else { return FileSystem.status(path).map { Int64($0.st_mtim.tv_sec) } ?? 0 }
        let tree = try FileTree(path) { $0 == ".git" || $0.hasSuffix("__pycache__") }
        return tree.entries.reduce(0) { newest, entry in
            guard entry.kind == .file, let status = FileSystem.status(tree.path(of: entry)) else { return newest }
            return max(newest, Int64(status.st_mtim.tv_sec))
        }
    }
}
