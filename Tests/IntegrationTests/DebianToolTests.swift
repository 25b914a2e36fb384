import Foundation
import PackageFormats
import SystemPackage
import Testing

/// Packages as dpkg, lintian and dpkg-dev see them. Nothing is skipped: a missing tool is a failure.
@Suite("Debian packages and the real tools")
struct DebianToolTests {
    static let compressions: [Compression] = [.none, .gzip, .xz, .zstd]

    private func write(
        _ package: Package,
        to folder: TemporaryFolder,
        _ compression: Compression = .gzip,
        control: Compression = .gzip
    ) throws -> String {
        let profile = DebianProfile(compression: compression, controlCompression: control)
        return try DebianWriter(profile: profile, threads: 2).write(package, to: folder.path).string
    }

    @Test("dpkg-deb reads every field as it was meant")
    func fields() async throws {
        let folder = try TemporaryFolder()
        let path = try write(try DebianSamples.everything(in: folder), to: folder)
        let format = """
            ${Package}|${Version}|${Architecture}|${Maintainer}|${Pre-Depends}|${Depends}|${Recommends}|${Suggests}|\
            ${Enhances}|${Conflicts}|${Breaks}|${Replaces}|${Provides}|${Section}|${Priority}|${Multi-Arch}|${Homepage}|\
            ${Bugs}
            """
        #expect(
            try await output(of: "dpkg-deb", ["-W", "--showformat", format, path]) == """
                probe|1.0-1|all|Zoë Ünïcode <zoe@example.com>|dpkg (>= 1.17)|\
                probe-a (<< 2) | probe-b, python3:any (>> 3.4~)|ca-certificates|probe-doc (= 1:1.0-1)|probe-e|probe-c|\
                probe-d (<< 1)|probe-d (<< 1)|probe-api (= 3)|admin|optional|foreign|https://example.com/probe|\
                mailto:bugs@example.com
                """
        )
        let description = try await output(of: "dpkg-deb", ["-f", path, "Description"])
        #expect(description.split(separator: "\n", omittingEmptySubsequences: false).allSatisfy { $0.count < 80 })
        #expect(description.hasSuffix("\n .\n Nobody needs it.\n   * Not even you.\n"))
        let names = try await output(of: "dpkg-deb", ["-I", path])
        for member in ["conffiles", "control", "md5sums", "postinst", "triggers"] { #expect(names.contains(member)) }
    }

    @Test("dpkg-deb builds the very same bytes from what it unpacks from a package")
    func sameBytes() async throws {
        let folder = try TemporaryFolder()
        let path = try write(try DebianSamples.everything(in: folder), to: folder, .none, control: .none)
        let tree = folder.appending("unpacked").string
        try await output(of: "dpkg-deb", ["-R", path, tree])
        let rebuilt = folder.appending("rebuilt.deb").string
        try await output(
            of: "dpkg-deb",
            ["--root-owner-group", "-Znone", "-b", tree, rebuilt],
            environment: ["SOURCE_DATE_EPOCH": "\(DebianSamples.date)"]
        )
        let same = try bytes(of: FilePath(path)) == bytes(of: FilePath(rebuilt))
        #expect(same)
    }

    @Test("dpkg-deb finds the same data in every compression", arguments: compressions)
    func sameData(_ compression: Compression) async throws {
        let folder = try TemporaryFolder()
        let package = try DebianSamples.everything(in: folder)
        let plain = try write(package, to: folder, .none)
        let expected = folder.appending("expected.tar").string
        let expectedTar = try await output(
            of: "sh",
            ["-c", "dpkg-deb --fsys-tarfile \"$1\" > \"$2\"", "sh", plain, expected]
        )
        #expect(expectedTar.isEmpty)
        let path = try write(package, to: folder, compression, control: compression)
        let found = folder.appending("found.tar").string
        try await output(of: "sh", ["-c", "dpkg-deb --fsys-tarfile \"$1\" > \"$2\"", "sh", path, found])
        let same = try bytes(of: FilePath(expected)) == bytes(of: FilePath(found))
        #expect(same)
        let control = folder.appending("control").string
        try await output(of: "dpkg-deb", ["-e", path, control])
        #expect(try await output(of: "ls", [control]) == "conffiles\ncontrol\nmd5sums\npostinst\ntriggers\n")
        #expect(try PackageFile.verify(FilePath(path)).findings == [])
    }

