import Glibc
import SystemPackage

/// Finds the tools of the Python world; what is not on `PATH` is installed once into a folder of our own under the
/// user's cache.
struct ToolFolder: Sendable {
    let runner: CommandRunner

    /// The cache's directory: `$XDG_CACHE_HOME/flocker-pkg`, else `~/.cache/flocker-pkg`.
    var cache: FilePath {
        if let cache = runner.environment["XDG_CACHE_HOME"], cache.hasPrefix("/") {
            return FilePath(cache).appending("flocker-pkg")
        }
        return FilePath(runner.environment["HOME"] ?? "/tmp").appending(".cache/flocker-pkg")
    }

    // Older ones do not know every manylinux level that PythonTarget asks for.
    private static let oldestUV = MajorMinor(0, 8)
    // The last series that can make environments for Python 2.7 and 3.6.
    private static let virtualenvVersion = "20.21.1"

    /// The path of uv.
    func uv() async throws(OmnibusError) -> FilePath {
        if let found = runner.find("uv") {
            let answer = try await runner.run(Command(found.string, ["--version"]))
            let words = answer.text.split(separator: " ")
            if answer.isSuccess, words.count >= 2, let version = MajorMinor(words[1]), version >= Self.oldestUV {
                return found
            }
        }
        return try await installed("uv-\(Self.oldestUV)", program: "uv") { (folder) async throws(OmnibusError) in
            let hint = "install uv (https://docs.astral.sh/uv/), or python3 with its venv module"
            try await runner.check(
                Command("python3", ["-m", "venv", folder.string], installHint: hint),
                failure: "tool-missing",
                category: .unavailable
            )
            try await runner.check(
                Command(folder.appending("bin/python").string, ["-m", "pip", "install", "-q", "uv>=\(Self.oldestUV)"]),
                failure: "tool-missing",
                category: .unavailable
            )
        }
    }

    /// The path of a virtualenv that serves Pythons which cannot make environments by themselves.
    func virtualenv() async throws(OmnibusError) -> FilePath {
        let uv = try await uv()
        let name = "virtualenv-\(Self.virtualenvVersion)"
        return try await installed(name, program: "virtualenv") { (folder) async throws(OmnibusError) in
            try await runner.check(
                Command(uv.string, ["venv", "-q", "--no-project", "--allow-existing", folder.string]),
                failure: "tool-missing",
                category: .unavailable
            )
            try await runner.check(
                Command(
                    uv.string,
                    [
                        "pip", "install", "-q", "--link-mode", "copy", "--python",
                        folder.appending("bin/python").string, "virtualenv==\(Self.virtualenvVersion)",
                    ]
                ),
                failure: "tool-missing",
                category: .unavailable
            )
        }
    }

    /// The program in a tool's folder, which `install` fills if no earlier run did.
    private func installed(
        _ name: String,
        program: String,
        install: (FilePath) async throws(OmnibusError) -> Void
    ) async throws(OmnibusError) -> FilePath {
        let tools = cache.appending("tools")
        let folder = tools.appending(name)
        let path = folder.appending("bin").appending(program)
        let mark = folder.appending(".complete")
        if FileSystem.exists(mark), runner.find(path.string) != nil { return path }
        try FileSystem.makeDirectories(tools)
        let lock = try await Self.lock(tools.appending(".lock"))
        defer { close(lock) }
        // Another run may have done it while this one waited.
        if FileSystem.exists(mark), runner.find(path.string) != nil { return path }
        try FileSystem.remove(folder)
        try await install(folder)
        try FileSystem.write([], to: mark)
        return path
    }

    /// Takes the lock, and gives the descriptor that holds it.
    private static func lock(_ path: FilePath) async throws(OmnibusError) -> CInt {
        let descriptor = open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileSystem.failure("create", path) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                close(descriptor)
                throw .cancelled
            }
        }
        return descriptor
    }
}
