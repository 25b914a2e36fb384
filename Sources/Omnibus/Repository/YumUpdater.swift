import Glibc
import PackageFormats
import SystemPackage

/// Brings `repodata` up to date: a folder beside it gets the new generation and then changes places with it.
struct YumUpdater {
    let update: RepositoryUpdate
    let watch: @Sendable (RepositoryUpdate.Event) -> Void

    private var folder: FilePath { update.folder }
    private var repodata: FilePath { folder.appending("repodata") }
    private var staging: FilePath { folder.appending(".repodata.new") }

    private static let root = "repomd.xml"
    private static let signature = "repomd.xml.asc"
    private static let key = "repomd.xml.key"

    func run() async throws(OmnibusError) -> RepositoryUpdate.Summary {
        // What a killed run left; nobody else is at work here.
        try FileSystem.remove(staging)
        var summary = RepositoryUpdate.Summary(root: repodata.appending(Self.root))
        let isSigned = FileSystem.exists(repodata.appending(Self.signature))
        guard update.signer != nil || !isSigned else {
            throw .signatureWouldBeLost(repodata.appending(Self.signature))
        }
        let store = try RecordStore(in: folder, documents: YumDocument.allCases.count)
        let previous = try await YumGeneration(update: update, watch: watch).load(into: store)
        let made = previous.index?.document(YumDocument.primary.rawValue)?.timestamp ?? 0
        let entries = try RecordGathering(update: update, watch: watch).gather(
            PackageFolder(folder, suffix: ".rpm"),
            old: previous.entries,
            isUnchanged: { record, file in
                // A file of the second in which it was read may have changed within that second.
                record.size == file.size && record.modificationTime == file.modificationTime
                    && file.modificationTime < made
            },
            reading: .rpm(threads: update.threads),
            store: store,
            summary: &summary
        )
        summary.packages = entries.count
        if update.signer == nil || update.keepsAbsent && isSigned, isUpToDate(previous, summary) {
            summary.isSigned = isSigned
            summary.isChanged = false
            return summary
        }
        do throws(OmnibusError) {
            try FileSystem.makeDirectories(staging)
            let carried = try carry(from: previous.index)
            let documents = try write(entries, store)
            try await writeRoot(documents + carried, after: previous.index)
            try retain(previous.index)
            try publish()
        } catch {
            try? FileSystem.remove(staging)
            throw error
        }
        summary.isSigned = update.signer != nil
        return summary
    }

    private func isUpToDate(_ previous: YumGeneration.Previous, _ summary: RepositoryUpdate.Summary) -> Bool {
        guard let index = previous.index, !update.rebuilds, summary.read == 0, summary.removed == 0,
            summary.reused == previous.entries.count, summary.packages == summary.reused
        else { return false }
        return YumDocument.allCases.allSatisfy { index.document($0.rawValue)?.location.hasSuffix(suffix) == true }
    }

    private var compression: Compression { update.compressions.first ?? .gzip }
    private var suffix: String { ".xml\(compression.algorithm.suffix)" }

    private func write(
        _ entries: [RecordStore.Entry],
        _ store: RecordStore
    ) throws(OmnibusError) -> [YumIndex.Document] {
        var documents: [YumIndex.Document] = []
        for (number, document) in YumDocument.allCases.enumerated() {
            guard !Task.isCancelled else { throw .cancelled }
            watch(.writing(document.rawValue))
            let path = staging.appending(document.rawValue + suffix)
            let sums: (contents: MetadataFile.Sum?, file: MetadataFile.Sum)
            do throws(FormatError) {
                let file = try MetadataFile(creating: path, compression, threads: update.threads)
                try file.write(document.head(packageCount: entries.count))
                try store.read(number, of: entries) { (bytes) throws(FormatError) in try file.write(bytes) }
                try file.write(document.tail)
                sums = try file.commit(isDurable: update.isDurable)
            } catch {
                throw OmnibusError(error, doing: "the repository")
            }
            let name = "\(sums.file.sha256)-\(document.rawValue)\(suffix)"
            try FileSystem.move(path, to: staging.appending(name))
            documents.append(
                YumIndex.Document(
                    type: document.rawValue,
                    checksum: sums.file.sha256,
                    openChecksum: sums.contents?.sha256,
                    location: "repodata/\(name)",
                    timestamp: update.date,
                    size: sums.file.size,
                    openSize: sums.contents?.size
                )
            )
        }
        return documents
    }

