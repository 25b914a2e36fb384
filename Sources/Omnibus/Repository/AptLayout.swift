import Glibc
import PackageFormats
import SystemPackage

/// Where an apt repository keeps what.
struct AptLayout {
    /// One index of packages: those of a component for an architecture, or all there are.
    struct Index: Hashable {
        /// The folder below that of `Release`; empty where they are the same.
        var folder: String
        var component: String?
        /// `nil` where one index is for all.
        var architecture: String?

        /// The name of the index of files, which lies in the component's folder, before it is compressed.
        var contents: String { "Contents-\(architecture ?? "all")" }

        /// A file's path below the folder of `Release`.
        func path(_ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }
    }

    /// The folder of `Release`.
    let root: FilePath
    /// The suite's name; `nil` for a flat repository.
    let suite: String?
    /// The component folders below `pool`; none for a flat repository.
    let components: [String]

    static let pool = "pool"
    static let releaseNames = ["InRelease", "Release"]

    init(_ update: RepositoryUpdate) throws(OmnibusError) {
        guard update.kind == .apt else {
            (root, suite, components) = (update.folder, nil, [])
            return
        }
        let dists = update.folder.appending("dists")
        let suite = try AptLayout.suite(update.suite, in: dists)
        self.suite = suite
        root = dists.appending(suite)
        let pool = update.folder.appending(Self.pool)
        guard FileSystem.isDirectory(pool) else {
            throw OmnibusError(
                "repository-pool",
                .missingInput,
                "\(pool) is no folder",
                hint: "put packages into \(pool)/main, or use --type apt-flat"
            )
        }
        var components: [String] = []
        for name in try FileSystem.names(in: pool) where FileSystem.isDirectory(pool.appending(name)) {
            try AptLayout.check(name, "component")
            components.append(name)
        }
        self.components = components
        for name in update.architectures { try AptLayout.check(name, "architecture") }
    }

    /// The suite that was asked for, else the only one there.
    private static func suite(_ wanted: String?, in dists: FilePath) throws(OmnibusError) -> String {
        if let wanted {
            try check(wanted, "suite")
            return wanted
        }
        guard FileSystem.isDirectory(dists) else { return "stable" }
        var found: [String] = []
        for name in try FileSystem.names(in: dists) {
            // A link gives a suite a second name.
            guard let status = FileSystem.status(dists.appending(name)), status.st_mode & S_IFMT == S_IFDIR else {
                continue
            }
            if FileSystem.exists(dists.appending(name).appending("Release")) { found.append(name) }
        }
        guard found.count <= 1 else {
            throw OmnibusError(
                "repository-suite",
                .usage,
                "there are several suites: \(found.joined(separator: ", "))",
                hint: "choose one with --suite"
            )
        }
        return found.first ?? "stable"
    }

    /// A name that becomes a folder, and a word in `Release`.
    static func check(_ name: String, _ what: String) throws(OmnibusError) {
        let isWord = name.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || "+-._~".utf8.contains(byte)
        }
        guard isWord, !name.isEmpty, name.utf8.first != UInt8(ascii: "."), name.utf8.first != UInt8(ascii: "-") else {
            throw OmnibusError("repository-name", .usage, "'\(name)' is no name for a \(what)")
        }
    }

    /// The file that a release lists, if it is there as it is listed.
    ///
    /// After a run that was killed the plain name may lead to the index that was going to be the next one, so what is
    /// named by its checksum comes first.
    ///
    /// - Parameter folder: the folder of the file below that of `Release`.
    func file(_ listed: AptRelease.File, in folder: String) -> InputFile? {
        for path in [Index(folder: folder).path("by-hash/SHA256/\(listed.sha256)"), listed.path] {
            guard let file = try? InputFile(opening: root.appending(path)), file.size == listed.size,
                (try? file.sha256()) == listed.sha256
            else { continue }
            return file
        }
        return nil
    }

    /// The index of a component for an architecture.
    func index(_ component: String, _ architecture: String) -> Index {
        Index(folder: "\(component)/binary-\(architecture)", component: component, architecture: architecture)
    }
}
