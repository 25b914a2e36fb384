import Foundation
import SystemPackage
import Testing

extension Acceptance {
    /// What the program says of itself, and of what it would do.
    @Suite struct CommandLineTests {
        @Test("the version is one line")
        func version() async throws {
            let result = try await Program.run("--version")
            #expect(result.status == 0)
            #expect(result.output.firstMatch(of: /^[0-9]+\.[0-9]+\.[0-9]+[^\n]*\n$/) != nil)
        }

        @Test(
            "help is on standard output",
            arguments: [
                ["--help"], ["build", "--help"], ["distributions", "--help"], ["inspect", "--help"],
                ["verify", "--help"],
                ["extract", "--help"], ["diff", "--help"],
            ]
        )
        func help(arguments: [String]) async throws {
            let result = try await run(Program.path(), arguments)
            #expect(result.status == 0)
            #expect(result.output.contains("USAGE: flocker-pkg"))
            #expect(result.error.isEmpty)
        }

        @Test(
            "output that cannot be written is an error",
            arguments: [
                ["distributions"], ["distributions", "--format=json"], ["manifest"], ["--help"],
                ["inspect", Fixtures.folder.appending("rpm/gold-plain-1.2.3-4.noarch.rpm").string],
                // A failed verdict asks for a status of its own.
                ["verify", Fixtures.folder.appending("rpm/README.md").string],
            ]
        )
        func fullOutput(arguments: [String]) async throws {
            let result = try await run(
                "sh",
                ["-c", "exec \"$0\" \"$@\" > /dev/full", Program.path()] + arguments
            )
            #expect(result.status == 73)
            #expect(result.error == "error: standard output: No space left on device\n")
        }

        @Test(
            "arguments that cannot be read are an error that shows how the command is used",
            arguments: [
                (["inspect"], "inspect ["), (["verify", "--nonsense", "a.rpm"], "verify ["),
                (["repository", "update", "--nonsense"], "repository update ["), (["nonsense"], "<subcommand>"),
            ]
        )
        func usage(arguments: [String], usage: String) async throws {
            let result = try await run(Program.path(), arguments)
            #expect(result.status == 64)
            #expect(result.error.contains("hint: usage: flocker-pkg \(usage)"))
            #expect(result.output.isEmpty)
        }

        @Test(
            "arguments that cannot be read are an error in the form that they ask for",
            arguments: [
                ["inspect", "--format=json"], ["inspect", "--nonsense", "--format", "json", "a.rpm"],
                ["sign", "--prepare", "--format=json", "a.rpm"],
            ]
        )
        func usageAsJSON(arguments: [String]) async throws {
            let result = try await run(Program.path(), arguments)
            #expect(result.status == 64)
            let document = try JSONDecoder().decode([String: [String: String]].self, from: Data(result.output.utf8))
            #expect(document["error"]?["code"] == "usage")
        }

        @Test(
            "a yum repository takes no option of apt's",
            arguments: [
                ["--suite=stable"], ["--contents"], ["--valid-for=1d"], ["--compression=xz", "--compression=gzip"],
            ]
        )
        func optionsOfApt(arguments: [String]) async throws {
            let folder = try TemporaryFolder()
            let result = try await run(
                Program.path(),
                ["repository", "update", "--type=yum", folder.path.string] + arguments
            )
            #expect(result.status == 64)
            #expect(result.error.contains("a yum repository has nothing for '\(arguments[0].prefix { $0 != "=" })'"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path.string).isEmpty)
        }

        @Test("completions are what each shell takes", arguments: [("bash", "-n"), ("zsh", ""), ("fish", "")])
        func completions(shell: String, check: String) async throws {
            let folder = try TemporaryFolder()
            let script = try await output(of: Program.path(), ["--generate-completion-script", shell])
            #expect(script.contains("distributions"))
            guard !check.isEmpty else { return }
            let file = try folder.write(script, to: "completions")
            try await output(of: shell, [check, file.string])
        }

        @Test("every distribution is listed, as text and as JSON")
        func distributions() async throws {
            struct Row: Decodable {
                let name: String
                let packageType: String
            }
            let names: Set = [
                "fedora-20", "centos-7", "rhel-7", "ubuntu-14.04", "ubuntu-15.04", "ubuntu-16.04", "centos-stream-9",
                "centos-stream-10", "rhel-8", "rhel-9", "rhel-10", "fedora-42", "fedora-43", "amazonlinux-2023",
                "opensuse-leap-15.6", "ubuntu-20.04", "ubuntu-22.04", "ubuntu-24.04", "debian-11", "debian-12",
                "debian-13",
            ]
            let text = try await output(of: Program.path(), ["distributions"])
            #expect(
                Set(text.split(separator: "\n").compactMap { $0.split(separator: " ").first }).isSuperset(
                    of: names.map { $0[...] }
                )
            )
            let json = try await output(of: Program.path(), ["distributions", "--format=json"])
            let rows = try JSONDecoder().decode([Row].self, from: Data(json.utf8))
            #expect(Set(rows.map(\.name)) == names)
            #expect(rows.allSatisfy { ($0.packageType == "deb") == FlockerPackages.isDebian($0.name) })
        }

        @Test("--dry-run says what would be built, and touches nothing", arguments: ["text", "json"])
        func dryRun(format: String) async throws {
            let folder = try TemporaryFolder()
            let plan = try await output(
                of: Program.path(),
                [
                    "build", "--dry-run", "--format", format, "--distribution=centos-7", "--distribution=debian-12",
                    "--package-version=1.15.0", "--destination-path", folder.appending("out").string,
                    Fixtures.flocker.string,
                ],
                environment: ["TMPDIR": folder.path.string]
            )
            for part in [
                "clusterhq-python-flocker-1.15.0-1.", "clusterhq-flocker-cli-1.15.0-1.noarch.rpm",
                "clusterhq-flocker-node_1.15.0-1_all.deb", "openssh-clients", "openssh-client", "lshw", "/opt/flocker",
            ] {
                #expect(plan.contains(part))
            }
            if format == "json" { _ = try JSONSerialization.jsonObject(with: Data(plan.utf8)) }
            #expect(try folder.everything() == [])
        }

        @Test("the built-in manifest is a manifest that gives the same plan")
        func builtInManifest() async throws {
            let folder = try TemporaryFolder()
            let manifest = try folder.write(
                try await output(of: Program.path(), ["manifest"]),
                to: "flocker.yaml"
            )
            let arguments = [
                "build", "--dry-run", "--distribution=rhel-9", "--distribution=ubuntu-24.04", Fixtures.flocker.string,
            ]
            let own = try await output(of: Program.path(), arguments)
            let read = try await output(of: Program.path(), arguments + ["--manifest", manifest.string])
            #expect(own == read)
        }
    }
}
