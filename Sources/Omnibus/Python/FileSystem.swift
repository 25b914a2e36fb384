import Glibc
import SystemPackage

/// What a bundle's making needs from the file system. Every failure names the path and the system's reason.
enum FileSystem {
    /// What a path is, links not followed; `nil` if there is nothing.
    static func status(_ path: FilePath) -> stat? { status(path.string) }

    /// What the path given as text is, links not followed; `nil` if there is nothing.
    static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    /// Whether there is anything, links followed.
    static func exists(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0
    }

    /// Whether there is a directory, links followed.
    static func isDirectory(_ path: FilePath) -> Bool {
        var status = stat()
        return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// The path with every link in it resolved.
    static func resolved(_ path: FilePath) -> FilePath? {
        guard let real = realpath(path.string, nil) else { return nil }
        defer { free(real) }
        return FilePath(String(cString: real))
    }

    /// The names in a directory in the order of their bytes.
    static func names(in directory: FilePath) throws(OmnibusError) -> [String] {
        guard let stream = opendir(directory.string) else { throw failure("list", directory) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw failure("list", directory) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes a directory and those above it, mode 0755 whatever the umask.
    static func makeDirectories(_ path: FilePath) throws(OmnibusError) {
        guard !isDirectory(path) else { return }
        let parent = path.removingLastComponent()
        if parent != path, !parent.isEmpty { try makeDirectories(parent) }
        guard mkdir(path.string, 0o755) == 0 else {
            if errno == EEXIST, isDirectory(path) { return }
            throw failure("create", path)
        }
        try setMode(path, 0o755)
    }

    /// Makes a folder for results, where it is not there yet.
    ///
    /// - Throws: ``OmnibusError`` with code `destination-unusable`.
    static func makeDestination(_ folder: FilePath) throws(OmnibusError) {
        do throws(OmnibusError) {
            try makeDirectories(folder)
        } catch {
            throw OmnibusError("destination-unusable", .cannotCreate, "\(folder) is of no use: \(error.message)")
        }
        guard access(folder.string, W_OK | X_OK) == 0 else {
            throw OmnibusError("destination-unusable", .cannotCreate, "\(folder) cannot be written to")
        }
    }

    /// Reads a whole file.
    ///
    /// - Throws: `file-too-long` beyond the limit in bytes.
    static func read(_ path: FilePath, limit: Int = 64 << 20) throws(OmnibusError) -> [UInt8] {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var status = stat()
        if fstat(descriptor, &status) == 0 { bytes.reserveCapacity(min(limit, max(0, Int(status.st_size)))) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("read", path) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else {
                throw OmnibusError("file-too-long", .badInput, "\(path) is longer than \(limit) bytes")
            }
        }
    }

    /// The first 4 KiB of a file.
    static func front(of path: FilePath) throws(OmnibusError) -> [UInt8] {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("read", path) }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        guard count >= 0 else { throw failure("read", path) }
        return Array(buffer[..<count])
    }

    /// Writes a file anew; a link that stands there is replaced, not followed.
    static func write(_ bytes: [UInt8], to path: FilePath, mode: mode_t = 0o644) throws(OmnibusError) {
        guard unlink(path.string) == 0 || errno == ENOENT else { throw failure("replace", path) }
        let descriptor = open(path.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("create", path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure("write", path) }
            rest = rest.dropFirst(count)
        }
        guard fchmod(descriptor, mode) == 0 else { throw failure("set the mode of", path) }
    }

    /// Copies a regular file with its mode.
    static func copy(_ source: FilePath, to target: FilePath, mode: mode_t) throws(OmnibusError) {
        let input = open(source.string, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw failure("read", source) }
        defer { close(input) }
        let output = open(target.string, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard output >= 0 else { throw failure("create", target) }
        defer { close(output) }
        while true {
            let count = sendfile(output, input, nil, 1 << 30)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure("copy", source) }
            if count == 0 { return }
        }
    }

    /// Sets the permission bits.
    static func setMode(_ path: FilePath, _ mode: mode_t) throws(OmnibusError) {
        guard chmod(path.string, mode) == 0 else { throw failure("set the mode of", path) }
    }

    /// Where a symbolic link points to.
    static func linkTarget(_ path: FilePath) throws(OmnibusError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path.string, &buffer, buffer.count)
        guard count >= 0 else { throw failure("read", path) }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a symbolic link; a file or link that stands there is replaced.
    static func link(_ path: FilePath, to target: String) throws(OmnibusError) {
        guard unlink(path.string) == 0 || errno == ENOENT else { throw failure("replace", path) }
        guard symlink(target, path.string) == 0 else { throw failure("create", path) }
    }

    /// Renames within one file system.
    static func move(_ source: FilePath, to target: FilePath) throws(OmnibusError) {
        guard rename(source.string, target.string) == 0 else { throw failure("rename", source) }
    }

    /// Removes a file, a link or a whole directory; nothing there is fine.
    static func remove(_ path: FilePath) throws(OmnibusError) {
        guard let status = status(path) else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unlink(path.string) == 0 else { throw failure("remove", path) }
            return
        }
        // A directory without the write bit, as some source trees have them, could not be emptied.
        _ = chmod(path.string, 0o700)
        for name in try names(in: path) { try remove(path.appending(name)) }
        guard rmdir(path.string) == 0 else { throw failure("remove", path) }
    }

    /// The error for the system call that failed just now.
    static func failure(_ verb: String, _ path: FilePath) -> OmnibusError {
        let code = Errno(rawValue: errno)
        let category: OmnibusError.Category =
            switch code {
            case _ where verb == "create": .cannotCreate
            case .noSuchFileOrDirectory: .missingInput
            case .noSpace, .readOnlyFileSystem, .permissionDenied, .diskQuotaExceeded: .cannotCreate
            default: .failure
            }
        return OmnibusError("input-output", category, "Cannot \(verb) \(path): \(code)")
    }
}
