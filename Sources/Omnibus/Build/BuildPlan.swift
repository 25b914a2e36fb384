public import PackageFormats
public import SystemPackage

/// What a build is going to do, decided before anything is touched.
public struct BuildPlan: Sendable {
    /// The product's name.
    public var product: String
    /// What gets packaged, or `nil` for a product with no Python.
    public var source: String?
    /// The version, or `nil` where only the build tells.
    public var version: String?
    /// The date of everything built, in Unix seconds.
    public var date: Int64
    /// The folder that the packages go to.
    public var destination: FilePath
    /// What is built for each distribution.
    public var targets: [Target]

    /// What is built for one distribution.
    public struct Target: Sendable {
        /// The distribution.
        public var distribution: Distribution
        /// The machine.
        public var architecture: Architecture
        /// How the bundle gets filled and for which interpreter, or `nil` for a product with no Python.
        public var bundle: Bundle?
        /// How the packages' files are compressed.
        public var compression: Compression
        /// How the control archive of a deb is compressed.
        public var controlCompression: Compression
        /// The folder that its packages go to.
        public var destination: FilePath
        /// What the manifest says for it.
        public var manifest: Manifest.Resolved

        /// What a package file will be called; the version stands as `VERSION` where only the build tells.
        public func fileName(of package: Manifest.Resolved.Package, evr: EVR?) -> String {
            let version = evr?.versionAndRelease ?? "VERSION"
            let machine = package.architecture == .native ? architecture : .independent
            return switch distribution.packageType {
            case .rpm: "\(package.name)-\(version).\(machine.rpmName).rpm"
            case .deb: "\(package.name)_\(version)_\(machine.debianName).deb"
            }
        }
    }

    /// How a bundle gets made.
    public struct Bundle: Sendable {
        /// Where it is installed.
        public var prefix: FilePath
        /// The distribution's interpreter that it is for.
        public var python: Distribution.Python
        /// How it is filled.
        public var mode: BundleMode
        /// What pip or uv is asked for.
        public var request: PythonBundleRequest
    }

    /// The version and release that the packages will have, or `nil` where only the build tells the version.
    ///
    /// - Throws: ``OmnibusError`` with code `version-unsupported`.
    public func evr(for target: Target) throws(OmnibusError) -> EVR? {
        guard let version else { return nil }
        return try target.manifest.versionScheme.evr(of: version, revision: target.manifest.revision)
    }
}
