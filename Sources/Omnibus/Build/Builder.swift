import Glibc
public import PackageFormats
public import SystemPackage

/// Carries out a plan: makes bundles, packages them, and lets all packages appear together when every one is complete.
public struct Builder: Sendable {
    /// A package that was built.
    public struct Product: Sendable {
        /// The distribution it is for.
        public var distribution: Distribution
        /// The file.
        public var path: FilePath
        /// The package's name.
        public var name: String
        /// Its version and release.
        public var version: EVR
        /// The machines it is for, as its format names them.
        public var architecture: String
        /// The file's size in bytes.
        public var size: UInt64
    }

    private let runner: CommandRunner
    private let watch: BuildEvent.Handler

    /// Makes a builder.
    ///
    /// - Parameter watch: takes what happens, from any thread.
    public init(runner: CommandRunner = CommandRunner(), watch: @escaping BuildEvent.Handler = { _ in }) {
        self.runner = runner
        self.watch = watch
    }

    /// Builds what a request asks for, as its plan has it.
    ///
    /// - Returns: the packages, in the order of the plan.
    /// - Throws: ``OmnibusError``; then no file has the name of a package that had not before, and nothing else is left.
    public func build(_ plan: BuildPlan, for request: BuildRequest) async throws(OmnibusError) -> [Product] {
        for folder in Set(plan.targets.map(\.destination)) { try FileSystem.makeDestination(folder) }
        if let signer = request.signer { try await check(signer, for: plan) }
        return try await WorkDirectory.with { (work) async throws(OmnibusError) in
            var finished: [(product: Product, file: OutputFile)] = []
            var bundles: [BundleKey: PythonBundle] = [:]
            let source = try await SourceTree(request, work: work, runner: runner)
            for target in plan.targets {
                let bundle = try await self.bundle(for: target, made: &bundles, work: work)
                finished += try await packages(
                    of: target,
                    plan: plan,
                    request: request,
                    bundle: bundle,
                    source: source,
                    work: work
                )
            }
            return try commit(finished)
        }
    }

    // MARK: Bundles

    /// What decides a bundle's bytes: distributions that agree in it share one.
    private struct BundleKey: Hashable {
        var prefix: FilePath
        var target: PythonTarget
        var requirements: [String]
        var requirementFiles: [FilePath]
    }

    private func bundle(
        for target: BuildPlan.Target,
        made: inout [BundleKey: PythonBundle],
        work: WorkDirectory
    ) async throws(OmnibusError) -> PythonBundle? {
        guard let wanted = target.bundle else { return nil }
        let key = BundleKey(
            prefix: wanted.prefix,
            target: wanted.request.target,
            requirements: wanted.request.requirements,
            requirementFiles: wanted.request.requirementFiles
        )
        if let ready = made[key] { return ready }
        let watch = watch
        watch(.began(.install, subject: target.distribution.name))
        let bundle = try await PythonBundleBuilder(runner: runner).build(
            wanted.request,
            mode: wanted.mode,
            in: work,
            progress: { _, line in watch(.toolLine(line)) }
        )
        for note in bundle.proof.notes { watch(.warning(note)) }
        made[key] = bundle
        return bundle
    }

    // MARK: Packages

