import PackageFormats
import SystemPackage

/// The next state of a hosted repository, complete on this machine, and the state that it is made from.
struct HostedDraft: Sendable {
    /// A file of the repository that is complete.
    struct File: Sendable {
        /// Its path below the repository's folder.
        var name: String
        /// Its contents, or `nil` where they are those of `source`, which is hosted already.
        var contents: InputFile?
        /// The document of the store that has its contents.
        var source: String?
        /// Its size, and SHA-256 in hexadecimal, where they are known.
        var size: UInt64?
        var sha256: String?
    }

    /// The root that was read, or `nil` where there was no repository.
    var base: (name: String, tag: String)?
    /// The new root; `nil` where there is nothing to change.
    var root: File?
    /// What has its checksum in its name.
    var documents: [File] = []
    /// What follows from the root under plain names.
    var followers: [File] = []
    /// What was done.
    var summary: RepositoryUpdate.Summary
}

/// Makes drafts: fetches the metadata that are hosted, no package, and brings them up to date beside the new packages.
struct HostedDrafting: Sendable {
    let store: any ObjectStore
    let folder: HostedFolder
    /// Everything but the folder of the update that brings the metadata up to date.
    let template: RepositoryUpdate
    /// The new packages, by where they go below the folder.
    let packages: [String: FilePath]
    /// The page for people, whose packages and date are still to come; `nil` for none.
    let page: RepositoryPage?
    let transfers: Int

    /// More than any index has.
    private static let documentLimit: UInt64 = 4 << 30

    /// Makes a draft in a folder that is empty.
    func draft(
        in work: FilePath,
        _ watch: @escaping @Sendable (RepositoryUpdate.Event) -> Void
    ) async throws(OmnibusError) -> HostedDraft {
        try FileSystem.makeDirectories(work)
        do throws(OmnibusError) {
            let base = try await fetchRoot(to: work)
            if let base { try await fetchDocuments(of: base.name, to: work) }
            for (location, package) in packages {
                let path = work.appending(location)
                try FileSystem.makeDirectories(path.removingLastComponent())
                guard let real = FileSystem.resolved(package) else { throw FileSystem.failure("read", package) }
                try FileSystem.link(path, to: real.string)
            }
            if folder.kind == .apt { try FileSystem.makeDirectories(work.appending("\(AptLayout.pool)/main")) }
            var update = template
            update.folder = work
            update.kind = folder.kind
            update.suite = folder.kind == .apt ? folder.suite : nil
            update.keepsAbsent = true
            update.isDurable = false
            // What a repository is called is chosen once.
            if base != nil { update.releaseFields = [] }
            let summary = try await update.run(watch: watch)
            var draft = HostedDraft(base: base, summary: summary)
            switch folder.kind {
            case .yum: try await collectYum(work, into: &draft)
            case .apt, .aptFlat: try await collectApt(work, into: &draft)
            }
            if var page {
                // Some indexes write an epoch of 0, which packages do not say of themselves.
                page.packages = summary.listed.map { record in
                    var record = record
                    if record.version.epoch == 0 { record.version.epoch = nil }
                    return record
                }
                page.date = try date(of: draft, in: work)
                let html = InputFile(bytes: page.html(), named: FilePath(RepositoryPage.fileName))
                draft.followers.append(
                    HostedDraft.File(name: RepositoryPage.fileName, contents: html, size: html.size)
                )
            }
            return draft
        } catch {
            // People know the repository by its place in the store.
            var error = error
            if error.code == "duplicate-package" {
                // Of those that are new they know the file.
                for (location, path) in packages {
                    error.message.replace("\(work)/\(location) ", with: "\(path) ")
                }
                error.hint = "a published package stays; give the new one another version or release"
            }
            error.message = error.message.replacing(work.string, with: "\(store.location)/\(folder.path)")
            throw error
        }
    }

    // MARK: What is hosted

    private func fetchRoot(to work: FilePath) async throws(OmnibusError) -> (name: String, tag: String)? {
        var found: (name: String, tag: String)?
        for name in folder.roots {
            guard let object = try await store.get(folder.key(name), range: nil, limit: 16 << 20) else { continue }
            found = (name, object.info.tag)
            try FileSystem.makeDirectories(work.appending(name).removingLastComponent())
            try FileSystem.write(object.bytes, to: work.appending(name))
            break
        }
        guard let found else { return nil }
        // Whether it is signed has to be known: nothing may replace a signed root by another one.
        let signature = folder.kind == .yum ? "\(found.name).asc" : "\(folder.metadata)Release.gpg"
        if !found.name.hasSuffix("InRelease"), try await store.head(folder.key(signature)) != nil {
            try FileSystem.write([], to: work.appending(signature))
        }
        return found
    }

    private func fetchDocuments(of root: String, to work: FilePath) async throws(OmnibusError) {
        let bytes = try FileSystem.read(work.appending(root), limit: 16 << 20)
        // For each document, the names under which it may be found, the best first.
        var wanted: [[String]] = []
        do throws(FormatError) {
            if folder.kind == .yum {
                let index = try YumIndex(parsing: bytes)
                wanted = YumDocument.allCases.compactMap { index.document($0.rawValue) }.map { [$0.location] }
            } else {
                let release = try AptRelease(parsing: bytes)
                let indexes = release.files.filter { AptIndexes.isPackages($0.path) }
                for (_, forms) in Dictionary(grouping: indexes, by: { AptIndexes.folder($0.path) }) {
                    // All forms hold the same; the smallest is fetched.
                    guard let file = forms.min(by: { $0.size < $1.size }) else { continue }
                    let plain = folder.metadata + file.path
                    let byHash = folder.metadata + AptIndexes.byHash(file)
                    wanted.append(release.allowsByHash ? [byHash, plain] : [plain])
                }
            }
        } catch {
            throw .previousMetadata(error, work.appending(root))
        }
        _ = try await ConcurrentWork.map(wanted, atOnce: transfers) { (names) async throws(OmnibusError) in
            for name in names {
                let path = work.appending(name)
                if try await store.fetch(folder.key(name), to: path, limit: Self.documentLimit) != nil { return }
            }
        }
    }

