import Glibc
import SystemPackage

/// Everything below a directory, the names of each directory in the order of their bytes, links not followed.
struct FileTree: Sendable {
    /// What an entry is.
    enum Kind: Sendable { case file, directory, link, other }

    /// One thing in the tree.
    struct Entry: Sendable {
        /// The path below the tree's root.
        var path: String
        var kind: Kind
        /// In bytes.
        var size: Int
        /// The permission bits.
        var mode: mode_t

        /// The part after the last slash.
        var name: Substring {
            guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return path[...] }
            return path[path.utf8.index(after: slash)...]
        }
        /// Whether somebody may execute it.
        var isExecutable: Bool { mode & 0o111 != 0 }
    }

    let root: FilePath
    private(set) var entries: [Entry] = []

    /// Lists a tree; directories for which `skipping` says so are left out with all that is in them.
    init(_ root: FilePath, skipping: (String) -> Bool = { _ in false }) throws(OmnibusError) {
        self.root = root
        try list("", skipping: skipping)
    }

    /// The whole path of an entry.
    func path(of entry: Entry) -> FilePath { FilePath("\(root)/\(entry.path)") }

    /// The paths of all regular files.
    var files: Set<String> { Set(entries.lazy.filter { $0.kind == .file }.map(\.path)) }

    private mutating func list(_ below: String, skipping: (String) -> Bool) throws(OmnibusError) {
        let directory = below.isEmpty ? root : root.appending(below)
        for name in try FileSystem.names(in: directory) {
            let path = below.isEmpty ? name : "\(below)/\(name)"
            guard let status = FileSystem.status(FilePath("\(root)/\(path)")) else { continue }
            let kind: Kind =
                switch status.st_mode & S_IFMT {
                case S_IFREG: .file
                case S_IFDIR: .directory
                case S_IFLNK: .link
                default: .other
                }
            guard kind != .directory || !skipping(path) else { continue }
            entries.append(Entry(path: path, kind: kind, size: Int(status.st_size), mode: status.st_mode & 0o7777))
            if kind == .directory { try list(path, skipping: skipping) }
        }
    }
}
