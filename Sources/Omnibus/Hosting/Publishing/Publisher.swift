import Glibc
public import PackageFormats
public import SystemPackage

/// Adds packages to hosted repositories, so that no client ever sees a broken one and no publisher loses a package of
/// another, however many publish at once.
///
/// Only metadata are fetched, never a package. What is published never changes and is never removed; the packages that are
/// listed stay listed, in the very text that lists them.
public struct Publisher: Sendable {
    /// Where the repositories are.
    public var store: any ObjectStore
    /// The product, which says what the package that sets machines up is called, and how apt repositories are.
    public var manifest: Manifest
    /// Which tree packages go to; if `nil`, releases to the stable one, everything else to testing.
    public var channel: ArchiveLayout.Channel?
    /// Architectures that packages for every machine go to, beside those that have a repository and those of the packages.
    public var architectures: Set<Architecture> = []
    /// Whether apt repositories have a pool, with one folder for all architectures, and are not flat.
    public var usesPool = false
    /// Signs the roots; without one a repository that is signed is not touched.
    public var signer: (any MetadataSigner)?
    /// How many requests go to the store at once.
    public var transfers = 8
    /// How long documents of old generations stay, in seconds; for ever if `nil`.
    public var grace: Int64?
    /// How many threads read packages and compress.
    public var threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    /// When this is done, in Unix seconds.
    public var date = Int64(time(nil))

    /// A publisher to a store.
    public init(to store: any ObjectStore, manifest: Manifest = .flocker) {
        self.store = store
        self.manifest = manifest
    }

    /// What was done to one repository.
    public struct Repository: Sendable, Hashable {
        /// Its folder in the store.
        public var folder: String
        /// Its kind.
        public var kind: RepositoryUpdate.Kind
        /// How many packages it lists now, those that others added meanwhile among them.
        public var packages: Int
        /// The files that were added, below the folder.
        public var added: [String]
        /// The files that were there already, with the same contents.
        public var identical: [String]
        /// Whether its root is signed.
        public var isSigned: Bool
        /// How many times the root had to be made, as others published at the same time.
        public var attempts: Int
        /// The documents of old generations that were removed.
        public var pruned: [String] = []
    }

    /// What was done.
    public struct Result: Sendable, Hashable {
        /// The repositories, in the order in which they were published.
        public var repositories: [Repository] = []
        /// The keys of packages that set machines up, which stand beside the repositories.
        public var releasePackages: [String] = []

        /// Nothing was done yet.
        public init() {}
    }

    /// Something that happens meanwhile, for those who watch.
    public enum Event: Sendable, Hashable {
        /// A step begins: what is done, and to what.
        case began(String, String)
        /// Metadata are made.
        case update(RepositoryUpdate.Event)
        /// Somebody else has published to a folder at the same time; it is done again upon that.
        case overtaken(String)
        /// Something is worth knowing but stops nothing.
        case warning(String)
    }

    /// Publishes packages. Nothing is written before it is known that everything can be.
    ///
    /// Several repositories become public one after the other. Whatever fails, each is in its old state or its new one, and
    /// the same call again completes it.
    ///
    /// - Parameters:
    ///   - files: packages of any of the distributions.
    ///   - distributions: whom they are for.
    ///   - watch: takes what happens, from any thread.
    /// - Throws: ``OmnibusError`` with codes `package-exists` where another package has the name, `package-distribution`,
    ///   `package-source`, `architecture-not-supported`, `repository-signed`, `previous-metadata`, `publish-conflict`
    ///   where others publish all the time, `publish-unsound` where the result is not as it should be, or as the store does.
    public func publish(
        _ files: [FilePath],
        for distributions: [Distribution],
        watch: @escaping @Sendable (Event) -> Void = { _ in }
    ) async throws(OmnibusError) -> Result {
        let plan = try await PublishPlan(files, self, distributions)
        return try await WorkDirectory.with { (work) async throws(OmnibusError) in
            var drafts: [(publisher: FolderPublisher, draft: HostedDraft)] = []
            for (number, target) in plan.targets.enumerated() {
                let publisher = FolderPublisher(
                    drafting: try await drafting(target, plan),
                    work: work.path.appending("repository-\(number)"),
                    watch: watch
                )
                drafts.append((publisher, try await publisher.draft()))
            }
            for (publisher, draft) in drafts { try await publisher.upload(draft) }
            var result = Result()
            for (publisher, draft) in drafts {
                result.repositories.append(try await publish(draft, publisher, watch))
            }
            for release in plan.releases {
                try await publish(release, work.path, watch)
                result.releasePackages.append(release.key.description)
            }
            return result
        }
    }

