internal import Glibc
public import SystemPackage

/// Something that gives bytes in order.
public protocol ByteSource: AnyObject {
    /// Puts the next bytes into a buffer that is not empty.
    ///
    /// - Returns: how many bytes were put there; 0 only at the end.
    /// - Throws: ``FormatError`` where they cannot be had.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int
}

/// A part of a file, or all of it.
public final class InputFile: ByteSource {
    /// The file's name.
    public let path: FilePath
    /// The file's size in bytes when it was opened.
    public let size: UInt64

    private let file: Descriptor
    private var offset: UInt64
    private let end: UInt64

    /// A descriptor that is closed when nobody reads through it any more.
    private final class Descriptor {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// Opens a file.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput``.
    public init(opening path: FilePath) throws(FormatError) {
        let descriptor = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw FormatError.system("cannot be read", path: path.string) }
        file = Descriptor(descriptor)
        let status = try FileStatus(descriptor: descriptor, shownAs: path.string)
        guard status.kind == .regular else {
            throw FormatError(.inputOutput, "is no regular file", path: path.string)
        }
        self.path = path
        size = status.size
        offset = 0
        end = status.size
    }

    private init(_ whole: InputFile, from start: UInt64, to end: UInt64) {
        path = whole.path
        size = whole.size
        file = whole.file
        offset = start
        self.end = end
    }

    /// A part of the same file, read independently; what lies beyond the end is left out.
    public func part(from start: UInt64, count: UInt64? = nil) -> InputFile {
        let start = min(start, size)
        return InputFile(
            self,
            from: start,
            to: count.map { min(size, start.addingReportingOverflow($0).partialValue) } ?? size
        )
    }

    /// The next bytes of the part.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        let wanted = Int(clamping: min(UInt64(buffer.count), end - offset))
        guard wanted > 0 else { return 0 }
        while true {
            let count = pread(file.number, buffer.baseAddress, wanted, off_t(clamping: offset))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FormatError.system("cannot be read", path: path.string) }
            offset += UInt64(count)
            return count
        }
    }
}

/// Bytes at hand as a source.
public final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var offset = 0

    /// A source that gives these bytes.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next bytes.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes {
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset..<(offset + count)]))
        }
        offset += count
        return count
    }
}
