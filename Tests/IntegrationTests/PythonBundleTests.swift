import Glibc
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// Bundles made with the real uv, pip and virtualenv from the real package index.
@Suite(.serialized) struct PythonBundleTests {
    static let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Fixtures")
    let runner = CommandRunner()

    // MARK: cross

    @Test("A bundle for Python 3.6 and glibc 2.17 has what markers ask for there, and runs under it")
    func cross36() async throws {
        let interpreter = try await Interpreters.find("3.6", runner: runner)
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            let place = work.path.appending("place/flocker")
            var request = request("flocker", "3.6", glibc: "2.17", prefix: place)
            if let interpreter { request.target.interpreterPath = interpreter.path }
            try await WorkDirectory.with { (inner) async throws(OmnibusError) in
                let bundle = try await PythonBundleBuilder(runner: runner).build(request, mode: .cross, in: inner)
                #expect(bundle.applicationName == "Flocker")
                #expect(bundle.applicationVersion == "1.15.0")
                #expect(bundle.proof.newestGlibc ?? MajorMinor(0, 0) <= MajorMinor(2, 17))
                #expect(bundle.proof.binaryCount >= 5)
                let names = Set(bundle.distributions.map(\.normalizedName))
                // Only for Python before 3.8, and only where something needs it.
                #expect(names.isSuperset(of: ["importlib-metadata", "zipp", "cryptography", "treq", "setuptools"]))
                #expect(!names.contains("pip"))
                #expect(Set(bundle.scripts).isSuperset(of: ["flocker", "flocker-ca", "flocker-control"]))
                try await move(bundle, to: place)
            }
            guard interpreter != nil else { return }
            try await expectRuns(place, scripts: ["flocker-ca", "flocker-control", "flocker-deploy"], "1.15.0")
        }
    }

    @Test("A bundle for another machine holds binaries for it alone")
    func aarch64() async throws {
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            let request = request("flocker", "3.13", glibc: "2.41", architecture: .aarch64)
            let bundle = try await PythonBundleBuilder(runner: runner).build(request, mode: .cross, in: work)
            // The proof fails on a binary for another machine, so it is enough that it saw some.
            #expect(bundle.proof.binaryCount >= 5)
            #expect(bundle.proof.notes.isEmpty)
        }
    }

    @Test("A dependency without a wheel is named, with what to do")
    func noWheel() async throws {
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            var request = request("legacy", "3.9", glibc: "2.34")
            request.requirements = ["docopt==0.6.2"]
            let error = await #expect(throws: OmnibusError.self) {
                try await PythonBundleBuilder(runner: runner).build(request, mode: .cross, in: work)
            }
            #expect(error?.code == "no-wheel")
            #expect(error?.message.contains("docopt") == true)
            #expect(error?.hint?.contains("--python") == true)
        }
    }

    @Test("What a broken project says about itself is shown")
    func unbuildable() async throws {
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            let project = work.path.appending("broken")
            try await runner.check(Command("mkdir", [project.string]))
            let setup = project.appending("setup.py").string
            try await runner.check(
                Command("python3", ["-c", "open(\(quoted(setup)), 'w').write('raise SystemExit(\"no luck today\")')"])
            )
            var request = request("legacy", "3.9", glibc: "2.34")
            request.source = project.string
            let error = await #expect(throws: OmnibusError.self) {
                try await PythonBundleBuilder(runner: runner).build(request, mode: .cross, in: work)
            }
            #expect(error?.code == "source-unbuildable")
            #expect(error?.category == .badInput)
            #expect(error?.message.contains("no luck today") == true)
            #expect(try await digest(of: project) == ["setup.py"])
        }
    }

    // MARK: native

    @Test(
        "A Python before 3.3 gets a bundle that its own interpreter runs, without the system's packages",
        .enabled("a Python 2.7 is at hand") { try await Interpreters.find("2.7", runner: CommandRunner()) != nil }
    )
    func legacy() async throws {
        guard let interpreter = try await Interpreters.find("2.7", runner: runner) else { return }
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            let place = work.path.appending("place/legacy")
            var request = request("legacy", "2.7", glibc: "2.17", prefix: place)
            request.target.interpreterPath = interpreter.path
            request.python = interpreter.path
            try await WorkDirectory.with { (inner) async throws(OmnibusError) in
                let mode = try await BundleMode.choose(for: request.target, python: request.python, runner: runner)
                #expect(mode == .native(interpreter))
                let bundle = try await PythonBundleBuilder(runner: runner).build(request, mode: mode, in: inner)
                #expect(bundle.scripts == ["legacy-hello"])
                #expect(bundle.distributions.map(\.name) == ["legacy-hello", "six"])
                #expect(bundle.hasByteCode)
                try await move(bundle, to: place)
            }
            let script = place.appending("bin/legacy-hello").string
            #expect(try await runner.check(Command(script, ["you"])).text == "Hello you from Python 2.7")
            let python = place.appending("bin/python").string
            let printed = "import six, sys; print(six.__file__); print(sys.executable)"
            let lines = try await runner.check(Command(python, ["-c", printed])).text.split(separator: "\n")
            #expect(lines.first == "\(place)/lib/python2.7/site-packages/six.pyc")
            #expect(lines.last == "\(python)")
            let hello = try await runner.check(Command(python, ["-um", "six"]))
            #expect(hello.isSuccess)
        }
    }

    @Test("A named interpreter has to be of the target's version")
    func mismatch() async throws {
        let host = try await PythonInterpreter.probe("python3", runner: runner)
        var target = request("legacy", "3.9", glibc: "2.34").target
        target.version = MajorMinor(host.version.major, host.version.minor + 1)
        await #expect { try await BundleMode.choose(for: target, python: host.path, runner: runner) } throws: {
            ($0 as? OmnibusError)?.code == "python-mismatch"
        }
        await #expect { try await BundleMode.choose(for: target, python: "/bin/true", runner: runner) } throws: {
            ($0 as? OmnibusError)?.code == "python-unusable"
        }
        await #expect { try await BundleMode.choose(for: target, python: "/nowhere", runner: runner) } throws: {
            ($0 as? OmnibusError)?.code == "python-missing"
        }
        #expect(try await BundleMode.choose(for: target, python: nil, runner: runner) == .cross)
    }

    @Test("A C extension compiled here carries no path of here, and its glibc is held against the target's")
    func compiled() async throws {
        let host = try await PythonInterpreter.probe("python3", runner: runner)
        guard host.hasVenv, let glibc = host.glibc, runner.find("cc") != nil else { return }
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            var request = request("legacy", "\(host.version)", glibc: "\(glibc)")
            let list = work.path.appending("requirements.txt").string
            try await runner.check(
                Command(
                    "python3",
                    ["-c", "open(\(quoted(list)), 'w').write('--no-binary markupsafe\\nmarkupsafe==3.0.2\\n')"]
                )
            )
            request.requirementFiles = [FilePath(list)]
            request.source = Self.fixtures.appending("legacy").string
            let bundle = try await PythonBundleBuilder(runner: runner).build(request, mode: .native(host), in: work)
            #expect(bundle.proof.binaryCount == 1)
        }
    }

    // MARK: determinism

    @Test("Folder, time zone and number of jobs do not show in a single byte")
    func deterministic() async throws {
        let host = try await PythonInterpreter.probe("python3", runner: runner)
        for mode in [BundleMode.cross] + (host.hasVenv ? [.native(host)] : []) {
            var digests: [[String]] = []
            for (name, zone, jobs) in [("one", "UTC", 1), ("another-name", "Asia/Tokyo", 2)] {
                var runner = runner
                runner.environment["TZ"] = zone
                digests.append(
                    try await WorkDirectory.with { (work) async throws(OmnibusError) in
                        let copy = work.path.appending(name)
                        try await runner.check(
                            Command("cp", ["-r", Self.fixtures.appending("flocker").string, copy.string])
                        )
                        let before = try await digest(of: copy, contents: true)
                        var request = request("flocker", "\(host.version)", glibc: "2.36")
                        request.source = copy.string
                        request.jobs = jobs
                        let bundle = try await PythonBundleBuilder(runner: runner).build(request, mode: mode, in: work)
                        #expect(try await digest(of: copy, contents: true) == before, "the source was touched")
                        return try await digest(of: bundle.root, contents: true)
                    }
                )
            }
            #expect(digests[0].count > 1000)
            #expect(Set(digests[0]).symmetricDifference(digests[1]).sorted() == [])
        }
    }

    @Test("Cancelling leaves nothing behind")
    func cancellation() async throws {
        try await WorkDirectory.with { (parent) async throws(OmnibusError) in
            let request = request("flocker", "3.9", glibc: "2.34")
            let runner = runner
            let path = parent.path
            let task = Task {
                try await WorkDirectory.with(in: path) { (work) async throws(OmnibusError) in
                    try await PythonBundleBuilder(runner: runner).build(request, mode: .cross, in: work)
                }
            }
            while try await digest(of: path).isEmpty { await Task.yield() }
            task.cancel()
            await #expect { _ = try await task.value } throws: { ($0 as? OmnibusError)?.code == "cancelled" }
            #expect(try await digest(of: path).isEmpty)
        }
    }
}