    @Test("dpkg-deb unpacks the tree that went in")
    func extract() async throws {
        let folder = try TemporaryFolder()
        let path = try write(try DebianSamples.everything(in: folder), to: folder)
        let tree = folder.appending("unpacked")
        try await output(of: "dpkg-deb", ["-x", path, tree.string])
        try await output(
            of: "diff",
            ["-r", folder.appending("tree/a/large").string, tree.string + "/opt/probe/a/large"]
        )
        try await output(of: "diff", ["-r", folder.appending("tree/bin").string, tree.string + "/opt/probe/bin"])
        let listing = try await output(
            of: "find",
            [tree.string + "/opt/probe", "-printf", "%y %m %n %T@ %f\n"]
        )
        let lines = Set(listing.split(separator: "\n").map(String.init))
        let time = "\(DebianSamples.date).0000000000"
        for line in [
            "f 644 3 \(time) x", "f 644 3 \(time) another", "f 644 3 \(time) zz", "p 600 1 -1000.0000000000 pipe",
            "f 4755 1 \(time) set", "l 777 1 \(time) far",
        ] { #expect(lines.contains(line), "\(line) in \(listing)") }
        let sums = folder.appending("sums").string
        try await output(of: "dpkg-deb", ["-e", path, sums])
        try await output(of: "md5sum", ["--strict", "-c", sums + "/md5sums"], workingDirectory: tree)
    }

    @Test("lintian says nothing but what is expected of a tree in /opt")
    func lintian() async throws {
        let folder = try TemporaryFolder()
        var package = try DebianSamples.package("probe-lint") {
            File("#!/bin/sh\necho hello\n", to: "/opt/probe/bin/hello").mode(0o755)
            File("one = 1\n", to: "/etc/probe/probe.conf").config()
            File(
                "[Unit]\nDescription=probe\nDocumentation=https://example.com/probe\n[Service]\nUser=daemon\n"
                    + "ExecStart=/opt/probe/bin/hello\n[Install]\nWantedBy=multi-user.target\n",
                to: "/lib/systemd/system/probe.service"
            )
        }
        package.services = [Service("probe.service"), Service("probe.timer", enable: false)]
        package.scripts[.postInstall] = Script("echo \"$1\" > /dev/null\n")
        package.scripts[.postRemove] = Script("echo \"$1\" > /dev/null\n")
        package.scripts[.purge] = Script("rm -rf /var/lib/probe\n")
        package.changelog = [
            ChangelogEntry(
                date: DebianSamples.date,
                author: package.maintainer,
                text: "Second.\n" + (1...40).map { "change\($0)" }.joined(separator: " ")
            ),
            ChangelogEntry(
                date: DebianSamples.date - 90_000,
                author: package.maintainer,
                version: "0.9-1",
                text: "First."
            ),
        ]
        package.debian.lintianOverrides = [
            .init("dir-or-file-in-opt *", because: "Everything lives in /opt on purpose."),
            .init("package-supports-alternative-init-but-no-init.d-script *", because: "The service is systemd's."),
        ]
        let path = try write(package, to: folder, .xz)
        let result = try await run("lintian", ["--allow-root", "-I", "--pedantic", "--fail-on", "none", path])
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output == "", "\(result.output)")
    }

