/// One thing that a check found in a package.
public struct Finding: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable {
        /// The package is broken or not what it says.
        case error
        /// Tools accept it, but it is not as it should be.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// A stable identifier of the check, such as `payload-digest`.
    public var check: String
    /// What was found and what was expected, one sentence, no trailing full stop.
    public var message: String

    /// Makes a finding from its parts.
    public init(_ severity: Severity, _ check: String, _ message: String) {
        self.severity = severity
        self.check = check
        self.message = message
    }
}
