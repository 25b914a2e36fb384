internal import Glibc
internal import SystemPackage

/// What `stat(2)` says of a file, as far as packaging needs it.
struct FileStatus {
    enum Kind { case regular, directory, symbolicLink, other }

    let kind: Kind
    let mode: UInt16
    let size: UInt64
    let linkCount: UInt64
    let device: UInt64
    let inode: UInt64

    /// The status of what a path leads to.
    init(following path: FilePath) throws(FormatError) {
        var status = stat()
        guard path.withPlatformString({ stat($0, &status) }) == 0 else {
            throw FormatError.system("cannot be read", path: path.string)
        }
        self.init(status)
    }

    /// The status of a name in an open directory; a link is not followed.
    init(_ name: [UInt8], in directory: Int32, shownAs path: FilePath) throws(FormatError) {
        var status = stat()
        let result = name.withCString { fstatat(directory, $0, &status, AT_SYMLINK_NOFOLLOW) }
        guard result == 0 else { throw FormatError.system("cannot be read", path: path.string) }
        self.init(status)
    }

    /// The status of an open file.
    init(descriptor: Int32, shownAs path: String) throws(FormatError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FormatError.system("cannot be read", path: path) }
        self.init(status)
    }

    private init(_ status: stat) {
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .symbolicLink
            default: .other
            }
        mode = UInt16(truncatingIfNeeded: status.st_mode & 0o7777)
        size = UInt64(clamping: status.st_size)
        linkCount = UInt64(status.st_nlink)
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }

    /// 0755 for directories and executables, else 0644, so that the umask of a checkout never shows.
    var normalizedMode: UInt16 { kind == .directory || mode & 0o100 != 0 ? 0o755 : 0o644 }

    /// The text of a symbolic link in an open directory.
    static func linkTarget(_ name: [UInt8], in directory: Int32, shownAs path: FilePath) throws(FormatError) -> [UInt8]
    {
        var target = [UInt8](repeating: 0, count: PackagePath.maximumLength + 1)
        let length = name.withCString { name in
            target.withUnsafeMutableBytes { buffer -> Int in
                guard let room = buffer.baseAddress else { return -1 }
                return readlinkat(directory, name, room.assumingMemoryBound(to: CChar.self), buffer.count)
            }
        }
        guard length > 0 else { throw FormatError.system("cannot be read", path: path.string) }
        guard length <= PackagePath.maximumLength else {
            throw FormatError(.limitExceeded, "has a target that is too long", path: path.string)
        }
        return Array(target[..<length])
    }
}

extension FormatError {
    /// An error that says what `errno` means.
    static func system(_ what: String, path: String, code: FormatError.Code = .inputOutput) -> FormatError {
        FormatError(code, "\(what): \(Errno(rawValue: errno))", path: path)
    }
}

extension [UInt8] {
    /// Calls with the bytes as a C string; they hold no NUL.
    func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map(body) ?? "".withCString(body)
        }
    }
}

extension FilePath {
    /// This path with a component given as bytes.
    func appendingBytes(_ name: [UInt8]) -> FilePath {
        name.withCString { appending(FilePath(platformString: $0).components) }
    }
}

extension FilePath.Component {
    /// The component's bytes.
    var bytes: [UInt8] {
        withPlatformString { name in
            UnsafeBufferPointer(start: name, count: strlen(name)).map { UInt8(bitPattern: $0) }
        }
    }
}
