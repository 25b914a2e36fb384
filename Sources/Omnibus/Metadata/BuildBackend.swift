import SystemPackage

/// Asks a project's build backend for its metadata, by the hooks that every backend has (PEP 517).
struct BuildBackend: Sendable {
    let runner: CommandRunner
    let work: WorkDirectory
    let onLine: CommandRunner.LineHandler?

    /// The metadata that a build would give. The backend runs in an environment of its own, on a copy of the project.
    ///
    /// - Throws: `metadata-unbuildable`.
    func metadata(of source: PythonSource, pyproject: TOML?) async throws(OmnibusError) -> ProjectMetadata {
        let copy = try await folder(of: source)
        let system = pyproject?["build-system"]
        let backend = system?["build-backend"]?.text ?? ProjectMetadata.legacyBackend
        // Folders of the project that the backend itself comes from.
        let paths = try (system?["backend-path"]?.texts ?? []).map { (path) throws(OmnibusError) in
            try SourceTree(root: copy).path(path).string
        }
        var requirements = try requirements(system?["requires"]?.texts ?? ["setuptools >= 40.8.0", "wheel"])
        let output = try work.fresh("metadata")
        let program = output.appending("hook.py")
        try FileSystem.write(Array(Self.hook.utf8), to: program)
        let asked = [backend, output.string] + paths
        try await run([program.string, "requires"] + asked, in: copy, with: requirements)
        let more = String(decoding: try FileSystem.read(output.appending("requires"), limit: 1 << 20), as: UTF8.self)
        requirements += try self.requirements(more.split(whereSeparator: \.isNewline).map(String.init))
        try await run([program.string, "metadata"] + asked, in: copy, with: requirements)
        guard let folder = try FileSystem.names(in: output).first(where: { $0.hasSuffix(".dist-info") }) else {
            throw OmnibusError("metadata-unbuildable", .badInput, "\(backend) gave no metadata")
        }
        return try metadata(in: output.appending(folder))
    }

    private func metadata(in folder: FilePath) throws(OmnibusError) -> ProjectMetadata {
        var metadata = try ProjectMetadata(try CoreMetadata(folder.appending("METADATA")), origin: .buildBackend)
        let entryPoints = folder.appending("entry_points.txt")
        if FileSystem.exists(entryPoints) {
            let text = String(decoding: try FileSystem.read(entryPoints, limit: 1 << 20), as: UTF8.self)
            metadata.scripts = ProjectReader.scripts(in: text)
        }
        let topLevel = folder.appending("top_level.txt")
        if FileSystem.exists(topLevel) {
            let text = String(decoding: try FileSystem.read(topLevel, limit: 1 << 20), as: UTF8.self)
            metadata.modules = text.split(whereSeparator: \.isNewline).map(String.init).filter(ProjectReader.isModule)
        }
        return metadata
    }

    /// A copy that the backend may write to.
    private func folder(of source: PythonSource) async throws(OmnibusError) -> FilePath {
        if case .archive(let path) = source {
            return try await SourceTree.unpack(path, into: try work.fresh("build"), runner: runner)
        }
        return try ProjectBuilder(runner: runner, work: work, onLine: onLine).pathToBuild(source)
    }

    /// Only what is a requirement goes to uv: anything else could be an option of its own.
    private func requirements(_ texts: [String]) throws(OmnibusError) -> [String] {
        try texts.map { (text) throws(OmnibusError) in "--with=\(try PythonRequirement(parsing: text))" }
    }

    private func run(_ arguments: [String], in folder: FilePath, with options: [String]) async throws(OmnibusError) {
        let uv = try await ToolFolder(runner: runner).uv()
        let command = Command(
            uv.string,
            ["run", "--quiet", "--isolated", "--no-project", "--no-config"] + options + ["python"] + arguments,
            workingDirectory: folder
        )
        do throws(OmnibusError) {
            try await runner.check(
                command,
                failure: "metadata-unbuildable",
                category: .badInput,
                fetches: true,
                onLine: onLine
            )
        } catch {
            guard error.code == "metadata-unbuildable" else { throw error }
            throw OmnibusError(
                error.code,
                error.category,
                "the project's build backend gives no metadata: \(error.message)",
                hint: error.hint ?? "state name, version and dependencies in [project] of pyproject.toml"
            )
        }
    }

    /// A frontend in its smallest form. A backend that cannot prepare metadata builds a wheel, which holds them.
    private static let hook = """
        import importlib, os, sys, zipfile

        mode, backend, output = sys.argv[1:4]
        sys.path[0:1] = sys.argv[4:]
        module, _, attributes = backend.partition(":")
        hooks = importlib.import_module(module)
        for attribute in filter(None, attributes.split(".")):
            hooks = getattr(hooks, attribute)
        if mode == "requires":
            ask = getattr(hooks, "get_requires_for_build_wheel", list)
            with open(os.path.join(output, "requires"), "w", encoding="utf-8") as stream:
                stream.write("\\n".join(ask()))
        elif hasattr(hooks, "prepare_metadata_for_build_wheel"):
            hooks.prepare_metadata_for_build_wheel(output)
        else:
            with zipfile.ZipFile(os.path.join(output, hooks.build_wheel(output))) as wheel:
                wheel.extractall(output, [name for name in wheel.namelist() if ".dist-info/" in name])

        """
}