    private func packages(
        of target: BuildPlan.Target,
        plan: BuildPlan,
        request: BuildRequest,
        bundle: PythonBundle?,
        source: SourceTree,
        work: WorkDirectory
    ) async throws(OmnibusError) -> [(product: Product, file: OutputFile)] {
        guard let version = request.packageVersion ?? target.manifest.version ?? bundle?.applicationVersion else {
            throw OmnibusError(
                "version-unknown",
                .usage,
                "nothing says the version of \(plan.product)",
                hint: "use --package-version, or 'version' in the manifest"
            )
        }
        let evr = try target.manifest.versionScheme.evr(of: version, revision: target.manifest.revision)
        let assembly = PackageAssembly(
            target: target,
            evr: evr,
            date: plan.date,
            bundle: bundle,
            source: source
        )
        for name in try assembly.unclaimedScripts() {
            watch(.warning("\(target.distribution.name): no package links to the script '\(name)'"))
        }
        var finished: [(product: Product, file: OutputFile)] = []
        for wanted in target.manifest.packages {
            let fileName = target.fileName(of: wanted, evr: evr)
            watch(.began(.scan, subject: fileName))
            let package = try assembly.package(wanted)
            try report(PackageCheck.findings(in: package), on: package)
            watch(.began(.compress, subject: fileName))
            let file = try write(package, for: target, jobs: request.jobs)
            if let signer = request.signer, target.distribution.packageType == .rpm {
                let signature = try await signer.sign(file)
                report(signature, for: target)
            }
            if request.usesExternalLint {
                watch(.began(.check, subject: fileName))
                try await lint(file, package, named: fileName, for: target, work: work)
            }
            let product = Product(
                distribution: target.distribution,
                path: file.path,
                name: package.name,
                version: evr,
                architecture: target.distribution.packageType == .rpm
                    ? package.architecture.rpmName : package.architecture.debianName,
                size: file.size
            )
            finished.append((product, file))
        }
        return finished
    }

    // MARK: Signatures

    /// A key that cannot sign stops a build before the work, not after it.
    private func check(_ signer: GPGSigner, for plan: BuildPlan) async throws(OmnibusError) {
        let types = Set(plan.targets.map(\.distribution.packageType))
        if types.contains(.deb) { watch(.warning("debs are not signed: apt trusts the signature of their repository")) }
        if types.contains(.rpm) { try await signer.check() }
    }

    private func report(_ signature: OpenPGPSignature, for target: BuildPlan.Target) {
        guard target.distribution.needsLegacyDigests, signature.publicKeyName != "RSA" else { return }
        watch(.warning("\(target.distribution.name): its rpm reads only signatures by RSA keys, and refuses this one"))
    }

    private func report(_ findings: [Finding], on package: Package) throws(OmnibusError) {
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else {
            let list = errors.prefix(20).map { "\n  \($0.message) (\($0.check))" }.joined()
            throw OmnibusError(
                "package-check",
                .badInput,
                "package '\(package.name)' is not fit to be installed:\(list)"
            )
        }
        for finding in findings { watch(.warning("\(finding.message) (\(finding.check))")) }
    }

    /// Writes a package to a file that has no name yet.
    private func write(
        _ package: Package,
        for target: BuildPlan.Target,
        jobs: Int
    ) throws(OmnibusError) -> OutputFile {
        let total = package.entries.reduce(UInt64(0)) { $0 &+ $1.size }
        let watch = watch
        return try target.distribution.prepare(
            package,
            in: target.destination,
            compression: target.compression,
            controlCompression: target.controlCompression,
            threads: jobs
        ) { watch(.packed(bytes: $0, of: total)) }
    }

    /// Lint programs want a file that is named as packages are; this one is a copy that goes with the work.
    private func lint(
        _ file: OutputFile,
        _ package: Package,
        named name: String,
        for target: BuildPlan.Target,
        work: WorkDirectory
    ) async throws(OmnibusError) {
        let copy = try work.fresh("package").appending(name)
        do {
            let named = try OutputFile(creating: copy)
            try named.append(contentsOf: file)
            try named.commit()
        } catch {
            throw OmnibusError(error, doing: "a copy for lint")
        }
        let findings = try await ExternalLint(runner: runner).findings(
            in: copy,
            of: package,
            type: target.distribution.packageType,
            work: work
        )
        try FileSystem.remove(copy)
        guard findings.isEmpty else {
            let list = findings.prefix(40).map { "\n  \($0.message)" }.joined()
            throw OmnibusError("lint", .badInput, "\(name) has findings that are not exempt:\(list)")
        }
    }

    private func commit(_ finished: [(product: Product, file: OutputFile)]) throws(OmnibusError) -> [Product] {
        guard !Task.isCancelled else { throw .cancelled }
        for (_, file) in finished {
            do throws(FormatError) {
                try file.commit()
            } catch {
                throw OmnibusError(error, doing: "the packages")
            }
        }
        return finished.map(\.product)
    }
}
