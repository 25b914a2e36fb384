import PackageFormats
import SystemPackage

/// Writes the files that a release lists, beside those that are there.
struct AptIndexWriter {
    /// A file that is complete, in the folder where the new generation is made.
    struct File {
        /// Where it is now.
        var path: FilePath
        /// The folder below that of the release where it is going to be.
        var folder: String
        var entry: AptRelease.File

        /// Where clients look for it by its checksum.
        var byHashFolder: String { folder.isEmpty ? "by-hash/SHA256" : "\(folder)/by-hash/SHA256" }
    }

    let update: RepositoryUpdate
    let staging: FilePath
    let store: RecordStore
    let watch: @Sendable (RepositoryUpdate.Event) -> Void

    /// How indexes of packages are written: as they are, which every release has to list, and compressed.
    static func forms(_ update: RepositoryUpdate) -> [Compression] {
        var forms = [Compression.none]
        for compression in update.compressions where !forms.contains(where: { $0.algorithm == compression.algorithm }) {
            forms.append(compression)
        }
        return forms
    }

    /// `Packages` in every form.
    func packages(_ entries: [RecordStore.Entry], _ index: AptLayout.Index) throws(OmnibusError) -> [File] {
        try write("Packages", index, Self.forms(update)) { (body) throws(FormatError) in
            try store.read(0, of: entries, body)
        }
    }

    /// The small release that goes with one index.
    func release(_ index: AptLayout.Index, fields: [AptRelease.Field]) throws(OmnibusError) -> File {
        var stanza = ControlStanza()
        do throws(FormatError) {
            for (name, source) in [
                ("Archive", "Suite"), ("Origin", "Origin"), ("Label", "Label"), ("Version", "Version"),
            ] {
                guard let field = fields.first(where: { $0.name == source }) else { continue }
                try stanza.append(name, field.value)
            }
            try stanza.append("Component", index.component ?? "")
            try stanza.append("Architecture", index.architecture ?? "")
        } catch {
            throw OmnibusError(error, doing: "Release")
        }
        var bytes: [UInt8] = []
        stanza.render(into: &bytes)
        let text = bytes
        return try write("Release", index, [.none]) { (body) throws(FormatError) in try body(text.span.bytes) }[0]
    }

    /// `Contents`: which package a file comes from.
    ///
    /// - Parameters:
    ///   - entries: the packages to list.
    ///   - index: which of the indexes it is for.
    ///   - previous: what can be built upon.
    func contents(
        _ entries: [RecordStore.Entry],
        _ index: AptLayout.Index,
        since previous: AptContents.Previous?
    ) throws(OmnibusError) -> File {
        let contents = try AptContents(entries, in: update.folder, since: previous)
        do throws(OmnibusError) {
            return try write(contents, index)
        } catch {
            guard contents.buildsOnPrevious, error.code != OmnibusError.cancelled.code else { throw error }
            watch(.warning("the data of every package are read for \(index.contents): \(error.message)"))
            return try write(try AptContents(entries, in: update.folder, since: nil), index)
        }
    }

    private func write(_ contents: AptContents, _ index: AptLayout.Index) throws(OmnibusError) -> File {
        let gzip = Self.forms(update).first { $0.algorithm == .gzip } ?? .gzip
        let place = AptLayout.Index(folder: index.component ?? "")
        return try write(index.contents, place, [gzip]) { (body) throws(FormatError) in try contents.write(body) }[0]
    }

    private func write(
        _ name: String,
        _ index: AptLayout.Index,
        _ forms: [Compression],
        _ fill: ((RawSpan) throws(FormatError) -> Void) throws(FormatError) -> Void
    ) throws(OmnibusError) -> [File] {
        watch(.writing(index.path(name)))
        let folder = index.folder.isEmpty ? staging : staging.appending(index.folder)
        try FileSystem.makeDirectories(folder)
        do throws(FormatError) {
            var open: [(file: MetadataFile, name: String)] = []
            for form in forms {
                let name = name + form.algorithm.suffix
                let file = try MetadataFile(
                    creating: folder.appending(name),
                    form,
                    threads: update.threads,
                    digestsContents: false
                )
                open.append((file, name))
            }
            try fill { (bytes) throws(FormatError) in
                for (file, _) in open { try file.write(bytes) }
            }
            var files: [File] = []
            for (file, name) in open {
                let sum = try file.commit(isDurable: update.isDurable).file
                files.append(
                    File(
                        path: folder.appending(name),
                        folder: index.folder,
                        entry: AptRelease.File(sha256: sum.sha256, size: sum.size, path: index.path(name))
                    )
                )
            }
            return files
        } catch {
            throw OmnibusError(error, doing: "the repository")
        }
    }
}
