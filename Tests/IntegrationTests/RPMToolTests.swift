import Foundation
import PackageFormats
import SystemPackage
import Testing

/// Packages as rpm, rpmbuild, cpio and createrepo_c see them. Nothing is skipped: a missing tool is a failure.
@Suite("rpm packages and the real tools")
struct RPMToolTests {
    private static let compressions: [Compression] = [.none, .gzip, .xz, .zstd]

    private func write(
        _ package: Package,
        _ profile: RPMProfile = RPMProfile(compression: .gzip, legacyDigests: true)
    ) throws -> (folder: TemporaryFolder, path: String) {
        let folder = try TemporaryFolder()
        return (folder, try RPMWriter(profile: profile, threads: 2).write(package, to: folder.path).string)
    }

    private func query(_ path: String, _ arguments: String...) async throws -> [String] {
        try await output(of: "rpm", ["-qp"] + arguments + [path]).split(separator: "\n").map(String.init)
    }

    @Test("rpm checks every digest", arguments: compressions, [true, false])
    func checksig(compression: Compression, legacy: Bool) async throws {
        let (folder, path) = try write(
            RPMSamples.everything(),
            RPMProfile(compression: compression, legacyDigests: legacy)
        )
        defer { withExtendedLifetime(folder) {} }
        // Not the database of whoever runs the tests, which other programs open meanwhile.
        let database = folder.appending("database").string
        let said = try await output(of: "rpm", ["--dbpath", database, "-Kv", "--nosignature", path])
        #expect(said.contains("Header SHA256 digest: OK"), "\(said)")
        #expect(said.contains("Payload SHA256 digest: OK"), "\(said)")
        #expect(said.contains("Header SHA1 digest: OK") == legacy, "\(said)")
        #expect(said.contains("MD5 digest: OK") == legacy, "\(said)")
        #expect(!said.contains("BAD"), "\(said)")
    }

