public import PackageFormats
public import SystemPackage

/// What to build: the packages of a manifest, from a source, for distributions.
public struct BuildRequest: Sendable {
    /// The distributions, in the order they were asked for; one asked for twice is built once.
    public var distributions: [Distribution]
    /// What pip installs: a checkout, a source distribution, a wheel, `name==version`; `nil` for a product with no Python.
    public var source: String?
    /// The packages to make.
    public var manifest: Manifest
    /// The folder that the manifest's own paths start from where there is no source tree.
    public var manifestFolder: FilePath
    /// The folder that the packages go to.
    public var destination: FilePath
    /// The interpreter to fill the bundle with, or `nil` to choose.
    public var python: FilePath?
    /// Requirements files, beside those of the manifest.
    public var requirementFiles: [FilePath] = []
    /// The machine to build for, or `nil` for this one.
    public var architecture: Architecture?
    /// The product's version, or `nil` for what the manifest or the source says.
    public var packageVersion: String?
    /// How to compress, or `nil` for what each distribution's tools read best.
    public var compression: Compression?
    /// How many processors to use; what is written does not depend on it.
    public var jobs: Int = 1
    /// Whether the distribution's own lint program checks every package.
    public var usesExternalLint: Bool = false
    /// Who signs the rpms, or `nil` to leave them unsigned.
    public var signer: GPGSigner?
    /// The date of the build in Unix seconds (`SOURCE_DATE_EPOCH`), or `nil` for the source's own.
    public var sourceDateEpoch: Int64?

    /// Makes a request with the parts that every one needs.
    public init(
        distributions: [Distribution],
        source: String?,
        manifest: Manifest,
        manifestFolder: FilePath = ".",
        destination: FilePath = "."
    ) {
        var seen: Set<String> = []
        self.distributions = distributions.filter { seen.insert($0.name).inserted }
        self.source = source
        self.manifest = manifest
        self.manifestFolder = manifestFolder
        self.destination = destination
    }
}
