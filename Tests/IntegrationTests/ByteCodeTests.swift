import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// What is compiled with the machine's own Python.
@Suite struct ByteCodeTests {
    private let runner = CommandRunner()

    @Test("Modules of one folder are compiled by several processes at once")
    func crowdedFolder() async throws {
        let python = try await PythonInterpreter.probe("python3", runner: runner)
        let target = PythonTarget(
            version: python.version,
            interpreterPath: python.path,
            glibc: MajorMinor(2, 17),
            architecture: .x86_64
        )
        let names = (0..<128).map { "module\($0)" }
        // Two processes want the folder at the same moment in about one of three rounds.
        for _ in 0..<20 {
            try await WorkDirectory.with { (work) async throws(OmnibusError) in
                let stage = try work.fresh("stage")
                let site = stage.pushing(target.sitePackages)
                try FileSystem.makeDirectories(site)
                for name in names {
                    try FileSystem.write(Array("name = '\(name)'\n".utf8), to: site.appending("\(name).py"))
                }
                try await ByteCode(runner: runner, interpreter: python, sourceDateEpoch: 0, jobs: 2)
                    .compile(stage: stage, prefix: "/opt/sample", target: target, work: work)
                let made = try FileTree(site).entries.filter { $0.name.hasSuffix(".pyc") }.map(\.path)
                let tag = "cpython-\(python.version.major)\(python.version.minor)"
                #expect(Set(made) == Set(names.map { "__pycache__/\($0).\(tag).pyc" }))
            }
        }
    }
}
