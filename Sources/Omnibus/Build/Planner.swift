import PackageFormats
import SystemPackage

/// Decides what a build does, without touching anything.
public struct Planner: Sendable {
    private let runner: CommandRunner

    /// Makes a planner that asks programs such as git and Python through `runner`.
    public init(runner: CommandRunner = CommandRunner()) { self.runner = runner }

    /// The plan for a request.
    ///
    /// - Throws: ``OmnibusError`` for whatever can be known to be wrong now: no source where one is needed or one where none
    ///   can be, a Python or requirements where there is no bundle, a requirements file that is not there, an architecture or
    ///   a Python that a distribution does not have, a manifest that gives a distribution nothing.
    public func plan(_ request: BuildRequest) async throws(OmnibusError) -> BuildPlan {
        guard !request.distributions.isEmpty else {
            throw OmnibusError("no-distribution", .usage, "no distribution is given", hint: "use --distribution NAME")
        }
        if request.manifest.bundle == nil, let source = request.source {
            throw OmnibusError(
                "source-unexpected",
                .usage,
                "\(request.manifest.name) has no 'bundle', so it takes no SOURCE",
                hint: "leave '\(source)' out, or add 'bundle' to the manifest"
            )
        }
        if request.manifest.bundle == nil, request.python != nil || !request.requirementFiles.isEmpty {
            throw OmnibusError(
                "bundle-needed",
                .usage,
                "\(request.manifest.name) has no 'bundle' that a Python or requirements could go into",
                hint: "leave --python and --requirements out, or add 'bundle' to the manifest"
            )
        }
        if request.manifest.bundle != nil, request.source == nil {
            throw OmnibusError(
                "source-needed",
                .usage,
                "no SOURCE is given",
                hint: "name a checkout, a source distribution, a wheel or name==version"
            )
        }
        let source = try request.source.map { (text) throws(OmnibusError) in try PythonSource(text) }
        let date = try await date(of: request, source: source)
        var targets: [BuildPlan.Target] = []
        for distribution in request.distributions {
            let folder = distribution.folder(in: request.destination, beside: request.distributions)
            targets.append(
                try await target(distribution, request: request, source: source, date: date, destination: folder)
            )
        }
        let plan = BuildPlan(
            product: request.manifest.name,
            source: request.source,
            version: request.packageVersion ?? request.manifest.version ?? source?.statedVersion,
            date: date,
            destination: request.destination,
            targets: targets
        )
        // A version that no scheme takes need not wait for the dependencies.
        for target in targets { _ = try plan.evr(for: target) }
        return plan
    }

    private func date(of request: BuildRequest, source: PythonSource?) async throws(OmnibusError) -> Int64 {
        if let given = request.sourceDateEpoch { return given }
        let place: FilePath
        switch source {
        case .directory(let path), .archive(let path), .wheel(let path): place = path
        case .requirement, .url: return SourceDate.earliest
        case nil: place = request.manifestFolder
        }
        return try await SourceDate.of(place, without: request.destination, runner: runner)
    }

    private func target(
        _ distribution: Distribution,
        request: BuildRequest,
        source: PythonSource?,
        date: Int64,
        destination: FilePath
    ) async throws(OmnibusError) -> BuildPlan.Target {
        let resolved = try request.manifest.resolved(for: distribution)
        let architecture = try architecture(for: distribution, asked: request.architecture)
        var bundle: BuildPlan.Bundle?
        if let wanted = resolved.bundle, let text = request.source {
            bundle = try await self.bundle(
                wanted,
                of: distribution,
                architecture: architecture,
                source: text,
                request: request,
                date: date
            )
        }
        return BuildPlan.Target(
            distribution: distribution,
            architecture: architecture,
            bundle: bundle,
            compression: try compression(for: distribution, asked: request.compression),
            controlCompression: controlCompression(for: distribution, asked: request.compression),
            destination: destination,
            manifest: resolved
        )
    }

    private func compression(
        for distribution: Distribution,
        asked: Compression?
    ) throws(OmnibusError) -> Compression {
        guard let asked else { return distribution.payloadCompression }
        guard asked.algorithm != .zstd || distribution.readsZstd else {
            throw OmnibusError(
                "compression-unsupported",
                .usage,
                "\(distribution.packageType == .rpm ? "rpm" : "dpkg") of \(distribution.name) cannot read zstd",
                hint: "use xz or gzip, or leave --compression out"
            )
        }
        return asked
    }

    /// The same for both archives of a deb, as dpkg-deb does, unless the distribution's dpkg reads gzip there only.
    private func controlCompression(for distribution: Distribution, asked: Compression?) -> Compression {
        let usual = distribution.controlCompression ?? .gzip
        guard let asked, usual != .gzip, asked.algorithm != .none else { return usual }
        return asked
    }

    private func architecture(
        for distribution: Distribution,
        asked: Architecture?
    ) throws(OmnibusError) -> Architecture {
        let wanted = asked ?? .host
        try distribution.check(wanted)
        return wanted
    }

    private func bundle(
        _ wanted: Manifest.Resolved.Bundle,
        of distribution: Distribution,
        architecture: Architecture,
        source: String,
        request: BuildRequest,
        date: Int64
    ) async throws(OmnibusError) -> BuildPlan.Bundle {
        let python = try await interpreter(wanted, of: distribution, given: request.python)
        guard let version = MajorMinor(python.version) else {
            throw OmnibusError("python-not-shipped", .usage, "\(python.version) is no Python version")
        }
        let target = PythonTarget(
            version: version,
            interpreterPath: FilePath(python.interpreter),
            glibc: MajorMinor(distribution.glibc.major, distribution.glibc.minor),
            architecture: architecture
        )
        var bundle = PythonBundleRequest(
            source: source,
            prefix: FilePath(wanted.prefix),
            target: target,
            sourceDateEpoch: date
        )
        bundle.requirements = wanted.requirements
        bundle.requirementFiles =
            request.requirementFiles + wanted.requirementFiles.map { FilePath(source).appending($0) }
        bundle.python = request.python
        bundle.jobs = request.jobs
        try bundle.validate()
        let mode = try await BundleMode.choose(for: target, python: request.python, runner: runner)
        return BuildPlan.Bundle(prefix: FilePath(wanted.prefix), python: python, mode: mode, request: bundle)
    }

    /// The distribution's interpreter to build for: of the given one's version, else what the manifest or the distribution
    /// prefers.
    private func interpreter(
        _ wanted: Manifest.Resolved.Bundle,
        of distribution: Distribution,
        given: FilePath?
    ) async throws(OmnibusError) -> Distribution.Python {
        guard let given else {
            guard let python = wanted.python else {
                throw OmnibusError("python-not-shipped", .usage, "\(distribution.name) ships no Python")
            }
            return python
        }
        let found = try await PythonInterpreter.probe(given.string, runner: runner)
        return try distribution.python(found.version.description)
    }
}

extension PythonSource {
    /// The version that the source's name states, without building anything.
    var statedVersion: String? {
        switch self {
        case .wheel(let path):
            let parts = path.stem?.split(separator: "-") ?? []
            return parts.count >= 5 ? String(parts[1]) : nil
        case .requirement(let text):
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 3, parts[1].isEmpty, !parts[2].contains("*"), !parts[2].contains(",") else {
                return nil
            }
            return String(parts[2]).trimmingWhitespace()
        case .directory, .archive, .url: return nil
        }
    }
}
