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

extension ByteSource {
    /// Gives everything up to the end, piece by piece.
    ///
    /// - Throws: ``FormatError`` of the source, or of `body`.
    public func forEachPiece(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = try read(into: room)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: room[..<count]).bytes)
        }
    }
}

/// A file that is read at any place: one on disk, or bytes at hand under a name.
public final class InputFile: Sendable {
    /// The file's name.
    public let path: FilePath
    /// The file's size in bytes when it was opened.
    public let size: UInt64

    fileprivate enum Storage: Sendable {
        case file(Descriptor)
        case memory([UInt8])
    }

    fileprivate let storage: Storage

    /// A descriptor that is closed when nobody reads through it any more.
    fileprivate final class Descriptor: Sendable {
        let number: Int32
        init(_ number: Int32) { self.number = number }
        deinit { close(number) }
    }

    /// Opens a file.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput``.
    public init(opening path: FilePath) throws(FormatError) {
        let number = path.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard number >= 0 else { throw FormatError.system("cannot be read", path: path.string) }
        let descriptor = Descriptor(number)
        let status = try FileStatus(descriptor: number, shownAs: path.string)
        guard status.kind == .regular else {
            throw FormatError(.inputOutput, "is no regular file", path: path.string)
        }
        self.path = path
        size = status.size
        storage = .file(descriptor)
    }

    /// A file of bytes at hand, called by a name that need not exist.
    public init(bytes: [UInt8], named path: FilePath) {
        self.path = path
        size = UInt64(bytes.count)
        storage = .memory(bytes)
    }

    /// This file with its bytes at hand, which saves a call of the system for every part of it; itself if it is larger
    /// than a limit.
    ///
    /// - Parameter limit: how many bytes may be held.
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/inputOutput`` or ``FormatError/Code/changedWhileReading``.
    func held(upTo limit: Int) throws(FormatError) -> InputFile {
        guard held == nil, size <= UInt64(clamping: limit) else { return self }
        return InputFile(bytes: try bytes(at: 0, count: limit), named: path)
    }

    /// All bytes, if they are at hand.
    var held: [UInt8]? {
        guard case .memory(let bytes) = storage else { return nil }
        return bytes
    }

    /// A part of the file, read independently of others; what lies beyond the end is left out.
    public func part(from start: UInt64, count: UInt64? = nil) -> FilePart {
        let start = min(start, size)
        let end = count.map { start.addingReportingOverflow($0) }
        return FilePart(self, start..<(end.map { $0.overflow ? size : min(size, $0.partialValue) } ?? size))
    }

    /// All bytes of a file that is no larger than a limit.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/limitExceeded`` or ``FormatError/Code/inputOutput``.
    public func contents(limit: Int) throws(FormatError) -> [UInt8] {
        guard size <= UInt64(clamping: limit) else {
            throw FormatError(.limitExceeded, "is larger than \(limit) bytes", path: path.string)
        }
        return try bytes(at: 0, count: limit)
    }

    /// Bytes at an offset, fewer where the file ends; the caller bounds `count`.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/inputOutput`` or ``FormatError/Code/changedWhileReading``.
    public func bytes(at start: UInt64, count: Int) throws(FormatError) -> [UInt8] {
        let wanted = Int(clamping: min(UInt64(clamping: count), size - min(start, size)))
        guard wanted > 0 else { return [] }
        if let held {
            let first = Int(clamping: start)
            return Array(held[first..<(first + wanted)])
        }
        var (filled, failure): (Int, FormatError?) = (0, nil)
        let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { room, count in
            let all = UnsafeMutableRawBufferPointer(room)
            do throws(FormatError) {
                while filled < wanted {
                    let place = start + UInt64(filled)
                    let read = try self.read(at: place, into: UnsafeMutableRawBufferPointer(rebasing: all[filled...]))
                    // The file became shorter meanwhile.
                    guard read > 0 else { break }
                    filled += read
                }
            } catch {
                failure = error
            }
            count = filled
        }
        if let failure { throw failure }
        guard filled == wanted else {
            throw FormatError(.changedWhileReading, "became shorter while it was read", path: path.string)
        }
        return bytes
    }

    /// Reads at a place into a buffer; 0 only at the end.
    fileprivate func read(at start: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        switch storage {
        case .memory(let bytes):
            guard start < size else { return 0 }
            let first = Int(clamping: start)
            let count = min(buffer.count, bytes.count - first)
            bytes.withUnsafeBytes {
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[first..<(first + count)]))
            }
            return count
        case .file(let descriptor):
            while true {
                let count = pread(descriptor.number, buffer.baseAddress, buffer.count, off_t(clamping: start))
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw FormatError.system("cannot be read", path: path.string) }
                return count
            }
        }
    }
}

/// A part of a file, read from its beginning to its end.
public final class FilePart: ByteSource {
    private let file: InputFile
    private var range: Range<UInt64>

    fileprivate init(_ file: InputFile, _ range: Range<UInt64>) {
        self.file = file
        self.range = range
    }

    /// The next bytes of the part.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        let wanted = Int(clamping: min(UInt64(buffer.count), range.upperBound - range.lowerBound))
        guard wanted > 0 else { return 0 }
        let count = try file.read(
            at: range.lowerBound,
            into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
        )
        range = (range.lowerBound + UInt64(count))..<range.upperBound
        return count
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
