import PackageFormats
public import SystemPackage

/// How a bundle gets filled.
public enum BundleMode: Sendable, Hashable {
    /// With pip under a Python of the target's version on this machine: C extensions can be compiled.
    case native(PythonInterpreter)
    /// With uv, which picks the wheels that fit the target: nothing is compiled, any machine will do.
    case cross

    /// Chooses a mode for a target.
    ///
    /// An interpreter that was named is always used. Otherwise one is looked for on `PATH`, and used only if nothing
    /// that gets compiled with it can need a newer glibc than the target has.
    ///
    /// - Throws: `python-missing` or `python-unusable` for a named interpreter that is none, and `python-mismatch`
    ///   if it is of another version, implementation or machine than the target's.
    public static func choose(
        for target: PythonTarget,
        python: FilePath?,
        runner: CommandRunner
    ) async throws(OmnibusError) -> BundleMode {
        if let python {
            let interpreter = try await PythonInterpreter.probe(python.string, runner: runner)
            guard interpreter.fits(target) else {
                throw OmnibusError(
                    "python-mismatch",
                    .usage,
                    "\(python) is \(interpreter.implementation) \(interpreter.fullVersion) for "
                        + "\(interpreter.architecture?.rpmName ?? "another machine"); "
                        + "the bundle needs CPython \(target.version) for \(target.architecture)",
                    hint: "give a Python \(target.version) with --python, or leave --python out to use binary wheels"
                )
            }
            return .native(interpreter)
        }
        guard let interpreter = try await interpreterOnPath(for: target, runner: runner), interpreter.hasVenv,
            let glibc = interpreter.glibc, glibc <= target.glibc
        else { return .cross }
        return .native(interpreter)
    }

    /// A Python of the target's version and machine on `PATH`, or `nil`.
    static func interpreterOnPath(
        for target: PythonTarget,
        runner: CommandRunner
    ) async throws(OmnibusError) -> PythonInterpreter? {
        do throws(OmnibusError) {
            let found = try await PythonInterpreter.probe("python\(target.version)", runner: runner)
            return found.fits(target) ? found : nil
        } catch {
            // A version switcher's stand-in that has no such version behind it is as good as none.
            guard ["python-missing", "python-unusable"].contains(error.code) else { throw error }
            return nil
        }
    }
}

extension PythonInterpreter {
    /// Whether what it installs and compiles is for the target's Python and machine.
    func fits(_ target: PythonTarget) -> Bool {
        implementation == "CPython" && version == target.version && architecture == target.architecture
    }
}

extension BundleMode: CustomStringConvertible {
    /// What a plan says about it.
    public var description: String {
        switch self {
        case .native(let python): "native, Python \(python.fullVersion) at \(python.path)"
        case .cross: "cross, binary wheels only"
        }
    }
}
