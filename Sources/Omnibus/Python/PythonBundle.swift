public import SystemPackage

/// A Python application with everything it needs, ready to be packaged.
public struct PythonBundle: Sendable {
    /// The directory that stands for the target's `/`: the bundle is below it, at its prefix.
    public let root: FilePath
    /// Where the bundle stands on the target.
    public let prefix: FilePath
    /// The Python that it is for.
    public let target: PythonTarget
    /// How it was filled.
    public let mode: BundleMode
    /// The application's own name, as its metadata spells it.
    public let applicationName: String
    /// The version that was installed.
    public let applicationVersion: String
    /// The names of the programs in the bundle's `bin`, Python left out, sorted.
    public let scripts: [String]
    /// Everything that is installed, sorted by name.
    public let distributions: [InstalledDistribution]
    /// Whether the modules come compiled. If not, a Python run by root writes `__pycache__` folders that no package
    /// owns.
    public let hasByteCode: Bool
    /// What the checks found.
    public let proof: BundleProof.Report
}

/// Makes bundles: fills a directory, makes it independent of where it was made, and proves that it is.
public struct PythonBundleBuilder: Sendable {
    /// The steps of a build, in order.
    public enum Phase: String, Sendable, CaseIterable {
        /// Finding and fetching the tools, building the project, installing it with its dependencies.
        case install
        /// Rewriting what names the place it was built at.
        case relocate
        /// Compiling byte code.
        case compile
        /// Checking the result.
        case prove
    }

    /// Takes the step that runs and a line about it; called from any thread.
    public typealias Progress = @Sendable (Phase, String) -> Void

    /// Runs every tool.
    public var runner: CommandRunner

    /// Makes a builder.
    public init(runner: CommandRunner = CommandRunner()) {
        self.runner = runner
    }

    /// Makes a bundle.
    ///
    /// - Parameters:
    ///   - work: where everything is written; the bundle is gone with it.
    ///   - mode: how to fill the bundle, from ``BundleMode/choose(for:python:runner:)``.
    /// - Throws: an ``OmnibusError``: what is wrong with the request, what pip or uv said, `no-wheel` for a dependency
    ///   that would have to be compiled in cross mode, or what the proof found (`proof-…`).
    public func build(
        _ request: PythonBundleRequest,
        mode: BundleMode,
        in work: WorkDirectory,
        progress: @escaping Progress = { _, _ in }
    ) async throws(OmnibusError) -> PythonBundle {
        try request.validate()
        let source = try PythonSource(request.source)
        let root = try work.fresh("root")
        let stage = root.pushing(FilePath(root: nil, request.prefix.components))
        try FileSystem.makeDirectories(stage.appending("lib"))
        // An installation that is split in two for compiled modules, as some distributions' Pythons do, meets here.
        try FileSystem.link(stage.appending("lib64"), to: "lib")

        let tools = ToolFolder(runner: runner)
        let environment = BundleEnvironment(
            request: request,
            source: source,
            mode: mode,
            tools: tools,
            work: work,
            stage: stage
        ) { progress(.install, $0) }
        let project = try await environment.fill()

        progress(.relocate, "\(request.prefix)")
        let relocation = Relocation(
            stage: stage,
            prefix: request.prefix,
            work: work.path,
            target: request.target
        )
        try relocation.run(project: project)
        let compiler = try await byteCodeCompiler(request, mode)
        if let compiler {
            progress(.compile, "Python \(compiler.interpreter.fullVersion)")
            try await compiler.compile(stage: stage, prefix: request.prefix, target: request.target, work: work)
        }
        let sitePackages = stage.pushing(request.target.sitePackages)
        let distributions = try InstalledDistribution.all(in: sitePackages)
        let tree = try FileTree(stage)
        let files = tree.files
        for distribution in distributions {
            try RecordFile.refresh(distribution, target: request.target, in: tree, files: files)
        }

        progress(.prove, "\(request.prefix)")
        let report = try proof(of: request, source: source, mode, stage: stage, distributions, work: work, tools: tools)
            .run()
        guard let application = distributions.first(where: { $0.normalizedName == project }) else {
            throw OmnibusError("application-missing", .failure, "\(project) was not installed")
        }
        return PythonBundle(
            root: root,
            prefix: request.prefix,
            target: request.target,
            mode: mode,
            applicationName: application.name,
            applicationVersion: application.version,
            scripts: try scripts(in: stage.appending("bin")),
            distributions: distributions,
            hasByteCode: compiler != nil,
            proof: report
        )
    }

    private func byteCodeCompiler(
        _ request: PythonBundleRequest,
        _ mode: BundleMode
    ) async throws(OmnibusError) -> ByteCode? {
        let interpreter: PythonInterpreter?
        switch mode {
        case .native(let python): interpreter = python
        case .cross: interpreter = try await BundleMode.interpreterOnPath(for: request.target, runner: runner)
        }
        return interpreter.map {
            ByteCode(
                runner: runner,
                interpreter: $0,
                sourceDateEpoch: request.sourceDateEpoch,
                jobs: request.jobs
            )
        }
    }

    private func proof(
        of request: PythonBundleRequest,
        source: PythonSource,
        _ mode: BundleMode,
        stage: FilePath,
        _ distributions: [InstalledDistribution],
        work: WorkDirectory,
        tools: ToolFolder
    ) -> BundleProof {
        var paths = [work.path, tools.cache]
        if case .directory(let path) = source { paths.append(path) }
        // The installation of a Python under the system's own directories says nothing about this machine.
        if case .native(let python) = mode, !python.installation.starts(with: "/usr"),
            !request.target.interpreterPath.starts(with: python.installation)
        {
            paths.append(python.installation)
        }
        let home = runner.environment["HOME"].map { FilePath($0) }
        return BundleProof(
            stage: stage,
            prefix: request.prefix,
            target: request.target,
            // A single component, such as /root or /src, stands in many files that were made elsewhere.
            buildPaths: paths.filter { $0.components.count > 1 && !$0.starts(with: request.prefix) },
            home: home.flatMap { $0.components.count > 1 ? $0 : nil },
            distributions: distributions,
            systemLibraries: request.systemLibraries
        )
    }

    private func scripts(in bin: FilePath) throws(OmnibusError) -> [String] {
        let frame: Set<String> = ["python"]
        return try FileTree(bin).entries.filter { entry in
            entry.kind == .file && entry.isExecutable && !entry.path.contains("/") && !frame.contains(entry.path)
        }.map(\.path)
    }
}
