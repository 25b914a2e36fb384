import Glibc
public import PackageFormats
public import SystemPackage

/// What a repository is to be: a folder of packages and how its metadata are made.
public struct RepositoryUpdate: Sendable {
    /// The kinds of repositories.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// rpms, with metadata in `repodata`: for yum, dnf and zypper.
        case yum
        /// debs, with metadata beside them: for apt, as `deb URI ./`.
        case aptFlat = "apt-flat"
        /// debs in `pool/COMPONENT`, with metadata in `dists/SUITE`: for apt, as `deb URI SUITE COMPONENT`.
        case apt
    }

    /// What happens to two packages of the same name, version and architecture with other contents.
    public enum DuplicatePolicy: String, Sendable, Hashable, CaseIterable {
        /// Nothing is published.
        case error
        /// The file that was changed last is listed.
        case keepNewest = "keep-newest"
    }

    /// The folder: what clients have as base URL.
    public var folder: FilePath
    /// The kind of repository.
    public var kind: Kind
    /// How metadata are compressed: the first one for yum, every one for apt, whose indexes stand there uncompressed too.
    public var compressions: [Compression]
    /// What to do about two packages that claim to be the same.
    public var duplicates = DuplicatePolicy.error
    /// Whether packages that cannot be read are left out instead of stopping everything.
    public var skipsBroken = false
    /// Whether every package is read again, as if there were no metadata yet.
    public var rebuilds = false
    /// Whether packages stay listed whose files are not in the folder, as they are kept elsewhere. Then what is in the
    /// folder is only ever added: nothing takes the place of a package that is listed.
    public var keepsAbsent = false
    /// Whether the new state has to outlive a loss of power; a folder that is only made to be copied from need not.
    public var isDurable = true
    /// How long replaced yum metadata stay for clients that still ask for them, in seconds.
    public var retention: Int64 = 86_400
    /// How many generations of apt indexes can be had by their checksum, the current one included.
    public var generations = 3
    /// How many threads read and compress.
    public var threads = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    /// When this generation is made, in Unix seconds.
    public var date: Int64
    /// How long apt clients may use this generation, in seconds; for ever if `nil`.
    public var validity: Int64?
    /// Fields of `Release` to set; all others stay as they are.
    public var releaseFields: [AptRelease.Field] = []
    /// The folder below `dists`; if `nil`, the one that is there, else `stable`.
    public var suite: String?
    /// The architectures to list beside those that packages are for.
    public var architectures: [String] = []
    /// Whether `Contents-ARCH` is made too, for which the data of packages are read, of those that are new at least.
    public var listsContents = false
    /// Signs the root; without one a repository that is signed is not touched.
    public var signer: (any MetadataSigner)?

    /// Describes a repository with everything as it usually is: gzip, and xz as well for apt.
    public init(folder: FilePath, kind: Kind) {
        self.folder = folder
        self.kind = kind
        // Level 6 loses a hundredth against 9 and takes a third of the time.
        let gzip = (try? Compression(.gzip, level: 6)) ?? .gzip
        compressions = kind == .yum ? [gzip] : [gzip, .xzLight]
        date = Int64(time(nil))
    }

    /// What was done.
    public struct Summary: Sendable, Hashable {
        /// How many packages the repository lists.
        public var packages = 0
        /// How many of them were read because they are new or changed.
        public var read = 0
        /// How many went over from the metadata that were there.
        public var reused = 0
        /// How many of those that were listed before are not any more.
        public var removed = 0
        /// Packages that could not be read and are left out.
        public var skipped: [FilePath] = []
        /// Every package that is listed, without its texts, where ``RepositoryUpdate/keepsAbsent`` is set.
        public var listed: [RepositoryRecord] = []
        /// The packages that were added, without their texts, where ``RepositoryUpdate/keepsAbsent`` is set.
        public var added: [RepositoryRecord] = []
        /// What is listed already of the folder's packages, with the same contents, where ``RepositoryUpdate/keepsAbsent``
        /// is set.
        public var identical: [RepositoryRecord] = []
        /// Whether anything was written; not if all is as it was and nothing has to be signed.
        public var isChanged = true
        /// The file that clients fetch first.
        public var root: FilePath
        /// Whether it is signed.
        public var isSigned = false
    }

    /// Something that happens meanwhile, for those who watch.
    public enum Event: Sendable, Hashable {
        /// Another run has the repository; this one waits for it.
        case waiting
        /// So many of the packages that have to be read were read.
        case read(count: Int, of: Int)
        /// A document is written.
        case writing(String)
        /// Something is worth knowing but stops nothing.
        case warning(String)
    }

    /// Brings the repository up to date. Clients see the old state or the new one, never anything between, even if the run
    /// is killed.
    ///
    /// - Parameter watch: takes what happens, from any thread.
    /// - Throws: ``OmnibusError``; then the published state is as it was.
    public func run(watch: @escaping @Sendable (Event) -> Void = { _ in }) async throws(OmnibusError) -> Summary {
        guard FileSystem.isDirectory(folder) else {
            throw OmnibusError("repository-folder", .missingInput, "\(folder) is no folder")
        }
        guard access(folder.string, W_OK | X_OK) == 0 else {
            throw OmnibusError("repository-folder", .cannotCreate, "\(folder) cannot be written to")
        }
        let lock = try await FolderLock(folder) { watch(.waiting) }
        defer { lock.release() }
        switch kind {
        case .yum: return try await YumUpdater(update: self, watch: watch).run()
        case .aptFlat, .apt: return try await AptUpdater(update: self, watch: watch).run()
        }
    }
}
