import Glibc
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

@Suite struct PythonRequestTests {
    static func target(
        _ version: MajorMinor = MajorMinor(3, 9),
        glibc: MajorMinor = MajorMinor(2, 34),
        architecture: Architecture = .x86_64
    ) -> PythonTarget {
        PythonTarget(
            version: version,
            interpreterPath: FilePath("/usr/bin/python\(version)"),
            glibc: glibc,
            architecture: architecture
        )
    }

    @Test(
        "Versions are read from their first two numbers",
        arguments: [
            ("3.9", MajorMinor(3, 9)), ("3.10.4", MajorMinor(3, 10)), ("2.17", MajorMinor(2, 17)), ("3", nil),
            ("", nil), ("3.x", nil), ("-3.9", nil), ("3.99999", nil), (".9", nil), ("3.", nil),
        ] as [(String, MajorMinor?)]
    )
    func version(text: String, expected: MajorMinor?) {
        #expect(MajorMinor(text) == expected)
    }

    @Test("Versions are ordered as numbers")
    func order() {
        #expect(MajorMinor(3, 9) < MajorMinor(3, 10))
        #expect(MajorMinor(2, 36) < MajorMinor(3, 0))
    }

    @Test(
        "The platform is the newest manylinux level that the target reaches",
        arguments: [
            (17, "x86_64-manylinux_2_17"), (19, "x86_64-manylinux_2_17"), (27, "x86_64-manylinux_2_17"),
            (28, "x86_64-manylinux_2_28"), (30, "x86_64-manylinux_2_28"), (34, "x86_64-manylinux_2_34"),
            (36, "x86_64-manylinux_2_36"), (41, "x86_64-manylinux_2_40"),
        ]
    )
    func platform(minor: Int, expected: String) throws {
        #expect(try Self.target(glibc: MajorMinor(2, minor)).uvPlatform() == expected)
    }

    @Test("Other machines and older systems have no wheels")
    func noPlatform() throws {
        #expect(try Self.target(architecture: .aarch64).uvPlatform() == "aarch64-manylinux_2_34")
        #expect(throws: OmnibusError.self) { try Self.target(glibc: MajorMinor(2, 12)).uvPlatform() }
        #expect(throws: OmnibusError.self) {
            try Self.target(architecture: Architecture(unlisted: "vax")).uvPlatform()
        }
    }

    @Test(
        "What is neither a path nor a URL is a requirement",
        arguments: ["flocker==1.15.0", "Flocker", "zope.interface>=5", "twisted[tls]==22.4.0", "a"]
    )
    func requirement(text: String) throws {
        #expect(try PythonSource(text) == .requirement(text))
    }

    @Test(
        "What is nothing of all this is refused with a reason",
        arguments: [
            ("", "source-invalid"), ("--index-url", "source-invalid"), ("a b\n", "source-invalid"),
            ("no/such/dir", "source-missing"), ("gone.whl", "source-missing"), ("gone-1.0.tar.gz", "source-missing"),
            ("==1", "source-invalid"), ("/etc/passwd", "source-invalid"), ("/etc", "source-invalid"),
        ]
    )
    func refused(text: String, code: String) {
        #expect { try PythonSource(text) } throws: { ($0 as? OmnibusError)?.code == code }
    }

    @Test(
        "Names compare as indexes compare them",
        arguments: [("Zope.Interface", "zope-interface"), ("a__b-.c", "a-b-c"), ("PyYAML", "pyyaml")]
    )
    func normalized(name: String, expected: String) {
        #expect(PythonSource.normalized(name) == expected)
    }

    @Test(
        "A prefix that no script could name is refused",
        arguments: [
            "opt/flocker", "/", "/opt/../etc", "/opt/a b", "/opt/'x'", "/" + String(repeating: "a", count: 130),
        ]
    )
    func prefix(text: String) {
        let request = PythonBundleRequest(
            source: "x",
            prefix: FilePath(text),
            target: Self.target(),
            sourceDateEpoch: 0
        )
        #expect { try request.validate() } throws: { ($0 as? OmnibusError)?.code == "prefix-invalid" }
    }

    @Test("A requirement cannot be an option of pip", arguments: ["--index-url=http://evil", "-e .", "", "a\n-r x"])
    func option(text: String) {
        var request = PythonBundleRequest(
            source: "x",
            prefix: "/opt/x",
            target: Self.target(),
            sourceDateEpoch: 0
        )
        request.requirements = [text]
        #expect { try request.validate() } throws: { ($0 as? OmnibusError)?.code == "requirement-invalid" }
    }

    @Test("A missing wheel is told from other failures, and the package named")
    func noWheel() {
        let lines = [
            "error: No solution found",
            "hint: Wheels are required for `docopt` because building from source is disabled",
        ]
        let result = CommandResult(status: 1, output: [], lastLines: lines)
        let error = BundleEnvironment.explanation(of: result, target: Self.target())
        #expect(error.code == "no-wheel")
        #expect(error.message.contains("no wheel of docopt for Python 3.9"))
        #expect(error.hint?.contains("--python") == true)
        let offline = CommandResult(status: 2, output: [], lastLines: ["error: dns error"])
        #expect(BundleEnvironment.explanation(of: offline, target: Self.target()).category == .unavailable)
        let other = CommandResult(status: 1, output: [], lastLines: ["error: conflict"])
        #expect(BundleEnvironment.explanation(of: other, target: Self.target()).code == "install-failed")
    }

    @Test("A work directory is private, and gone after success and after failure")
    func workDirectory() async throws {
        let kept = try await WorkDirectory.with { (work) throws(OmnibusError) in
            try FileSystem.makeDirectories(work.path.appending("a/b"))
            try FileSystem.setMode(work.path.appending("a"), 0o500)
            #expect(FileSystem.status(work.path)?.st_mode == 0o040700)
            #expect(try work.fresh("x") != work.fresh("x"))
            return work.path
        }
        #expect(!FileSystem.exists(kept))
        var failed: FilePath?
        do {
            try await WorkDirectory.with { (work) throws(OmnibusError) in
                failed = work.path
                throw OmnibusError("x", .failure, "x")
            }
        } catch {
            #expect(error.code == "x")
        }
        #expect(!FileSystem.exists(try #require(failed)))
    }
}
