import Foundation
import SystemPackage
import Testing

extension Acceptance {
    /// What is wrong with the input is said, with the right exit status, and nothing is left behind.
    @Suite struct BadInputTests {
        private let folder: TemporaryFolder
        private let out: String

        init() throws {
            folder = try TemporaryFolder()
            out = folder.appending("out").string
            try FileManager.default.createDirectory(
                atPath: folder.appending("tmp").string,
                withIntermediateDirectories: false
            )
        }

        /// Runs `build` with a temporary folder of its own, and expects it to fail and to leave nothing.
        private func failure(
            _ arguments: String...,
            status: Int32,
            saying parts: [String],
            sourceLocation: SourceLocation = #_sourceLocation
        ) async throws {
            let environment: [String: String?] = ["TMPDIR": folder.appending("tmp").string]
            let result = try await run(Program.path(), ["build"] + arguments, environment: environment)
            #expect(result.status == status, "\(result.error)", sourceLocation: sourceLocation)
            #expect(result.output.isEmpty, sourceLocation: sourceLocation)
            #expect(result.error.hasPrefix("error: "), "\(result.error)", sourceLocation: sourceLocation)
            for part in parts {
                #expect(result.error.contains(part), "\(result.error)", sourceLocation: sourceLocation)
            }
            let left = try folder.everything().filter { $0.hasPrefix("tmp/") || $0.hasPrefix("out/") }
            #expect(left == [], sourceLocation: sourceLocation)
        }

        @Test(
            "no package index that answers is no fault of the source",
            arguments: [
                ["build", "--distribution=rhel-9", "--destination-path"], ["generate-spec", "--quiet", "--output"],
            ]
        )
        func offline(command: [String]) async throws {
            let proxy = "http://127.0.0.1:1"
            let result = try await run(
                Program.path(),
                command + [out, Fixtures.flocker.string],
                environment: [
                    "HTTPS_PROXY": proxy, "https_proxy": proxy, "ALL_PROXY": proxy, "NO_PROXY": nil, "no_proxy": nil,
                    "UV_CACHE_DIR": folder.appending("cache").string, "UV_HTTP_RETRIES": "0",
                ]
            )
            #expect(result.status == 69, "\(result.error)")
            #expect(try folder.everything().filter { $0.hasPrefix("out/") } == [])
        }

        @Test("no distribution")
        func noDistribution() async throws {
            try await failure(Fixtures.flocker.string, status: 64, saying: ["--distribution"])
        }

        @Test("no source")
        func noSource() async throws {
            try await failure("--distribution=rhel-9", "-d", out, status: 64, saying: ["SOURCE", "hint: "])
        }

        @Test(
            "an unknown distribution, with the nearest names",
            arguments: [("debain-12", "debian-12"), ("centos7", "centos-7"), ("ubuntu-22.4", "ubuntu-22.04")]
        )
        func unknownDistribution(name: String, nearest: String) async throws {
            try await failure(
                "--distribution",
                name,
                "-d",
                out,
                Fixtures.flocker.string,
                status: 64,
                saying: [name, "hint: ", nearest]
            )
        }

        @Test("a source that is not there")
        func missingSource() async throws {
            let path = folder.appending("nowhere").string
            try await failure("--distribution=rhel-9", "-d", out, path, status: 66, saying: [path])
        }

        @Test("a requirements file that is not there, seen by a dry run too", arguments: [[], ["--dry-run"]])
        func missingRequirements(more: [String]) async throws {
            let path = folder.appending("nowhere.txt").string
            let result = try await run(
                Program.path(),
                ["build", "--distribution=rhel-9", "-d", out, "--requirements", path, Fixtures.flocker.string] + more
            )
            #expect(result.status == 66)
            #expect(result.error.contains(path), "\(result.error)")
            #expect(try folder.everything().filter { $0.hasPrefix("out/") } == [])
        }

        @Test("what goes into a bundle, for a product without one", arguments: ["--python", "--requirements"])
        func noBundle(option: String) async throws {
            let manifest = try folder.write(PlainTree.manifest(tree: "tree"), to: "manifest.yaml").string
            try await failure(
                "--distribution=rhel-9",
                "-d",
                out,
                "--manifest",
                manifest,
                option,
                "/usr/bin/python3",
                status: 64,
                saying: [option, "hint: ", "bundle"]
            )
        }

        @Test("a source that does not build: its own words are shown", arguments: ["rhel-9", "debian-12"])
        func unbuildable(distribution: String) async throws {
            try folder.write("raise SystemExit('the wait for the full moon timed out')\n", to: "broken/setup.py")
            let source = folder.appending("broken").string
            try await failure(
                "--distribution",
                distribution,
                "-d",
                out,
                source,
                status: 65,
                saying: ["the wait for the full moon timed out"]
            )
        }

        @Test("a dependency without a wheel: it is named, with what to do")
        func noWheel() async throws {
            let requirements = try folder.write("docopt==0.6.2\n", to: "requirements.txt")
            try await failure(
                "--distribution=rhel-9",
                "-d",
                out,
                "--requirements",
                requirements.string,
                Fixtures.flocker.string,
                status: 65,
                saying: ["docopt", "hint: ", "--python"]
            )
        }

