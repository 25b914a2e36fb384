import Glibc
import PackageFormats
import SystemPackage

/// Brings the indexes of an apt repository up to date: first under the names of their checksums, which nobody asks for
/// yet, then under their plain names, and the release last.
struct AptUpdater {
    let update: RepositoryUpdate
    let watch: @Sendable (RepositoryUpdate.Event) -> Void

    private static let signedNames = ["InRelease", "Release.gpg"]
    /// Fields that every run makes anew.
    private static let ownFields = [
        "Date", "Valid-Until", "Acquire-By-Hash", "Architectures", "Components",
    ]
    /// Fields whose change makes clients stop until a person has agreed.
    private static let identity = ["Origin", "Label", "Codename"]

    func run() async throws(OmnibusError) -> RepositoryUpdate.Summary {
        let layout = try AptLayout(update)
        let staging = layout.root.appending(".flocker-pkg.new")
        try FileSystem.remove(staging)
        var summary = RepositoryUpdate.Summary(
            root: layout.root.appending(update.signer == nil ? "Release" : "InRelease")
        )
        if update.signer == nil,
            let name = Self.signedNames.first(where: { FileSystem.exists(layout.root.appending($0)) })
        {
            throw .signatureWouldBeLost(layout.root.appending(name))
        }
        let store = try RecordStore(in: update.folder, documents: 1)
        let previous = try AptGeneration(update: update, layout: layout, watch: watch).load(into: store)
        let components = try gather(layout, previous, store, &summary)
        let architectures = architectures(components, previous.release)
        let indexes = components.flatMap { component, entries in
            guard let component else { return [(AptLayout.Index(folder: ""), entries)] }
            return architectures.map { architecture in
                (layout.index(component, architecture), entries.filter { Self.fits($0.record, architecture) })
            }
        }
        summary.packages = components.reduce(0) { $0 + $1.entries.count }
        if isUpToDate(previous, summary, indexes.map(\.0), layout) {
            summary.isChanged = false
            summary.isSigned = update.signer != nil
            return summary
        }
        do throws(OmnibusError) {
            try FileSystem.makeDirectories(staging)
            let writer = AptIndexWriter(update: update, staging: staging, store: store, watch: watch)
            var files: [AptIndexWriter.File] = []
            for (index, entries) in indexes {
                guard !Task.isCancelled else { throw .cancelled }
                files += try writer.packages(entries, index)
                if let suite = layout.suite {
                    files.append(try writer.release(index, fields: fields(previous.release, layout, suite)))
                    if update.listsContents {
                        files.append(try writer.contents(entries, index, since: contents(index, previous, layout)))
                    }
                }
            }
            let release = try release(
                files,
                architectures,
                components.compactMap(\.component),
                layout,
                previous.release
            )
            let roots = try await writeRoots(release, in: staging)
            try publish(files, roots, from: staging, layout)
            try collect(files, previous.release, layout)
        } catch {
            try? FileSystem.remove(staging)
            throw error
        }
        try FileSystem.remove(staging)
        summary.isSigned = update.signer != nil
        return summary
    }

    private func gather(
        _ layout: AptLayout,
        _ previous: AptGeneration.Previous,
        _ store: RecordStore,
        _ summary: inout RepositoryUpdate.Summary
    ) throws(OmnibusError) -> [(component: String?, entries: [RecordStore.Entry])] {
        var components: [(component: String?, entries: [RecordStore.Entry])] = []
        var rest = previous.entries
        let names: [String?] = layout.suite == nil ? [nil] : self.components(layout, previous)
        for component in names {
            let below = component.map { "\(AptLayout.pool)/\($0)" } ?? ""
            let listed = component.flatMap { previous.components[$0] }
            let own = rest.filter { below.isEmpty || $0.key.hasPrefix("\(below)/") || listed?.contains($0.key) == true }
            for location in own.keys { rest[location] = nil }
            let made = previous.made
            let entries = try RecordGathering(update: update, watch: watch).gather(
                PackageFolder(update.folder, suffix: ".deb", below: below),
                old: own,
                isUnchanged: { record, file in
                    // An index does not say when a package was changed; nobody can set back when it was touched last.
                    record.size == file.size && !record.sha256.isEmpty && file.changeTime < made
                },
                reading: .deb(threads: update.threads),
                store: store,
                summary: &summary
            )
            components.append((component, entries))
        }
        summary.removed += rest.count
        return components
    }