    /// Removes documents of old generations from the repositories of distributions, those of both trees.
    ///
    /// - Returns: the repositories that there are, with what was removed.
    /// - Throws: ``OmnibusError`` as the store does, or with code `previous-metadata`.
    public func prune(_ distributions: [Distribution]) async throws(OmnibusError) -> [String: [String]] {
        var pruned: [String: [String]] = [:]
        for distribution in distributions {
            for channel in ArchiveLayout.Channel.allCases {
                for architecture in distribution.architectures {
                    let folder = folder(distribution, architecture, channel)
                    guard pruned[folder.path] == nil, try await isHosted(folder) else { continue }
                    pruned[folder.path] = try await prune(folder)
                }
            }
        }
        return pruned
    }

    // MARK: Where

    func folder(
        _ distribution: Distribution,
        _ architecture: Architecture,
        _ channel: ArchiveLayout.Channel
    ) -> HostedFolder {
        let path = ArchiveLayout(distribution).folder(for: architecture, in: channel)
        guard distribution.packageType == .deb else { return HostedFolder(path: path, kind: .yum) }
        guard usesPool else { return HostedFolder(path: path, kind: .aptFlat) }
        return HostedFolder(path: path.split(separator: "/").dropLast().joined(separator: "/"), kind: .apt)
    }

    private func isHosted(_ folder: HostedFolder) async throws(OmnibusError) -> Bool {
        for root in folder.roots where try await store.head(folder.key(root)) != nil { return true }
        return false
    }

    /// The architectures of a distribution that have a repository.
    func hostedArchitectures(
        _ distribution: Distribution,
        _ channel: ArchiveLayout.Channel
    ) async throws(OmnibusError) -> [Architecture] {
        // A pool's release says what it is for, and keeps it.
        guard !usesPool || distribution.packageType == .rpm else { return [] }
        var found: [Architecture] = []
        for architecture in distribution.architectures
        where try await isHosted(folder(distribution, architecture, channel)) {
            found.append(architecture)
        }
        return found
    }

    // MARK: One repository

    private func drafting(
        _ target: PublishPlan.Target,
        _ plan: PublishPlan
    ) async throws(OmnibusError) -> HostedDrafting {
        var template = RepositoryUpdate(folder: "", kind: target.folder.kind)
        template.compressions = try target.distribution.repositoryCompressions()
        template.signer = signer
        template.date = date
        template.threads = threads
        if target.folder.kind == .apt { template.architectures = target.architectures.map(\.debianName).sorted() }
        if let title = manifest.repository?.title {
            template.releaseFields = [AptRelease.Field("Origin", title), AptRelease.Field("Label", title)]
        }
        return HostedDrafting(
            store: store,
            folder: target.folder,
            template: template,
            packages: target.packages,
            page: try await page(target, plan),
            transfers: max(1, transfers)
        )
    }

