/// One thing that a check found in a package.
public struct Finding: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The package is broken or not what it says.
        case error
        /// Tools accept it, but it is not as it should be.
        case warning
    }

    /// Where it was found, as far as that is known.
    public struct Place: Sendable, Hashable {
        /// The offset in bytes in the package, or in what its payload decompresses to.
        public var offset: UInt64?
        /// The tag, field or member concerned.
        public var field: String?
        /// The file of the package that is concerned.
        public var file: PackagePath?

        /// Makes a place of what is known.
        public init(offset: UInt64? = nil, field: String? = nil, file: PackagePath? = nil) {
            self.offset = offset
            self.field = field
            self.file = file
        }
    }

    /// How bad it is.
    public var severity: Severity
    /// A stable identifier of the check, such as `payload-digest`.
    public var check: String
    /// What was found and what was expected, one sentence, no trailing full stop.
    public var message: String
    /// Where it was found.
    public var place: Place

    /// Makes a finding from its parts.
    public init(_ severity: Severity, _ check: String, _ message: String, at place: Place = Place()) {
        self.severity = severity
        self.check = check
        self.message = message
        self.place = place
    }

    /// What keeps a package from being read, as a finding: the check is the error's code.
    public init(_ error: FormatError) {
        self.init(
            .error,
            error.code.rawValue,
            error.message,
            at: Place(offset: error.offset, field: error.field)
        )
    }
}
