internal import Glibc
import SystemPackage

/// Reads the bytes of a package's files, one after the other, through one buffer.
struct ContentReader {
    private var buffer = [UInt8](repeating: 0, count: 1 << 18)

    /// Gives a file's bytes piece by piece.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/changedWhileReading`` if there are more or fewer than `size`.
    mutating func read(
        _ content: Entry.FileContent,
        size: UInt64,
        of path: PackagePath,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        switch content {
        case .bytes(let bytes):
            guard UInt64(bytes.count) == size else {
                throw FormatError(.changedWhileReading, "has \(bytes.count) bytes, not \(size)", path: path.description)
            }
            try body(bytes.span.bytes)
        case .onDisk(let file): try read(file, size: size, body)
        case .packaged:
            throw FormatError(
                .unsupported,
                "its bytes are in the package that it was read from",
                path: path.description
            )
        }
    }

    private mutating func read(
        _ file: FilePath,
        size: UInt64,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let descriptor = file.withPlatformString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw FormatError.system("cannot be read", path: file.string) }
        defer { close(descriptor) }
        var left = size
        while true {
            // One byte more than there should be tells growth and the end apart without another call.
            let wanted = Int(clamping: left) < buffer.count ? Int(left) + 1 : buffer.count
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, wanted) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FormatError.system("cannot be read", path: file.string) }
            guard UInt64(count) <= left, count > 0 || left == 0 else {
                throw FormatError(.changedWhileReading, "changed its size while it was packaged", path: file.string)
            }
            if count == 0 { return }
            try FormatError.checkCancellation()
            try body(buffer.span.bytes.extracting(0..<count))
            left -= UInt64(count)
            if left == 0, count < wanted { return }
        }
    }
}
