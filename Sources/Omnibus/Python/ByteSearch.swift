import Glibc
import SystemPackage

/// Looks for any of a few byte strings in a file, whatever its length, in constant memory.
struct ByteSearch: Sendable {
    private let needles: [Needle]

    private static let chunk = 1 << 20

    /// Where the first of the needles in the file stands.
    struct Match: Sendable, Hashable {
        var needle: [UInt8]
        /// In bytes from the file's begin.
        var offset: Int
    }

    /// Prepares a search; empty strings are never found.
    init(_ needles: [[UInt8]]) {
        self.needles = needles.filter { !$0.isEmpty }.map(Needle.init)
    }

    /// Searches an open file from its begin.
    func first(in descriptor: CInt, path: FilePath) throws(OmnibusError) -> Match? {
        let overlap = (needles.map(\.bytes.count).max() ?? 1) - 1
        var buffer = [UInt8](repeating: 0, count: Self.chunk + overlap)
        var kept = 0
        var start = 0
        while true {
            let count = buffer.withUnsafeMutableBytes { bytes in
                pread(descriptor, bytes.baseAddress.map { $0 + kept }, Self.chunk, off_t(start + kept))
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileSystem.failure("read", path) }
            guard count > 0 else { return nil }
            if let match = first(in: buffer[..<(kept + count)]) {
                return Match(needle: match.needle, offset: start + match.offset)
            }
            // A needle may begin in this piece and end in the next.
            let next = min(overlap, kept + count)
            let moved = kept + count - next
            buffer.withUnsafeMutableBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                memmove(base, base + moved, next)
            }
            start += moved
            kept = next
        }
    }

    /// Searches bytes in memory.
    func first(in bytes: ArraySlice<UInt8>) -> Match? {
        bytes.withUnsafeBufferPointer { hay in
            var best: Match?
            for needle in needles {
                guard let offset = needle.first(in: hay), offset < best?.offset ?? .max else { continue }
                best = Match(needle: needle.bytes, offset: offset)
            }
            return best
        }
    }

    /// A byte string with how far to go on when its last byte does not match (Horspool's table).
    struct Needle: Sendable {
        let bytes: [UInt8]
        private let skips: [Int]

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
            var skips = [Int](repeating: bytes.count, count: 256)
            for (index, byte) in bytes.dropLast().enumerated() { skips[Int(byte)] = bytes.count - 1 - index }
            self.skips = skips
        }

        func first(in hay: UnsafeBufferPointer<UInt8>) -> Int? {
            guard let last = bytes.last else { return nil }
            var end = bytes.count - 1
            while end < hay.count {
                let byte = hay[end]
                if byte == last {
                    let start = end - bytes.count + 1
                    if hay[start...end].elementsEqual(bytes) { return start }
                }
                end += skips[Int(byte)]
            }
            return nil
        }
    }
}