    /// Those of the pool, and those that packages elsewhere are listed in.
    private func components(_ layout: AptLayout, _ previous: AptGeneration.Previous) -> [String] {
        Set(layout.components).union(previous.components.keys).sorted()
    }

    private static func fits(_ record: RepositoryRecord, _ architecture: String) -> Bool {
        record.architecture == architecture || record.architecture == "all"
    }

    /// The index of files that is there, and the packages that it lists.
    private func contents(
        _ index: AptLayout.Index,
        _ previous: AptGeneration.Previous,
        _ layout: AptLayout
    ) -> AptContents.Previous? {
        guard !update.rebuilds, let component = index.component, let architecture = index.architecture,
            let listed = previous.release?.files.first(where: { $0.path == "\(component)/\(index.contents).gz" }),
            let file = layout.file(listed, in: component)
        else { return nil }
        let entries = previous.entries.values.filter { entry in
            entry.record.location.hasPrefix("\(AptLayout.pool)/\(component)/") && Self.fits(entry.record, architecture)
        }
        return AptContents.Previous(file: file, entries: entries)
    }

    /// The architectures of the packages, those asked for, and those published before.
    private func architectures(
        _ components: [(component: String?, entries: [RecordStore.Entry])],
        _ previous: AptRelease?
    ) -> [String] {
        var names = Set(components.lazy.flatMap(\.entries).map(\.record.architecture))
        names.formUnion(update.architectures)
        names.formUnion((previous?["Architectures"] ?? "").split(separator: " ").map(String.init))
        names.remove("all")
        // Packages for all architectures alone fit every machine; these are the ones that nearly everybody has.
        if names.isEmpty { names = ["amd64", "arm64"] }
        return names.sorted()
    }

    private func isUpToDate(
        _ previous: AptGeneration.Previous,
        _ summary: RepositoryUpdate.Summary,
        _ indexes: [AptLayout.Index],
        _ layout: AptLayout
    ) -> Bool {
        // Signing again what did not change would only be another generation, unless it is to be valid for longer.
        let isSigned = update.keepsAbsent && FileSystem.exists(layout.root.appending("InRelease"))
        guard let release = previous.release, update.signer == nil || isSigned, !update.rebuilds,
            update.validity == nil,
            release["Valid-Until"] == nil, !update.listsContents, summary.read == 0, summary.removed == 0,
            summary.packages == summary.reused, summary.reused == previous.entries.count,
            update.releaseFields.allSatisfy({ release[$0.name] == $0.value })
        else { return false }
        let wanted = indexes.flatMap { index in
            AptIndexWriter.forms(update).map { index.path("Packages\($0.algorithm.suffix)") }
        }
        return release.allowsByHash && Set(wanted).isSubset(of: release.files.map(\.path))
    }

    // MARK: The release

    /// What the release says beside its sums, without what every run makes anew.
    private func fields(_ old: AptRelease?, _ layout: AptLayout, _ suite: String?) -> [AptRelease.Field] {
        var fields = (old?.fields ?? []).filter { field in !Self.ownFields.contains(field.name) }
        for field in update.releaseFields {
            if let place = fields.firstIndex(where: { $0.name == field.name }) {
                fields[place].value = field.value
            } else {
                fields.append(field)
            }
        }
        if let suite {
            for name in ["Suite", "Codename"] where !fields.contains(where: { $0.name == name }) {
                fields.append(AptRelease.Field(name, suite))
            }
        }
        return fields
    }