extension PythonBundleTests {
    func request(
        _ fixture: String,
        _ version: String,
        glibc: String,
        prefix: FilePath = "/opt/flocker",
        architecture: Architecture = .host
    ) -> PythonBundleRequest {
        let target = PythonTarget(
            version: MajorMinor(version) ?? MajorMinor(0, 0),
            interpreterPath: FilePath("/usr/bin/python\(version)"),
            glibc: MajorMinor(glibc) ?? MajorMinor(0, 0),
            architecture: architecture
        )
        return PythonBundleRequest(
            source: Self.fixtures.appending(fixture).string,
            prefix: prefix,
            target: target,
            sourceDateEpoch: 1_500_000_000
        )
    }

    func quoted(_ text: String) -> String { "'\(text)'" }

    /// Puts a bundle where it says that it stands.
    func move(_ bundle: PythonBundle, to place: FilePath) async throws(OmnibusError) {
        let staged = bundle.root.pushing(FilePath(root: nil, bundle.prefix.components))
        try await runner.check(Command("mkdir", ["-p", place.removingLastComponent().string]))
        try await runner.check(Command("mv", [staged.string, place.string]))
    }

    func expectRuns(_ place: FilePath, scripts: [String], _ version: String) async throws(OmnibusError) {
        for script in scripts {
            let command = Command(place.appending("bin").appending(script).string, ["--version"])
            #expect(try await runner.check(command).text == version)
        }
        let modules = "cryptography.x509, jsonschema, psutil, treq, twisted.internet.reactor, yaml, zope.interface"
        try await runner.check(
            Command(place.appending("bin/python").string, ["-W", "ignore", "-c", "import \(modules)"])
        )
    }

