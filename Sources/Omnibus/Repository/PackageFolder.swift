import Glibc
import PackageFormats
import SystemPackage

/// The packages in a folder and those below it. Hidden names and metadata are passed over; links to files are followed,
/// links to folders are not, so that no loop can be.
struct PackageFolder {
    /// A package's file.
    struct File {
        var location: String
        var size: UInt64
        /// When the contents were changed, in Unix seconds.
        var modificationTime: Int64
        /// When anything was changed, such as the contents, the name or this date itself, which nobody can set back.
        var changeTime: Int64
    }

    let root: FilePath
    private(set) var files: [File] = []
    private(set) var warnings: [String] = []

    /// Names that hold metadata, not packages.
    private static let metadata: Set<String> = ["repodata", "dists", "by-hash"]
    private static let maximumDepth = 64

    /// Lists the packages whose names end in `suffix`, by the bytes of their paths.
    ///
    /// - Parameter below: the part of the folder to look at, which may be missing.
    init(_ root: FilePath, suffix: String, below: String = "") throws(OmnibusError) {
        self.root = root
        guard below.isEmpty || FileSystem.isDirectory(root.appending(below)) else { return }
        try list(below, suffix: suffix, depth: 0)
    }

    private mutating func list(_ below: String, suffix: String, depth: Int) throws(OmnibusError) {
        guard depth < Self.maximumDepth else {
            throw OmnibusError("repository-folder", .badInput, "\(root.appending(below)) lies too deep")
        }
        let folder = below.isEmpty ? root.string : "\(root.string)/\(below)"
        for name in try FileSystem.names(in: FilePath(folder)) where !name.hasPrefix(".") {
            let path = "\(folder)/\(name)"
            var status = stat()
            guard lstat(path, &status) == 0 else {
                // A name that is no UTF-8 cannot stand in any index.
                guard !name.unicodeScalars.contains("\u{FFFD}") || !name.hasSuffix(suffix) else {
                    throw OmnibusError(
                        "repository-location",
                        .badInput,
                        "\(path): the name is not UTF-8, which no index can hold"
                    )
                }
                continue
            }
            let isLink = status.st_mode & S_IFMT == S_IFLNK
            if isLink, stat(path, &status) != 0 {
                if name.hasSuffix(suffix) { warnings.append("\(path) is a link to nothing") }
                continue
            }
            let location = below.isEmpty ? name : "\(below)/\(name)"
            switch status.st_mode & S_IFMT {
            case S_IFDIR where isLink: warnings.append("\(path) is a link to a folder, which is not followed")
            case S_IFDIR where !Self.metadata.contains(name):
                try list(location, suffix: suffix, depth: depth + 1)
            case S_IFREG where name.hasSuffix(suffix):
                files.append(
                    File(
                        location: location,
                        size: UInt64(clamping: status.st_size),
                        modificationTime: Int64(status.st_mtim.tv_sec),
                        changeTime: Int64(max(status.st_mtim.tv_sec, status.st_ctim.tv_sec))
                    )
                )
            default: break
            }
        }
    }
}
