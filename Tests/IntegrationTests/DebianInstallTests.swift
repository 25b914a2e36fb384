import Foundation
import PackageFormats
import SystemPackage
import Testing

/// Packages that the real dpkg installs into a root of its own, upgrades, verifies and removes.
@Suite("Debian packages installed by dpkg")
struct DebianInstallTests {
    /// A root with dpkg's database and nothing else. Scripts run in this system's `/`, since the root has no shell.
    private struct Root {
        let folder: TemporaryFolder
        var path: FilePath { folder.appending("root") }
        var log: FilePath { folder.appending("log") }

        init() throws {
            folder = try TemporaryFolder()
            for file in ["status", "available", "info/format-is-made-by-dpkg", "updates/x", "triggers/x"] {
                try folder.write("", to: "root/var/lib/dpkg/\(file)")
            }
            for file in ["info/format-is-made-by-dpkg", "updates/x", "triggers/x"] {
                try FileManager.default.removeItem(atPath: path.string + "/var/lib/dpkg/\(file)")
            }
        }

        @discardableResult
        func dpkg(_ arguments: String...) async throws -> String {
            try await output(
                of: "dpkg",
                [
                    "--root=\(path)", "--log=\(folder.appending("dpkg.log"))", "--force-not-root", "--force-depends",
                    "--force-script-chrootless", "--force-bad-path", "--force-architecture",
                ] + arguments
            )
        }

        func write(_ package: Package) throws -> String {
            try DebianWriter(profile: DebianProfile(compression: .gzip), threads: 1).write(package, to: folder.path)
                .string
        }

        /// What the scripts wrote since the last time.
        func takeLog() throws -> [String] {
            guard let text = try? bytes(of: log) else { return [] }
            try FileManager.default.removeItem(atPath: log.string)
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map {
                String($0).trimmingCharacters(in: .whitespaces)
            }
        }
    }

    @Test("scripts of a lifecycle hear of each event once, in its own word, even if they exit early")
    func lifecycle() async throws {
        let root = try Root()
        let old = try root.write(DebianSamples.logging(to: root.log, version: "1", calling: .lifecycle))
        let new = try root.write(DebianSamples.logging(to: root.log, version: "2", calling: .lifecycle))
        try await root.dpkg("-i", old)
        #expect(try root.takeLog() == ["preInstall 1 install", "postInstall 1 install"])
        try await root.dpkg("-i", new)
        #expect(try root.takeLog() == ["preInstall 2 upgrade", "postInstall 2 upgrade"])
        try await root.dpkg("-r", "probe")
        #expect(try root.takeLog() == ["preRemove 2 remove", "postRemove 2 remove"])
        try await root.dpkg("-i", new)
        #expect(try root.takeLog() == ["preInstall 2 install", "postInstall 2 upgrade"])
        try await root.dpkg("-P", "probe")
        #expect(try root.takeLog() == ["preRemove 2 remove", "postRemove 2 remove", "purge 2 purge"])
        let left = try FileManager.default.contentsOfDirectory(atPath: root.path.string)
        #expect(left == ["var"])
    }

    @Test("scripts called the native way get dpkg's own arguments")
    func native() async throws {
        let root = try Root()
        let old = try root.write(DebianSamples.logging(to: root.log, version: "1", calling: .native))
        let new = try root.write(DebianSamples.logging(to: root.log, version: "2", calling: .native))
        try await root.dpkg("-i", old)
        #expect(try root.takeLog() == ["preInstall 1 install", "postInstall 1 configure"])
        try await root.dpkg("-i", new)
        #expect(
            try root.takeLog() == [
                "preRemove 1 upgrade 2-1", "preInstall 2 upgrade 1-1 2-1", "postRemove 1 upgrade 2-1",
                "postInstall 2 configure 1-1",
            ]
        )
        try await root.dpkg("-P", "probe")
        #expect(
            try root.takeLog() == [
                "preRemove 2 remove", "postRemove 2 remove", "postRemove 2 purge", "purge 2 purge",
            ]
        )
    }

    @Test("a failing script fails the installation")
    func failing() async throws {
        let root = try Root()
        var package = try DebianSamples.package()
        package.scripts[.preInstall] = Script("exit 3\n")
        let path = try root.write(package)
        let result = try await run(
            "dpkg",
            ["--root=\(root.path)", "--force-not-root", "--force-script-chrootless", "-i", path]
        )
        #expect(result.status != 0)
        #expect(result.error.contains("returned error exit status 3"), "\(result.error)")
    }

    @Test("what is installed verifies, a change shows, and removal leaves nothing")
    func verify() async throws {
        let root = try Root()
        let package = try DebianSamples.everything(in: root.folder)
        try await root.dpkg("-i", root.write(package))
        #expect(try await root.dpkg("--verify", "probe") == "")
        let listed = try await root.dpkg("-L", "probe").split(separator: "\n").map(String.init)
        for entry in package.entries where !entry.flags.contains(.ghost) && !entry.path.isRoot {
            #expect(listed.contains(entry.path.description))
        }
        try root.folder.write("changed\n", to: "root/opt/probe/bin/hello")
        let result = try await run("dpkg", ["--root=\(root.path)", "--verify", "probe"])
        #expect(result.output == "??5??????   /opt/probe/bin/hello\n")
        try await root.dpkg("-P", "probe")
        let left = try await output(
            of: "find",
            [root.path.string, "-not", "-path", "*/var/lib/dpkg*", "-not", "-type", "d"]
        )
        #expect(left == "")
    }

    @Test("a changed configuration file survives an upgrade that does not change it")
    func configuration() async throws {
        let root = try Root()
        try await root.dpkg("-i", root.write(DebianSamples.logging(to: root.log, version: "1", calling: .lifecycle)))
        try root.folder.write("mine = 2\n", to: "root/etc/probe.conf")
        try await root.dpkg("-i", root.write(DebianSamples.logging(to: root.log, version: "2", calling: .lifecycle)))
        #expect(String(decoding: try bytes(of: root.path.appending("etc/probe.conf")), as: UTF8.self) == "mine = 2\n")
        #expect(
            String(decoding: try bytes(of: root.path.appending("opt/probe/version")), as: UTF8.self) == "version 2\n"
        )
    }

    @Test("the scripts for a service run where there is no systemd")
    func services() async throws {
        let root = try Root()
        var package = try DebianSamples.package {
            File("[Service]\nExecStart=/bin/true\n", to: "/lib/systemd/system/probe.service")
        }
        package.services = [Service("probe.service"), Service("other@x.service", enable: false)]
        package.scripts[.preRemove] = Script("exit 0\n")
        try await root.dpkg("-i", root.write(package))
        try await root.dpkg("-P", "probe")
        #expect(try await output(of: "find", ["/etc/systemd", "/var/lib/systemd", "-name", "probe*"]) == "")
    }
}
