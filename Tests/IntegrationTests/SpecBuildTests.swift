import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

extension Acceptance {
    /// Generated spec files in the hands of rpmbuild, rpm, dnf and rpmlint.
    @Suite struct SpecBuildTests {
        private static let rpmDistributions: [Distribution?] =
            [nil] + Distribution.all.filter { $0.packageType == .rpm }.map { $0 }

        @Test("rpmbuild makes a source package and three packages of the sample, which install and run")
        func sample() async throws {
            let tools = try SpecTools()
            let source = try await tools.sourceDistribution(of: Fixtures.flocker)
            let spec = try await tools.spec(source)
            #expect(spec.lastComponent?.string == "flocker.spec")
            let built = try await tools.build(spec, source: source)
            let names = built.compactMap { $0.lastComponent?.string }.sorted()
            #expect(
                names == [
                    "flocker-1.15.0-1.src.rpm", "flocker-cli-1.15.0-1.noarch.rpm", "flocker-node-1.15.0-1.noarch.rpm",
                    "python3-flocker-1.15.0-1.noarch.rpm",
                ]
            )
            let packages = built.filter { !$0.string.hasSuffix(".src.rpm") }
            try await compare(packages, in: tools)
            try await installAndRun(packages, in: tools)
        }

        /// What the packages share with those of `build`: everything of the node and client packages but the way to the
        /// scripts, and the library's name.
        private func compare(_ packages: [FilePath], in tools: SpecTools) async throws {
            let bundles = try await Program.build([
                "--distribution=rhel-9", "--compression=zstd:1", "--architecture=x86_64",
                "--destination-path", tools.folder.appending("bundles").string, Fixtures.flocker.string,
            ])
            for name in ["flocker-cli", "flocker-node"] {
                let bundled = try #require(bundles.first { $0.string.contains("clusterhq-\(name)") })
                let built = try #require(packages.first { $0.string.contains("/\(name)-1") })
                let difference = try PackageDifference(
                    from: PackageFile(opening: bundled),
                    to: PackageFile(opening: built)
                )
                let same: Set = ["epoch", "version", "release", "architecture", "summary", "license", "url"]
                #expect(difference.fields.filter { same.contains($0.name) } == [])

                // A link into the bundle there is a script here.
                for file in difference.files where !file.isScript {
                    Issue.record("\(String(decoding: file.name, as: UTF8.self)): \(file.aspects)")
                }
                let scripts = difference.files.filter(\.isScript)
                #expect(!scripts.isEmpty && scripts.allSatisfy(\.isLinkBecomeFile))

                #expect(Self.needs(difference.relations.removed) == Self.needs(difference.relations.added))

                for script in difference.scripts {
                    let old = (script.old?.body ?? "").replacing("'", with: "")
                    let new = (script.new?.body ?? "").replacing("'", with: "")
                    if script.name == "postInstall" {
                        // Here the distribution's presets decide about services; there the manifest does, and leaves them
                        // alone.
                        #expect(old.split(separator: "\n").allSatisfy { new.contains($0) })
                    } else {
                        #expect(old == new, "\(script.name)")
                    }
                }
            }
        }

        /// What packages are required, by the names that the spec file gives them. Interpreters are found by rpmbuild, where
        /// the bundle's packages have links.
        private static func needs(_ relations: [Relation]) -> Set<String> {
            let texts = relations.filter { $0.kind == .requires }.map { "\($0.expression)" }
            return Set(
                texts.map { $0.replacing("clusterhq-python-", with: "python3-").replacing("clusterhq-", with: "") }
                    .filter { !$0.hasPrefix("/usr/bin/python") && !$0.contains("rpmlib(") }
            )
        }

        private func installAndRun(_ packages: [FilePath], in tools: SpecTools) async throws {
            let stub = try await tools.standIn(for: packages)
            let root = try await DebianRoot()
            do {
                try await root.output(of: "apt-get", ["update", "-qq"])
                try await root.output(
                    of: "apt-get",
                    [
                        "install", "--yes", "-qq", "--no-install-recommends", "python3-twisted", "python3-treq",
                        "python3-yaml", "python3-cryptography", "python3-jsonschema", "python3-psutil",
                        "python3-zope.interface",
                    ]
                )
                let database = ["--root", root.path.string, "--dbpath", "/var/lib/rpm", "--force-debian"]
                try await DebianRoot.asRoot("rpm", database + ["--install", "--nosignature", stub.string])
                try await DebianRoot.asRoot("rpm", database + ["--install", "--nosignature"] + packages.map(\.string))
                let names = ["python3-flocker", "flocker-cli", "flocker-node"]
                #expect(try await DebianRoot.asRoot("rpm", database + ["--verify"] + names).isEmpty)
                for script in [
                    "/usr/bin/flocker", "/usr/bin/flocker-ca", "/usr/sbin/flocker-control", "/usr/sbin/flocker-volume",
                ] {
                    #expect(try await root.output(of: script, ["--version"]).contains("1.15.0"))
                }
                try await DebianRoot.asRoot("rpm", database + ["--erase"] + names)
                #expect(try await root.run("/usr/bin/flocker", ["--version"]).status != 0)
            } catch {
                try await root.remove()
                throw error
            }
            try await root.remove()
        }

