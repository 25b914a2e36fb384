import SystemPackage

#if canImport(Glibc)
    import Glibc
#endif

/// A folder of its own for a test, removed afterwards.
final class TemporaryFolder {
    let path: FilePath

    init() throws {
        var template = Array("/tmp/flocker-pkg-test.XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer -> FilePath? in
            guard let base = buffer.baseAddress, let result = mkdtemp(base) else { return nil }
            return FilePath(platformString: result)
        }
        guard let made else { throw Errno(rawValue: errno) }
        path = made
    }

    deinit { remove(path) }

    func write(_ text: String, to name: String, mode: CInterop.Mode = 0o644) throws {
        let file = path.appending(name)
        mkdir(file.removingLastComponent().string, 0o755)
        let descriptor = try FileDescriptor.open(
            file,
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        _ = try descriptor.closeAfter { try descriptor.writeAll(text.utf8) }
        chmod(file.string, mode)
    }

    func names() -> [String] {
        guard let directory = opendir(path.string) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let item = readdir(directory) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    private func remove(_ path: FilePath) {
        var status = stat()
        guard lstat(path.string, &status) == 0 else { return }
        if status.st_mode & S_IFMT == S_IFDIR, let directory = opendir(path.string) {
            while let item = readdir(directory) {
                let name = withUnsafeBytes(of: &item.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
                if name == [0x2E] || name == [0x2E, 0x2E] { continue }
                remove(path.appending(String(decoding: name, as: UTF8.self)))
            }
            closedir(directory)
            rmdir(path.string)
        } else {
            unlink(path.string)
        }
    }
}
