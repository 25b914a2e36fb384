/// What was wrong with a package, a version, a name or a description: a stable code, where it was found, and a sentence.
public struct FormatError: Error, Sendable, Hashable {
    /// A stable identifier of one kind of fault, such as `rpm-header-index-count`.
    ///
    /// Each area declares its codes beside the code that throws them, as static members of this type.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The identifier, lower case with hyphens.
        public let rawValue: String

        /// Wraps an identifier.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    /// Which kind of fault it is.
    public var code: Code
    /// What was found and what was expected, one sentence, no trailing full stop.
    public var message: String
    /// The file, where one is known.
    public var path: String?
    /// The offset in that file in bytes, where one is known.
    public var offset: UInt64?
    /// The field, tag or property concerned, where there is one.
    public var field: String?

    /// Makes an error from its parts.
    @inline(never)
    public init(
        _ code: Code,
        _ message: String,
        path: String? = nil,
        offset: UInt64? = nil,
        field: String? = nil
    ) {
        self.code = code
        self.message = message
        self.path = path
        self.offset = offset
        self.field = field
    }

    /// The same error, naming the file it was found in; an error that names one already keeps it.
    public func at(path: String) -> FormatError {
        guard self.path == nil else { return self }
        var copy = self
        copy.path = path
        return copy
    }
}

extension FormatError {
    /// Ends long work whose task was cancelled.
    static func checkCancellation() throws(FormatError) {
        guard !Task.isCancelled else { throw FormatError(.cancelled, "the task was cancelled") }
    }
}

extension FormatError: CustomStringConvertible {
    /// `path: field: message (at byte N)`, each part only where it is known.
    public var description: String {
        var text = ""
        if let path { text += "\(path): " }
        if let field { text += "\(field): " }
        text += message
        if let offset { text += " (at byte \(offset))" }
        return text
    }
}

extension FormatError.Code {
    /// The operating system refused an operation on a file.
    public static let inputOutput = Self(rawValue: "input-output")
    /// A file changed between being listed and being read.
    public static let changedWhileReading = Self(rawValue: "changed-while-reading")
    /// A name, path or text holds what its format cannot carry.
    public static let invalidValue = Self(rawValue: "invalid-value")
    /// The format has no way to express what was asked for.
    public static let unsupported = Self(rawValue: "unsupported")
    /// The input ends before what it promises.
    public static let truncated = Self(rawValue: "truncated")
    /// The task that did the work was cancelled.
    public static let cancelled = Self(rawValue: "cancelled")
    /// A number in the input is beyond what is allowed.
    public static let limitExceeded = Self(rawValue: "limit-exceeded")
}
