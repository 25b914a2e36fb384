import PackageFormats
public import SystemPackage

/// What a formula is asked to install.
public struct HomebrewRequest: Sendable {
    /// The product.
    public var manifest: Manifest
    /// Its version.
    public var version: String
    /// The source distribution: a URL, or a file that is going to stand in `python/` of the product's repository.
    public var source: String
    /// A requirements file that pins every dependency.
    public var requirements: FilePath?
    /// The Python that it runs on, `X.Y`.
    public var python: String
    /// A program of it that answers to `--version`, which `brew test` runs.
    public var program: String?
    /// The simple repository API of the index that has the dependencies, with no slash at its end.
    public var indexURL: String

    /// What PyPI answers at.
    public static let pypi = "https://pypi.org/simple"

    /// Describes a request.
    ///
    /// - Parameters:
    ///   - manifest: the product.
    ///   - version: its version.
    ///   - source: the source distribution, a URL or a file.
    ///   - requirements: a requirements file that pins every dependency.
    ///   - python: the Python that it runs on, `X.Y`.
    ///   - indexURL: the simple repository API of the index that has the dependencies, with no slash at its end.
    public init(
        _ manifest: Manifest,
        version: String,
        source: String,
        requirements: FilePath? = nil,
        python: String = "3.13",
        indexURL: String = HomebrewRequest.pypi
    ) {
        self.manifest = manifest
        self.version = version
        self.source = source
        self.requirements = requirements
        self.python = python
        self.indexURL = indexURL
    }

    private static let sourceLimit: UInt64 = 1 << 30

    /// The formula. The source distribution is read or fetched for its digest, and the index is asked for every dependency.
    ///
    /// - Throws: ``OmnibusError`` with code `version-unsupported` for a version that the product cannot have,
    ///   `python-version`, `requirement-not-pinned`, `requirement-unknown` and others of the index's, `repository-unknown`
    ///   for a file where the manifest names no repository, `python-file` for a file that is no source distribution of the
    ///   version.
    public func formula() async throws(OmnibusError) -> HomebrewFormula {
        _ = try manifest.versionScheme.evr(of: version)
        guard ManifestChecks.isPythonVersion(python) else {
            throw OmnibusError("python-version", .usage, "'\(python)' is no version of Python such as 3.13")
        }
        var pins: [PinnedRequirement] = []
        if let requirements {
            let text = String(decoding: try FileSystem.read(requirements, limit: 4 << 20), as: UTF8.self)
            pins = try PinnedRequirement.all(in: text)
        }
        let others = pins.filter { $0.name != PythonSource.normalized(manifest.name) }
        return try await WorkDirectory.with { (directory) throws(OmnibusError) in
            let downloader = Downloader(into: directory)
            let index = PythonPackageIndex(url: indexURL)
            let source = try await sourceResource(downloader)
            let resources = try await index.resources(for: others, by: downloader)
            return HomebrewFormula(
                name: manifest.name,
                version: version,
                summary: manifest.about.summary ?? manifest.name,
                homepage: manifest.about.url,
                license: manifest.about.license,
                python: python,
                source: source,
                resources: resources,
                program: program
            )
        }
    }

    private func sourceResource(_ downloader: Downloader) async throws(OmnibusError) -> HomebrewFormula.Resource {
        guard source.contains("://") else { return try hostedSource(FilePath(source)) }
        guard let fetched = try await downloader.file(source, limit: Self.sourceLimit) else {
            throw OmnibusError("fetch-missing", .missingInput, "\(source.hidingCredentials()) is not there")
        }
        let sha256: String
        do throws(FormatError) {
            sha256 = try fetched.sha256()
        } catch {
            throw OmnibusError(error, doing: source.hidingCredentials())
        }
        return try HomebrewFormula.Resource(name: manifest.name, url: source, sha256: sha256)
    }

    /// A file that stands in `python/` when the formula is used, where there is nothing but what ``PythonPublisher`` takes.
    private func hostedSource(_ path: FilePath) throws(OmnibusError) -> HomebrewFormula.Resource {
        guard let repository = manifest.repository else {
            throw OmnibusError(
                "repository-unknown",
                .badInput,
                "the manifest of \(manifest.name) has no 'repository' that the formula could fetch \(path) from",
                hint: "name the source distribution by its URL"
            )
        }
        let file: InputFile
        do throws(FormatError) {
            file = try InputFile(opening: path)
        } catch {
            throw OmnibusError("input-missing", .missingInput, "\(error)")
        }
        let found = try PythonFile.describe(file, named: path.lastComponent?.string ?? "").0
        guard !found.name.hasSuffix(".whl"), found.project == PythonSource.normalized(manifest.name),
            isVersion(found.version)
        else {
            throw OmnibusError(
                "python-file",
                .badInput,
                "\(found.name) is no source distribution of \(manifest.name) \(version)"
            )
        }
        let url = "\(repository.url)/python/\(PercentEncoding.path(found.name))"
        return try HomebrewFormula.Resource(name: manifest.name, url: url, sha256: found.sha256)
    }

    /// Whether a text is the version, whose spelling changes from tool to tool: `0.3.2dev1`, `0.3.2.dev1`.
    private func isVersion(_ text: String) -> Bool {
        if text == version { return true }
        do throws(OmnibusError) {
            return try PEP440Version(text) == PEP440Version(version)
        } catch {
            return false
        }
    }
}