    @Test("dpkg-parsechangelog reads the changelog")
    func changelog() async throws {
        let folder = try TemporaryFolder()
        var package = try DebianSamples.package()
        package.changelog = [
            ChangelogEntry(date: DebianSamples.date, author: package.maintainer, text: "- Second.\n- Third."),
            ChangelogEntry(date: 0, author: package.maintainer, version: "0.9-1", text: "First."),
        ]
        let path = try write(package, to: folder)
        try await output(of: "dpkg-deb", ["-x", path, folder.path.string])
        let compressed = folder.appending("usr/share/doc/probe/changelog.Debian.gz").string
        try await output(of: "gzip", ["-d", compressed])
        let file = String(compressed.dropLast(3))
        let said = try await output(of: "dpkg-parsechangelog", ["-l", file, "--all"])
        for line in [
            "Version: 1.0-1", "Distribution: stable", "Date: Mon, 19 Oct 2015 00:00:00 +0000",
            "Maintainer: Zoë Ünïcode <zoe@example.com>", "   * Third.",
        ] { #expect(said.contains(line), "\(line) in \(said)") }
    }

    @Test("dpkg-scanpackages indexes the package")
    func scan() async throws {
        let folder = try TemporaryFolder()
        let path = try write(try DebianSamples.everything(in: folder), to: folder)
        let said = try await output(of: "dpkg-scanpackages", ["--multiversion", "."], workingDirectory: folder.path)
        let sum = try await output(of: "sha256sum", [path]).prefix(64)
        for line in ["Package: probe", "Filename: ./probe_1.0-1_all.deb", "SHA256: \(sum)"] {
            #expect(said.contains(line), "\(line) in \(said)")
        }
    }

    @Test("the post-install script sets capabilities, whatever a file is called")
    func capabilities() async throws {
        let folder = try TemporaryFolder()
        let package = try DebianSamples.package {
            File("x\n", to: "/opt/probe/it's").mode(0o755).capabilities("cap_net_raw=ep")
        }
        let path = try write(package, to: folder)
        #expect(try await output(of: "dpkg-deb", ["-f", path, "Depends"]) == "libcap2-bin\n")
        try await output(of: "dpkg-deb", ["-e", path, folder.appending("control").string])
        let log = folder.appending("log")
        try folder.write("#!/bin/sh\nprintf '[%s]' \"$@\" >> \(log)\n", to: "stub/setcap")
        try await output(of: "chmod", ["755", folder.appending("stub/setcap").string])
        for arguments in [["configure", ""], ["abort-upgrade", "1"]] {
            try await output(
                of: folder.appending("control/postinst").string,
                arguments,
                environment: ["PATH": "\(folder.appending("stub")):/usr/bin:/bin", "DPKG_ROOT": "/target"]
            )
        }
        #expect(String(decoding: try bytes(of: log), as: UTF8.self) == "[cap_net_raw=ep][/target/opt/probe/it's]")
    }

    @Test("the scripts enable, mask and purge units through Debian's own helper")
    func services() async throws {
        let folder = try TemporaryFolder()
        var package = try DebianSamples.package()
        package.services = [Service("one.service"), Service("two.socket", enable: false)]
        let path = try write(package, to: folder)
        try await output(of: "dpkg-deb", ["-e", path, folder.appending("control").string])
        let log = folder.appending("log")
        try folder.write("#!/bin/sh\necho \"$@\" >> \(log)\n", to: "stub/deb-systemd-helper")
        try await output(of: "chmod", ["755", folder.appending("stub/deb-systemd-helper").string])
        func calls(_ script: String, _ arguments: String...) async throws -> [String] {
            try? FileManager.default.removeItem(atPath: log.string)
            try await output(
                of: folder.appending("control/\(script)").string,
                arguments,
                environment: ["PATH": "\(folder.appending("stub")):/usr/bin:/bin", "DPKG_ROOT": "/target"]
            )
            let text = (try? bytes(of: log)) ?? Data()
            return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
        }
        #expect(
            try await calls("postinst", "configure", "") == [
                "unmask one.service", "--quiet was-enabled one.service", "enable one.service",
                "debian-installed two.socket", "unmask two.socket", "--quiet was-enabled two.socket",
                "enable two.socket", "update-state two.socket",
            ]
        )
        #expect(try await calls("postinst", "triggered", "x") == [])
        #expect(try await calls("postrm", "upgrade", "2") == [])
        #expect(try await calls("postrm", "remove") == ["mask one.service two.socket"])
        #expect(
            try await calls("postrm", "purge") == ["purge one.service two.socket", "unmask one.service two.socket"]
        )
    }
}
