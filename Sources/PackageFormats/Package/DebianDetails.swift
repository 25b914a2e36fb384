/// What a Debian package says beyond the neutral model (deb-control(5)).
public struct DebianDetails: Sendable, Hashable {
    /// Section.
    public var section = "misc"
    /// Priority; `optional` unless the distribution says otherwise.
    public var priority = "optional"
    /// Multi-Arch: `no`, `same`, `foreign` or `allowed`; `nil` leaves the field out.
    public var multiArch: String?
    /// Source, where it differs from the package's name.
    public var source: String?
    /// Further fields by name, in order; none may be one that the writer makes itself.
    public var fields: [(name: String, value: String)] {
        get { fieldNames.indices.map { (fieldNames[$0], fieldValues[$0]) } }
        set {
            fieldNames = newValue.map(\.name)
            fieldValues = newValue.map(\.value)
        }
    }
    /// Further members of the control archive such as `templates`, `config`, `shlibs` or `symbols`, by name.
    public var controlMembers: [String: [UInt8]] = [:]
    /// The text of `/usr/share/doc/NAME/copyright`, or `nil` for one made of the licence and the maintainer.
    public var copyright: String?
    /// Tags that lintian is told to expect, with a reason each, in `/usr/share/lintian/overrides/NAME`.
    public var lintianOverrides: [LintianOverride] = []

    private var fieldNames: [String] = []
    private var fieldValues: [String] = []

    /// One line of a lintian overrides file, with the reason above it.
    public struct LintianOverride: Sendable, Hashable {
        /// The tag, with a context after it where only some places are meant.
        public var tag: String
        /// Why the tag is expected.
        public var reason: String

        /// Makes an override from its parts.
        public init(_ tag: String, because reason: String) {
            self.tag = tag
            self.reason = reason
        }
    }

    /// The usual details.
    public init() {}
}
