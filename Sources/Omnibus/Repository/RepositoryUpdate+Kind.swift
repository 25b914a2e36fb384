public import SystemPackage

extension RepositoryUpdate.Kind {
    /// Finds out what a folder is: by the metadata that are there, else by its packages.
    ///
    /// - Throws: ``OmnibusError`` where it could be more than one kind, or holds no packages.
    public init(of folder: FilePath) throws(OmnibusError) {
        guard FileSystem.isDirectory(folder) else {
            throw OmnibusError("repository-folder", .missingInput, "\(folder) is no folder")
        }
        func has(_ name: String) -> Bool { FileSystem.exists(folder.appending(name)) }
        var found: Set<RepositoryUpdate.Kind> = []
        if has("repodata") { found.insert(.yum) }
        if has("dists") || has(AptLayout.pool) { found.insert(.apt) }
        if has("Packages") || has("Release") || has("InRelease") { found.insert(.aptFlat) }
        if found.isEmpty {
            if try !PackageFolder(folder, suffix: ".rpm").files.isEmpty { found.insert(.yum) }
            if try !PackageFolder(folder, suffix: ".deb").files.isEmpty { found.insert(.aptFlat) }
        }
        guard let kind = found.first, found.count == 1 else {
            throw OmnibusError(
                "repository-type",
                .usage,
                found.isEmpty ? "\(folder) holds no packages" : "\(folder) could be a repository of more than one kind",
                hint: "choose one with --type yum, --type apt-flat or --type apt"
            )
        }
        self = kind
    }
}
