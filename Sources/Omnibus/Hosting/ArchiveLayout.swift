public import PackageFormats

/// Where the packages of a distribution are below the URL of a repository:
/// `DISTRIBUTION[-testing]/RELEASE/ARCHITECTURE/`.
public struct ArchiveLayout: Sendable, Hashable {
    /// Which of the two trees a package belongs to.
    public enum Channel: String, Sendable, Hashable, CaseIterable {
        /// Releases.
        case stable
        /// Everything else: what comes before a release, and builds of single commits.
        case testing

        /// What a name becomes in this channel: a tree's, or a repository's.
        func name(_ base: String) -> String { self == .testing ? "\(base)-testing" : base }

        /// What a title becomes in this channel.
        func title(_ base: String) -> String { self == .testing ? "\(base) testing" : base }
    }

    /// The first folder's name, without what the channel adds.
    public var tree: String
    /// The second folder's name.
    public var release: String
    /// The name of an architecture's folder as the distribution's tools call it.
    private let packageType: Distribution.PackageType

    /// The layout for a distribution.
    ///
    /// Red Hat Enterprise Linux and its rebuilds run what is built for CentOS, and find it in the tree of CentOS.
    public init(_ distribution: Distribution) {
        switch distribution.project {
        case "rhel", "centos-stream": tree = "centos"
        default: tree = distribution.project
        }
        release = distribution.release
        packageType = distribution.packageType
    }

    /// The folder of an architecture, with no slash at its ends.
    ///
    /// - Parameters:
    ///   - architecture: a real one: packages for every machine are in the folders of all.
    ///   - channel: which tree.
    public func folder(for architecture: Architecture, in channel: Channel = .stable) -> String {
        folder(packageType == .rpm ? architecture.rpmName : architecture.debianName, in: channel)
    }

    /// The folder for a name that a package manager replaces with its own architecture, or its own release.
    func folder(_ architecture: String, release: String? = nil, in channel: Channel) -> String {
        "\(channel.name(tree))/\(release ?? self.release)/\(architecture)"
    }
}
