public import PackageFormats
public import SystemPackage

/// The Python of a distribution, as far as it decides what a bundle for it looks like.
public struct PythonTarget: Sendable, Hashable {
    /// The Python's version.
    public var version: MajorMinor
    /// Where the interpreter stands on the target, such as `/usr/bin/python3.9`.
    public var interpreterPath: FilePath
    /// The target's glibc: no symbol in the bundle may be newer.
    public var glibc: MajorMinor
    /// The target's machine.
    public var architecture: Architecture

    /// Makes a target from its parts.
    public init(version: MajorMinor, interpreterPath: FilePath, glibc: MajorMinor, architecture: Architecture) {
        self.version = version
        self.interpreterPath = interpreterPath
        self.glibc = glibc
        self.architecture = architecture
    }

    /// The directory of a bundle that its packages are installed in, relative to the prefix.
    var sitePackages: FilePath { FilePath("lib/python\(version)/site-packages") }

    /// The platform name for uv's resolver: the newest manylinux level it knows that the target's glibc reaches.
    ///
    /// - Throws: `target-unsupported` if there is none.
    func uvPlatform() throws(OmnibusError) -> String {
        guard architecture == .x86_64 || architecture == .aarch64, glibc.major == 2,
            let level = Self.manylinuxMinors.last(where: { $0 <= glibc.minor })
        else {
            throw OmnibusError(
                "target-unsupported",
                .usage,
                "No binary wheels exist for glibc \(glibc) on \(architecture)",
                hint: "build on such a machine with --python"
            )
        }
        return "\(architecture.rpmName)-manylinux_2_\(level)"
    }

    // The levels that `uv pip install --help` lists since uv 0.8.
    private static let manylinuxMinors = [17, 28] + Array(31...40)
}
