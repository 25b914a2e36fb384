internal import CLinux
internal import Glibc
public import SystemPackage

/// A file that appears under its name only when it is complete.
///
/// The bytes go to a file without a name in the same folder (`O_TMPFILE`), so that a killed run leaves nothing behind;
/// where the file system has no such files, to a hidden one that is removed unless the run is killed.
public final class OutputFile: ByteSink {
    /// The name it is going to have.
    public let path: FilePath
    /// How many bytes were written.
    public private(set) var size: UInt64 = 0

    let descriptor: Int32
    /// What names are relative to: a directory's descriptor, which the caller keeps open.
    private let directory: Int32
    /// The name that `path` has from there.
    private let name: [UInt8]
    /// The folder of that name.
    private let folder: [UInt8]
    private var temporaryName: [UInt8]?
    private var buffer: [UInt8] = []
    private var written: UInt64 = 0
    private var writebackStarted: UInt64 = 0

    private static let bufferSize = 1 << 18
    /// Writing back early spreads the disk's work over the run, which leaves little for the last `fsync`.
    private static let writebackStep: UInt64 = 1 << 23

    /// Opens a file to write that is to be called `path`.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/cannotCreate``.
    public convenience init(creating path: FilePath) throws(FormatError) {
        let name = path.withPlatformString { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
        try self.init(creating: name, in: AT_FDCWD, shownAs: path)
    }

    /// Opens a file to write that is to have a name in an open directory, which has to stay open until the end.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/cannotCreate``.
    init(creating name: [UInt8], in directory: Int32, shownAs path: FilePath) throws(FormatError) {
        self.path = path
        self.name = name
        self.directory = directory
        let slash = name.lastIndex(of: UInt8(ascii: "/"))
        folder = slash.map { $0 == 0 ? [UInt8(ascii: "/")] : Array(name[..<$0]) } ?? [UInt8(ascii: ".")]
        var opened = folder.withCString { openat(directory, $0, O_RDWR | O_CLOEXEC | Self.unnamed, 0o666) }
        if opened < 0, [EOPNOTSUPP, EISDIR, ENOENT, EINVAL].contains(errno),
            folder.withCString({ faccessat(directory, $0, F_OK, 0) }) == 0
        {
            let hidden = OutputFile.hidden(name)
            opened = hidden.withCString {
                unlinkat(directory, $0, 0)
                return openat(directory, $0, O_RDWR | O_CLOEXEC | O_CREAT | O_EXCL | O_NOFOLLOW, 0o666)
            }
            if opened >= 0 { temporaryName = hidden }
        }
        guard opened >= 0 else {
            throw FormatError.system("cannot be created", path: path.string, code: .cannotCreate)
        }
        descriptor = opened
    }

    deinit {
        close(descriptor)
        if let temporaryName { temporaryName.withCString { _ = unlinkat(directory, $0, 0) } }
    }

    /// `O_TMPFILE` of Linux, which is a macro of two others and does not import.
    private static let unnamed: Int32 = 0o20000000 | O_DIRECTORY

    /// A name beside another that nobody else takes, and that is no longer than names may be.
    static func hidden(_ name: [UInt8]) -> [UInt8] {
        let start = name.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0
        return name[..<start] + [UInt8(ascii: ".")] + name[start...].prefix(200) + Array(".\(getpid()).part".utf8)
    }

    /// Appends bytes.
    public func write(_ bytes: RawSpan) throws(FormatError) {
        size += UInt64(bytes.byteCount)
        if bytes.byteCount >= OutputFile.bufferSize {
            try flush()
            try writeThrough(bytes)
        } else {
            if buffer.count + bytes.byteCount > OutputFile.bufferSize { try flush() }
            bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
        }
    }

    /// Appends the bytes of an array.
    public func write(_ bytes: [UInt8]) throws(FormatError) { try write(bytes.span.bytes) }

    /// Hands everything written so far to the operating system.
    func flush() throws(FormatError) {
        guard !buffer.isEmpty else { return }
        let pending = buffer
        buffer.removeAll(keepingCapacity: true)
        try writeThrough(pending.span.bytes)
    }

    /// Replaces bytes that were written before.
    func overwrite(_ bytes: [UInt8], at offset: UInt64) throws(FormatError) {
        try flush()
        var done = 0
        while done < bytes.count {
            let result = bytes.withUnsafeBytes { source in
                pwrite(
                    descriptor,
                    source.baseAddress?.advanced(by: done),
                    source.count - done,
                    off_t(clamping: offset) + off_t(done)
                )
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                throw FormatError.system("cannot be written", path: path.string, code: .cannotCreate)
            }
            done += result
        }
    }

    /// Appends another file's bytes, which the kernel copies or shares itself where it can.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/cannotCreate`` or ``FormatError/Code/inputOutput``.
    public func append(contentsOf other: OutputFile) throws(FormatError) {
        try flush()
        try other.flush()
        var from: Int64 = 0
        while UInt64(from) < other.size {
            let wanted = Int(clamping: other.size - UInt64(from))
            let copied = copy_file_range(other.descriptor, &from, descriptor, nil, wanted, 0)
            if copied > 0 {
                written += UInt64(copied)
                continue
            }
            if copied < 0, errno == EINTR { continue }
            guard copied < 0, [EXDEV, ENOSYS, EINVAL, EOPNOTSUPP].contains(errno) else {
                throw FormatError.system("cannot be written", path: path.string, code: .cannotCreate)
            }
            try appendByReading(other, from: &from)
        }
        size += other.size
    }

    private func appendByReading(_ other: OutputFile, from offset: inout Int64) throws(FormatError) {
        var chunk = [UInt8](repeating: 0, count: OutputFile.bufferSize)
        while UInt64(offset) < other.size {
            let count = chunk.withUnsafeMutableBytes {
                pread(other.descriptor, $0.baseAddress, $0.count, off_t(offset))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FormatError.system("cannot be read back", path: other.path.string) }
            try writeThrough(chunk.span.bytes.extracting(0..<count))
            offset += Int64(count)
        }
    }

    /// Reads back what was written, from an offset to the end, piece by piece.
    func readBack(from start: UInt64, _ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        try readBack(min(start, size)..<size, body)
    }

    /// Reads back a part of what was written, piece by piece.
    ///
    /// - Parameters:
    ///   - range: where it lies in the file; what lies behind the end is left out.
    ///   - body: takes the pieces, in order.
    /// - Throws: ``FormatError`` of `body`, or with code ``FormatError/Code/inputOutput``.
    public func readBack(
        _ range: Range<UInt64>,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        try flush()
        let end = min(range.upperBound, size)
        guard range.lowerBound < end else { return }
        let length = Int(clamping: end - range.lowerBound)
        var chunk = [UInt8](repeating: 0, count: min(OutputFile.bufferSize, length))
        var offset = off_t(clamping: range.lowerBound)
        while UInt64(offset) < end {
            let wanted = min(chunk.count, Int(clamping: end - UInt64(offset)))
            let count = chunk.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, wanted, offset) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FormatError.system("cannot be read back", path: path.string) }
            try body(chunk.span.bytes.extracting(0..<count))
            offset += off_t(count)
        }
    }

    /// The bytes that were written so far, as a file to read.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/cannotCreate`` or ``FormatError/Code/inputOutput``.
    public func reopened() throws(FormatError) -> InputFile {
        try flush()
        return try InputFile(opening: FilePath("/proc/self/fd/\(descriptor)"))
    }

    private func writeThrough(_ bytes: RawSpan) throws(FormatError) {
        var done = 0
        while done < bytes.byteCount {
            let result = bytes.withUnsafeBytes { source in
                Glibc.write(descriptor, source.baseAddress?.advanced(by: done), source.count - done)
            }
            if result < 0, errno == EINTR { continue }
            guard result > 0 else {
                throw FormatError.system("cannot be written", path: path.string, code: .cannotCreate)
            }
            done += result
        }
        written += UInt64(done)
        if written - writebackStarted >= OutputFile.writebackStep {
            _ = sync_file_range(
                descriptor,
                Int64(clamping: writebackStarted),
                Int64(clamping: written - writebackStarted),
                clinux_start_writeback
            )
            writebackStarted = written
        }
    }

    /// Makes the bytes durable and gives the file its name, replacing a file that has it already.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/cannotCreate``; then no file has the name that had not before.
    public func commit() throws(FormatError) {
        try flush()
        guard fsync(descriptor) == 0 else {
            throw FormatError.system("cannot be written", path: path.string, code: .cannotCreate)
        }
        try takeName()
        let folder = folder.withCString {
            openat(directory, $0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    /// Gives the file its name without waiting for the disk, replacing a file or link that has it already.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/cannotCreate``.
    public func takeName() throws(FormatError) {
        try flush()
        if let temporaryName {
            try rename(temporaryName)
            self.temporaryName = nil
            return
        }
        if link(to: name) == 0 { return }
        // linkat never replaces a file: take a hidden name first and rename that.
        guard errno == EEXIST else {
            throw FormatError.system("cannot be created", path: path.string, code: .cannotCreate)
        }
        let hidden = OutputFile.hidden(name)
        hidden.withCString { _ = unlinkat(directory, $0, 0) }
        guard link(to: hidden) == 0 else {
            throw FormatError.system("cannot be created", path: path.string, code: .cannotCreate)
        }
        do {
            try rename(hidden)
        } catch {
            hidden.withCString { _ = unlinkat(directory, $0, 0) }
            throw error
        }
    }

    private func link(to name: [UInt8]) -> Int32 {
        name.withCString {
            linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", directory, $0, AT_SYMLINK_FOLLOW)
        }
    }

    private func rename(_ hidden: [UInt8]) throws(FormatError) {
        let result = hidden.withCString { from in
            name.withCString { renameat(directory, from, directory, $0) }
        }
        guard result == 0 else {
            throw FormatError.system("cannot be created", path: path.string, code: .cannotCreate)
        }
    }
}

extension FormatError.Code {
    /// An output file cannot be created or written.
    public static let cannotCreate = Self(rawValue: "cannot-create")
}