    private func release(
        _ files: [AptIndexWriter.File],
        _ architectures: [String],
        _ components: [String],
        _ layout: AptLayout,
        _ old: AptRelease?
    ) throws(OmnibusError) -> [UInt8] {
        var fields = fields(old, layout, layout.suite)
        if let old {
            for name in Self.identity {
                let value = fields.first { $0.name == name }?.value
                guard value != old[name] else { continue }
                watch(.warning("\(name) changes: clients stop until somebody allows it (--allow-releaseinfo-change)"))
            }
        }
        // A clock that was set back must not make clients hold on to the older state.
        let date = max(update.date, old?["Date"].flatMap { AptDate.seconds($0) } ?? 0)
        fields.append(AptRelease.Field("Date", AptDate.text(date)))
        if let validity = update.validity {
            fields.append(
                AptRelease.Field("Valid-Until", AptDate.text(date.addingReportingOverflow(validity).partialValue))
            )
        }
        fields.append(AptRelease.Field("Acquire-By-Hash", "yes"))
        fields.append(AptRelease.Field("Architectures", architectures.joined(separator: " ")))
        if layout.suite != nil {
            fields.append(AptRelease.Field("Components", components.joined(separator: " ")))
        }
        do throws(FormatError) {
            return try AptRelease(fields: fields, files: files.map(\.entry)).encode()
        } catch {
            throw OmnibusError(error, doing: "Release")
        }
    }

    /// Writes the release, and its signatures around it and beside it.
    ///
    /// - Returns: the names, in the order in which they have to appear.
    private func writeRoots(_ release: [UInt8], in staging: FilePath) async throws(OmnibusError) -> [String] {
        // Indexes have folders or names of their own, so nothing is in the way.
        try write(release, to: staging.appending("Release"))
        guard let signer = update.signer else { return ["Release"] }
        watch(.writing("InRelease"))
        try write(
            try await signer.detachedSignature(of: release),
            to: staging.appending("Release.gpg")
        )
        try write(try await signer.clearsigned(release), to: staging.appending("InRelease"))
        return ["Release.gpg", "Release", "InRelease"]
    }

    // MARK: Publishing

    private func publish(
        _ files: [AptIndexWriter.File],
        _ roots: [String],
        from staging: FilePath,
        _ layout: AptLayout
    ) throws(OmnibusError) {
        // Whoever has the old release finds its indexes by their checksums, whatever stands under the plain names.
        for file in files {
            let folder = layout.root.appending(file.byHashFolder)
            try FileSystem.makeDirectories(folder)
            try GenerationSwitch.link(file.path, to: folder.appending(file.entry.sha256))
        }
        for folder in Set(files.map(\.byHashFolder)) { try sync(layout.root.appending(folder)) }
        for file in files { try FileSystem.move(file.path, to: layout.root.appending(file.entry.path)) }
        for folder in Set(files.map(\.folder)) {
            try sync(folder.isEmpty ? layout.root : layout.root.appending(folder))
        }
        for name in roots { try FileSystem.move(staging.appending(name), to: layout.root.appending(name)) }
        try sync(layout.root)
    }

    /// Removes indexes of old generations that can be had by their checksum only.
    ///
    /// What this run replaced gets its date, so that files of one generation have one date.
    private func collect(
        _ files: [AptIndexWriter.File],
        _ old: AptRelease?,
        _ layout: AptLayout
    ) throws(OmnibusError) {
        let replaced = Set((old?.files ?? []).map(\.sha256))
        let current = Set(files.map(\.entry.sha256))
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        for folder in Set(files.map(\.byHashFolder)) {
            var older: [(path: FilePath, time: Int64)] = []
            for name in try FileSystem.names(in: layout.root.appending(folder)) where !current.contains(name) {
                let path = layout.root.appending(folder).appending(name)
                if replaced.contains(name) { GenerationSwitch.setTime(path, now) }
                guard let status = FileSystem.status(path), status.st_mode & S_IFMT == S_IFREG else { continue }
                older.append((path, Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)))
            }
            let kept = Set(Set(older.map(\.time)).sorted(by: >).prefix(max(0, update.generations - 1)))
            for file in older where !kept.contains(file.time) { try FileSystem.remove(file.path) }
        }
    }

    private func write(_ bytes: [UInt8], to path: FilePath) throws(OmnibusError) {
        try GenerationSwitch.write(bytes, to: path, isDurable: update.isDurable)
    }

    private func sync(_ folder: FilePath) throws(OmnibusError) {
        if update.isDurable { try GenerationSwitch.sync(folder) }
    }
}