        @Test(
            "Projects of any make-up build by what they say themselves",
            arguments: [
                ("pyflakes==3.2.0", "pyflakes", "pyflakes", "setup.py"),
                ("sqlparse==0.5.1", "sqlparse", "sqlformat", "hatch"),
                ("tomlkit==0.12.5", "tomlkit", "", "poetry"), ("flit-core==3.9.0", "flit-core", "", "flit"),
            ]
        )
        func projects(requirement: String, name: String, command: String, makeUp: String) async throws {
            let tools = try SpecTools()
            let source = try await tools.download(requirement)
            let built = try await tools.build(try await tools.spec(source), source: source)
            let library = try #require(built.first { $0.string.contains("/python3-\(name)-") })
            let files = try RPMReader(opening: library).package.entries.map(\.path.description)
            let module = name.replacing("-", with: "_")
            #expect(files.contains("/usr/lib/python3/dist-packages/\(module)/__init__.py"), "\(files)")
            #expect(built.count == (command.isEmpty ? 2 : 3))
            if !command.isEmpty {
                let scripts = try #require(
                    built.first {
                        $0.lastComponent?.string.hasPrefix("\(name)-") == true && $0.string.hasSuffix("noarch.rpm")
                    }
                )
                #expect(
                    try RPMReader(opening: scripts).package.entries.map(\.path.description) == ["/usr/bin/\(command)"]
                )
            }
        }

        @Test(
            "dnf builddep finds every package that a spec file wants",
            arguments: ["", "rhel-8", "rhel-9", "opensuse-leap-15.6"]
        )
        func buildDependencies(distribution: String) async throws {
            let tools = try SpecTools()
            let options = distribution.isEmpty ? [] : ["--distribution", distribution]
            let file = tools.folder.appending("flocker.spec").string
            try await output(
                of: Program.path(),
                ["generate-spec", "--quiet", "-o", file] + options + [Fixtures.flocker.string]
            )
            let wanted = try await output(
                of: "rpmspec",
                ["-q", "--buildrequires"] + SpecMacros.defines(for: distribution) + [file]
            )
            .split(separator: "\n").map(String.init)
            #expect(wanted.contains { $0.hasSuffix("-devel") })
            let repository = tools.folder.appending("repository")
            try FileManager.default.createDirectory(atPath: repository.string, withIntermediateDirectories: true)
            let stub = try await tools.standIn(for: [], providing: wanted)
            try await output(of: "mv", [stub.string, repository.string])
            try await output(of: "createrepo_c", ["--quiet", repository.string])
            func resolve() async throws -> ToolResult {
                try await run(
                    "dnf",
                    [
                        "--installroot", tools.folder.appending("root").string, "--releasever", "1", "--assumeno",
                        "--setopt=reposdir=/nonexistent", "--setopt=cachedir=\(tools.folder.appending("cache"))",
                        "--setopt=plugins=1", "--repofrompath=stubs,file://\(repository)", "--repo=stubs",
                        "--nogpgcheck",
                        "builddep", "--spec",
                    ] + SpecMacros.defines(for: distribution, option: "--define") + [file]
                )
            }
            let found = try await resolve()
            #expect((found.output + found.error).contains("stand-in"), "\(found.output)\(found.error)")
            #expect(!(found.output + found.error).contains("No matching package"), "\(found.output)\(found.error)")
        }

        @Test("rpmspec parses and rpmlint passes what every distribution gets", arguments: rpmDistributions)
        func distributions(distribution: Distribution?) async throws {
            let tools = try SpecTools()
            let file = tools.folder.appending("flocker.spec").string
            let options = distribution.map { ["--distribution", $0.name] } ?? []
            try await output(
                of: Program.path(),
                ["generate-spec", "--quiet", "-o", file] + options + [Fixtures.flocker.string]
            )
            let parsed = try await run("rpmspec", ["-P"] + SpecMacros.defines(for: distribution?.name ?? "") + [file])
            #expect(parsed.status == 0 && parsed.error.isEmpty, "\(parsed.error)")
            // `$python` is openSUSE's own way to name an interpreter, which only its macros fill in.
            #expect(!parsed.output.replacing("%{$python_", with: "").contains("%{"), "\(parsed.output)")
            let lint = try await run("rpmlint", [file])
            #expect(lint.output.contains("0 packages and 1 specfiles checked"), "\(lint.output)\(lint.error)")
            let errors = lint.output.split(separator: "\n").filter { $0.contains(": E: ") }
            #expect(errors.isEmpty, "\(errors)")
        }

        @Test("Hostile metadata stand in the package, and run nothing")
        func hostile() async throws {
            let tools = try SpecTools()
            let witness = tools.folder.appending("witness").string
            let values = ["%(touch \(witness))", "%{lua:io.open('\(witness)', 'w')}", "%post touch \(witness)"]
            let summary = "Sum \(values[0].replacing(tools.folder.path.string, with: "/tmp/x")) end"
            let text = values.joined(separator: "\\n") + "\\n%post\\ntouch \(witness)"
            let project = """
                [build-system]
                requires = ["setuptools"]
                build-backend = "setuptools.build_meta"
                [project]
                name = "evil"
                version = "1"
                description = "\(summary)"
                readme = {text = "Words to begin with: \(text)\\n", content-type = "text/plain"}
                license = {text = "\(text)"}
                authors = [{name = "\(values[0])", email = "evil@example.invalid"}]
                """
            try tools.folder.write(
                project
                    + "\n[tool.setuptools]\npackages = [\"evil\"]\n[tool.setuptools.package-data]\nevil = [\"*.txt\"]\n",
                to: "checkout/pyproject.toml"
            )
            try tools.folder.write("x = 1\n", to: "checkout/evil/__init__.py")
            try tools.folder.write("x", to: "checkout/evil/%(touch witness).txt")
            try tools.folder.write("Text\n", to: "checkout/README 100%(touch witness);touch witness")
            try tools.folder.write("Text\n", to: "checkout/LICENSE%{lua:x}")
            let checkout = tools.folder.appending("checkout")
            try tools.folder.write("", to: "evil-1/none")
            let tree = tools.folder.appending("evil-1").string
            try await output(of: "cp", ["-r", "\(checkout)/.", tree])
            let archive = tools.folder.appending("evil-1.tar.gz")
            try await output(of: "tar", ["-C", tools.folder.path.string, "-czf", archive.string, "evil-1"])
            let built = try await tools.build(try await tools.spec(archive), source: archive)
            #expect(access(witness, F_OK) != 0)
            let library = try RPMReader(opening: try #require(built.first { $0.string.contains("/python3-evil") }))
                .package
            #expect(library.summary.contains("%(touch /tmp/x/witness)"))
            for value in values {
                #expect(
                    library.description.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(value),
                    "\(library.description)"
                )
            }
            #expect(library.scripts.isEmpty)
            #expect(library.changelog.first?.author.contains(values[0]) == true)
            #expect(library.entries.contains { $0.path.description.hasSuffix("/evil/%(touch witness).txt") })
            #expect(!library.entries.contains { $0.path.description.contains("README") })
        }

        @Test("A file is not overwritten, and '-' prints")
        func destination() async throws {
            let tools = try SpecTools()
            let file = try tools.folder.write("mine", to: "x.spec")
            let refused = try await Program.run("generate-spec", "-o", file.string, Fixtures.flocker.string)
            #expect(refused.status == 73 && refused.error.contains("--force"))
            #expect(try String(contentsOfFile: file.string, encoding: .utf8) == "mine")
            let forced = try await Program.run("generate-spec", "--force", "-o", file.string, Fixtures.flocker.string)
            #expect(
                forced.status == 0 && forced.output == "\(file)\n" && forced.error.contains("review before you build:")
            )
            let printed = try await Program.run("generate-spec", "-o", "-", Fixtures.flocker.string)
            #expect(try String(contentsOfFile: file.string, encoding: .utf8) == printed.output)
            let json = try await Program.run("generate-spec", "--format=json", "-o", "-", Fixtures.flocker.string)
            let document = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any]
            #expect(document?["name"] as? String == "flocker")
            #expect((document?["reviews"] as? [String])?.isEmpty == false)
        }
    }
}

extension PackageDifference.FileChange {
    /// Whether it is in a folder of programs.
    fileprivate var isScript: Bool { String(decoding: name, as: UTF8.self).contains("bin/") }

    fileprivate var isLinkBecomeFile: Bool {
        guard case .symbolicLink? = old?.entry.kind, case .file? = new?.entry.kind else { return false }
        return true
    }
}
