import PackageFormats

/// How a line of distributions wants Python projects packaged: the macros it has, and the names of its packages.
struct SpecDialect: Sendable {
    /// The generations of macros.
    enum Generation: Sendable, Hashable {
        /// `setup.py` by hand: Red Hat Enterprise Linux 7, Fedora of its time.
        case byHand
        /// `%py3_build`: Red Hat Enterprise Linux 8.
        case setuptools
        /// `%pyproject_wheel`, `%generate_buildrequires`: Red Hat Enterprise Linux 9, Fedora, Amazon Linux 2023.
        case pyproject
        /// `%python_expand` and its companions: openSUSE.
        case suse
        /// `%pyproject_wheel` where it is there, and definitions that stand for it where it is not.
        case portable
    }

    let generation: Generation
    /// The `X.Y` of the interpreter, or `nil` where the distribution decides.
    let pythonVersion: String?
    /// Whether it is the one that unversioned names mean.
    let isDefaultPython: Bool
    /// What names of Python packages begin with, such as `python3` or `python3.11`.
    let prefix: String
    /// How requirements are called.
    let translation: RequirementTranslation
    /// Whether the distribution puts its name into releases.
    let hasDistTag: Bool
    /// Whether the license is an SPDX expression, and not a short name of Fedora's old list.
    let usesSPDX: Bool

    /// The dialect of a distribution for a project, or the portable one.
    init(_ distribution: Distribution?, for metadata: ProjectMetadata, reviews: inout [String]) throws(OmnibusError) {
        guard let distribution else {
            generation = .portable
            pythonVersion = nil
            isDefaultPython = true
            prefix = "python3"
            hasDistTag = true
            usesSPDX = true
            translation = RequirementTranslation(
                naming: .capability("python3dist"),
                isRich: true,
                environments: ["3.9", "3.11", "3.12", "3.13", "3.14"].map(PythonMarker.environment)
            )
            return
        }
        guard distribution.packageType == .rpm else {
            throw OmnibusError(
                "distribution-without-spec",
                .usage,
                "\(distribution.name) installs no rpms, so it has no use for a spec file",
                hint: "use generate-debian"
            )
        }
        let python = Self.python(for: metadata, in: distribution, reviews: &reviews)
        generation = Self.generation(of: distribution)
        pythonVersion = python.version
        isDefaultPython = python.isDefault
        hasDistTag = distribution.distTag != nil
        usesSPDX = !distribution.needsLegacyDigests
        let naming: RequirementTranslation.Naming
        switch generation {
        case .byHand where python.version.hasPrefix("2."):
            prefix = "python"
            naming = .package(prefix: "python-")
        case .byHand:
            prefix = "python3"
            // EPEL 7 kept the minor version in its packages' names.
            naming = .package(prefix: distribution.project == "fedora" ? "python3-" : "python36-")
        case .setuptools:
            prefix = python.isDefault ? "python3" : python.package
            naming = .capability("python\(python.version)dist")
        case .pyproject, .portable:
            prefix = python.isDefault ? "python3" : python.package
            naming = .capability("python\(python.isDefault ? "3" : python.version)dist")
        case .suse:
            prefix = python.package
            naming = .package(prefix: python.package + "-")
        }
        translation = RequirementTranslation(
            naming: naming,
            isRich: distribution.understandsRichDependencies,
            environments: [PythonMarker.environment(of: python.version)]
        )
    }

    private static func generation(of distribution: Distribution) -> Generation {
        switch distribution.family {
        case .suse: return .suse
        case .redHat, .debian:
            // What a generation of rpm came with, its distribution's macros were made for.
            let numbers = distribution.packageManagerVersion.split(separator: ".").compactMap { Int($0) }
            if numbers.lexicographicallyPrecedes([4, 14]) { return .byHand }
            return numbers.lexicographicallyPrecedes([4, 16]) ? .setuptools : .pyproject
        }
    }

    /// The default interpreter if the project takes it, else the newest that it takes.
    private static func python(
        for metadata: ProjectMetadata,
        in distribution: Distribution,
        reviews: inout [String]
    ) -> Distribution.Python {
        func isTaken(_ python: Distribution.Python) -> Bool {
            // A distribution's interpreter has the latest patches of its series.
            guard let version = try? PEP440Version(python.version + ".99") else { return false }
            return metadata.requiresPython.allSatisfy { $0.allows(version) }
        }
        let fallback = Distribution.Python(
            version: "3",
            package: "python3",
            interpreter: "/usr/bin/python3",
            isDefault: true,
            abiRequirement: "python3"
        )
        let preferred = distribution.defaultPython ?? fallback
        if isTaken(preferred) { return preferred }
        if let other = distribution.pythons.last(where: isTaken) { return other }
        let wanted = metadata.requiresPython.map(\.description).joined(separator: ", ")
        reviews.append("\(distribution.name) has no Python that the project takes (\(wanted))")
        return preferred
    }

    /// Whether the interpreter is Python 2.
    var isPython2: Bool { pythonVersion?.hasPrefix("2.") == true }

    /// The macro of the directory that modules are installed in.
    func modulesDirectory(isPure: Bool) -> String {
        let kind = isPure ? "sitelib" : "sitearch"
        if isPython2 { return "%{python2_\(kind)}" }
        if generation == .suse, !isDefaultPython { return "%{\(prefix)_\(kind)}" }
        return "%{python3_\(kind)}"
    }

    /// The macro of the interpreter.
    var interpreter: String { isPython2 ? "%{__python2}" : "%{__python3}" }
}

extension PythonMarker {
    /// What markers see on Linux under an `X.Y`; the machine is not known.
    static func environment(of version: String) -> [String: String] {
        [
            "os_name": "posix", "sys_platform": "linux", "platform_system": "Linux",
            "platform_python_implementation": "CPython", "implementation_name": "cpython", "extra": "",
            "python_version": version, "python_full_version": version + ".99",
            "implementation_version": version + ".99",
        ]
    }
}
