import PackageFormats
public import SystemPackage

/// Where a repository is looked at: a folder, a server by HTTP, or a store of objects.
public enum RepositorySource: Sendable {
    /// A folder on this machine.
    case folder(FilePath)
    /// The base URL, without a slash at its end.
    case url(String)
    /// A folder of a store, with no slash at its ends.
    case store(any ObjectStore, folder: String)

    /// Takes `http://` and `https://` for URLs, everything else for a folder.
    public init(_ text: String) {
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            var url = text
            while url.hasSuffix("/") { url.removeLast() }
            self = .url(url)
        } else {
            self = .folder(FilePath(text))
        }
    }
}

/// Gets the files of a repository.
struct RepositoryFetcher: Sendable {
    let source: RepositorySource
    let work: WorkDirectory
    let downloader: Downloader

    /// More than any package or index has.
    private static let maximumSize: UInt64 = 64 << 30

    /// A file at a path below the base, or `nil` if it is not there; what was fetched is removed by ``discard(_:)``.
    func file(_ location: String) async throws(OmnibusError) -> InputFile? {
        switch source {
        case .folder(let folder):
            let path = FilePath("\(folder)/\(location)")
            guard FileSystem.exists(path) else { return nil }
            do throws(FormatError) {
                return try InputFile(opening: path)
            } catch {
                throw OmnibusError(error, doing: "the repository")
            }
        case .url(let base):
            return try await downloader.file("\(base)/\(PercentEncoding.path(location))", limit: Self.maximumSize)
        case .store(let store, let folder):
            // Several are fetched at once.
            let target = work.path.appending("object-\(UInt64.random(in: .min ... .max))")
            let key = try ObjectKey("\(folder)/\(location)")
            guard try await store.fetch(key, to: target, limit: Self.maximumSize) != nil else { return nil }
            do throws(FormatError) {
                return try InputFile(opening: target)
            } catch {
                throw OmnibusError(error, doing: "the repository")
            }
        }
    }

    /// Removes what was fetched.
    func discard(_ file: InputFile) {
        if case .folder = source { return }
        // The work folder goes anyway; this keeps it small meanwhile.
        try? FileSystem.remove(file.path)
    }

    /// The bytes of a file that is known to be small.
    func bytes(_ location: String) async throws(OmnibusError) -> [UInt8]? {
        guard let file = try await file(location) else { return nil }
        defer { discard(file) }
        return try FileSystem.read(file.path, limit: 16 << 20)
    }
}
