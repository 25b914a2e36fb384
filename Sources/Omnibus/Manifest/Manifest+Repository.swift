extension Manifest {
    /// The place that machines get the packages from, and the package that tells them of it.
    public struct Repository: Sendable, Hashable {
        /// The name that package managers show and that files are called by, such as `clusterhq`.
        public var name: String
        /// What people call it, such as `ClusterHQ`.
        public var title: String
        /// Where it is: what stands before `/DISTRIBUTION/RELEASE/ARCHITECTURE/`, with no slash at its end.
        public var url: String
        /// The name of the package that sets machines up for it.
        public var packageName: String
        /// That package's version.
        public var version: String
        /// That package's release, from 1.
        public var revision: UInt32

        /// Makes a description.
        ///
        /// - Parameters:
        ///   - name: the name that package managers show and that files are called by.
        ///   - title: what people call it; the name if `nil`.
        ///   - url: where it is.
        ///   - packageName: the name of the package that sets machines up for it; `NAME-release` if `nil`.
        ///   - version: that package's version.
        ///   - revision: that package's release.
        public init(
            name: String,
            title: String? = nil,
            url: String,
            packageName: String? = nil,
            version: String = "1",
            revision: UInt32 = 1
        ) {
            self.name = name
            self.title = title ?? name
            self.url = url
            self.packageName = packageName ?? "\(name)-release"
            self.version = version
            self.revision = revision
        }
    }
}
