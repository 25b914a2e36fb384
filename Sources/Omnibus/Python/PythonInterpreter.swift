public import PackageFormats
public import SystemPackage

/// A Python on this machine, as it describes itself.
public struct PythonInterpreter: Sendable, Hashable {
    /// The path that was asked for.
    public let path: FilePath
    /// The directory it was installed under (`sys.base_prefix`), such as `/usr`.
    public let installation: FilePath
    /// The first two numbers of its version.
    public let version: MajorMinor
    /// The whole version, such as `3.9.18`.
    public let fullVersion: String
    /// `CPython`, `PyPy`, …
    public let implementation: String
    /// The machine that it runs on, or `nil` if its name is none of ours.
    public let architecture: Architecture?
    /// The glibc that it runs with; `nil` with another C library.
    public let glibc: MajorMinor?
    /// The command that it links compiled modules with (`LDSHARED`), without the directories of ``installation``: some
    /// Pythons would put them into every module's search path for libraries. `nil` if it does not say.
    public let linker: String?
    /// Whether it can make virtual environments with pip in them by itself (modules `venv` and `ensurepip`).
    public let hasVenv: Bool

    // Has to run under every Python from 2.7 on.
    private static let questions = """
        import os, platform, sys, sysconfig
        def has(*names):
            try:
                for name in names:
                    __import__(name)
                return 1
            except ImportError:
                return 0
        try:
            libc = os.confstr("CS_GNU_LIBC_VERSION") or ""
        except (AttributeError, ValueError, OSError):
            libc = ""
        for item in (platform.python_version(), platform.python_implementation(), platform.machine(), libc,
                     has("venv", "ensurepip"), getattr(sys, "base_prefix", sys.prefix),
                     sysconfig.get_config_var("LDSHARED") or ""):
            print(item)
        """

    /// Asks a Python about itself.
    ///
    /// - Parameter path: a path, or a name on `PATH`.
    /// - Throws: `python-missing` if there is no such program, `python-unusable` if it does not answer as Python does.
    public static func probe(
        _ path: String,
        runner: CommandRunner
    ) async throws(OmnibusError) -> PythonInterpreter {
        guard let found = runner.find(path) else {
            throw OmnibusError("python-missing", .missingInput, "There is no Python at \(path)")
        }
        let result = try await runner.run(Command(found.string, ["-E", "-s", "-c", questions]))
        let lines = String(decoding: result.output, as: UTF8.self).split(
            separator: "\n",
            omittingEmptySubsequences: false
        )
        .dropLast().map(String.init)
        guard result.isSuccess, lines.count == 7, let version = MajorMinor(lines[0]) else {
            throw OmnibusError(
                "python-unusable",
                .badInput,
                "\(path) does not work as a Python interpreter" + (result.lastLines.last.map { ": \($0)" } ?? "")
            )
        }
        let linker = lines[6].split(separator: " ").filter { !$0.contains(lines[5]) }.joined(separator: " ")
        let libc = lines[3].split(separator: " ")
        return PythonInterpreter(
            path: found,
            installation: FilePath(lines[5]),
            version: version,
            fullVersion: lines[0],
            implementation: lines[1],
            architecture: Architecture(named: lines[2]),
            glibc: libc.count == 2 && libc[0] == "glibc" ? MajorMinor(libc[1]) : nil,
            linker: linker.isEmpty ? nil : linker,
            hasVenv: lines[4] == "1"
        )
    }
}
