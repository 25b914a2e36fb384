import Glibc
import SystemPackage

/// What gets installed for a request's source.
struct Project: Sendable {
    /// What pip and uv take: the path of a wheel, or a requirement.
    var requirement: String
    /// The project's name, normalized.
    var name: String
}

/// Turns a source into a wheel without leaving a trace in it.
struct ProjectBuilder: Sendable {
    let runner: CommandRunner
    let work: WorkDirectory
    let onLine: CommandRunner.LineHandler?

    /// The project for a bundle that uv fills. What is built here is built under any Python, so it has to be pure.
    ///
    /// - Parameter pip: makes an environment with pip, for the sources that uv cannot build; gives its Python.
    func crossProject(
        _ source: PythonSource,
        uv: FilePath,
        pip: () async throws(OmnibusError) -> FilePath
    ) async throws(OmnibusError) -> Project {
        if let ready = try ready(source) { return ready }
        let built: Project
        if case .url(let url) = source {
            built = try await wheel(with: pipWheel(try await pip(), url))
        } else {
            let arguments = ["build", "--wheel", "--no-progress", try pathToBuild(source).string, "-o"]
            built = try await wheel(with: Command(uv.string, arguments))
        }
        guard built.requirement.hasSuffix("-none-any.whl") else {
            throw OmnibusError(
                "no-wheel",
                .badInput,
                "\(built.name) has compiled parts, so it cannot be built here for another Python",
                hint: "give an interpreter of the target's version with --python, or a wheel for the target as SOURCE"
            )
        }
        return built
    }

    /// The project for a bundle that pip fills.
    ///
    /// - Parameter python: the Python of an environment with pip.
    func nativeProject(_ source: PythonSource, python: FilePath) async throws(OmnibusError) -> Project {
        if let ready = try ready(source) { return ready }
        if case .url(let url) = source { return try await wheel(with: pipWheel(python, url)) }
        return try await wheel(with: pipWheel(python, try pathToBuild(source).string))
    }

    private func ready(_ source: PythonSource) throws(OmnibusError) -> Project? {
        switch source {
        case .wheel(let path): try Self.project(path)
        case .requirement(let text): Project(requirement: text, name: PythonSource.name(of: text) ?? text)
        case .directory, .archive, .url: nil
        }
    }

    private static func project(_ wheel: FilePath) throws(OmnibusError) -> Project {
        guard let name = PythonSource.name(ofWheel: wheel) else {
            throw OmnibusError(
                "source-invalid",
                .badInput,
                "\(wheel) is not named as wheels are: NAME-VERSION-PYTHON-ABI-PLATFORM.whl"
            )
        }
        return Project(requirement: wheel.string, name: PythonSource.normalized(name))
    }

    private func pipWheel(_ python: FilePath, _ source: String) -> Command {
        Command(python.string, ["-m", "pip", "wheel", "--no-deps", source, "-w"])
    }

    /// Runs a command, the directory for its result added, that has to make exactly one wheel.
    private func wheel(with command: Command) async throws(OmnibusError) -> Project {
        let output = try work.fresh("wheel")
        var command = command
        command.arguments.append(output.string)
        command.workingDirectory = work.path
        try await runner.check(
            command,
            failure: "source-unbuildable",
            category: .badInput,
            fetches: true,
            onLine: onLine
        )
        let wheels = try FileSystem.names(in: output).filter { $0.hasSuffix(".whl") }
        guard let wheel = wheels.first, wheels.count == 1 else {
            throw OmnibusError("source-unbuildable", .badInput, "\(command.name) made no wheel of the source")
        }
        return try Self.project(output.appending(wheel))
    }

    /// The archive itself, or a copy of the directory: build tools write next to what they build.
    func pathToBuild(_ source: PythonSource) throws(OmnibusError) -> FilePath {
        guard case .directory(let original) = source else {
            guard case .archive(let archive) = source else { return work.path }
            return archive
        }
        let copy = try work.fresh("source")
        let tree = try FileTree(original) { path in Self.isLeftover(path, in: original) }
        for entry in tree.entries {
            let target = copy.appending(entry.path)
            switch entry.kind {
            case .directory: try FileSystem.makeDirectories(target)
            case .link: try FileSystem.link(target, to: try FileSystem.linkTarget(tree.path(of: entry)))
            case .file:
                let mode: mode_t = entry.isExecutable ? 0o755 : 0o644
                try FileSystem.copy(tree.path(of: entry), to: target, mode: mode)
                try FileSystem.setMode(target, mode)
            case .other: break
            }
        }
        return copy
    }

    /// Directories that earlier builds and tests leave in a checkout. Taken along, `build/lib` would bring back modules
    /// that were deleted long ago, and a virtual environment hundreds of megabytes.
    private static func isLeftover(_ path: String, in root: FilePath) -> Bool {
        let name = path.split(separator: "/").last ?? ""
        if ["__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache"].contains(name) { return true }
        let directory = root.appending(path)
        if FileSystem.exists(directory.appending("pyvenv.cfg")) { return true }
        if path == "build" { return FileSystem.exists(directory.appending("lib")) }
        return name.hasSuffix(".egg-info")
    }
}
