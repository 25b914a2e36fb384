/// What a repository's index says of one package: who it is, which file it is, and its text in the index.
public struct RepositoryRecord: Sendable, Hashable {
    /// The package's name.
    public var name: String
    /// Its version.
    public var version: EVR
    /// Its architecture as its format names it; `src` or `nosrc` for source rpms.
    public var architecture: String
    /// The file's path below the folder that clients look it up in, with `/` between components.
    public var location: String
    /// The file's size in bytes.
    public var size: UInt64
    /// When the file was changed, in Unix seconds; `nil` where the index does not say.
    public var modificationTime: Int64?
    /// SHA-256 of the whole file, hexadecimal; empty where the index gives another digest.
    public var sha256: String
    /// The record's text in each document of the index: an element of primary, filelists and other, or one stanza.
    public var texts: [[UInt8]]

    /// Makes a record from its parts.
    public init(
        name: String,
        version: EVR,
        architecture: String,
        location: String,
        size: UInt64,
        modificationTime: Int64?,
        sha256: String,
        texts: [[UInt8]]
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.location = location
        self.size = size
        self.modificationTime = modificationTime
        self.sha256 = sha256
        self.texts = texts
    }

    /// What no two packages of a repository may share: `NAME VERSION ARCHITECTURE`, an epoch of 0 being none.
    public var identity: String {
        "\(name) \(version.epoch.map { $0 == 0 ? "" : "\($0):" } ?? "")\(version.versionAndRelease) \(architecture)"
    }

    /// Checks a path that is going to stand in an index: a client makes a file name and a URL of it.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/repositoryLocation`` for a path that is empty, absolute, has
    ///   an empty, `.` or `..` component, or holds a control character.
    public static func checkLocation(_ location: String) throws(FormatError) {
        guard isClean(location) else {
            throw FormatError(
                .repositoryLocation,
                "the path is none that a repository may list: it is absolute, leaves the folder or holds a control "
                    + "character",
                field: "location"
            )
        }
    }

    private static func isClean(_ location: String) -> Bool {
        // The bytes of the component so far, and how many of them are dots.
        var (length, dots) = (0, 0)
        for byte in location.utf8 {
            switch byte {
            case 0x2F:
                guard length > dots || length > 2 else { return false }
                (length, dots) = (0, 0)
            case ..<0x20, 0x7F: return false
            default:
                length += 1
                if byte == UInt8(ascii: ".") { dots += 1 }
            }
        }
        return length > dots || length > 2
    }
}

extension FormatError.Code {
    /// A package's path in a repository is none that clients may follow.
    public static let repositoryLocation = Self(rawValue: "repository-location")
    /// A document of a repository's index is not what it has to be.
    public static let repositoryMetadata = Self(rawValue: "repository-metadata")
}
