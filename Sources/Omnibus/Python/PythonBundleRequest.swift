public import SystemPackage

/// What bundle to make: from which source, for which Python, to stand where.
public struct PythonBundleRequest: Sendable {
    /// A checkout, a source distribution, a wheel, `name==version`, or a URL that pip takes.
    public var source: String
    /// Requirements files, installed in one resolution together with the source.
    public var requirementFiles: [FilePath] = []
    /// More requirements, each as in a requirements file.
    public var requirements: [String] = []
    /// Where the bundle stands on the target, such as `/opt/flocker`.
    public var prefix: FilePath
    /// The Python it is for.
    public var target: PythonTarget
    /// The interpreter to fill it with, or `nil` to choose (see ``BundleMode``).
    public var python: FilePath?
    /// The time that everything built gets, in seconds since 1970 (`SOURCE_DATE_EPOCH`).
    public var sourceDateEpoch: Int64
    /// How many processes may compile byte code at once; the result does not depend on it.
    public var jobs: Int = 1
    /// Shared libraries that the target supplies beyond those of every manylinux system, such as `libpq.so.5`.
    public var systemLibraries: Set<String> = []

    /// Makes a request with the parts that every one needs.
    public init(source: String, prefix: FilePath, target: PythonTarget, sourceDateEpoch: Int64) {
        self.source = source
        self.prefix = prefix
        self.target = target
        self.sourceDateEpoch = sourceDateEpoch
    }

    // The kernel cuts the first line of a script there (BINPRM_BUF_SIZE before Linux 5.1).
    private static let shebangLimit = 127

    /// Checks what no tool would check for us.
    func validate() throws(OmnibusError) {
        let text = prefix.string
        guard prefix.isAbsolute, prefix.isLexicallyNormal, !prefix.components.isEmpty,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && !"'\"\\`$#".utf8.contains($0) }),
            "#!\(text)/bin/python".utf8.count <= Self.shebangLimit
        else {
            throw OmnibusError(
                "prefix-invalid",
                .usage,
                "A bundle cannot stand at \(text): a short absolute path without blanks and quotes was expected"
            )
        }
        for requirement in requirements where PythonSource.name(of: requirement) == nil {
            throw OmnibusError(
                "requirement-invalid",
                .usage,
                "\(requirement) is no requirement such as name==1.0 or name>=2"
            )
        }
        for file in requirementFiles where !FileSystem.exists(file) {
            throw OmnibusError("requirements-missing", .missingInput, "There is no requirements file \(file)")
        }
    }
}
