import PackageFormats
import SystemPackage

/// Removes the documents of old generations from a hosted repository. Packages are never removed.
///
/// A store does not say since when a document is not named any more. So the first run that finds one without a name in the
/// root writes that down, and one that comes after the grace time removes it.
struct GenerationPruning: Sendable {
    let store: any ObjectStore
    let folder: HostedFolder
    /// How long clients of an old root may still ask for its documents, in seconds.
    let grace: Int64
    /// Now, in Unix seconds.
    let date: Int64

    private static let list = "retired.json"
    /// Documents of that age, in seconds, may be those of a root that is going to be written.
    private static let youth: Int64 = 900

    private struct Retired: Codable, Equatable {
        var format = 1
        /// Since when a document is known to be unnamed, in Unix seconds, by its path below the repository's folder.
        var documents: [String: Int64] = [:]
    }

    /// Prunes.
    ///
    /// - Returns: the names that were removed, below the repository's folder.
    func run() async throws(OmnibusError) -> [String] {
        guard let named = try await named() else { return [] }
        let key = try folder.key(folder.metadata + Self.list)
        for _ in 0..<20 {
            let stored = try await store.get(key, range: nil, limit: 64 << 20)
            let old =
                try stored.map { (object) throws(OmnibusError) in
                    try JSONText.decode(Retired.self, from: object.bytes, "retired-list", "\(store.location)/\(key)")
                } ?? Retired()
            let (retired, doomed) = try await sort(old, named)
            if retired != old {
                let bytes = try JSONText.encode(retired)
                let outcome = try await store.put(
                    InputFile(bytes: bytes, named: FilePath(Self.list)),
                    at: key,
                    .changing(Self.list),
                    if: stored.map { .matches(tag: $0.info.tag) } ?? .absent
                )
                guard case .written = outcome else { continue }
            }
            return try await remove(doomed)
        }
        throw OmnibusError(
            "publish-conflict",
            .unavailable,
            "\(store.location)/\(key) is written by others all the time"
        )
    }

    /// What has to go now, and what goes on the list.
    private func sort(
        _ old: Retired,
        _ named: Set<String>
    ) async throws(OmnibusError) -> (retired: Retired, doomed: [ObjectInfo]) {
        var retired = Retired()
        var doomed: [ObjectInfo] = []
        let prefix = "\(folder.path)/"
        // Beside the documents of a flat repository are all its packages.
        let place = folder.kind == .aptFlat ? "by-hash/" : folder.metadata
        for object in try await store.list(prefix: prefix + place) {
            let name = String(object.key.description.dropFirst(prefix.count))
            guard isDocument(name), !named.contains(name) else { continue }
            let since = old.documents[name] ?? date
            let isYoung = grace > 0 && object.age(at: date) < Self.youth
            if ObjectInfo.age(since: since, at: date) >= grace, !isYoung {
                doomed.append(object)
            } else {
                retired.documents[name] = since
            }
        }
        return (retired, doomed)
    }

    private func remove(_ doomed: [ObjectInfo]) async throws(OmnibusError) -> [String] {
        guard !doomed.isEmpty, let named = try await named() else { return [] }
        var removed: [String] = []
        for object in doomed {
            let name = String(object.key.description.dropFirst(folder.path.utf8.count + 1))
            // A publisher that needs it again has made it new.
            guard !named.contains(name), try await store.head(object.key) == object else { continue }
            try await store.delete(object.key)
            removed.append(name)
        }
        return removed
    }

    /// The documents that clients of the roots that stand there ask for; `nil` where there is none.
    private func named() async throws(OmnibusError) -> Set<String>? {
        var names: Set<String> = []
        var isThere = false
        for root in folder.roots {
            guard let object = try await store.get(folder.key(root), range: nil, limit: 16 << 20) else { continue }
            isThere = true
            do throws(FormatError) {
                if folder.kind == .yum {
                    names.formUnion(try YumIndex(parsing: object.bytes).documents.map(\.location))
                } else {
                    let files = try AptRelease(parsing: object.bytes).files
                    names.formUnion(files.map { folder.metadata + AptIndexes.byHash($0) })
                }
            } catch {
                throw .previousMetadata(error, FilePath("\(store.location)/\(folder.path)/\(root)"))
            }
        }
        return isThere ? names : nil
    }

    /// Whether a name is one that only metadata with their checksum in it have.
    private func isDocument(_ name: String) -> Bool {
        if folder.kind == .yum { return YumUpdater.isGenerated(String(name.dropFirst(folder.metadata.utf8.count))) }
        let parts = name.split(separator: "/")
        return parts.suffix(3).dropLast().elementsEqual(["by-hash", "SHA256"]) && parts.last?.utf8.count == 64
    }
}
