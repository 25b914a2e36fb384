/// The first two numbers of a version, such as Python's `3.9` or glibc's `2.34`: what decides which binaries fit.
public struct MajorMinor: Sendable, Hashable, Comparable {
    /// The first number.
    public let major: Int
    /// The second number.
    public let minor: Int

    /// Makes a version from its numbers.
    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `3.9`; what follows a second dot is ignored. `nil` if the text does not begin with two numbers.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Self.number(parts[0]), let minor = Self.number(parts[1]) else { return nil }
        self.init(major, minor)
    }

    private static func number(_ text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 4, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    /// Orders by the first number, then the second.
    public static func < (left: MajorMinor, right: MajorMinor) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}

extension MajorMinor: CustomStringConvertible {
    /// Both numbers with a dot between.
    public var description: String { "\(major).\(minor)" }
}
