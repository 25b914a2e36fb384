import PackageFormats
import SystemPackage

/// The files of a source that a manifest's own paths start from.
struct SourceTree: Sendable {
    /// The folder, or `nil` for a source that has no files beside the Python packages, such as a wheel.
    let root: FilePath?

    /// The files of a folder.
    init(root: FilePath) { self.root = root }

    /// Finds a source's files; a source distribution is unpacked into `work`.
    init(_ request: BuildRequest, work: WorkDirectory, runner: CommandRunner) async throws(OmnibusError) {
        guard let text = request.source else {
            root = request.manifestFolder
            return
        }
        switch try PythonSource(text) {
        case .directory(let path): root = path
        case .archive(let path) where !path.string.hasSuffix(".zip"):
            root = try await SourceTree.unpack(path, into: try work.fresh("archive"), runner: runner)
        case .archive, .wheel, .requirement, .url: root = nil
        }
    }

    /// Unpacks a source distribution, which has one folder at its top.
    static func unpack(
        _ archive: FilePath,
        into folder: FilePath,
        runner: CommandRunner
    ) async throws(OmnibusError) -> FilePath {
        let arguments = [
            "--extract", "--file", archive.string, "--directory", folder.string, "--no-same-owner",
            "--no-same-permissions",
        ]
        try await runner.check(Command("tar", arguments), failure: "source-unbuildable", category: .badInput)
        let names = try FileSystem.names(in: folder)
        guard let top = names.first, names.count == 1, FileSystem.isDirectory(folder.appending(top)) else {
            return folder
        }
        return folder.appending(top)
    }

    /// A path of the manifest, which may not lead out of the source.
    ///
    /// - Throws: `source-file-missing`, or `manifest-path` for a path that leads out.
    func path(_ relative: String) throws(OmnibusError) -> FilePath {
        guard let root else {
            throw OmnibusError(
                "source-file-missing",
                .missingInput,
                "the source has no files such as '\(relative)'",
                hint: "use a checkout or a source distribution (.tar.gz) as SOURCE"
            )
        }
        guard let path = root.lexicallyResolving(FilePath(relative)) else {
            throw OmnibusError("manifest-path", .badInput, "'\(relative)' leads out of the source")
        }
        guard FileSystem.exists(path) else {
            throw OmnibusError("source-file-missing", .missingInput, "there is no '\(relative)' in the source")
        }
        // A link in a checkout may lead anywhere.
        guard let real = FileSystem.resolved(path), let top = FileSystem.resolved(root), real.starts(with: top) else {
            throw OmnibusError("manifest-path", .badInput, "'\(relative)' leads out of the source")
        }
        return real
    }

    /// The files that match a pattern, sorted by path.
    func files(matching pattern: String) throws(OmnibusError) -> [FilePath] {
        guard let root else { return [] }
        // Only the folder in front of the first wildcard needs to be searched.
        let fixed = pattern.split(separator: "/").prefix { !$0.contains(where: { "*?[\\".contains($0) }) }
        let folder = fixed.dropLast(fixed.count == pattern.split(separator: "/").count ? 1 : 0).joined(separator: "/")
        guard FileSystem.exists(root.appending(folder)) else { return [] }
        let start = folder.isEmpty ? root : try path(folder)
        let glob: Glob
        do {
            glob = try Glob("/" + pattern)
        } catch {
            throw OmnibusError("manifest-path", .badInput, error.message)
        }
        let tree = try FileTree(start) { $0 == ".git" }
        let prefix = folder.isEmpty ? "" : folder + "/"
        return tree.entries.filter { $0.kind == .file && glob.matches(Array((prefix + $0.path).utf8)) }
            .map { tree.path(of: $0) }
    }
}