    @Test("rpm shows what the package says of itself")
    func metadata() async throws {
        let (folder, path) = try write(RPMSamples.everything())
        defer { withExtendedLifetime(folder) {} }
        let format = """
            %{NAME}|%{EPOCH}|%{VERSION}|%{RELEASE}|%{ARCH}|%{OS}|%{SUMMARY}|%{DESCRIPTION}|%{LICENSE}|%{URL}|%{VENDOR}|\
            %{PACKAGER}|%{GROUP}|%{BUILDHOST}|%{BUILDTIME}|%{SOURCERPM}|%{PAYLOADCOMPRESSOR}|%{SIZE}|%{ENCODING}
            """
        #expect(
            try await output(of: "rpm", ["-qp", "--qf", format, path]) == """
                sample|1|2.0~rc1|3.el9|x86_64|linux|A sample|It has one of everything.|Apache-2.0|https://example.invalid/|\
                Example|Example <example@example.invalid>|Unspecified|localhost|1500000000|\
                sample-2.0~rc1-3.el9.src.rpm|gzip|77|utf-8
                """
        )
        #expect(
            try await query(path, "--changelog")
                == [
                    "* Fri Jul 14 2017 A <a@example.invalid> - 1:2.0~rc1-3.el9", "- One", "- Two", "",
                    "* Tue May 13 2014 B <b@example.invalid> - 1.0-1", "- Start", "",
                ].filter { !$0.isEmpty }
        )
    }

    @Test("rpm shows every relation, those included that nobody writes down")
    func relations() async throws {
        let (folder, path) = try write(RPMSamples.everything())
        defer { withExtendedLifetime(folder) {} }
        #expect(
            try await query(path, "--requires") == [
                "(curl or wget >= 1.2)", "/bin/sh", "/bin/sh", "/bin/sh", "/usr/bin/python3", "bash >= 4.0",
                "config(sample) = 1:2.0~rc1-3.el9", "rpmlib(BuiltinLuaScripts) <= 4.2.2-1",
                "rpmlib(CompressedFileNames) <= 3.0.4-1", "rpmlib(FileCaps) <= 4.6.1-1",
                "rpmlib(FileDigests) <= 4.6.0-1", "rpmlib(PartialHardlinkSets) <= 4.0.4-1",
                "rpmlib(PayloadFilesHavePrefix) <= 4.0-1", "rpmlib(RichDependencies) <= 4.12.0-1",
                "rpmlib(ScriptletInterpreterArgs) <= 4.0.3-1", "rpmlib(TildeInVersions) <= 4.10.0-1", "shadow-utils",
            ]
        )
        #expect(
            try await query(path, "--provides") == [
                "config(sample) = 1:2.0~rc1-3.el9", "sample = 1:2.0~rc1-3.el9", "sample(x86-64) = 1:2.0~rc1-3.el9",
                "virtual = 2",
            ]
        )
        #expect(try await query(path, "--conflicts") == ["enemy", "older < 1"])
        #expect(try await query(path, "--obsoletes") == ["ancestor < 1:2"])
        #expect(try await query(path, "--recommends") == ["friend"])
        #expect(try await query(path, "--suggests") == ["hint"])
        #expect(try await query(path, "--supplements") == ["(a and b)"])
        #expect(try await query(path, "--enhances") == ["tool"])
        #expect(
            try await query(path, "--qf", "[%{REQUIRENAME}:%{REQUIREFLAGS:deptype}\n]").contains("shadow-utils:pre")
        )
    }

    @Test("rpm lists files with their modes, owners, flags, links and capabilities")
    func files() async throws {
        let (folder, path) = try write(RPMSamples.everything())
        defer { withExtendedLifetime(folder) {} }
        let dump = try await query(path, "--dump")
        #expect(dump.count == 13)
        #expect(
            dump.contains {
                $0.hasPrefix("/etc/sample.conf 6 1500000000 ") && $0.hasSuffix(" 0100644 root root 1 0 0 X")
            }
        )
        #expect(dump.contains { $0.hasPrefix("/opt/sample/data 0 ") && $0.contains(" 041777 ") })
        #expect(dump.contains { $0.hasPrefix("/usr/bin/sample 20 ") && $0.hasSuffix(" ../../opt/sample/run") })
        #expect(try await query(path, "-d") == ["/usr/share/doc/sample/README"])
        #expect(try await query(path, "-c") == ["/etc/sample.conf"])
        #expect(try await query(path, "--licensefiles") == ["/usr/share/licenses/sample/LICENSE"])
        #expect(
            try await query(path, "--qf", "[%{FILENAMES} %{FILECAPS}\n]").contains("/opt/sample/net cap_net_raw=ep")
        )
        let lines = try await query(path, "-lv")
        #expect(lines.contains { $0.hasPrefix("drwxrwxrwt") && $0.hasSuffix("/opt/sample/data") })
    }

    @Test("rpm shows scripts and triggers")
    func scripts() async throws {
        let (folder, path) = try write(RPMSamples.everything())
        defer { withExtendedLifetime(folder) {} }
        let scripts = try await output(of: "rpm", ["-qp", "--scripts", path])
        #expect(scripts.contains("preinstall scriptlet (using /bin/sh):\necho $1\n"))
        #expect(scripts.contains("preuninstall scriptlet (using /usr/bin/python3 -I):\nprint('gone')\n"))
        #expect(scripts.contains("pretrans scriptlet (using <lua>):\nprint(1)\n"))
        let triggers = try await output(of: "rpm", ["-qp", "--triggers", path])
        #expect(triggers.contains("triggerin scriptlet (using /bin/sh) -- bash < 6\necho t\n"))
        let fileTriggers = try await output(of: "rpm", ["-qp", "--filetriggers", path])
        #expect(fileTriggers.contains("filetriggerun scriptlet (using /bin/sh) -- /usr/lib/foo\ncat\n"))
    }

    @Test("rpm installs it, finds nothing changed, and removes it without a trace", arguments: compressions)
    func installation(compression: Compression) async throws {
        let (folder, path) = try write(RPMSamples.installable(), RPMProfile(compression: compression))
        let root = folder.appending("root")
        try FileManager.default.createDirectory(atPath: root.string, withIntermediateDirectories: true)
        let place = ["--root", root.string, "--dbpath", "/var/lib/rpm"]
        try await output(of: "rpm", place + ["--initdb"])
        try await output(of: "rpm", place + ["-i", "--nodeps", "--noscripts", path])
        #expect(try await run("rpm", place + ["-V", "--nodeps", "installable"]).output == "")
        let installed = root.appending("opt/sample")
        #expect(try bytes(of: installed.appending("run")) == Data("#!/bin/sh\necho sample\n".utf8))
        #expect(try bytes(of: installed.appending("zz/third")) == Data("#!/bin/sh\necho sample\n".utf8))
        let attributes = try FileManager.default.attributesOfItem(atPath: installed.appending("again").string)
        #expect(attributes[.referenceCount] as? Int == 3)
        try await output(of: "rpm", place + ["-e", "--nodeps", "--noscripts", "installable"])
        #expect(!FileManager.default.fileExists(atPath: installed.string))
    }

    @Test("cpio lists what rpm2cpio unpacks")
    func cpio() async throws {
        let (folder, path) = try write(RPMSamples.everything())
        let archive = folder.appending("payload.cpio").string
        try await output(of: "sh", ["-c", "rpm2cpio \"$1\" >\"$2\"", "sh", path, archive])
        let names = try await output(of: "sh", ["-c", "cpio --quiet -t <\"$1\"", "sh", archive])
        #expect(
            names.split(separator: "\n").sorted() == [
                "./etc/sample.conf", "./opt/sample", "./opt/sample/again", "./opt/sample/data", "./opt/sample/empty",
                "./opt/sample/net", "./opt/sample/run", "./opt/sample/zz/third", "./opt/sample/ünïcode name",
                "./usr/bin/sample", "./usr/share/doc/sample/README", "./usr/share/licenses/sample/LICENSE",
            ]
        )
    }

    @Test("createrepo_c takes it into a repository")
    func repository() async throws {
        let (folder, _) = try write(RPMSamples.everything())
        try await output(of: "createrepo_c", ["--general-compress-type=gz", folder.path.string])
        let listed = try await output(
            of: "sh",
            ["-c", "zcat \"$1\"/repodata/*-primary.xml.gz", "sh", folder.path.string]
        )
        #expect(listed.contains("<name>sample</name>"))
        #expect(listed.contains("<version epoch=\"1\" ver=\"2.0~rc1\" rel=\"3.el9\"/>"))
        #expect(listed.contains("<rpm:entry name=\"virtual\" flags=\"EQ\" epoch=\"0\" ver=\"2\"/>"))
        #expect(listed.contains("<file>/usr/bin/sample</file>"))
    }

    @Test(
        "a script gets the same word from both calls of rpm, and may leave early",
        arguments: [
            (Scripts.Event.preInstall, "1", "install"), (.preInstall, "2", "upgrade"), (.postInstall, "1", "install"),
            (.postInstall, "2", "upgrade"), (.preRemove, "0", "remove"), (.preRemove, "1", ""),
            (.postRemove, "0", "remove"), (.postRemove, "1", ""),
        ],
        [true, false]
    )
    func lifecycle(call: (Scripts.Event, String, String), withServices: Bool) async throws {
        var package = RPMSamples.plain(name: "calls")
        package.scripts[call.0] = Script("echo \"word $1\"\nexit 7")
        if withServices { package.services = [Service("calls.service")] }
        let (folder, path) = try write(package)
        let tags: [Scripts.Event: String] = [
            .preInstall: "PREIN", .postInstall: "POSTIN", .preRemove: "PREUN", .postRemove: "POSTUN",
        ]
        let body = try await output(of: "rpm", ["-qp", "--qf", "%{\(tags[call.0] ?? "")}", path])
        let script = try folder.write(body, to: "script")
        // A systemctl that tells what it is asked for.
        let tool = try folder.write("#!/bin/sh\necho \"systemctl $*\" >&3\n", to: "bin/systemctl")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: tool.string)
        let result = try await run(
            "sh",
            ["-c", "exec 3>&1; PATH=\"$3:$PATH\" exec sh \"$1\" \"$2\"", "sh", script.string, call.1]
                + [folder.appending("bin").string]
        )
        #expect(result.lines.filter { $0.hasPrefix("word") } == (call.2.isEmpty ? [] : ["word \(call.2)"]))
        #expect(result.status == (call.2.isEmpty ? 0 : 7))
        #expect(result.error == "")
        let expected: [String]
        switch (withServices, call.0, call.1) {
        case (true, .postInstall, "1"): expected = ["systemctl preset calls.service"]
        case (true, .preRemove, "0"):
            expected = ["systemctl --no-reload disable calls.service", "systemctl stop calls.service"]
        case (true, .postRemove, "0"): expected = ["systemctl daemon-reload"]
        case (true, .postRemove, "1"):
            expected = ["systemctl daemon-reload", "systemctl try-restart calls.service"]
        default: expected = []
        }
        #expect(result.lines.filter { $0.hasPrefix("systemctl") } == expected)
    }
}
