import PackageFormats

/// A Python package index, as PyPI is one and as ``PythonPublisher`` makes them.
struct PythonPackageIndex: Sendable {
    /// The URL of its simple repository API, with no slash at its end.
    let url: String

    /// The file of a requirement that can be installed anywhere: its source distribution, else a wheel of pure Python.
    ///
    /// - Throws: ``OmnibusError`` with code `requirement-unknown` where the index has no such version, `requirement-no-source`
    ///   where it has neither file with its SHA-256, `requirement-hash` where the file is none of those that are allowed,
    ///   `index-page`, or as ``Downloader`` does.
    func resource(
        for requirement: PinnedRequirement,
        by downloader: Downloader
    ) async throws(OmnibusError) -> HomebrewFormula.Resource {
        let what = "\(requirement.name) \(requirement.version)"
        let address = "\(url)/\(requirement.name)/"
        let page = try await downloader.file(address, accepting: PythonIndexPage.mediaTypes, limit: 64 << 20)
        var files: [PythonIndexPage.File] = []
        if let page {
            let version = try PEP440Version(requirement.version)
            files = try PythonIndexPage(parsing: FileSystem.read(page.path), from: address).files
                .filter { Self.isFile($0.name, of: requirement.name, version) }
        }
        guard !files.isEmpty else {
            throw OmnibusError("requirement-unknown", .badInput, "\(url) has no \(what)")
        }
        let found =
            files.first { $0.name.hasSuffix(".tar.gz") } ?? files.first { $0.name.hasSuffix(".zip") }
            ?? files.first { $0.name.hasSuffix("-none-any.whl") }
        guard let found, let digest = found.sha256 else {
            throw OmnibusError(
                "requirement-no-source",
                .badInput,
                "\(what) has neither a source distribution nor a wheel of pure Python with its SHA-256"
            )
        }
        guard requirement.sha256.isEmpty || requirement.sha256.contains(digest) else {
            throw OmnibusError(
                "requirement-hash",
                .badInput,
                "\(found.name) is not one of the files whose hashes the requirements give for \(what)"
            )
        }
        return try HomebrewFormula.Resource(name: requirement.name, url: found.url, sha256: digest)
    }

    /// Whether a file's name is that of a project's version, in the spelling of any age.
    private static func isFile(_ name: String, of project: String, _ wanted: PEP440Version) -> Bool {
        func isWanted(_ version: some StringProtocol) -> Bool {
            do throws(OmnibusError) {
                return try PEP440Version(String(version)) == wanted
            } catch {
                return false
            }
        }
        if name.hasSuffix(".whl") {
            let parts = name.split(separator: "-")
            return parts.count >= 5 && PythonSource.normalized(parts[0]) == project
                && isWanted(parts[1].replacing("_", with: "-"))
        }
        guard let suffix = [".tar.gz", ".zip"].first(where: name.hasSuffix) else { return false }
        let stem = name.dropLast(suffix.count)
        return stem.indices.contains { place in
            stem[place] == "-" && PythonSource.normalized(stem[..<place]) == project
                && isWanted(stem[stem.index(after: place)...])
        }
    }

    /// The files of requirements, in their order.
    ///
    /// - Throws: as ``resource(for:by:)``.
    func resources(
        for requirements: [PinnedRequirement],
        by downloader: Downloader
    ) async throws(OmnibusError) -> [HomebrewFormula.Resource] {
        try await ConcurrentWork.map(requirements, atOnce: Self.parallel) { (requirement) async throws(OmnibusError) in
            try await resource(for: requirement, by: downloader)
        }
    }

    private static let parallel = 8
}
