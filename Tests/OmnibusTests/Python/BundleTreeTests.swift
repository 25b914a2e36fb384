import Glibc
import SystemPackage
import Testing

@testable import Omnibus

/// Relocation, records and proof on a small bundle that is laid out by hand.
@Suite struct BundleTreeTests {
    static let packages = "lib/python3.9/site-packages"

    /// A bundle as pip leaves it: `work/root/opt/app`, filled from `work/pip`.
    struct Staged {
        let work: FilePath
        var stage: FilePath { work.appending("root/opt/app") }

        init(_ work: WorkDirectory) throws(OmnibusError) {
            self.work = work.path
            let info = "\(packages)/App-1.0.dist-info"
            try write("#!\(self.work)/pip/bin/python\nimport app\n", "bin/app", 0o700)
            try write("#!/bin/sh\n'''exec' \(self.work)/pip/bin/python3.9 \"$0\" \"$@\"\n' '''\nx\n", "bin/long", 0o777)
            try write("#!/usr/bin/env python3\nx\n", "bin/any", 0o755)
            try write("#!/bin/sh\necho hi\n", "bin/shell", 0o4755)
            try write("export VIRTUAL_ENV=\(self.work)", "bin/activate")
            try write("", "bin/python3.9", 0o755)
            try write("home = \(self.work)", "pyvenv.cfg")
            try write("print('hi')\n", "\(packages)/app.py", 0o600)
            try write("old", "\(packages)/__pycache__/app.cpython-39.pyc")
            try write("Name: App\nVersion: 1.0\nSummary: x\n\nName: Body\n", "\(info)/METADATA")
            try write("{\"url\": \"file://\(self.work)\"}", "\(info)/direct_url.json")
            try write("pip\n", "\(info)/INSTALLER")
            let record = """
                ../../../bin/app,sha256=stale,1
                app.py,,
                "gone,file.py",sha256=x,1
                __pycache__/app.cpython-39.pyc,,
                ../../../../../etc/passwd,,
                /etc/passwd,,
                App-1.0.dist-info/direct_url.json,,
                App-1.0.dist-info/RECORD,,

                """
            try write(record, "\(info)/RECORD")
        }

        func write(_ text: String, _ path: String, _ mode: mode_t = 0o644) throws(OmnibusError) {
            try write(Array(text.utf8), path, mode)
        }

        func write(_ bytes: [UInt8], _ path: String, _ mode: mode_t = 0o644) throws(OmnibusError) {
            let file = stage.appending(path)
            try FileSystem.makeDirectories(file.removingLastComponent())
            try FileSystem.write(bytes, to: file, mode: mode)
        }

        func text(_ path: String) throws(OmnibusError) -> String {
            String(decoding: try FileSystem.read(stage.appending(path)), as: UTF8.self)
        }

        func relocate() throws(OmnibusError) {
            let relocation = Relocation(
                stage: stage,
                prefix: "/opt/app",
                work: work,
                target: PythonRequestTests.target()
            )
            try relocation.run(project: "app")
            let tree = try FileTree(stage)
            for distribution in try InstalledDistribution.all(in: stage.appending(packages)) {
                try RecordFile.refresh(
                    distribution,
                    target: PythonRequestTests.target(),
                    in: tree,
                    files: tree.files
                )
            }
        }

        func prove(home: FilePath? = nil, libraries: Set<String> = []) throws(OmnibusError) -> BundleProof.Report {
            let distributions = try InstalledDistribution.all(in: stage.appending(packages))
            return try BundleProof(
                stage: stage,
                prefix: "/opt/app",
                target: PythonRequestTests.target(),
                buildPaths: [work],
                home: home,
                distributions: distributions,
                systemLibraries: libraries
            ).run()
        }
    }

    private func withBundle(_ body: (Staged) throws(OmnibusError) -> Void) async throws {
        try await WorkDirectory.with { (work) throws(OmnibusError) in try body(try Staged(work)) }
    }

