internal import Glibc

/// Strings as an rpm header stores them: bytes behind one another, each string closed by a NUL.
///
/// Packages with tens of thousands of files have as many strings in every tag; kept this way they cost one array.
public struct PackedStrings: Sendable, Hashable {
    /// All strings' bytes, each closed by a NUL.
    public private(set) var bytes: [UInt8] = []
    /// How many strings there are.
    public private(set) var count = 0

    /// No strings.
    public init() {}

    /// Packs texts.
    public init(_ texts: [String]) {
        for text in texts { append(text.utf8) }
    }

    /// Takes bytes that hold `count` closed strings.
    init(unchecked bytes: [UInt8], count: Int) {
        self.bytes = bytes
        self.count = count
    }

    /// Makes room for that many bytes, NULs included.
    public mutating func reserveCapacity(_ capacity: Int) { bytes.reserveCapacity(capacity) }

    /// Adds a string; the writer has made sure before that it holds no NUL.
    @inline(__always)
    mutating func append(_ string: some Sequence<UInt8>) {
        bytes.append(contentsOf: string)
        bytes.append(0)
        count += 1
    }

    /// Whether some string is not empty.
    public var hasText: Bool { bytes.count > count }

    /// The strings as texts; bytes that are no UTF-8 become U+FFFD.
    public var texts: [String] { bytes.withUnsafeBytes { PackedStrings.texts(in: $0, count: count) } }

    /// Bytes that hold `count` closed strings, as texts.
    static func texts(in bytes: UnsafeRawBufferPointer, count: Int) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(count)
        var start = 0
        // Neighbours are often the same, such as the owners of files.
        var last: (bytes: UnsafeRawBufferPointer, text: String)?
        while start < bytes.count {
            let text = UnsafeRawBufferPointer(rebasing: bytes[start...]).untilNUL
            start += text.count + 1
            if let last, last.bytes.equals(text) {
                texts.append(last.text)
                continue
            }
            texts.append(String(decoding: text, as: UTF8.self))
            last = texts.last.map { (text, $0) }
        }
        return texts
    }
}

extension PackedStrings: Sequence {
    /// Walks through the strings.
    public struct Iterator: IteratorProtocol {
        fileprivate let bytes: [UInt8]
        fileprivate var start = 0

        /// The next string's bytes, without the NUL.
        public mutating func next() -> ArraySlice<UInt8>? {
            guard start < bytes.count else { return nil }
            let count = bytes.withUnsafeBytes { UnsafeRawBufferPointer(rebasing: $0[start...]).untilNUL.count }
            defer { start += count + 1 }
            return bytes[start..<(start + count)]
        }
    }

    /// Walks through the strings.
    public func makeIterator() -> Iterator { Iterator(bytes: bytes) }

    /// How many strings there are.
    public var underestimatedCount: Int { count }
}

extension UnsafeRawBufferPointer {
    /// Whether the bytes are the same.
    func equals(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let left = baseAddress, let right = other.baseAddress else { return true }
        return memcmp(left, right, count) == 0
    }

    /// The bytes before the first NUL; all if there is none.
    var untilNUL: UnsafeRawBufferPointer {
        guard let start = baseAddress, let end = memchr(start, 0, count) else { return self }
        return UnsafeRawBufferPointer(start: start, count: UnsafeRawPointer(end) - start)
    }
}
