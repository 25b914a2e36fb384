import PackageFormats
public import SystemPackage

/// What a distribution's maintainer is to be given files for.
public struct MaintainerRequest: Sendable {
    /// A checkout or a source distribution.
    public var source: String
    /// The packages to make, or `nil` for Flocker's where it is Flocker, else a library and its scripts.
    public var manifest: Manifest?
    /// The distribution; `nil` for a spec file that builds on any, or for Debian 12.
    public var distribution: Distribution?
    /// What the newest entry of the changelog says, or `nil` for the usual.
    public var change: String?
    /// The date of the newest entry in Unix seconds (`SOURCE_DATE_EPOCH`), or `nil` for the source's own.
    public var sourceDateEpoch: Int64?

    /// Makes a request for a source.
    public init(source: String) { self.source = source }
}

/// Files that a distribution's maintainer builds packages from, and what to look at before.
public struct MaintainerFiles: Sendable, Hashable {
    /// A text file.
    public struct File: Sendable, Hashable {
        /// Its path: a name, or a path below `debian/`.
        public var path: String
        /// Its text.
        public var text: String
        /// Whether it is a program.
        public var isExecutable: Bool
    }

    /// The source package's name.
    public var name: String
    /// The files, at least one.
    public var files: [File]
    /// What was guessed or left out, one sentence each.
    public var reviews: [String]
}

/// Makes what distributions' maintainers build packages from: spec files, and `debian/` folders.
public struct MaintainerFileGenerator: Sendable {
    private let runner: CommandRunner
    private let onLine: CommandRunner.LineHandler?

    /// Makes a generator.
    ///
    /// - Parameters:
    ///   - runner: runs git, and the project's build backend where its metadata cannot be had without.
    ///   - onLine: gets what those programs say, line by line.
    public init(runner: CommandRunner = CommandRunner(), onLine: CommandRunner.LineHandler? = nil) {
        self.runner = runner
        self.onLine = onLine
    }

    /// The spec file for a request.
    ///
    /// - Throws: ``OmnibusError`` for a source that is none, metadata that cannot be had, a manifest that does not fit, and
    ///   values that no spec file can hold.
    public func spec(_ request: MaintainerRequest) async throws(OmnibusError) -> MaintainerFiles {
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            // Names of other packages are those that most rpm distributions share.
            let distribution = try distribution(of: request, or: "rhel-9")
            var (package, _) = try await plan(request, for: distribution, in: work)
            let dialect = try SpecDialect(request.distribution, for: package.metadata, reviews: &package.reviews)
            let template = SpecTemplate(package: package, dialect: dialect)
            let text = try template.text()
            return MaintainerFiles(
                name: template.name,
                files: [MaintainerFiles.File(path: "\(template.name).spec", text: text, isExecutable: false)],
                reviews: template.reviews()
            )
        }
    }

    /// The files of a `debian/` folder for a request.
    ///
    /// - Throws: as ``spec(_:)`` does, and `distribution-without-debs` for a distribution of another kind.
    public func debianFolder(_ request: MaintainerRequest) async throws(OmnibusError) -> MaintainerFiles {
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            let distribution = try distribution(of: request, or: "debian-12")
            guard distribution.packageType == .deb else {
                throw OmnibusError(
                    "distribution-without-debs",
                    .usage,
                    "\(distribution.name) installs no debs, so it has no use for a debian folder",
                    hint: "use generate-spec"
                )
            }
            let (package, found) = try await plan(request, for: distribution, in: work)
            var texts: [String] = []
            for name in package.licenseFiles {
                texts.append(
                    String(decoding: try FileSystem.read(try found.source.path(name), limit: 1 << 20), as: UTF8.self)
                )
            }
            let folder = DebianFolder(
                package: package,
                distribution: distribution,
                licenseText: texts.isEmpty ? nil : texts.joined(separator: "\n")
            )
            return MaintainerFiles(name: folder.name, files: try folder.files(), reviews: folder.reviews())
        }
    }

    private func distribution(
        of request: MaintainerRequest,
        or name: String
    ) throws(OmnibusError) -> Distribution {
        if let given = request.distribution { return given }
        return try Distribution.named(name)
    }

    private func plan(
        _ request: MaintainerRequest,
        for distribution: Distribution,
        in work: WorkDirectory
    ) async throws(OmnibusError) -> (SourcePackage, ProjectReader.Found) {
        let found = try await ProjectReader(runner: runner, work: work, onLine: onLine).read(request.source)
        var date = request.sourceDateEpoch
        if date == nil { date = try await SourceDate.of(found.root, runner: runner) }
        let history = try await SourceHistory.of(
            found.root,
            date: date ?? SourceDate.earliest,
            given: request.change,
            runner: runner
        )
        let isFlocker = found.metadata.normalizedName == Manifest.flocker.name.lowercased()
        let planner = SourcePackagePlanner(
            found: found,
            distribution: distribution,
            manifest: request.manifest ?? (isFlocker ? .flocker : nil),
            history: history
        )
        return (try planner.plan(), found)
    }
}

extension MaintainerFiles {
    /// Writes the files; they get their names when all of them are complete.
    ///
    /// - Parameters:
    ///   - isReplacing: whether files that are there already may be replaced.
    ///   - path: where a file goes.
    /// - Throws: ``OmnibusError`` with code `output-exists`, or `cannot-create`.
    public func write(isReplacing: Bool, path: (File) -> FilePath) throws(OmnibusError) {
        let places = files.map { (file: $0, path: path($0)) }
        for place in places where !isReplacing && FileSystem.status(place.path) != nil {
            throw OmnibusError(
                "output-exists",
                .cannotCreate,
                "'\(place.path)' is there already",
                hint: "use --force to replace it"
            )
        }
        do {
            var outputs: [(output: OutputFile, file: File)] = []
            for place in places {
                let folder = place.path.removingLastComponent()
                if !folder.isEmpty { try FileSystem.makeDirectories(folder) }
                let output = try OutputFile(creating: place.path)
                try output.write(Array(place.file.text.utf8))
                outputs.append((output, place.file))
            }
            for (output, file) in outputs {
                try output.commit()
                if file.isExecutable { try FileSystem.setMode(output.path, 0o755) }
            }
        } catch let error as FormatError {
            throw OmnibusError(error, doing: name)
        } catch let error as OmnibusError {
            throw error
        } catch {
            throw OmnibusError("cannot-create", .cannotCreate, "\(error)")
        }
    }
}
