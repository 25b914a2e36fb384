internal import Glibc
import SystemPackage

/// Lists a folder depth first through directory descriptors, so that no link can lead it elsewhere.
struct TreeScanner: ~Copyable {
    struct Found {
        var path: PackagePath
        var kind: Entry.Kind
        var mode: UInt16
    }

    private struct Level {
        var directory: OpaquePointer
        var source: FilePath
        var relative: [UInt8]
    }

    private struct Inode: Hashable {
        var device: UInt64
        var number: UInt64
    }

    private let destination: PackagePath
    private let excluded: GlobSet
    private var levels: [Level]
    private var firstNames: [Inode: PackagePath] = [:]
    private var root: Found?

    /// The deepest nesting that is followed; a path of `PATH_MAX` bytes has no more levels.
    private static let maximumDepth = 1024

    init(_ folder: FilePath, below destination: PackagePath, excluding patterns: [String]) throws(FormatError) {
        let patterns = try GlobSet(patterns)
        let descriptor = open(folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FormatError.system("cannot be listed", path: folder.string) }
        guard let directory = fdopendir(descriptor) else {
            let error = FormatError.system("cannot be listed", path: folder.string)
            close(descriptor)
            throw error
        }
        self.destination = destination
        excluded = patterns
        levels = [Level(directory: directory, source: folder, relative: [])]
        root = destination.isRoot ? nil : Found(path: destination, kind: .directory, mode: 0o755)
    }

    deinit {
        for level in levels { closedir(level.directory) }
    }

    mutating func next() throws(FormatError) -> Found? {
        if let found = root {
            root = nil
            return found
        }
        while let level = levels.last {
            errno = 0
            guard let item = readdir(level.directory) else {
                if errno != 0 { throw FormatError.system("cannot be listed", path: level.source.string) }
                closedir(level.directory)
                levels.removeLast()
                continue
            }
            let name = withUnsafeBytes(of: &item.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name.elementsEqual([0x2E]) || name.elementsEqual([0x2E, 0x2E]) { continue }
            let relative = level.relative.isEmpty ? name : level.relative + [0x2F] + name
            if excluded.matches(relative) { continue }
            if let found = try inspect(name, relative: relative, in: level) { return found }
        }
        return nil
    }

    private mutating func inspect(_ name: [UInt8], relative: [UInt8], in level: Level) throws(FormatError) -> Found? {
        let source = level.source.appendingBytes(name)
        let parent = dirfd(level.directory)
        let status = try FileStatus(name, in: parent, shownAs: source)
        let path = try destination.appending(relative)
        switch status.kind {
        case .regular:
            if status.linkCount > 1 {
                let inode = Inode(device: status.device, number: status.inode)
                if let first = firstNames[inode] {
                    return Found(path: path, kind: .hardLink(to: first), mode: status.normalizedMode)
                }
                firstNames[inode] = path
            }
            return Found(
                path: path,
                kind: .file(.onDisk(source), size: status.size),
                mode: status.normalizedMode
            )
        case .directory:
            guard levels.count < TreeScanner.maximumDepth else {
                throw FormatError(.limitExceeded, "the folders are nested too deeply", path: source.string)
            }
            let descriptor = name.withCString {
                openat(parent, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
            guard descriptor >= 0 else { throw FormatError.system("cannot be listed", path: source.string) }
            guard let directory = fdopendir(descriptor) else {
                let error = FormatError.system("cannot be listed", path: source.string)
                close(descriptor)
                throw error
            }
            levels.append(Level(directory: directory, source: source, relative: relative))
            return Found(path: path, kind: .directory, mode: 0o755)
        case .symbolicLink:
            return Found(
                path: path,
                kind: .symbolicLink(target: try FileStatus.linkTarget(name, in: parent, shownAs: source)),
                mode: 0o777
            )
        case .other:
            throw FormatError(.unsupported, "is a socket, pipe or device; a tree may not hold one", path: source.string)
        }
    }
}