    /// One line for everything below a directory: path, and with `contents` kind, mode, link target and SHA-256.
    func digest(of directory: FilePath, contents: Bool = false) async throws(OmnibusError) -> [String] {
        let format = contents ? "%P %y %m %l\\n" : "%P\\n"
        let listing = try await lines("find", [directory.string, "-mindepth", "1", "-printf", format])
        guard contents else { return listing }
        return listing
            + (try await lines(
                "sh",
                ["-c", "cd \"$1\" && find . -type f -exec sha256sum {} +", "sh", directory.string]
            ))
    }

    private func lines(_ program: String, _ arguments: [String]) async throws(OmnibusError) -> [String] {
        try await runner.check(Command(program, arguments)).text.split(separator: "\n").map(String.init).sorted()
    }
}

/// The Pythons that a test may need and a machine may lack.
enum Interpreters {
    /// `$FLOCKER_PKG_TEST_PYTHON_3_6` or `python3.6` on `PATH`, or `nil`.
    static func find(_ version: String, runner: CommandRunner) async throws(OmnibusError) -> PythonInterpreter? {
        let variable = "FLOCKER_PKG_TEST_PYTHON_" + version.split(separator: ".").joined(separator: "_")
        for candidate in [getenv(variable).map { String(cString: $0) }, "python\(version)"].compactMap(\.self) {
            if let found = try? await PythonInterpreter.probe(candidate, runner: runner),
                found.version == MajorMinor(version)
            {
                return found
            }
        }
        return nil
    }
}