    /// Takes everything along that is not made of the packages: advisories, groups, modules.
    private func carry(from index: YumIndex?) throws(OmnibusError) -> [YumIndex.Document] {
        var carried: [YumIndex.Document] = []
        for document in index?.documents ?? [] where !document.listsPackages {
            let path = folder.appending(document.location)
            if update.keepsAbsent, !FileSystem.exists(path) {
                carried.append(document)
                continue
            }
            do throws(FormatError) {
                let file = try InputFile(opening: path)
                guard document.size ?? file.size == file.size,
                    try document.algorithm.map({ (algorithm) throws(FormatError) in
                        let source = DigestingSource(file.part(from: 0), [algorithm])
                        try source.drain()
                        return source.hexadecimal(algorithm) == document.checksum
                    }) ?? true
                else {
                    throw FormatError(.repositoryMetadata, "'\(document.type)' is not what repomd.xml says")
                }
            } catch {
                guard update.rebuilds else { throw .previousMetadata(error, path) }
                watch(.warning("'\(document.type)' is left out: \(error)"))
                continue
            }
            carried.append(document)
        }
        return carried
    }

    private func writeRoot(_ documents: [YumIndex.Document], after old: YumIndex?) async throws(OmnibusError) {
        let previous = old.flatMap { Int64($0.revision) } ?? 0
        let revision = max(update.date, previous < .max ? previous + 1 : previous)
        let bytes: [UInt8]
        do throws(FormatError) {
            bytes = try YumIndex(revision: "\(revision)", documents: documents, tags: old?.tags).encode()
        } catch {
            throw OmnibusError(error, doing: Self.root)
        }
        if let signer = update.signer {
            watch(.writing(Self.signature))
            try write(
                try await signer.detachedSignature(of: bytes),
                to: staging.appending(Self.signature)
            )
            try write(try await signer.publicKey(), to: staging.appending(Self.key))
        }
        try write(bytes, to: staging.appending(Self.root))
    }

    /// Gives the new folder what clients of older generations still ask for, and whatever else people put there.
    private func retain(_ old: YumIndex?) throws(OmnibusError) {
        guard FileSystem.isDirectory(repodata) else { return }
        let replaced = Set(
            (old?.documents ?? []).filter(\.listsPackages).map { FilePath($0.location).lastComponent?.string }
        )
        let now = timespec(tv_sec: Int(update.date), tv_nsec: 0)
        for name in try FileSystem.names(in: repodata) {
            let path = repodata.appending(name)
            guard ![Self.root, Self.signature, Self.key].contains(name), let status = FileSystem.status(path),
                status.st_mode & S_IFMT == S_IFREG, FileSystem.status(staging.appending(name)) == nil
            else { continue }
            if replaced.contains(name) {
                // From now on its age counts.
                guard update.retention > 0 else { continue }
                GenerationSwitch.setTime(path, now)
            } else if Self.isGenerated(name) {
                guard Int64(status.st_mtim.tv_sec) > update.date - update.retention else { continue }
            }
            try GenerationSwitch.link(path, to: staging.appending(name))
        }
    }

    /// Whether a name is `CHECKSUM-primary.xml.gz` or the like.
    static func isGenerated(_ name: String) -> Bool {
        let parts = name.split(separator: "-", maxSplits: 1)
        guard parts.count == 2, parts[0].utf8.count >= 32, parts[0].allSatisfy(\.isHexDigit) else { return false }
        return YumDocument.allCases.contains { parts[1].hasPrefix("\($0.rawValue).") }
    }

    private func publish() throws(OmnibusError) {
        try FileSystem.setMode(staging, 0o755)
        try sync(staging)
        if try GenerationSwitch.exchange(staging, repodata) {
            try sync(folder)
            // The old generation now. Folders that somebody keeps in there move over.
            if FileSystem.isDirectory(staging) {
                for name in try FileSystem.names(in: staging) where FileSystem.isDirectory(staging.appending(name)) {
                    try FileSystem.move(staging.appending(name), to: repodata.appending(name))
                }
            }
        } else {
            // Documents have names of their own; the root follows them.
            for name in try FileSystem.names(in: staging).sorted(by: { Self.rank($0) < Self.rank($1) }) {
                try FileSystem.move(staging.appending(name), to: repodata.appending(name))
            }
            try sync(repodata)
        }
        try FileSystem.remove(staging)
    }

    private static func rank(_ name: String) -> Int { [key, signature, root].firstIndex(of: name).map { $0 + 1 } ?? 0 }

    private func write(_ bytes: [UInt8], to path: FilePath) throws(OmnibusError) {
        try GenerationSwitch.write(bytes, to: path, isDurable: update.isDurable)
    }

    private func sync(_ folder: FilePath) throws(OmnibusError) {
        if update.isDurable { try GenerationSwitch.sync(folder) }
    }
}
