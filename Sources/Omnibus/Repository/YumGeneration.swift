import PackageFormats
import SystemPackage

/// Reads the metadata that are there, so that what did not change can be taken over.
struct YumGeneration {
    /// What is there.
    struct Previous {
        var index: YumIndex?
        /// By location.
        var entries: [String: RecordStore.Entry] = [:]
    }

    /// One document taken apart.
    private struct Loaded: Sendable {
        /// What primary.xml says of each package; `nil` for one that has to be read again.
        var heads: [RepositoryRecord?] = []
        /// The checksums by which the other documents name packages.
        var identifiers: [String] = []
        var places: [Range<UInt64>] = []
    }

    let update: RepositoryUpdate
    let watch: @Sendable (RepositoryUpdate.Event) -> Void

    func load(into store: RecordStore) async throws(OmnibusError) -> Previous {
        let path = update.folder.appending("repodata/repomd.xml")
        guard FileSystem.exists(path) else { return Previous() }
        do throws(OmnibusError) {
            let bytes = try FileSystem.read(path, limit: 16 << 20)
            let index: YumIndex
            do throws(FormatError) {
                index = try YumIndex(parsing: bytes)
            } catch {
                throw .previousMetadata(error, path)
            }
            guard !update.rebuilds else { return Previous(index: index) }
            return Previous(index: index, entries: try await entries(of: index, store))
        } catch {
            guard update.rebuilds else { throw error }
            watch(.warning("\(error.message); everything is made anew"))
            return Previous()
        }
    }

    private func entries(
        of index: YumIndex,
        _ store: RecordStore
    ) async throws(OmnibusError) -> [String: RecordStore.Entry] {
        var wanted: [(YumDocument, YumIndex.Document, Spool)] = []
        for (number, document) in YumDocument.allCases.enumerated() {
            guard let entry = index.document(document.rawValue) else {
                // A generation without one of them, as by old tools, is no help.
                guard update.keepsAbsent else { return [:] }
                throw .incompleteMetadata("there is no '\(document.rawValue)'", update.folder)
            }
            wanted.append((document, entry, store.spool(number)))
        }
        let folder = update.folder
        let loaded = try await ConcurrentWork.map(wanted, atOnce: wanted.count) {
            (document, entry, spool) -> Result<Loaded, OmnibusError> in
            do throws(FormatError) {
                return .success(try Self.load(document, entry, below: folder, into: spool))
            } catch {
                guard error.code != .cancelled else { return .failure(.cancelled) }
                return .failure(.previousMetadata(error, folder.appending(entry.location)))
            }
        }
        // Of several that are damaged the first is named, whichever was read first.
        let documents = try loaded.map { (result) throws(OmnibusError) in try result.get() }
        let primary = documents[0]
        guard documents.allSatisfy({ $0.places.count == primary.places.count }) else {
            throw .previousMetadata("its documents list different numbers of packages", folder)
        }
        var entries: [String: RecordStore.Entry] = [:]
        entries.reserveCapacity(primary.places.count)
        for (place, head) in primary.heads.enumerated() {
            guard let head else {
                guard update.keepsAbsent else { continue }
                throw .incompleteMetadata("a package has no SHA-256, or lacks what clients need", folder)
            }
            guard documents.dropFirst().allSatisfy({ $0.identifiers[place] == head.sha256 }) else {
                throw .previousMetadata("its documents list packages in different order", folder)
            }
            entries[head.location] = RecordStore.Entry(record: head, places: documents.map { $0.places[place] })
        }
        return entries
    }

    /// Takes a document apart, with its checksum checked on the way.
    private static func load(
        _ document: YumDocument,
        _ entry: YumIndex.Document,
        below folder: FilePath,
        into spool: Spool
    ) throws(FormatError) -> Loaded {
        guard let algorithm = entry.algorithm, let form = entry.form else {
            throw FormatError(.unsupported, "'\(entry.checksumType)' or the compression is not known")
        }
        let file = try InputFile(opening: folder.appending(entry.location))
        let compressed = DigestingSource(file.part(from: 0), [algorithm])
        // Without a size in the index, no more than what XML can be compressed to.
        let limit = entry.openSize ?? max(64 << 20, file.size.multipliedReportingOverflow(by: 1000).partialValue)
        let reader = YumDocumentReader(document, try DecodingSource(form, compressed, limit: limit))
        let lineFeed: [UInt8] = [0x0A]
        var loaded = Loaded()
        while try reader.next({ (element) throws(FormatError) in
            let start = try spool.append(element.bytes).lowerBound
            loaded.places.append(start..<(try spool.append(lineFeed.span.bytes).upperBound))
            if document == .primary {
                loaded.heads.append(YumDocumentReader.head(of: element))
            } else {
                loaded.identifiers.append(YumDocumentReader.packageID(of: element) ?? "")
            }
            if loaded.places.count % 1024 == 0, Task.isCancelled {
                throw FormatError(.cancelled, "the task was cancelled")
            }
        }) {}
        try compressed.drain()
        guard compressed.hexadecimal(algorithm) == entry.checksum, entry.size ?? file.size == file.size else {
            throw FormatError(.repositoryMetadata, "the file is not the one that repomd.xml lists")
        }
        return loaded
    }
}
