import Glibc
public import PackageFormats
public import SystemPackage

/// Keeps objects as files of a folder, which any web server can hand out.
///
/// A lock on the folder (flock(2)) makes a condition and its write one step, for every process on every machine
/// that shares the file system; readers need none, as files are replaced by renaming. Media types and cache control are
/// the web server's business. Names that begin with a dot, and links to somewhere else, are not the store's: they are never
/// listed, read or replaced.
public struct DirectoryStore: ObjectStore {
    /// The folder.
    public let root: FilePath

    /// A store in a folder, which the first write makes where it is not there.
    public init(_ root: FilePath) { self.root = root }

    /// The folder's path.
    public var location: String { root.string }

    /// Web servers find `index.html` by themselves.
    public var showsFolders: Bool { true }

    /// The bytes of an object: see ``ObjectStore/get(_:range:limit:)``.
    public func get(
        _ key: ObjectKey,
        range: Range<UInt64>? = nil,
        limit: Int
    ) async throws(OmnibusError) -> StoredObject? {
        while true {
            guard let before = try await head(key) else { return nil }
            let all = 0..<before.size
            let wanted = range?.clamped(to: all) ?? all
            guard wanted.count64 <= UInt64(clamping: limit) else {
                throw OmnibusError(
                    "object-too-large",
                    .badInput,
                    "\(root.appending(key.description)) has more than the \(limit) bytes allowed"
                )
            }
            let bytes: [UInt8]
            do throws(FormatError) {
                bytes = try InputFile(opening: path(of: key))
                    .bytes(at: wanted.lowerBound, count: Int(clamping: wanted.count64))
            } catch {
                // It was removed meanwhile: look again.
                if try await head(key) == nil { return nil }
                throw OmnibusError(error, doing: location)
            }
            // A file of another writing was opened than the one that was looked at.
            guard try await head(key) == before else { continue }
            return StoredObject(info: before, bytes: bytes)
        }
    }

    /// What is known of an object: see ``ObjectStore/head(_:)``.
    public func head(_ key: ObjectKey) async throws(OmnibusError) -> ObjectInfo? { try info(key) }

    /// Writes an object: see ``ObjectStore/put(_:at:_:if:)``.
    public func put(
        _ content: InputFile,
        at key: ObjectKey,
        _ attributes: ObjectAttributes = ObjectAttributes(),
        if condition: WriteCondition = .always
    ) async throws(OmnibusError) -> WriteOutcome {
        try FileSystem.makeDestination(root)
        return try await locked { () throws(OmnibusError) -> WriteOutcome in
            let current = try info(key)
            switch condition {
            case .always: break
            case .absent: guard current == nil else { return .conditionFailed }
            case .matches(let tag): guard current?.tag == tag else { return .conditionFailed }
            }
            let path = path(of: key)
            guard current != nil || FileSystem.status(path) == nil else { throw foreign(path) }
            try FileSystem.makeDestination(path.removingLastComponent())
            do throws(FormatError) {
                let file = try OutputFile(creating: path)
                try content.part(from: 0).forEachPiece { (piece) throws(FormatError) in try file.write(piece) }
                try file.commit()
            } catch {
                throw OmnibusError(error, doing: location)
            }
            guard let written = try info(key) else { throw foreign(path) }
            return .written(tag: written.tag)
        }
    }

    /// Every object below a prefix: see ``ObjectStore/list(prefix:)``.
    public func list(prefix: String) async throws(OmnibusError) -> [ObjectInfo] {
        var found: [ObjectInfo] = []
        if FileSystem.isDirectory(root) { try collect(root, below: "", prefix: prefix, into: &found) }
        return found.sorted { $0.key.description.utf8.lexicographicallyPrecedes($1.key.description.utf8) }
    }

    /// Removes an object, and the folders that it leaves empty: see ``ObjectStore/delete(_:)``.
    public func delete(_ key: ObjectKey) async throws(OmnibusError) {
        guard FileSystem.isDirectory(root) else { return }
        try await locked { () throws(OmnibusError) -> Void in
            guard try info(key) != nil else { return }
            var path = path(of: key)
            guard unlink(path.string) == 0 || errno == ENOENT else { throw FileSystem.failure("remove", path) }
            while path.components.count > root.components.count + 1 {
                path = path.removingLastComponent()
                guard rmdir(path.string) == 0 else { return }
            }
        }
    }

    private func path(of key: ObjectKey) -> FilePath { root.appending(key.description) }

    private func info(_ key: ObjectKey) throws(OmnibusError) -> ObjectInfo? {
        var path = root.string
        let components = key.description.split(separator: "/")
        for (index, component) in components.enumerated() {
            path += "/\(component)"
            guard let status = FileSystem.status(path) else { return nil }
            let isLast = index == components.count - 1
            guard status.st_mode & S_IFMT == (isLast ? S_IFREG : S_IFDIR) else {
                // A folder of objects has no object of its own.
                if isLast, status.st_mode & S_IFMT == S_IFDIR { return nil }
                throw foreign(FilePath(path))
            }
            if isLast { return ObjectInfo(key, status) }
        }
        return nil
    }

    private func foreign(_ path: FilePath) -> OmnibusError {
        OmnibusError("object-foreign", .cannotCreate, "\(path) is in the way: it is no file or folder of this store")
    }

    private func collect(
        _ folder: FilePath,
        below parent: String,
        prefix: String,
        into found: inout [ObjectInfo]
    ) throws(OmnibusError) {
        for name in try FileSystem.names(in: folder) {
            let text = parent + name
            // Where neither begins with the other, nothing below can match.
            guard text.hasPrefix(prefix) || prefix.hasPrefix(text) else { continue }
            let path = folder.appending(name)
            guard let status = FileSystem.status(path), let key = Self.key(text) else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try collect(path, below: text + "/", prefix: prefix, into: &found)
            case S_IFREG: if text.hasPrefix(prefix) { found.append(ObjectInfo(key, status)) }
            default: break
            }
        }
    }

    private static func key(_ text: String) -> ObjectKey? {
        do throws(OmnibusError) {
            return try ObjectKey(text)
        } catch {
            return nil
        }
    }

    private func locked<Result: Sendable>(
        _ body: () throws(OmnibusError) -> Result
    ) async throws(OmnibusError) -> Result {
        let lock = try await FolderLock(root) {}
        defer { lock.release() }
        return try body()
    }
}

extension ObjectInfo {
    /// A new writing is a new file, so that inode and times tell it from every other.
    fileprivate init(_ key: ObjectKey, _ status: stat) {
        self.init(
            key: key,
            size: UInt64(clamping: status.st_size),
            tag: [Int64(clamping: status.st_ino), Int64(status.st_size), Int64(status.st_mtim.tv_sec)]
                .map { String($0, radix: 16) }.joined(separator: "-") + "-" + String(status.st_mtim.tv_nsec, radix: 16),
            modified: Int64(status.st_mtim.tv_sec)
        )
    }
}

extension Range<UInt64> {
    fileprivate var count64: UInt64 { upperBound - lowerBound }
}
