/// What an rpm says beyond the neutral model.
public struct RPMDetails: Sendable, Hashable {
    /// The Group tag (1016); rpmbuild writes `Unspecified` where there is none.
    public var group = "Unspecified"
    /// The Distribution tag (1010), or `nil`.
    public var distribution: String?
    /// The BugURL tag (5012), or `nil`.
    public var bugURL: String?
    /// The VCS tag (5034), or `nil`.
    public var vcs: String?
    /// The build host (1007). The real one never shows, so that a build can be repeated anywhere.
    public var buildHost = "localhost"
    /// The name of the source rpm (1044), or `nil` for `NAME-VERSION-RELEASE.src.rpm`.
    public var sourcePackage: String?
    /// The summary and description in other languages, by locale, in the order of HEADERI18NTABLE (100).
    public var translations: [Translation] = []
    /// Prefixes that a relocatable package may be moved from (1098).
    public var prefixes: [String] = []

    /// What a package says of itself in another language.
    public struct Translation: Sendable, Hashable {
        /// The locale, such as `de` or `pt_BR`.
        public var locale: String
        /// One line that says what the package is, or `nil`.
        public var summary: String?
        /// Paragraphs that say more, or `nil`.
        public var description: String?

        /// Makes a translation from its parts.
        public init(locale: String, summary: String? = nil, description: String? = nil) {
            self.locale = locale
            self.summary = summary
            self.description = description
        }
    }

    /// The usual details.
    public init() {}
}
