import Glibc
import SystemPackage

/// The date that a build gets where `SOURCE_DATE_EPOCH` does not say: a property of the source, never of the clock.
enum SourceDate {
    /// The earliest time that a wheel can carry, for sources that have no date of their own: 1980-01-01.
    static let earliest: Int64 = 315_532_800

    /// The newest commit's time of a checkout, else the newest modification time in the source.
    ///
    /// - Parameters:
    ///   - source: a folder or a file.
    ///   - folder: the folder that may be a checkout, where it is not the source itself.
    ///   - destination: where packages are written: those that a run before has left there are not the source's.
    ///   - runner: runs git.
    /// - Throws: `source-date` if git cannot read a checkout: any other date would change with every clone.
    static func of(
        _ source: FilePath,
        in folder: FilePath? = nil,
        without destination: FilePath? = nil,
        runner: CommandRunner
    ) async throws(OmnibusError) -> Int64 {
        let folder = folder ?? source
        if FileSystem.isDirectory(folder), isCheckout(folder), runner.find("git") != nil {
            if let seconds = try await newestCommit(of: folder, runner: runner) { return max(seconds, earliest) }
        }
        return max(try newestModification(below: source, without: destination), earliest)
    }

    /// Whether the folder or one above it is a checkout's top.
    private static func isCheckout(_ folder: FilePath) -> Bool {
        var path = FileSystem.resolved(folder) ?? folder
        repeat {
            if FileSystem.exists(path.appending(".git")) { return true }
        } while path.removeLastComponent()
        return false
    }

    /// The newest commit's time, `nil` before the first commit.
    private static func newestCommit(
        of source: FilePath,
        runner: CommandRunner
    ) async throws(OmnibusError) -> Int64? {
        // Another user's checkout counts as well: only a date is read.
        func git(_ arguments: String...) async throws(OmnibusError) -> CommandResult {
            try await runner.run(Command("git", ["-c", "safe.directory=*", "-C", source.string] + arguments))
        }
        let result = try await git("log", "-1", "--format=%ct")
        if result.isSuccess, let seconds = Int64(result.text) { return seconds }
        // HEAD names a branch that is not there only where nothing was committed yet.
        let isBranch = try await git("symbolic-ref", "--quiet", "HEAD").isSuccess
        let isThere = try await git("rev-parse", "--quiet", "--verify", "HEAD").isSuccess
        if isBranch, !isThere { return nil }
        throw OmnibusError(
            "source-date",
            .badInput,
            "git cannot tell the date of the last commit in \(source): \(result.lastLines.joined(separator: "; "))",
            hint: "set SOURCE_DATE_EPOCH to build with another date"
        )
    }

    private static func newestModification(
        below path: FilePath,
        without destination: FilePath?
    ) throws(OmnibusError) -> Int64 {
        guard FileSystem.isDirectory(path) else { return FileSystem.status(path).map { Int64($0.st_mtim.tv_sec) } ?? 0 }
        let tree = try FileTree(path) { $0 == ".git" || $0.hasSuffix("__pycache__") }
        let output = destination.flatMap { FileSystem.resolved($0) }
        return tree.entries.reduce(0) { newest, entry in
            let file = tree.path(of: entry)
            if let output, ["rpm", "deb"].contains(file.extension),
                FileSystem.resolved(file)?.starts(with: output) == true
            {
                return newest
            }
            guard entry.kind == .file, let status = FileSystem.status(tree.path(of: entry)) else { return newest }
            return max(newest, Int64(status.st_mtim.tv_sec))
        }
    }
}
