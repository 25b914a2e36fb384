import Glibc

/// The absolute path of something a package installs, as bytes.
///
/// Paths in packages are bytes that need not be UTF-8, and two spellings that Unicode holds equal are two files.
/// A value always starts with `/`, has no empty, `.` or `..` component, no NUL and no line feed, and never ends in `/`
/// unless it is the root itself.
public struct PackagePath: Sendable, Hashable {
    /// The bytes, the leading `/` included.
    public let bytes: [UInt8]

    /// The longest path in bytes (`PATH_MAX` less its NUL; dpkg and rpm unpack through the same limit).
    public static let maximumLength = 4095

    /// Checks an absolute path; trailing slashes are dropped.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidPath``.
    public init(_ text: String) throws(FormatError) {
        try self.init(bytes: Array(text.utf8))
    }

    /// Checks an absolute path given as bytes; trailing slashes are dropped.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidPath``.
    public init(bytes: [UInt8]) throws(FormatError) {
        var bytes = bytes
        while bytes.count > 1, bytes.last == 0x2F { bytes.removeLast() }
        if let complaint = PackagePath.complaint(about: bytes) {
            throw FormatError(.invalidPath, "\(complaint): '\(String(decoding: bytes, as: UTF8.self))'")
        }
        self.bytes = bytes
    }

    private init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// `/` itself.
    public static let root = PackagePath(unchecked: [0x2F])

    /// Whether this is `/`.
    public var isRoot: Bool { bytes.count == 1 }

    /// The directory that holds this; the root is its own parent.
    public var parent: PackagePath {
        guard let slash = bytes.lastIndex(of: 0x2F), slash > 0 else { return .root }
        return PackagePath(unchecked: Array(bytes[..<slash]))
    }

    /// The last component's bytes; empty for the root.
    public var baseName: ArraySlice<UInt8> {
        guard let slash = bytes.lastIndex(of: 0x2F) else { return bytes[...] }
        return bytes[(slash + 1)...]
    }

    /// This path with one more component or several behind it.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidPath``.
    public func appending(_ relative: some Collection<UInt8>) throws(FormatError) -> PackagePath {
        try PackagePath(bytes: (isRoot ? [] : bytes) + [0x2F] + relative)
    }

    /// Whether this lies in `directory`, or is it.
    public func isInside(_ directory: PackagePath) -> Bool {
        if directory.isRoot || bytes == directory.bytes { return true }
        let length = directory.bytes.count
        return bytes.count > length && bytes[length] == 0x2F && bytes.starts(with: directory.bytes)
    }

    /// Whether nothing in a path needs a closer look: no byte that it may not have, and behind no slash nothing, a slash or a dot.
    private static func isPlain(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { bytes in
            // Numbers instead of conditions, so that many bytes are looked at together.
            var odd: UInt8 = bytes.last == 0x2F ? 1 : 0
            for index in 1..<bytes.count {
                let next = bytes[index]
                let isSlash: UInt8 = bytes[index - 1] == 0x2F ? 1 : 0
                // A dot or a slash.
                let isOdd: UInt8 = next &- 0x2E < 2 ? 1 : 0
                odd |= isSlash & isOdd | (next == 0 ? 1 : 0) | (next == 0x0A ? 1 : 0)
            }
            return odd == 0
        }
    }

    private static func complaint(about bytes: [UInt8]) -> String? {
        guard bytes.first == 0x2F else { return "a path in a package has to be absolute" }
        guard bytes.count <= maximumLength else { return "the path is longer than \(maximumLength) bytes" }
        if bytes.count == 1 || isPlain(bytes) { return nil }
        if bytes.contains(where: { $0 == 0 || $0 == 0x0A }) { return "the path holds a NUL or a line feed" }
        // Of the present component: its length, and whether it has dots only.
        var (length, isDots) = (0, true)
        for index in 1...bytes.count {
            if index < bytes.count, bytes[index] != 0x2F {
                length += 1
                isDots = isDots && bytes[index] == 0x2E
                continue
            }
            if length == 0 { return "the path has an empty component" }
            if isDots, length <= 2 { return "the path has a '.' or '..' component" }
            (length, isDots) = (0, true)
        }
        return nil
    }
}

extension PackagePath {
    /// Feeds all bytes at once: an array by itself would feed them one by one.
    public func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
}

extension PackagePath: Comparable {
    /// Byte order of the whole path, as `strcmp` has it.
    public static func < (left: PackagePath, right: PackagePath) -> Bool { left.bytes.precedes(right.bytes) }
}

extension PackagePath: CustomStringConvertible {
    /// The path as text; bytes that are no UTF-8 show as U+FFFD.
    public var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension ArraySlice<UInt8> {
    /// Whether the bytes are the same: an order of magnitude faster than `==`, which compares one by one.
    func equals(_ other: ArraySlice<UInt8>) -> Bool {
        withUnsafeBytes { left in other.withUnsafeBytes { left.equals($0) } }
    }
}

extension [UInt8] {
    /// `memcmp` order, a prefix first: an order of magnitude faster than `lexicographicallyPrecedes` on long arrays.
    func precedes(_ other: [UInt8]) -> Bool {
        let common = Swift.min(count, other.count)
        let order = withUnsafeBytes { left in
            other.withUnsafeBytes { right -> Int32 in
                guard let left = left.baseAddress, let right = right.baseAddress else { return 0 }
                return memcmp(left, right, common)
            }
        }
        return order != 0 ? order < 0 : count < other.count
    }
}

extension FormatError.Code {
    /// A path is relative, too long, or holds a component or byte that no package may have.
    public static let invalidPath = Self(rawValue: "invalid-path")
}