    // MARK: What is going to be

    /// When the state was made, as its root says: everything that follows from a root is a function of it.
    private func date(of draft: HostedDraft, in work: FilePath) throws(OmnibusError) -> Int64 {
        guard let root = draft.root?.name ?? draft.base?.name else { return template.date }
        let bytes = try FileSystem.read(work.appending(root), limit: 16 << 20)
        do throws(FormatError) {
            return folder.kind == .yum
                ? Int64(try YumIndex(parsing: bytes).revision) ?? template.date
                : try AptRelease(parsing: bytes)["Date"].flatMap { AptDate.seconds($0) } ?? template.date
        } catch {
            throw OmnibusError(error, doing: "the repository")
        }
    }

    private func file(_ name: String, in work: FilePath) throws(OmnibusError) -> HostedDraft.File {
        do throws(FormatError) {
            let input = try InputFile(opening: work.appending(name))
            return HostedDraft.File(name: name, contents: input, size: input.size)
        } catch {
            throw OmnibusError(error, doing: "the repository")
        }
    }

    private func collectYum(_ work: FilePath, into draft: inout HostedDraft) async throws(OmnibusError) {
        let root = try file("repodata/repomd.xml", in: work)
        if draft.summary.isChanged {
            draft.root = root
            do throws(FormatError) {
                // What was carried over is hosted, and not here.
                for document in try YumIndex(parsing: root.contents?.contents(limit: 16 << 20) ?? []).documents
                where FileSystem.exists(work.appending(document.location)) {
                    draft.documents.append(
                        HostedDraft.File(
                            name: document.location,
                            contents: try InputFile(opening: work.appending(document.location)),
                            size: document.size,
                            sha256: document.checksum
                        )
                    )
                }
            } catch {
                throw OmnibusError(error, doing: "the repository")
            }
        } else if let signer = template.signer {
            // A publisher that was cut short may have left the signature of the root before.
            let bytes = try FileSystem.read(work.appending(root.name), limit: 16 << 20)
            try FileSystem.write(
                try await signer.detachedSignature(of: bytes),
                to: work.appending("repodata/repomd.xml.asc")
            )
            try FileSystem.write(try await signer.publicKey(), to: work.appending("repodata/repomd.xml.key"))
        }
        guard template.signer != nil else { return }
        draft.followers = [
            try file("repodata/repomd.xml.asc", in: work), try file("repodata/repomd.xml.key", in: work),
        ]
    }

    private func collectApt(_ work: FilePath, into draft: inout HostedDraft) async throws(OmnibusError) {
        let isSigned = template.signer != nil
        let rootName = folder.metadata + (isSigned ? "InRelease" : "Release")
        let root = try file(rootName, in: work)
        let release: AptRelease
        let text: [UInt8]
        do throws(FormatError) {
            text = try root.contents?.contents(limit: 16 << 20) ?? []
            release = try AptRelease(parsing: text)
        } catch {
            throw OmnibusError(error, doing: "the repository")
        }
        for entry in release.files {
            let name = folder.metadata + AptIndexes.byHash(entry)
            var document = HostedDraft.File(name: name, size: entry.size, sha256: entry.sha256)
            if draft.summary.isChanged {
                document.contents = try file(name, in: work).contents
                draft.documents.append(document)
            } else {
                document.source = name
            }
            document.name = folder.metadata + entry.path
            draft.followers.append(document)
        }
        if draft.summary.isChanged { draft.root = root }
        guard isSigned, let signer = template.signer else { return }
        if !draft.summary.isChanged {
            let signed = AptRelease.signedText(text) ?? []
            try FileSystem.write(signed, to: work.appending("\(folder.metadata)Release"))
            try FileSystem.write(
                try await signer.detachedSignature(of: signed),
                to: work.appending("\(folder.metadata)Release.gpg")
            )
        }
        let key = try await signer.publicKey()
        // Every apt reads a key that is not armoured.
        try FileSystem.write(
            OpenPGPArmor.decode(key, .publicKey) ?? key,
            to: work.appending(HostedFolder.aptKeyring)
        )
        for name in ["\(folder.metadata)Release.gpg", "\(folder.metadata)Release", HostedFolder.aptKeyring] {
            draft.followers.append(try file(name, in: work))
        }
    }
}

/// Names of apt's indexes below the folder of their release.
enum AptIndexes {
    /// Whether it is an index of packages, in any form.
    static func isPackages(_ path: String) -> Bool {
        guard let name = path.split(separator: "/").last else { return false }
        return name == "Packages" || name.hasPrefix("Packages.")
    }

    /// The folder of a path, with a slash at its end; empty for none.
    static func folder(_ path: String) -> String {
        path.split(separator: "/").dropLast().map { "\($0)/" }.joined()
    }

    /// Where a file is to be had by its checksum.
    static func byHash(_ file: AptRelease.File) -> String { "\(folder(file.path))by-hash/SHA256/\(file.sha256)" }
}
