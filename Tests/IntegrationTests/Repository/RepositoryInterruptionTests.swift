import Foundation
import Omnibus
import PackageFormats
import Subprocess
import SystemPackage
import Testing

/// Runs that are killed, and runs that meet each other.
@Suite("Repositories under interrupted and concurrent runs", .serialized)
struct RepositoryInterruptionTests {
    private static func verify(_ folder: FilePath) async throws -> RepositoryVerification.Report {
        try await RepositoryVerification(of: .folder(folder)).run()
    }

    /// Whether the real client can list what is there.
    private static func accepts(_ kind: RepositoryUpdate.Kind, _ folder: FilePath) async throws -> ToolResult {
        let place = try TemporaryFolder()
        if kind == .yum {
            try place.write("", to: "log/.keep")
            return try await run(
                "dnf",
                [
                    "--quiet", "--noplugins", "--releasever=9", "--repofrompath=sample,file://\(folder)",
                    "--repo=sample", "--setopt=sample.gpgcheck=0", "--installroot=\(place.appending("root"))",
                    "--setopt=cachedir=\(place.appending("cache"))", "--setopt=logdir=\(place.appending("log"))",
                    "--setopt=persistdir=\(place.appending("persist"))", "--setopt=reposdir=\(place.path)",
                    "repoquery", "--list", "sample-1", "sample-bundle",
                ]
            )
        }
        try place.write(
            "deb [trusted=yes] file://\(folder) \(kind == .apt ? "stable main" : "./")\n",
            to: "sources.list"
        )
        try place.write("", to: "status")
        for name in ["lists/partial", "cache/archives/partial", "parts"] { try place.write("", to: "\(name)/.keep") }
        return try await run(
            "apt-get",
            [
                "-o", "Dir::Etc::SourceList=\(place.appending("sources.list"))",
                "-o", "Dir::Etc::SourceParts=\(place.appending("parts"))",
                "-o", "Dir::State::Lists=\(place.appending("lists"))",
                "-o", "Dir::State::Status=\(place.appending("status"))",
                "-o", "Dir::Cache=\(place.appending("cache"))", "-o", "APT::Sandbox::User=root",
                "update", "--error-on=any",
            ]
        )
    }

    @Test(
        "whenever a run is killed, verification and clients accept what is there, and the next run completes it",
        arguments: [(RepositoryUpdate.Kind.yum, 20), (.aptFlat, 15), (.apt, 15)]
    )
    func killed(kind: RepositoryUpdate.Kind, times: Int) async throws {
        let folder = try TemporaryFolder()
        let packages = kind == .apt ? folder.appending("pool/main") : folder.path
        try await output(of: "mkdir", ["-p", packages.string])
        func write(_ version: String) throws {
            if kind == .yum {
                try RepositorySamples.writeInstallableRPMs(version, to: packages)
            } else {
                try RepositorySamples.writeInstallableDebs(version, to: packages)
            }
        }
        if kind == .yum {
            try RepositorySamples.writeRPMs(40, to: packages)
        } else {
            try RepositorySamples.writeDebs(40, to: packages)
        }
        try write("1.0")
        let arguments = Arguments(["repository", "update", "--quiet", "--type", kind.rawValue, folder.path.string])
        try await output(
            of: Program.path(),
            ["repository", "update", "--quiet", "--type", kind.rawValue, folder.path.string]
        )
        // The runs that get killed are like the second one, which has less to do than the first.
        try write("0.9")
        let clock = ContinuousClock()
        var duration = try await clock.measure {
            _ = try await Subprocess.run(
                .path(FilePath(Program.path())),
                arguments: arguments,
                output: .discarded,
                error: .discarded
            )
        }
        var (killed, runs) = (0, 0)
        // A run that ends before it is killed does not count, as long as there are not too many of them.
        while killed < times, runs < 2 * times {
            let number = runs
            runs += 1
            try write("1.\(number + 1)")
            // Spread over the whole run, and a little beyond its end.
            let part = (Double(killed) + Double.random(in: 0..<1)) / Double(times)
            let delay = duration * part * 1.1
            let ended = try await Subprocess.run(
                .path(FilePath(Program.path())),
                arguments: arguments,
                input: .none,
                output: .discarded,
                error: .discarded
            ) { execution in
                try await Task.sleep(for: delay)
                try? execution.send(signal: .kill)
            }
            if case .signaled = ended.terminationStatus {
                killed += 1
            } else if part < 0.8 {
                // The measure was taken while other tests kept the machine busy.
                duration = max(duration / 2, .milliseconds(10))
            }
            let report = try await Self.verify(folder.path)
            #expect(report.isSound, "run \(number): \(report.findings)")
            if number % 5 == 0 {
                let client = try await Self.accepts(kind, folder.path)
                #expect(client.status == 0, "run \(number): \(client.output)\(client.error)")
            }
        }
        #expect(killed > times / 2)
        _ = try await RepositoryMetadataTests.update(folder.path, kind)
        let report = try await Self.verify(folder.path)
        #expect(report.findings.isEmpty)
        #expect(report.packages == 44 + 2 * runs)
        // Nothing of the killed runs is left.
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path.string)
        #expect(!names.contains { $0.hasPrefix(".") })
    }

    @Test("runs at once follow each other, and none is lost", arguments: RepositoryUpdate.Kind.allCases)
    func concurrent(kind: RepositoryUpdate.Kind) async throws {
        let folder = try TemporaryFolder()
        let packages = kind == .apt ? folder.appending("pool/main") : folder.path
        try await output(of: "mkdir", ["-p", packages.string])
        if kind == .yum {
            try RepositorySamples.writeRPMs(40, to: packages)
        } else {
            try RepositorySamples.writeDebs(40, to: packages)
        }
        let program = try Program.path()
        try await withThrowingTaskGroup(of: ToolResult.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    try await run(program, ["repository", "update", "--type", kind.rawValue, folder.path.string])
                }
            }
            for try await result in group { #expect(result.status == 0, "\(result.error)") }
        }
        let report = try await Self.verify(folder.path)
        #expect(report.findings.isEmpty, "\(report.findings)")
        #expect(report.packages == 40)
    }
}
