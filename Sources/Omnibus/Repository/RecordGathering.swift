import PackageFormats
import SystemPackage

/// Makes the list of what a repository holds now: unchanged packages from the metadata that were there, the rest from the
/// packages themselves.
struct RecordGathering {
    let update: RepositoryUpdate
    let watch: @Sendable (RepositoryUpdate.Event) -> Void

    /// Gathers.
    ///
    /// - Parameters:
    ///   - folder: what is there.
    ///   - old: what was listed, by location.
    ///   - isUnchanged: whether a listed package is still the one in the folder.
    ///   - reading: how packages are read.
    ///   - store: where the texts go.
    /// - Returns: the entries in the order in which they are going to be listed.
    func gather(
        _ folder: PackageFolder,
        old: [String: RecordStore.Entry],
        isUnchanged: (RepositoryRecord, PackageFolder.File) -> Bool,
        reading: RecordReading,
        store: RecordStore,
        summary: inout RepositoryUpdate.Summary
    ) throws(OmnibusError) -> [RecordStore.Entry] {
        for warning in folder.warnings { watch(.warning(warning)) }
        guard !update.keepsAbsent else { return try add(folder, to: old, reading, store, &summary) }
        var kept: [(entry: RecordStore.Entry, time: Int64)] = []
        var wanted: [RecordReading.File] = []
        var seen = 0
        for file in folder.files {
            if let entry = old[file.location] {
                seen += 1
                if isUnchanged(entry.record, file) {
                    kept.append((entry, file.modificationTime))
                    continue
                }
            }
            wanted.append(
                RecordReading.File(
                    path: FilePath("\(folder.root)/\(file.location)"),
                    location: file.location,
                    modificationTime: file.modificationTime
                )
            )
        }
        summary.reused += kept.count
        summary.removed += old.count - seen
        let skippedBefore = summary.skipped.count
        kept += try read(wanted, reading, store: store, summary: &summary)
        summary.read += wanted.count - (summary.skipped.count - skippedBefore)
        let entries = try unique(kept, root: folder.root, summary: &summary)
        // Places are moved instead of entries, which are many times as large.
        let order = entries.indices.sorted {
            Self.precedes(entries[$0].record, entries[$1].record, kind: update.kind)
        }
        return order.map { entries[$0] }
    }

    /// Keeps everything that was listed, and adds what the folder has and the list has not.
    private func add(
        _ folder: PackageFolder,
        to old: [String: RecordStore.Entry],
        _ reading: RecordReading,
        _ store: RecordStore,
        _ summary: inout RepositoryUpdate.Summary
    ) throws(OmnibusError) -> [RecordStore.Entry] {
        var wanted: [RecordReading.File] = []
        for file in folder.files {
            let path = FilePath("\(folder.root)/\(file.location)")
            guard let listed = old[file.location]?.record else {
                wanted.append(
                    RecordReading.File(
                        path: path,
                        location: file.location,
                        modificationTime: file.modificationTime
                    )
                )
                continue
            }
            let sha256: String
            do throws(FormatError) {
                sha256 = try InputFile(opening: path).sha256()
            } catch {
                throw OmnibusError(error, doing: "the repository")
            }
            guard listed.sha256 == sha256 else { throw .packageExists(file.location, as: file.location, listed) }
            summary.identical.append(listed)
        }
        let skippedBefore = summary.skipped.count
        let read = try read(wanted, reading, store: store, summary: &summary)
        var added: [String: RecordStore.Entry] = [:]
        for entry in try unique(read, root: folder.root, summary: &summary) { added[entry.record.identity] = entry }
        let names = Set(added.values.map(\.record.name))
        for entry in old.values where names.contains(entry.record.name) {
            guard let new = added[entry.record.identity]?.record else { continue }
            guard new.sha256 == entry.record.sha256 else {
                throw .packageExists(new.location, as: entry.record.location, entry.record)
            }
            summary.identical.append(entry.record)
            added[entry.record.identity] = nil
        }
        summary.reused += old.count
        summary.read += wanted.count - (summary.skipped.count - skippedBefore)
        let entries = added.values.sorted { Self.precedes($0.record, $1.record, kind: update.kind) }
        summary.added += entries.map(\.record)
        let all = (Array(old.values) + entries).sorted { Self.precedes($0.record, $1.record, kind: update.kind) }
        summary.listed += all.map(\.record)
        return all
    }

