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
    /// Prefixes that a relocatable package may be moved from (1098).
    public var prefixes: [String] = []

    /// The usual details.
    public init() {}
}
