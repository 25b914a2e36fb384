import PackageFormats
import SystemPackage

/// Publishes to one repository.
///
/// Packages go first, then what has its checksum in its name, then the root, on the condition that it still is the one
/// that was read, and then what follows from the root. Only the root's writing shows: what stands there before it is asked
/// for by nobody, and what comes after it is settled by whoever wrote the newest root.
struct FolderPublisher: Sendable {
    let drafting: HostedDrafting
    let work: FilePath
    let watch: @Sendable (Publisher.Event) -> Void

    private static let attempts = 40
    /// A document of that age, in seconds, that is there already may be about to be pruned.
    private static let refreshAge: Int64 = 3600

    private var store: any ObjectStore { drafting.store }
    private var folder: HostedFolder { drafting.folder }

    /// The first draft, by which it is known whether everything can be published.
    func draft() async throws(OmnibusError) -> HostedDraft { try await draft(1) }

    private func draft(_ attempt: Int) async throws(OmnibusError) -> HostedDraft {
        watch(.began("prepare", folder.path))
        return try await drafting.draft(in: work.appending("attempt-\(attempt)")) { event in
            watch(.update(event))
        }
    }

    /// Writes the packages that are not listed yet.
    func upload(_ draft: HostedDraft) async throws(OmnibusError) {
        watch(.began("upload", "\(draft.summary.added.count) packages to \(folder.path)"))
        _ = try await ConcurrentWork.map(draft.summary.added, atOnce: drafting.transfers) {
            (record) async throws(OmnibusError) in
            guard let path = drafting.packages[record.location] else { return }
            let file = try PublishPlan.open(path, as: record.sha256)
            try await create(
                HostedDraft.File(name: record.location, contents: file, size: record.size, sha256: record.sha256)
            )
        }
    }

    /// Writes a file that never changes under its name, or finds that it is there.
    private func create(_ file: HostedDraft.File, refreshes: Bool = false) async throws(OmnibusError) {
        guard let contents = file.contents else { return }
        let key = try folder.key(file.name)
        for _ in 0..<4 {
            let attributes = ObjectAttributes.immutable(file.name)
            guard try await store.put(contents, at: key, attributes, if: .absent) == .conditionFailed else { return }
            guard let there = try await store.head(key) else { continue }
            guard try await store.holds(there, contents) else {
                throw OmnibusError(
                    "package-exists",
                    .badInput,
                    "another object stands at \(store.location)/\(key) than \(contents.path)",
                    hint: "a published package never changes: give the new one another version or release; what no "
                        + "index lists may also be removed"
                )
            }
            guard refreshes, there.age(at: drafting.template.date) > Self.refreshAge else { return }
            // Whoever prunes goes by the date, so that it has to be a new one.
            if try await store.put(contents, at: key, attributes, if: .matches(tag: there.tag)) != .conditionFailed {
                return
            }
        }
        throw OmnibusError(
            "publish-conflict",
            .unavailable,
            "\(store.location)/\(key) is written by others all the time"
        )
    }

    // MARK: The root

    /// Makes the draft, or what takes its place after others have published, the state that clients see.
    ///
    /// - Returns: the draft that was written, the writing of its root, and how many attempts it took.
    func commit(
        _ first: HostedDraft
    ) async throws(OmnibusError) -> (draft: HostedDraft, tag: String, attempts: Int) {
        var draft = first
        let clock = ContinuousClock()
        // How long an attempt takes: about as long as others need for theirs.
        var span = Duration.milliseconds(50)
        for attempt in 1...Self.attempts {
            let start = clock.now
            if attempt > 1 {
                draft = try await self.draft(attempt)
                try check(draft, after: first)
            }
            if let tag = try await write(draft) { return (draft, tag, attempt) }
            span = max(span, clock.now - start)
            watch(.overtaken(folder.path))
            try FileSystem.remove(work.appending("attempt-\(attempt)"))
            do {
                // Step aside for a while that none of the others chooses too, at last for what twenty of them need.
                let longest = min(span * min(20, 1 << min(attempt, 5)), .seconds(15))
                try await Task.sleep(for: longest * Double.random(in: 0...1))
            } catch {
                throw .cancelled
            }
        }
        throw OmnibusError(
            "publish-conflict",
            .unavailable,
            "others publish to \(store.location)/\(folder.path) all the time",
            hint: "try again; what was uploaded is used"
        )
    }

    /// Makes sure that a later draft lists the packages that were uploaded by the first.
    private func check(_ draft: HostedDraft, after first: HostedDraft) throws(OmnibusError) {
        var uploaded: [String: String] = [:]
        for record in first.summary.added + first.summary.identical { uploaded[record.location] = record.sha256 }
        for record in draft.summary.added where uploaded[record.location] != record.sha256 {
            throw PublishPlan.changed(drafting.packages[record.location] ?? FilePath(record.location))
        }
    }

