import SystemPackage

/// Finds out what a project says about itself, and runs none of its code where the standards allow that.
struct ProjectReader: Sendable {
    let runner: CommandRunner
    let work: WorkDirectory
    let onLine: CommandRunner.LineHandler?

    /// A project's metadata and the folder that its files are in.
    struct Found: Sendable {
        var metadata: ProjectMetadata
        var source: SourceTree
        /// The folder itself.
        var root: FilePath
        /// The name of the archive that the project came in, or `nil` for a checkout.
        var archive: String?
    }

    /// Reads a checkout or a source distribution.
    ///
    /// - Throws: ``OmnibusError`` with code `source-not-buildable-from` for what is neither, `metadata-missing` where there is
    ///   nothing to read, `metadata-unbuildable` where the build backend fails; and those of the readers.
    func read(_ text: String) async throws(OmnibusError) -> Found {
        let source = try PythonSource(text)
        let root: FilePath
        var archive: String?
        switch source {
        case .directory(let path): root = path
        case .archive(let path):
            root = try await SourceTree.unpack(path, into: try work.fresh("archive"), runner: runner)
            archive = path.lastComponent?.string
        case .wheel, .requirement, .url:
            throw OmnibusError(
                "source-not-buildable-from",
                .usage,
                "a distribution builds from a source distribution, and '\(text)' is none",
                hint: "give a checkout or a .tar.gz; 'pip download --no-deps --no-binary :all: \(text)' fetches one"
            )
        }
        let tree = SourceTree(root: root)
        let pyproject = try read("pyproject.toml", in: tree).map { (text) throws(OmnibusError) -> TOML in
            do throws(OmnibusError) {
                return try TOML(parsing: text)
            } catch {
                throw OmnibusError(error.code, error.category, "pyproject.toml: \(error.message)", hint: error.hint)
            }
        }
        var metadata = try await metadata(of: source, in: tree, root: root, pyproject: pyproject)
        metadata.setBuildSystem(of: pyproject)
        if metadata.modules.isEmpty { metadata.modules = try modules(of: metadata, root: root) }
        return Found(metadata: metadata, source: tree, root: root, archive: archive)
    }

    private func metadata(
        of source: PythonSource,
        in tree: SourceTree,
        root: FilePath,
        pyproject: TOML?
    ) async throws(OmnibusError) -> ProjectMetadata {
        if let pyproject {
            let stated = try ProjectMetadata(pyproject: pyproject) { (path) throws(OmnibusError) in
                try read(path, in: tree)
            }
            if let stated { return stated }
        }
        if let path = try? tree.path("PKG-INFO") {
            let core = try CoreMetadata(path)
            if ProjectMetadata.isReliable(core), let scripts = try entryPoints(root: root, pyproject: pyproject) {
                var metadata = try ProjectMetadata(core, origin: .sourceDistribution)
                metadata.scripts = scripts
                return metadata
            }
        }
        let isProject = pyproject != nil || FileSystem.exists(root.appending("setup.py"))
        guard isProject else {
            throw OmnibusError(
                "metadata-missing",
                .badInput,
                "there are no metadata: neither pyproject.toml nor PKG-INFO nor setup.py"
            )
        }
        return try await BuildBackend(runner: runner, work: work, onLine: onLine).metadata(
            of: source,
            pyproject: pyproject
        )
    }

    /// A text file of the project, or `nil` if it is not there.
    private func read(_ path: String, in tree: SourceTree) throws(OmnibusError) -> String? {
        do throws(OmnibusError) {
            return String(decoding: try FileSystem.read(try tree.path(path), limit: 4 << 20), as: UTF8.self)
        } catch {
            if error.code == "source-file-missing" { return nil }
            throw error
        }
    }

    /// The scripts, where they can be known: metadata of a source distribution do not say them.
    private func entryPoints(root: FilePath, pyproject: TOML?) throws(OmnibusError) -> [String: String]? {
        if let project = pyproject?["project"], !(project["dynamic"]?.texts ?? []).contains("scripts") {
            var scripts: [String: String] = [:]
            for key in ["scripts", "gui-scripts"] {
                for (name, object) in project[key]?.table ?? [:] { scripts[name] = object.text }
            }
            return scripts
        }
        for folder in [root, root.appending("src")] where FileSystem.isDirectory(folder) {
            for name in try FileSystem.names(in: folder) where name.hasSuffix(".egg-info") {
                let path = folder.appending(name).appending("entry_points.txt")
                guard FileSystem.exists(path) else { return [:] }
                return Self.scripts(in: String(decoding: try FileSystem.read(path, limit: 1 << 20), as: UTF8.self))
            }
        }
        return nil
    }

    /// The scripts of an `entry_points.txt`.
    static func scripts(in text: String) -> [String: String] {
        let groups = EntryPoints.parse(text)
        return (groups["console_scripts"] ?? [:]).merging(groups["gui_scripts"] ?? [:]) { first, _ in first }
    }

    /// The modules that the source's folders show: packages beside `setup.py` or in `src`, and single modules of the
    /// project's name.
    private func modules(of metadata: ProjectMetadata, root: FilePath) throws(OmnibusError) -> [String] {
        let name = metadata.normalizedName.replacing("-", with: "_")
        let called = metadata.scripts.values.map { String($0.prefix { $0 != "." && $0 != ":" }) }
        var modules: [String] = []
        for folder in [root.appending("src"), root] where FileSystem.isDirectory(folder) {
            for entry in try FileSystem.names(in: folder) {
                let path = folder.appending(entry)
                let module = entry.hasSuffix(".py") ? String(entry.dropLast(3)) : entry
                let isOwn = PythonSource.normalized(module).replacing("-", with: "_") == name || called.contains(module)
                let isPackage = FileSystem.exists(path.appending("__init__.py"))
                guard isPackage || isOwn && (entry.hasSuffix(".py") || FileSystem.isDirectory(path)) else { continue }
                guard isOwn || !Self.companions.contains(module), Self.isModule(module) else { continue }
                modules.append(module)
            }
            if !modules.isEmpty { break }
        }
        // What has the project's name is what it installs; other folders beside it are mostly its workshop.
        let own = modules.filter { $0.lowercased() == name || called.contains($0) }
        return (own.isEmpty ? modules : own).sorted()
    }

    private static let companions = [
        "tests", "test", "testing", "docs", "doc", "examples", "benchmarks", "build", "dist", "setup",
    ]

    /// A name that Python can import.
    static func isModule(_ name: String) -> Bool {
        guard let first = name.unicodeScalars.first, !("0"..."9").contains(first) else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
    }
}