    @Test("Scripts of every form start the bundle's Python, others are left alone")
    func scripts() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.relocate()
            #expect(try bundle.text("bin/app") == "#!/opt/app/bin/python\nimport app\n")
            #expect(try bundle.text("bin/long") == "#!/opt/app/bin/python\nx\n")
            #expect(try bundle.text("bin/any") == "#!/opt/app/bin/python\nx\n")
            #expect(try bundle.text("bin/shell") == "#!/bin/sh\necho hi\n")
        }
    }

    @Test("The frame is the target's: links to its Python, a pyvenv.cfg, no activate")
    func frame() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.relocate()
            let bin = bundle.stage.appending("bin")
            #expect(
                try FileSystem.names(in: bin) == ["any", "app", "long", "python", "python3", "python3.9", "shell"]
            )
            #expect(try FileSystem.linkTarget(bin.appending("python")) == "/usr/bin/python3.9")
            #expect(try FileSystem.linkTarget(bin.appending("python3.9")) == "python")
            #expect(try FileSystem.linkTarget(bundle.stage.appending("lib64")) == "lib")
            let expected = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.9\n"
            #expect(try bundle.text("pyvenv.cfg") == expected)
        }
    }

    @Test("Modes do not depend on the umask, and nothing is set-user-id or writable by others")
    func modes() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.relocate()
            for entry in try FileTree(bundle.stage).entries where entry.kind != .link {
                let isProgram = entry.kind == .directory || entry.path.hasPrefix("bin/")
                #expect(entry.mode == (isProgram ? 0o755 : 0o644), "\(entry.path)")
            }
        }
    }

    @Test("RECORD tells what is there, sorted, and nothing outside the bundle")
    func record() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.relocate()
            let lines = try bundle.text("\(Self.packages)/App-1.0.dist-info/RECORD").split(separator: "\n")
            #expect(
                lines.map { $0.prefix { $0 != "," } } == ["../../../bin/app", "app.py", "App-1.0.dist-info/RECORD"]
            )
            // As `openssl dgst -sha256 -binary | base64` says of that line.
            #expect(lines[1] == "app.py,sha256=yvAm8l1xQCCfmAcmBTB6Q4kUuc5vPBSyPRXZZnJB3lI,12")
            #expect(lines[2] == "App-1.0.dist-info/RECORD,,")
        }
    }

    @Test("Links into the bundle become relative, others are refused")
    func links() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try FileSystem.link(bundle.stage.appending("bin/link"), to: bundle.stage.appending("lib").string)
            try FileSystem.link(bundle.stage.appending("bin/final"), to: "/opt/app/lib")
            try bundle.relocate()
            #expect(try FileSystem.linkTarget(bundle.stage.appending("bin/link")) == "../lib")
            #expect(try FileSystem.linkTarget(bundle.stage.appending("bin/final")) == "../lib")
        }
        for target in ["/etc/passwd", "../../../../x"] {
            try await withBundle { bundle throws(OmnibusError) in
                try FileSystem.link(bundle.stage.appending("lib/evil"), to: target)
                #expect { try bundle.relocate() } throws: { ($0 as? OmnibusError)?.code == "link-outside" }
            }
        }
    }

    @Test("A relocated bundle is proved, and its report counts what is there")
    func proof() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.write(
                ELFBuilder(machine: 62, needed: ["libc.so.6", "libz.so.1"], glibc: ["GLIBC_2.2.5", "GLIBC_2.34"]).bytes,
                "\(Self.packages)/a.cpython-39.so"
            )
            try bundle.relocate()
            let report = try bundle.prove()
            #expect(report.binaryCount == 1)
            #expect(report.newestGlibc == MajorMinor(2, 34))
            #expect(report.systemLibraries == ["libz.so.1"])
            #expect(report.notes.isEmpty)
        }
    }

    @Test(
        "Every kind of unfitness fails the proof and names the file",
        arguments: [
            ("proof-glibc", ELFBuilder(machine: 62, glibc: ["GLIBC_2.35"])),
            ("proof-glibc", ELFBuilder(machine: 62, glibc: ["GLIBC_ABI_DT_RELR"])),
            ("proof-machine", ELFBuilder(machine: 183)),
            ("proof-library", ELFBuilder(machine: 62, needed: ["libpq.so.5"])),
        ]
    )
    func unfit(code: String, binary: ELFBuilder) async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.write(binary.bytes, "\(Self.packages)/a.cpython-39.so")
            try bundle.relocate()
            #expect { try bundle.prove() } throws: {
                let error = $0 as? OmnibusError
                return error?.code == code
                    && error?.message.contains("/opt/app/\(Self.packages)/a.cpython-39.so") == true
            }
        }
    }

    @Test("A library is met by the bundle through its search path, by its name, or by permission")
    func libraries() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            let wants = ELFBuilder(machine: 62, needed: ["libx.so.1", "libtest.so", "libpq.so.5"]).bytes
            try bundle.write(wants, "\(Self.packages)/a/a.cpython-39.so")
            try bundle.write(ELFBuilder(machine: 62).bytes, "\(Self.packages)/libs/libx.so.1")
            try bundle.relocate()
            #expect(try bundle.prove(libraries: ["libpq.so.5"]).systemLibraries == ["libpq.so.5"])
        }
    }

    @Test("A damaged library is refused, damaged data is not")
    func damaged() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.write(Array(ELFBuilder(machine: 62).bytes.prefix(70)), "\(Self.packages)/test.bin")
            try bundle.relocate()
            #expect(try bundle.prove().binaryCount == 0)
            try bundle.write(Array(ELFBuilder(machine: 62).bytes.prefix(70)), "\(Self.packages)/test.so")
            #expect { try bundle.prove() } throws: { ($0 as? OmnibusError)?.code == "proof-elf" }
        }
    }

    @Test("A path of this machine is found in any file, with its offset")
    func paths() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.relocate()
            try bundle.write("12345\(bundle.work)/x", "\(Self.packages)/data.bin")
            #expect { try bundle.prove() } throws: {
                let error = $0 as? OmnibusError
                return error?.code == "proof-path" && error?.message.contains("data.bin") == true
                    && error?.message.contains("at byte 5") == true
            }
        }
    }

    @Test("The user's home is looked for except in what a publisher compiled")
    func home() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.write("/home/alice/x", "\(Self.packages)/app.py")
            try bundle.relocate()
            #expect { try bundle.prove(home: "/home/alice") } throws: { ($0 as? OmnibusError)?.code == "proof-path" }
            try bundle.write("Tag: cp39-cp39-manylinux_2_17_x86_64\n", "\(Self.packages)/App-1.0.dist-info/WHEEL")
            #expect(throws: Never.self) { try bundle.prove(home: "/home/alice") }
        }
    }

    @Test("A script of bin has to have its interpreter, a script among the modules is only noted")
    func interpreters() async throws {
        try await withBundle { bundle throws(OmnibusError) in
            try bundle.write("#!/usr/local/bin/python\n", "\(Self.packages)/tool.py", 0o755)
            try bundle.relocate()
            #expect(try bundle.prove().notes.count == 1)
            try bundle.write("#!/opt/other/bin/python\n", "bin/app", 0o755)
            #expect { try bundle.prove() } throws: { ($0 as? OmnibusError)?.code == "proof-script" }
        }
    }
}
