import Glibc
import PackageFormats
import SystemPackage

/// Reads the indexes that are there, so that what did not change can be taken over.
struct AptGeneration {
    /// What is there.
    struct Previous {
        var release: AptRelease?
        /// By location.
        var entries: [String: RecordStore.Entry] = [:]
        /// The components that list them, where packages are kept elsewhere.
        var components: [String: Set<String>] = [:]
        /// When it was made, in Unix seconds: packages that were changed before are as they were read then.
        var made: Int64 = 0
    }

    let update: RepositoryUpdate
    let layout: AptLayout
    let watch: @Sendable (RepositoryUpdate.Event) -> Void

    func load(into store: RecordStore) throws(OmnibusError) -> Previous {
        guard let name = AptLayout.releaseNames.first(where: { FileSystem.exists(layout.root.appending($0)) }) else {
            return Previous()
        }
        let path = layout.root.appending(name)
        do throws(OmnibusError) {
            let bytes = try FileSystem.read(path, limit: 16 << 20)
            var previous = Previous()
            do throws(FormatError) {
                let release = try AptRelease(parsing: bytes)
                previous.release = release
                let written = FileSystem.status(path).map { Int64($0.st_mtim.tv_sec) } ?? 0
                previous.made = min(release["Date"].flatMap { AptDate.seconds($0) } ?? 0, written)
            } catch {
                throw .previousMetadata(error, path)
            }
            guard !update.rebuilds, let release = previous.release else { return previous }
            let folders = release.files.compactMap { AptGeneration.folder($0.path) }
            for folder in Set(folders).sorted() {
                do throws(FormatError) {
                    let found = try load(folder, of: release, store, into: &previous.entries)
                    guard update.keepsAbsent, let component = AptGeneration.component(folder) else { continue }
                    previous.components[component, default: []].formUnion(found)
                } catch {
                    guard error.code != .cancelled else { throw .cancelled }
                    throw .previousMetadata(error, layout.root.appending(folder))
                }
            }
            return previous
        } catch {
            guard update.rebuilds else { throw error }
            watch(.warning("\(error.message); everything is made anew"))
            return Previous()
        }
    }

    /// The folder of an index of packages.
    private static func folder(_ path: String) -> String? {
        let parts = path.split(separator: "/")
        guard let name = parts.last, name == "Packages" || name.hasPrefix("Packages.") else { return nil }
        return parts.dropLast().joined(separator: "/")
    }

    /// The component of such a folder in a pooled repository.
    private static func component(_ folder: String) -> String? {
        let parts = folder.split(separator: "/")
        guard parts.count > 1, parts.last?.hasPrefix("binary-") == true else { return nil }
        return parts.dropLast().joined(separator: "/")
    }

    private static let forms: [(suffix: String, form: CompressedForm)] = [
        ("", .none), (".zst", .zstd), (".gz", .gzip), (".xz", .xz), (".bz2", .bzip2), (".lzma", .lzma),
    ]

    private func load(
        _ folder: String,
        of release: AptRelease,
        _ store: RecordStore,
        into entries: inout [String: RecordStore.Entry]
    ) throws(FormatError) -> [String] {
        let index = AptLayout.Index(folder: folder)
        for (suffix, form) in Self.forms {
            guard let file = release.files.first(where: { $0.path == index.path("Packages\(suffix)") }),
                let input = layout.file(file, in: folder)
            else { continue }
            return try read(
                DecodingSource(form, input.part(from: 0), limit: max(64 << 20, file.size &* 1000)),
                store,
                &entries
            )
        }
        throw FormatError(.repositoryMetadata, "no index of packages is the one that the release lists")
    }

    private func read(
        _ source: DecodingSource,
        _ store: RecordStore,
        _ entries: inout [String: RecordStore.Entry]
    ) throws(FormatError) -> [String] {
        var found: [String] = []
        let reader = AptPackagesReader(source)
        let lineFeed: [UInt8] = [0x0A]
        let spool = store.spool(0)
        while try reader.next({ (stanza) throws(FormatError) in
            let record = try AptPackagesReader.head(of: stanza)
            if update.keepsAbsent { found.append(record.location) }
            // Packages for all architectures stand in every index.
            guard entries[record.location] == nil else { return }
            let start = try spool.append(stanza.bytes).lowerBound
            let place = start..<(try spool.append(lineFeed.span.bytes).upperBound)
            entries[record.location] = RecordStore.Entry(record: record, places: [place])
            if entries.count % 1024 == 0, Task.isCancelled {
                throw FormatError(.cancelled, "the task was cancelled")
            }
        }) {}
        return found
    }
}
