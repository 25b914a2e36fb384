public import PackageFormats

/// A version of Flocker: three numbers, then what sets a build apart from the release of those numbers.
///
/// The forms are `MAJOR.MINOR.MICRO`, then a pre-release `rcN` (older: `preN`) or a weekly release `.devN` (older:
/// `devN`), a documentation release `.postN` (older: `+docN`), a distance `+COUNT.gHASH` (`.COUNT.gHASH` after `+docN`),
/// and `.dirty`, in this order and each optional.
public struct FlockerVersion: Sendable, Hashable {
    /// How far the version is from the release of its numbers.
    public enum Stage: Sendable, Hashable {
        /// The release itself.
        case final
        /// `rcN`.
        case releaseCandidate(UInt32)
        /// `preN`, the older spelling of a pre-release.
        case preRelease(UInt32)
        /// `.devN`: a weekly release.
        case weekly(UInt32)
    }

    /// The commits since the tag that the version is named after.
    public struct Distance: Sendable, Hashable {
        /// The number of commits.
        public var commits: UInt32
        /// The abbreviated commit, hexadecimal, without the `g`.
        public var hash: String
    }

    /// The first number.
    public var major: UInt32
    /// The second number.
    public var minor: UInt32
    /// The third number.
    public var micro: UInt32
    /// Whether it is a release, or what comes before one.
    public var stage: Stage
    /// The number of the documentation release, or `nil`.
    public var documentation: UInt32?
    /// The distance from the tag, or `nil` on the tag itself.
    public var distance: Distance?
    /// Whether the checkout had changes that were not committed.
    public var isDirty: Bool

    /// Reads a version.
    ///
    /// - Throws: ``OmnibusError`` with code `version-unsupported` for any other form, and for numbers above 4294967295.
    public init(_ text: String) throws(OmnibusError) {
        var scanner = VersionScanner(text)
        guard let major = scanner.number(), scanner.take("."), let minor = scanner.number(), scanner.take("."),
            let micro = scanner.number()
        else {
            throw Self.unsupported(text)
        }
        (self.major, self.minor, self.micro) = (major, minor, micro)

        stage = .final
        if let number = scanner.number(after: "rc") {
            stage = .releaseCandidate(number)
        } else if let number = scanner.number(after: "pre") {
            stage = .preRelease(number)
        } else if let number = scanner.number(after: ".dev") ?? scanner.number(after: "dev") {
            stage = .weekly(number)
        }

        documentation = scanner.number(after: ".post")
        // A version has at most one `+`, so the distance after `+docN` begins with a dot.
        var separator = "+"
        if documentation == nil, let number = scanner.number(after: "+doc") {
            documentation = number
            separator = "."
        }
        distance = nil
        if let commits = scanner.number(after: separator) {
            guard scanner.take(".g"), let hash = scanner.hexadecimal(4...64) else { throw Self.unsupported(text) }
            distance = Distance(commits: commits, hash: hash)
        }
        isDirty = scanner.take(".dirty")
        guard scanner.isAtEnd else { throw Self.unsupported(text) }
    }

    /// Whether this is a release: no pre-release, weekly, distance or dirty part. A documentation release is one.
    public var isRelease: Bool { stage == .final && distance == nil && !isDirty }

    /// The version and release of its packages, in both formats.
    ///
    /// The version is the three numbers. The release is 1, or begins with 0 before the release of those numbers, then names
    /// the stage, the distance and whether the checkout was dirty; a documentation release does not show.
    public var evr: EVR {
        var release: String
        switch stage {
        case .final: release = "1"
        case .releaseCandidate(let number): release = "0.rc.\(number)"
        case .preRelease(let number): release = "0.pre.\(number)"
        case .weekly(let number): release = "0.dev.\(number)"
        }
        if let distance { release += ".\(distance.commits).g\(distance.hash)" }
        if isDirty { release += ".dirty" }
        return EVR(version: "\(major).\(minor).\(micro)", release: release)
    }

    private static func unsupported(_ text: String) -> OmnibusError {
        OmnibusError(
            "version-unsupported",
            .badInput,
            "'\(text)' is no Flocker version",
            hint: "expected MAJOR.MINOR.MICRO, then optionally rcN or .devN, .postN, +COUNT.gHASH and .dirty"
        )
    }
}
