/// What stopped the making of packages: a stable code, a sentence for people, and where there is one, what to do next.
public struct OmnibusError: Error, Sendable, Hashable {
    /// Who has to act. The command line turns it into an exit status.
    public enum Category: Sendable, Hashable {
        /// The request itself makes no sense (exit 64).
        case usage
        /// An input was read and is wrong (exit 65).
        case badInput
        /// An input is not there (exit 66).
        case missingInput
        /// A needed tool or service is missing (exit 69).
        case unavailable
        /// The output cannot be made (exit 73).
        case cannotCreate
        /// A transfer broke off or was refused for the moment (exit 74).
        case transfer
        /// Anything else (exit 1).
        case failure
    }

    /// A stable identifier such as `python-not-shipped`; the same fault always carries the same code.
    public var code: String
    /// Who has to act.
    public var category: Category
    /// What was wrong and what was expected, one sentence, no trailing full stop.
    public var message: String
    /// What to do about it, or `nil`.
    public var hint: String?

    /// Makes an error from its parts.
    public init(_ code: String, _ category: Category, _ message: String, hint: String? = nil) {
        self.code = code
        self.category = category
        self.message = message
        self.hint = hint
    }
}

extension OmnibusError: CustomStringConvertible {
    /// The message alone, as the command line prints it after `error: `.
    public var description: String { message }
}