    /// Writes documents and root; `nil` where another root stands there than the draft was made from.
    private func write(_ draft: HostedDraft) async throws(OmnibusError) -> String? {
        guard let root = draft.root, let contents = root.contents else { return draft.base?.tag }
        // Cheaper than to find it out at the end.
        if let base = draft.base {
            guard try await store.head(folder.key(base.name))?.tag == base.tag else { return nil }
        }
        _ = try await ConcurrentWork.map(draft.documents, atOnce: drafting.transfers) {
            (document) async throws(OmnibusError) in
            try await create(document, refreshes: true)
        }
        watch(.began("publish", "\(folder.path)/\(root.name)"))
        var condition = draft.base.map { WriteCondition.matches(tag: $0.tag) } ?? .absent
        if let base = draft.base, base.name != root.name {
            // From now on the signed release is the root. Whoever still writes the plain one has to lose.
            guard let plain = draft.followers.first(where: { $0.name == base.name })?.contents else { return nil }
            let outcome = try await store.put(plain, at: folder.key(base.name), .changing(base.name), if: condition)
            guard case .written = outcome else { return nil }
            condition = .absent
        }
        let outcome = try await store.put(contents, at: folder.key(root.name), .changing(root.name), if: condition)
        return if case .written(let tag) = outcome { tag } else { nil }
    }

    // MARK: What follows

    /// Brings everything with a plain name to the state of a root, as long as it is the newest.
    func settle(_ draft: HostedDraft, tag: String) async throws(OmnibusError) {
        guard let root = draft.root?.name ?? draft.base?.name else { return }
        _ = try await ConcurrentWork.map(draft.followers, atOnce: drafting.transfers) {
            (file) async throws(OmnibusError) in
            try await settle(file, root: root, tag)
        }
    }

    private func settle(_ file: HostedDraft.File, root: String, _ tag: String) async throws(OmnibusError) {
        guard let contents = try await contents(of: file) else { return }
        let isPage = file.name == RepositoryPage.fileName
        for key in isPage ? try store.pageKeys(of: ObjectKey(folder.path)) : [try folder.key(file.name)] {
            let attributes = ObjectAttributes.changing(file.name)
            _ = try await store.settle(contents, at: key, attributes, following: folder.key(root), tag: tag)
        }
    }

    private func contents(of file: HostedDraft.File) async throws(OmnibusError) -> InputFile? {
        if let contents = file.contents { return contents }
        guard let source = file.source else { return nil }
        let path = work.appending("source-\(UInt64.random(in: .min ... .max))")
        guard try await store.fetch(folder.key(source), to: path, limit: file.size ?? 0) != nil else { return nil }
        do throws(FormatError) {
            return try InputFile(opening: path)
        } catch {
            throw OmnibusError(error, doing: store.location)
        }
    }

    // MARK: Afterwards

    /// Looks at the repository as its clients do: the metadata are sound, and everything that was asked for is listed and
    /// there. Documents that went missing meanwhile are written again.
    func verify(_ draft: HostedDraft) async throws(OmnibusError) -> RepositoryVerification.Report {
        watch(.began("verify", folder.path))
        var verification = RepositoryVerification(of: .store(store, folder: folder.path))
        verification.kind = folder.kind
        verification.suite = folder.kind == .apt ? folder.suite : nil
        verification.checksPackages = false
        verification.now = max(verification.now, drafting.template.date)
        for record in draft.summary.added + draft.summary.identical {
            verification.expected[record.location] = record.sha256
        }
        var report = try await verification.run()
        if !report.isSound {
            for document in draft.documents { try await create(document) }
            report = try await verification.run()
        }
        if let finding = report.findings.first(where: { $0.severity == .error }) {
            throw OmnibusError(
                "publish-unsound",
                .failure,
                "\(store.location)/\(folder.path) is not as it should be: \(finding.message)",
                hint: "see 'flocker-pkg repository verify'"
            )
        }
        try await find(draft.summary.added, among: report.packages)
        return report
    }

    /// Makes sure that every new package is there as it was uploaded.
    ///
    /// - Parameters:
    ///   - records: the new packages.
    ///   - count: how many packages there are in all.
    private func find(_ records: [RepositoryRecord], among count: Int) async throws(OmnibusError) {
        var unseen = records
        // A page of a list has a thousand objects, and costs about as much as asking for some of them.
        if records.count >= 16 * (count / 1000 + 1) {
            var sizes: [ObjectKey: UInt64] = [:]
            for object in try await store.list(prefix: "\(folder.path)/") { sizes[object.key] = object.size }
            unseen = []
            for record in records where sizes[try folder.key(record.location)] != record.size { unseen.append(record) }
        }
        _ = try await ConcurrentWork.map(unseen, atOnce: drafting.transfers) { (record) async throws(OmnibusError) in
            let key = try folder.key(record.location)
            guard try await store.head(key)?.size == record.size else {
                throw OmnibusError(
                    "publish-unsound",
                    .failure,
                    "\(store.location)/\(key) is not there as it was uploaded"
                )
            }
        }
    }
}
