import Glibc
public import SystemPackage

/// A private directory that is gone when the work is done, whether it succeeded, failed or was cancelled.
public struct WorkDirectory: Sendable {
    /// Where it is, every link in the path resolved: what tools write into files is this path.
    public let path: FilePath

    /// Runs `body` with a fresh directory, readable by this user only, and removes it afterwards.
    ///
    /// - Parameter parent: where to make it; `$TMPDIR` or `/tmp` if `nil`.
    /// - Throws: what `body` throws, or `input-output` if the directory cannot be made.
    public static func with<Result: Sendable>(
        in parent: FilePath? = nil,
        _ body: (WorkDirectory) async throws(OmnibusError) -> Result
    ) async throws(OmnibusError) -> Result {
        let directory = try make(in: parent)
        let result: Result
        do throws(OmnibusError) {
            result = try await body(directory)
        } catch {
            // The first failure is what matters; one more about the cleaning up would hide it.
            try? FileSystem.remove(directory.path)
            throw error
        }
        try FileSystem.remove(directory.path)
        return result
    }

    private static func make(in parent: FilePath?) throws(OmnibusError) -> WorkDirectory {
        let wanted = parent ?? FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
        guard let real = FileSystem.resolved(wanted) else { throw FileSystem.failure("use", wanted) }
        var template = Array(real.appending("flocker-pkg-XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else { throw FileSystem.failure("create a directory in", real) }
        return WorkDirectory(
            path: FilePath(String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
        )
    }

    /// A directory in it that is not there yet, named after `name`.
    func fresh(_ name: String) throws(OmnibusError) -> FilePath {
        var candidate = path.appending(name)
        var number = 2
        while FileSystem.exists(candidate) {
            candidate = path.appending("\(name)-\(number)")
            number += 1
        }
        try FileSystem.makeDirectories(candidate)
        return candidate
    }
}
