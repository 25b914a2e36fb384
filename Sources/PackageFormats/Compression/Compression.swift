/// How a payload is compressed: an algorithm and how hard it tries.
public struct Compression: Sendable, Hashable {
    /// The compressed formats that the writers make.
    public enum Algorithm: String, Sendable, Hashable, CaseIterable {
        /// gzip (RFC 1952): read by everything.
        case gzip
        /// xz: read since rpm 4.8 and dpkg 1.15.6.
        case xz
        /// zstd (RFC 8878): read since rpm 4.14 and dpkg 1.21.18.
        case zstd
        /// No compression.
        case none
    }

    /// The format.
    public let algorithm: Algorithm
    /// How hard it tries: gzip 1-9, xz 0-9, zstd 1-22, none 0.
    public let level: Int

    private init(unchecked algorithm: Algorithm, level: Int) {
        self.algorithm = algorithm
        self.level = level
    }

    /// Checks the level; `nil` takes the algorithm's usual one: gzip 9 and xz 6 as dpkg-deb, zstd 19 as rpm 6.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue`` for a level that the algorithm lacks.
    public init(_ algorithm: Algorithm, level: Int? = nil) throws(FormatError) {
        let (levels, usual): (ClosedRange<Int>, Int) =
            switch algorithm {
            case .gzip: (1...9, 9)
            case .xz: (0...9, 6)
            case .zstd: (1...22, 19)
            case .none: (0...0, 0)
            }
        let chosen = level ?? usual
        guard levels.contains(chosen) else {
            throw FormatError(
                .invalidValue,
                "\(algorithm.rawValue) has levels \(levels.lowerBound) to \(levels.upperBound), not \(chosen)",
                field: "compression"
            )
        }
        self.init(unchecked: algorithm, level: chosen)
    }

    /// Reads `gzip`, `xz:2`, `zstd:19` or `none`.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue``.
    public init(parsing text: String) throws(FormatError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let algorithm = Algorithm(rawValue: String(name)) else {
            throw FormatError(
                .invalidValue,
                "'\(text)' is no compression: use gzip, xz, zstd or none, with :LEVEL where wanted",
                field: "compression"
            )
        }
        guard parts.count == 2 else {
            try self.init(algorithm)
            return
        }
        guard let level = Int(parts[1]) else {
            throw FormatError(.invalidValue, "'\(parts[1])' is no level", field: "compression")
        }
        try self.init(algorithm, level: level)
    }

    /// No compression.
    public static let none = Compression(unchecked: .none, level: 0)
    /// gzip level 9: what every reader reads.
    public static let gzip = Compression(unchecked: .gzip, level: 9)
    /// xz level 6: dpkg-deb's usual one.
    public static let xz = Compression(unchecked: .xz, level: 6)
    /// xz level 2: what Red Hat Enterprise Linux 7 and 8 build their own packages with.
    public static let xzLight = Compression(unchecked: .xz, level: 2)
    /// zstd level 19: rpm 6's usual one.
    public static let zstd = Compression(unchecked: .zstd, level: 19)
}

extension Compression.Algorithm {
    /// What names of compressed files end in, with the dot; nothing for no compression.
    public var suffix: String {
        switch self {
        case .gzip: ".gz"
        case .xz: ".xz"
        case .zstd: ".zst"
        case .none: ""
        }
    }
}

extension Compression: CustomStringConvertible {
    /// `xz:2`, or `none`.
    public var description: String { algorithm == .none ? "none" : "\(algorithm.rawValue):\(level)" }
}
