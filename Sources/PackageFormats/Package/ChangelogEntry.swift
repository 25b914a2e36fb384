/// One entry of a package's changelog.
public struct ChangelogEntry: Sendable, Hashable {
    /// When, in Unix seconds; rpm keeps only the day.
    public var date: Int64
    /// Who: `Name <mail@host>`.
    public var author: String
    /// The version and release that the entry is about, or `nil` for the package's own.
    public var version: String?
    /// What changed, one item a line; a leading `- ` or `* ` is neither needed nor harmful.
    public var text: String

    /// Makes an entry from its parts.
    public init(date: Int64, author: String, version: String? = nil, text: String) {
        self.date = date
        self.author = author
        self.version = version
        self.text = text
    }
}
