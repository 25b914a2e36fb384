import PackageFormats

/// The JSON interface of a Python package index, as PyPI has it.
struct PythonPackageIndex: Sendable {
    /// The interface's URL, with no slash at its end.
    let url: String

    private struct Document: Decodable {
        struct File: Decodable {
            let filename: String
            let packagetype: String
            let url: String
            let digests: [String: String]
        }
        let urls: [File]
    }

    /// The file of a requirement that can be installed anywhere: its source distribution, else a wheel of pure Python.
    ///
    /// - Throws: ``OmnibusError`` with code `requirement-unknown` where the index has no such version, `requirement-no-source`
    ///   where it has neither file, `requirement-hash` where the file is none of those that are allowed, or as
    ///   ``Downloader`` does.
    func resource(
        for requirement: PinnedRequirement,
        by downloader: Downloader
    ) async throws(OmnibusError) -> HomebrewFormula.Resource {
        let what = "\(requirement.name) \(requirement.version)"
        let address = "\(url)/\(requirement.name)/\(requirement.version)/json"
        guard let file = try await downloader.file(address, limit: 64 << 20) else {
            throw OmnibusError("requirement-unknown", .badInput, "\(url) has no \(what)")
        }
        let document = try JSONText.decode(
            Document.self,
            from: try FileSystem.read(file.path),
            "requirement-unknown",
            address
        )
        let sources = document.urls.filter { $0.packagetype == "sdist" }
        let found =
            sources.first { $0.filename.hasSuffix(".tar.gz") } ?? sources.first
            ?? document.urls.first { $0.filename.hasSuffix("-none-any.whl") }
        guard let found, let digest = found.digests["sha256"]?.lowercased() else {
            throw OmnibusError(
                "requirement-no-source",
                .badInput,
                "\(what) has neither a source distribution nor a wheel of pure Python"
            )
        }
        guard requirement.sha256.isEmpty || requirement.sha256.contains(digest) else {
            throw OmnibusError(
                "requirement-hash",
                .badInput,
                "\(found.filename) is not one of the files whose hashes the requirements give for \(what)"
            )
        }
        return try HomebrewFormula.Resource(name: requirement.name, url: found.url, sha256: digest)
    }

    /// The files of requirements, in their order.
    ///
    /// - Throws: as ``resource(for:by:)``.
    func resources(
        for requirements: [PinnedRequirement],
        by downloader: Downloader
    ) async throws(OmnibusError) -> [HomebrewFormula.Resource] {
        do {
            return try await withThrowingTaskGroup(of: (Int, HomebrewFormula.Resource).self) { group in
                var found: [Int: HomebrewFormula.Resource] = [:]
                for (index, requirement) in requirements.enumerated() {
                    if index >= Self.parallel, let (done, resource) = try await group.next() { found[done] = resource }
                    group.addTask { (index, try await self.resource(for: requirement, by: downloader)) }
                }
                while let (done, resource) = try await group.next() { found[done] = resource }
                return requirements.indices.compactMap { found[$0] }
            }
        } catch let error as OmnibusError {
            throw error
        } catch {
            throw .cancelled
        }
    }

    private static let parallel = 8
}