    private func read(
        _ files: [RecordReading.File],
        _ reading: RecordReading,
        store: RecordStore,
        summary: inout RepositoryUpdate.Summary
    ) throws(OmnibusError) -> [(RecordStore.Entry, Int64)] {
        var entries: [(RecordStore.Entry, Int64)] = []
        var broken: [(path: FilePath, error: FormatError)] = []
        if !files.isEmpty { watch(.read(count: 0, of: files.count)) }
        do throws(FormatError) {
            try reading.read(files) { (index, result) throws(FormatError) in
                switch result {
                case .success(let record): entries.append((try store.add(record), files[index].modificationTime))
                case .failure(let error) where error.code == .cancelled: throw error
                case .failure(let error): broken.append((files[index].path, error))
                }
                if (index + 1) % 64 == 0 || index + 1 == files.count {
                    watch(.read(count: index + 1, of: files.count))
                }
            }
        } catch {
            throw OmnibusError(error, doing: "the repository")
        }
        guard let first = broken.first else { return entries }
        guard update.skipsBroken else {
            let rest = broken.dropFirst().prefix(19).map { "\n  \($0.error)" }.joined()
            let more = broken.count > 20 ? "\n  and \(broken.count - 20) more" : ""
            throw OmnibusError(
                first.error.code.rawValue,
                .badInput,
                "\(first.error)\(rest)\(more)",
                hint: "remove \(broken.count == 1 ? "it" : "them"), or leave bad packages out with --skip-broken"
            )
        }
        for (path, error) in broken {
            watch(.warning("left out: \(error)"))
            summary.skipped.append(path)
        }
        return entries
    }

    /// Leaves one of each package: two files of the same contents are one, two of other contents are a mistake.
    private func unique(
        _ entries: [(entry: RecordStore.Entry, time: Int64)],
        root: FilePath,
        summary: inout RepositoryUpdate.Summary
    ) throws(OmnibusError) -> [RecordStore.Entry] {
        var chosen: [String: Int] = [:]
        chosen.reserveCapacity(entries.count)
        for index in entries.indices {
            let record = entries[index].entry.record
            guard let other = chosen.updateValue(index, forKey: record.identity) else { continue }
            let rival = entries[other].entry.record
            let (first, second) = (root.appending(rival.location), root.appending(record.location))
            if rival.sha256 == record.sha256, !record.sha256.isEmpty {
                let listed = min(rival.location, record.location)
                chosen[record.identity] = listed == record.location ? index : other
                watch(.warning("\(first) and \(second) are the same package; \(listed) is listed"))
                continue
            }
            guard update.duplicates == .keepNewest else {
                throw OmnibusError(
                    "duplicate-package",
                    .badInput,
                    "\(first) and \(second) are both \(record.identity), with other contents",
                    hint: "remove one, or list the one that was changed last with --on-duplicate keep-newest"
                )
            }
            let isNewer = (entries[index].time, record.location) > (entries[other].time, rival.location)
            if !isNewer { chosen[record.identity] = other }
            watch(.warning("left out: \(isNewer ? first : second), which \(isNewer ? second : first) replaces"))
        }
        guard chosen.count < entries.count else { return entries.map(\.entry) }
        return chosen.values.map { entries[$0].entry }
    }

    /// By name, then from the oldest version to the newest, then by architecture and path.
    private static func precedes(_ a: RepositoryRecord, _ b: RepositoryRecord, kind: RepositoryUpdate.Kind) -> Bool {
        if a.name != b.name { return a.name < b.name }
        let order =
            kind == .yum ? a.version.rpmPrecedence(over: b.version) : a.version.debianPrecedence(over: b.version)
        if order != 0 { return order < 0 }
        return (a.architecture, a.location) < (b.architecture, b.location)
    }
}

extension OmnibusError {
    /// A package that is hosted never changes.
    static func packageExists(_ new: String, as location: String, _ listed: RepositoryRecord) -> OmnibusError {
        OmnibusError(
            "package-exists",
            .badInput,
            "\(listed.identity) is there already, as \(location), with other contents than \(new)",
            hint: "a published package never changes: give the new one another version or release"
        )
    }
}
