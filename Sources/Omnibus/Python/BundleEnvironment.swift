import PackageFormats
import SystemPackage

/// Fills a prefix with the packages that a request asks for. What stands there afterwards still names the build's paths.
struct BundleEnvironment: Sendable {
    let request: PythonBundleRequest
    let source: PythonSource
    let mode: BundleMode
    let tools: ToolFolder
    let work: WorkDirectory
    /// The directory to fill, which becomes the request's prefix on the target.
    let stage: FilePath
    let onLine: CommandRunner.LineHandler?

    /// Everything that the tools see: nothing that differs between two machines gets into what they write.
    private var runner: CommandRunner {
        var runner = tools.runner
        for name in ["PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "UV_TARGET", "UV_PREFIX", "UV_PYTHON", "UV_SYSTEM_PYTHON"]
        {
            runner.environment[name] = nil
        }
        let own = [
            // A zip archive, as a wheel is one, cannot hold a time before 1980.
            "SOURCE_DATE_EPOCH": String(max(request.sourceDateEpoch, 315_532_800)),
            "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONNOUSERSITE": "1", "TZ": "UTC",
            "NO_COLOR": "1", "TMPDIR": temporary.string,
            "PIP_NO_INPUT": "1", "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_COMPILE": "1",
            "PIP_ROOT_USER_ACTION": "ignore", "PIP_PROGRESS_BAR": "off",
            "PIP_CACHE_DIR": pipCache.string,
            "VIRTUALENV_OVERRIDE_APP_DATA": tools.cache.appending("virtualenv").string,
            "UV_NO_PROGRESS": "1", "UV_LINK_MODE": "copy",
        ]
        runner.environment.merge(own) { $1 }
        runner.environment.merge(compilation) { $1 }
        // Who has told pip where packages come from need not say it to uv again.
        for (uv, pip) in [
            ("UV_DEFAULT_INDEX", "PIP_INDEX_URL"), ("UV_INDEX", "PIP_EXTRA_INDEX_URL"),
            ("UV_FIND_LINKS", "PIP_FIND_LINKS"),
        ] where runner.environment[uv] == nil && runner.environment["UV_INDEX_URL"] == nil {
            runner.environment[uv] = runner.environment[pip]
        }
        return runner
    }

    /// What keeps compilers and linkers from writing down where they ran and where their Python stands.
    private var compilation: [String: String] {
        var flags = "-g0 -ffile-prefix-map=\(work.path)=."
        var variables = ["LDFLAGS": "-Wl,--strip-debug"]
        if case .native(let python) = mode, !python.installation.starts(with: "/usr") {
            flags += " -ffile-prefix-map=\(python.installation)=/usr"
            variables["LDSHARED"] = python.linker
        }
        variables["CFLAGS"] = flags
        variables["CXXFLAGS"] = flags
        return variables
    }

    private var temporary: FilePath { work.path.appending("tmp") }
    private var pipCache: FilePath { work.path.appending("pip-cache") }
    private var builder: ProjectBuilder { ProjectBuilder(runner: runner, work: work, onLine: onLine) }

    private var requirementArguments: [String] {
        request.requirementFiles.flatMap { ["-r", (FileSystem.resolved($0) ?? $0).string] } + request.requirements
    }

    /// Fills the prefix.
    ///
    /// - Returns: the project's name, normalized.
    func fill() async throws(OmnibusError) -> String {
        try FileSystem.makeDirectories(temporary)
        try shareDownloads()
        switch mode {
        case .native(let python): return try await fillNative(python)
        case .cross: return try await fillCross()
        }
    }

    /// Lets pip find what it downloaded for earlier bundles, but not what it compiled for them: that may have been
    /// with another interpreter or at another source date.
    private func shareDownloads() throws(OmnibusError) {
        try FileSystem.makeDirectories(pipCache)
        for name in ["http", "http-v2"] {
            let shared = tools.cache.appending("pip").appending(name)
            try FileSystem.makeDirectories(shared)
            try FileSystem.link(pipCache.appending(name), to: shared.string)
        }
    }

    /// pip runs in an environment of its own and installs beside it, so that the bundle holds pip, setuptools and wheel
    /// only if something in it requires them.
    private func fillNative(_ interpreter: PythonInterpreter) async throws(OmnibusError) -> String {
        let python = try await pipEnvironment(interpreter)
        let project = try await builder.nativeProject(source, python: python)
        let command = Command(
            python.string,
            [
                "-m", "pip", "install", "--ignore-installed", "--no-compile", "--no-warn-script-location", "--prefix",
                stage.string,
            ] + requirementArguments
                + [project.requirement],
            workingDirectory: work.path
        )
        try await runner.check(command, failure: "install-failed", category: .badInput, fetches: true, onLine: onLine)
        return project.name
    }

    private func pipEnvironment(_ interpreter: PythonInterpreter) async throws(OmnibusError) -> FilePath {
        let folder = try work.fresh("pip")
        if interpreter.hasVenv {
            try await runner.check(
                Command(interpreter.path.string, ["-m", "venv", folder.string]),
                failure: "python-unusable",
                category: .badInput,
                onLine: onLine
            )
        } else {
            let virtualenv = try await tools.virtualenv()
            try await runner.check(
                Command(
                    virtualenv.string,
                    ["--no-periodic-update", "--no-download", "-p", interpreter.path.string, folder.string]
                ),
                failure: "python-unusable",
                category: .badInput,
                onLine: onLine
            )
        }
        let python = folder.appending("bin/python")
        // The pip that comes with an old Python knows neither today's wheels nor pyproject.toml; without the module
        // wheel it would install a setup.py project in the form of long ago, without a RECORD.
        var seeds = ["pip"]
        if interpreter.version < MajorMinor(3, 12) { seeds += ["setuptools", "wheel"] }
        try await runner.check(
            Command(python.string, ["-m", "pip", "install", "-q", "--upgrade"] + seeds),
            failure: "install-failed",
            fetches: true,
            onLine: onLine
        )
        return python
    }

    private func fillCross() async throws(OmnibusError) -> String {
        let uv = try await tools.uv()
        let project = try await builder.crossProject(source, uv: uv) { () async throws(OmnibusError) in
            try await hostEnvironment(uv)
        }
        let target = request.target
        try await runner.check(
            Command(uv.string, ["venv", "-q", "--no-project", "--allow-existing", stage.string]),
            failure: "tool-failed",
            onLine: onLine
        )
        let command = Command(
            uv.string,
            [
                "pip", "install", "--no-progress", "--python", stage.appending("bin/python").string,
                "--python-version", target.version.description, "--python-platform", try target.uvPlatform(),
                "--only-binary", ":all:",
            ] + requirementArguments + [project.requirement],
            workingDirectory: work.path
        )
        let result = try await runner.run(command, onLine: onLine)
        guard result.isSuccess else { throw Self.explanation(of: result, target: target) }
        try adoptVersion(target)
        return project.name
    }

    private func hostEnvironment(_ uv: FilePath) async throws(OmnibusError) -> FilePath {
        let folder = try work.fresh("host")
        try await runner.check(
            Command(uv.string, ["venv", "-q", "--no-project", "--allow-existing", "--seed", folder.string]),
            failure: "tool-failed",
            fetches: true,
            onLine: onLine
        )
        return folder.appending("bin/python")
    }

    /// The environment was made by whatever Python there is: its packages move to where the target's Python looks.
    private func adoptVersion(_ target: PythonTarget) throws(OmnibusError) {
        let library = stage.appending("lib")
        let wanted = "python\(target.version)"
        for name in try FileSystem.names(in: library) where name.hasPrefix("python") && name != wanted {
            try FileSystem.move(library.appending(name), to: library.appending(wanted))
        }
    }

    /// Makes of uv's words an error that says what to do.
    static func explanation(of result: CommandResult, target: PythonTarget) -> OmnibusError {
        let said = result.lastLines.map { "\n  \($0)" }.joined()
        let marks = ["Wheels are required for `", "Building source distributions for `"]
        for line in result.lastLines {
            for mark in marks {
                guard let range = line.firstRange(of: mark) else { continue }
                let name = line[range.upperBound...].prefix { $0 != "`" }
                return OmnibusError(
                    "no-wheel",
                    .badInput,
                    "There is no wheel of \(name) for Python \(target.version), glibc \(target.glibc) "
                        + "and \(target.architecture):\(said)",
                    hint: "pin a version of \(name) that has one in a requirements file, "
                        + "or compile it: --python with an interpreter of version \(target.version)"
                )
            }
        }
        let isOffline = result.saysThatNoIndexAnswers
        return OmnibusError(
            isOffline ? "index-unreachable" : "install-failed",
            isOffline ? .unavailable : .badInput,
            "The packages for Python \(target.version) cannot be installed:\(said)"
        )
    }
}
