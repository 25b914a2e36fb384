public import SystemPackage

/// One thing that a package installs.
public struct Entry: Sendable, Hashable {
    /// What is installed.
    public enum Kind: Sendable, Hashable {
        /// A regular file of `size` bytes.
        case file(FileContent, size: UInt64)
        /// A directory that the package owns.
        case directory
        /// A symbolic link with this text as its target.
        case symbolicLink(target: [UInt8])
        /// Another name of a regular file of the same package.
        case hardLink(to: PackagePath)
        /// A named pipe.
        case fifo
        /// A character device.
        case characterDevice(major: UInt32, minor: UInt32)
        /// A block device.
        case blockDevice(major: UInt32, minor: UInt32)
    }

    /// Where a file's bytes are.
    public enum FileContent: Sendable, Hashable {
        /// In a file on disk, read when the package is written.
        case onDisk(FilePath)
        /// Here.
        case bytes([UInt8])
        /// In the payload of the package that the entry was read from.
        case packaged
    }

    /// What the package manager should know about a file (rpm's FILEFLAGS; Debian knows `config` only).
    public struct Flags: OptionSet, Sendable, Hashable {
        /// The bits, with rpm's values.
        public let rawValue: UInt32

        /// Makes a set from rpm's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// A configuration file: rpm `%config`, a Debian conffile.
        public static let config = Flags(rawValue: 1 << 0)
        /// Documentation: rpm `%doc`.
        public static let doc = Flags(rawValue: 1 << 1)
        /// May be missing: rpm `%config(missingok)`.
        public static let missingOK = Flags(rawValue: 1 << 3)
        /// An upgrade leaves a changed file alone: rpm `%config(noreplace)`, what dpkg asks anyway. Goes with `config`.
        public static let noReplace = Flags(rawValue: 1 << 4)
        /// The spec file in a source rpm.
        public static let specFile = Flags(rawValue: 1 << 5)
        /// Owned but not shipped: rpm `%ghost`; Debian packages leave it out.
        public static let ghost = Flags(rawValue: 1 << 6)
        /// A licence: rpm `%license` (rpm 4.11).
        public static let license = Flags(rawValue: 1 << 7)
        /// Something to read first: rpm `%readme`.
        public static let readme = Flags(rawValue: 1 << 8)
        /// A by-product: rpm `%artifact` (rpm 4.14).
        public static let artifact = Flags(rawValue: 1 << 12)
    }

    /// What `rpm -V` compares of an installed file with the package (rpm's FILEVERIFYFLAGS).
    public struct Attributes: OptionSet, Sendable, Hashable {
        /// The bits, with rpm's values.
        public let rawValue: UInt32

        /// Makes a set from rpm's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The digest of the contents.
        public static let digest = Attributes(rawValue: 1 << 0)
        /// The length.
        public static let size = Attributes(rawValue: 1 << 1)
        /// The target of a symbolic link.
        public static let linkTarget = Attributes(rawValue: 1 << 2)
        /// The owner.
        public static let owner = Attributes(rawValue: 1 << 3)
        /// The group.
        public static let group = Attributes(rawValue: 1 << 4)
        /// The modification time.
        public static let modificationTime = Attributes(rawValue: 1 << 5)
        /// Type and permission bits.
        public static let mode = Attributes(rawValue: 1 << 6)
        /// The number of a device.
        public static let device = Attributes(rawValue: 1 << 7)
        /// File capabilities.
        public static let capabilities = Attributes(rawValue: 1 << 8)
    }

    /// Where it is installed.
    public var path: PackagePath
    /// What it is.
    public var kind: Kind
    /// Permission, setuid, setgid and sticky bits (`07777`).
    public var mode: UInt16
    /// The owner's name.
    public var owner: String
    /// The group's name.
    public var group: String
    /// Modification time in Unix seconds.
    public var modificationTime: Int64
    /// What the package manager should know about it.
    public var flags: Flags
    /// File capabilities in text form such as `cap_net_raw=ep` (cap_from_text(3)), or `nil`.
    public var capabilities: String?
    /// The locale that a translated file is for (rpm `%lang`), or `nil`.
    public var language: String?
    /// What may differ on the installed system without `rpm -V` saying so (rpm `%verify(not …)`); of a ghost, beside its
    /// contents, time and link target.
    public var unverified: Attributes = []

    /// Makes an entry from its parts, owned by root.
    public init(
        path: PackagePath,
        kind: Kind,
        mode: UInt16,
        modificationTime: Int64,
        owner: String = "root",
        group: String = "root",
        flags: Flags = [],
        capabilities: String? = nil,
        language: String? = nil
    ) {
        self.path = path
        self.kind = kind
        self.mode = mode & 0o7777
        self.owner = owner
        self.group = group
        self.modificationTime = modificationTime
        self.flags = flags
        self.capabilities = capabilities
        self.language = language
    }

    /// The size as every format counts it: a file's bytes, the length of a symbolic link's target, else 0.
    public var size: UInt64 {
        switch kind {
        case .file(_, let size): size
        case .symbolicLink(let target): UInt64(target.count)
        case .directory, .hardLink, .fifo, .characterDevice, .blockDevice: 0
        }
    }

    /// The `S_IFMT` bits of `st_mode` for this kind, as both archive formats use them.
    public var typeBits: UInt16 {
        switch kind {
        case .file, .hardLink: 0o100000
        case .directory: 0o040000
        case .symbolicLink: 0o120000
        case .fifo: 0o010000
        case .characterDevice: 0o020000
        case .blockDevice: 0o060000
        }
    }
}