        @Test("an interpreter that the distribution does not ship, with those that it ships")
        func pythonNotShipped() async throws {
            try await failure(
                "--distribution=centos-7",
                "-d",
                out,
                "--python",
                "python3",
                Fixtures.flocker.string,
                status: 64,
                saying: ["centos-7", "hint: ", "3.6"]
            )
        }

        @Test("a version that no scheme takes", arguments: ["0.1.2rcX", "1.0; rm -rf /", "", "1.0\n2.0"])
        func version(text: String) async throws {
            try await failure(
                "--distribution=rhel-9",
                "-d",
                out,
                "--package-version",
                text,
                Fixtures.flocker.string,
                status: 65,
                saying: ["version"]
            )
        }

        @Test("a destination that cannot be written to", arguments: ["/proc/packages", "/dev/null/packages"])
        func destination(path: String) async throws {
            let manifest = try folder.write(PlainTree.manifest(tree: "tree"), to: "manifest.yaml")
            try folder.write("text\n", to: "tree/file.txt")
            try await failure(
                "--distribution=rhel-9",
                "-d",
                path,
                "--manifest",
                manifest.string,
                status: 73,
                saying: [path]
            )
        }

        @Test("a full disk", arguments: ["rhel-9", "debian-12"])
        func fullDisk(distribution: String) async throws {
            let manifest = try folder.write(PlainTree.manifest(tree: "tree"), to: "manifest.yaml")
            try folder.write("", to: "tree/empty")
            try await output(
                of: "dd",
                ["if=/dev/urandom", "of=\(folder.appending("tree/random"))", "bs=1M", "count=8", "status=none"]
            )
            try await output(of: "mkdir", [out])
            try await DebianRoot.asRoot("mount", ["-t", "tmpfs", "-o", "size=2m,mode=1777", "tmpfs", out])
            do {
                try await failure(
                    "--distribution",
                    distribution,
                    "-d",
                    out,
                    "--manifest",
                    manifest.string,
                    status: 73,
                    saying: ["space"]
                )
            } catch {
                try await DebianRoot.asRoot("umount", [out])
                throw error
            }
            try await DebianRoot.asRoot("umount", [out])
        }

        @Test(
            "an error in the manifest, with its line and column",
            arguments: [
                ("summary: Folder", "sumary: Folder", ":8:1: ", "'sumary'"),
                ("license: Apache-2.0", "license: [a]", ":4:10: ", "'license'"),
                ("architecture: independent", "architecture: sparc", ":11:19: ", "'sparc'"),
                ("name: plain-tree", "name: Plain Tree", ":10:11: ", "Plain Tree"),
                ("to: /usr/share/plain-tree", "to: ../escape", ":15:13: ", "../escape"),
                ("contents:", "contents: {", ":14:", "manifest.yaml"),
            ]
        )
        func manifest(old: String, new: String, place: String, part: String) async throws {
            let text = PlainTree.manifest(tree: "tree").replacing(old, with: new)
            let manifest = try folder.write(text, to: "manifest.yaml")
            try await failure(
                "--distribution=rhel-9",
                "-d",
                out,
                "--manifest",
                manifest.string,
                status: 65,
                saying: ["manifest.yaml\(place)", part]
            )
        }

        @Test("a manifest that is not there, and one that is no text")
        func unreadableManifest() async throws {
            let missing = folder.appending("missing.yaml").string
            try await failure("--distribution=rhel-9", "-d", out, "--manifest", missing, status: 66, saying: [missing])
            let binary = try Program.path()
            try await failure("--distribution=rhel-9", "-d", out, "--manifest", binary, status: 65, saying: [binary])
        }

        @Test(
            "options with values that make no sense",
            arguments: [
                ["--compression", "bzip3"], ["--compression", "gzip:99"], ["--architecture", "sparc"], ["--jobs", "0"],
                ["--format", "xml"], ["--no-such-option"],
            ]
        )
        func options(arguments: [String]) async throws {
            let given = ["build", "--distribution=rhel-9", "-d", out] + arguments + [Fixtures.flocker.string]
            let result = try await run(Program.path(), given)
            #expect(result.status == 64, "\(result.error)")
            #expect(result.error.hasPrefix("error: "))
        }

        @Test("--format json says the same as a JSON document")
        func json() async throws {
            struct Answer: Decodable {
                struct Failure: Decodable {
                    let code: String
                    let message: String
                    let hint: String
                }
                let error: Failure
            }
            let result = try await Program.run("build", "--format=json", "--distribution=debain-12", "anything")
            #expect(result.status == 64)
            let answer = try JSONDecoder().decode(Answer.self, from: Data(result.output.utf8))
            #expect(answer.error.code == "unknown-distribution")
            #expect(answer.error.message.contains("debain-12"))
            #expect(answer.error.hint.contains("debian-12"))
        }
    }
}