    /// The page for people, without packages.
    private func page(
        _ target: PublishPlan.Target,
        _ plan: PublishPlan
    ) async throws(OmnibusError) -> RepositoryPage? {
        guard let repository = manifest.repository else { return nil }
        let (folder, distribution) = (target.folder, target.distribution)
        let isPool = folder.kind == .apt
        var setup = try RepositorySetup(
            repository,
            for: distribution,
            in: target.channel,
            folder: ObjectKey(folder.path),
            suite: isPool ? folder.suite : nil,
            components: isPool ? ["main"] : []
        )
        let release = try PublishPlan.releaseKey(repository.packageName, distribution)
        var isHosted = plan.releases.contains { $0.key == release }
        if !isHosted { isHosted = try await store.head(release) != nil }
        if isHosted { setup.releasePackage = release }
        if signer != nil { setup.key = try folder.key(folder.keyring) }
        let architecture = target.architectures.count == 1 && !isPool ? target.architectures.first : nil
        return RepositoryPage(
            setup,
            architecture: architecture.map { distribution.packageType == .rpm ? $0.rpmName : $0.debianName },
            packages: [],
            date: date
        )
    }

    private func publish(
        _ draft: HostedDraft,
        _ publisher: FolderPublisher,
        _ watch: @escaping @Sendable (Event) -> Void
    ) async throws(OmnibusError) -> Repository {
        let folder = publisher.drafting.folder
        let written = try await publisher.commit(draft)
        try await publisher.settle(written.draft, tag: written.tag)
        let report = try await publisher.verify(written.draft)
        for finding in report.findings { watch(.warning("\(folder.path): \(finding.message)")) }
        return Repository(
            folder: folder.path,
            kind: folder.kind,
            packages: report.packages,
            // What the first draft added may be there already in the last.
            added: draft.summary.added.map(\.location),
            identical: draft.summary.identical.map(\.location),
            isSigned: written.draft.summary.isSigned,
            attempts: written.attempts,
            pruned: grace == nil ? [] : try await prune(folder)
        )
    }

    private func prune(_ folder: HostedFolder) async throws(OmnibusError) -> [String] {
        try await GenerationPruning(store: store, folder: folder, grace: grace ?? 86_400, date: date).run()
    }

    // MARK: Packages that set machines up

    /// Puts such a package where people find it, unless a newer one is there.
    private func publish(
        _ release: PublishPlan.ReleaseFile,
        _ work: FilePath,
        _ watch: @escaping @Sendable (Event) -> Void
    ) async throws(OmnibusError) {
        let path = work.appending("release-package")
        let contents = try PublishPlan.open(release.path, as: release.sha256)
        for _ in 0..<20 {
            var condition = WriteCondition.absent
            if let there = try await store.fetch(release.key, to: path, limit: 64 << 20) {
                let version: EVR
                let isSame: Bool
                do throws(FormatError) {
                    let file = try InputFile(opening: path)
                    isSame = try file.hasContents(of: contents)
                    version = isSame ? release.version : try PackageFile(reading: file).metadata().version
                } catch {
                    throw OmnibusError(
                        "object-foreign",
                        .badInput,
                        "\(store.location)/\(release.key) is no package: \(error.message)"
                    )
                }
                guard !isSame else { return }
                let order =
                    release.format == .rpm
                    ? release.version.rpmPrecedence(over: version) : release.version.debianPrecedence(over: version)
                guard order > 0 else {
                    guard order < 0 else {
                        throw OmnibusError(
                            "package-exists",
                            .badInput,
                            "\(store.location)/\(release.key) is \(version) already, with other contents than "
                                + "\(release.path)",
                            hint: "give the new one another release"
                        )
                    }
                    watch(.warning("\(store.location)/\(release.key) is newer (\(version)) and stays"))
                    return
                }
                condition = .matches(tag: there.tag)
            }
            watch(.began("upload", release.key.description))
            let attributes = ObjectAttributes.changing(release.key.name)
            if case .written = try await store.put(contents, at: release.key, attributes, if: condition) { return }
        }
        throw OmnibusError(
            "publish-conflict",
            .unavailable,
            "\(store.location)/\(release.key) is written by others all the time"
        )
    }
}
