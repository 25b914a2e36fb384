import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

/// What projects say about themselves, and the files that come of it.
@Suite struct ProjectMetadataTests {
    /// A project in a folder of its own.
    final class ProjectFolder: Sendable {
        let path: FilePath

        init(_ files: [String: String]) throws {
            let url = FileManager.default.temporaryDirectory.appending(path: "flocker-pkg-test-\(UUID().uuidString)")
            path = FilePath(url.path)
            for (name, text) in files {
                let file = url.appending(path: name)
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try Data(text.utf8).write(to: file)
            }
        }

        deinit { try? FileManager.default.removeItem(atPath: path.string) }
    }

    /// A generator whose runner finds no program: whatever it reads, nothing ran for it.
    private func generator(_ folder: ProjectFolder) -> MaintainerFileGenerator {
        let environment = ["PATH": "/nonexistent", "HOME": folder.path.appending("home").string]
        return MaintainerFileGenerator(runner: CommandRunner(environment: environment))
    }

    private func spec(_ files: [String: String], _ distribution: String? = nil) async throws -> (
        text: String, reviews: [String]
    ) {
        let folder = try ProjectFolder(files)
        var request = MaintainerRequest(source: folder.path.string)
        request.distribution = try distribution.map { try Distribution.named($0) }
        request.sourceDateEpoch = 1_600_000_000
        let made = try await generator(folder).spec(request)
        return (made.files[0].text, made.reviews)
    }

    private static let plain = """
        [build-system]
        requires = ["hatchling"]
        build-backend = "hatchling.build"
        [project]
        name = "Plain.Tool"
        version = "1.2rc1"
        description = "A plain tool."
        readme = "README.md"
        license = "MIT"
        requires-python = ">=3.9"
        dependencies = ["PyYAML>=5,<7", "tomli; python_version<'3.11'", "winonly; sys_platform=='win32'"]
        authors = [{name = "A. Uthor", email = "a@example.invalid"}]
        urls = {Homepage = "https://example.invalid/"}
        scripts = {plain-tool = "plain_tool:main"}
        optional-dependencies = {dev = ["pytest"]}
        """

    @Test("Static metadata are read without running anything")
    func pyproject() async throws {
        let made = try await spec([
            "pyproject.toml": Self.plain, "plain_tool/__init__.py": "", "tests/__init__.py": "",
            "README.md": "# Plain\n\n[![b](x)](y)\n\nA *tool* that [does](https://x) `nothing` at all.\n\n## More\n",
            "LICENSE": "MIT",
        ])
        for line in [
            "Name:           plain-tool", "Version:        1.2~rc1", "Release:        1%{?dist}",
            "Summary:        A plain tool",
            "License:        MIT", "URL:            https://example.invalid/", "BuildArch:      noarch",
            "%package -n python3-plain-tool",
            "Requires:       (python3dist(pyyaml) >= 5 with python3dist(pyyaml) < 7~~)",
            "Requires:       python3-plain-tool = %{version}-%{release}", "A *tool* that does nothing at all.",
            "%license LICENSE", "%doc README.md", "%{python3_sitelib}/plain_tool/", "%{_bindir}/plain-tool",
            "* Sun Sep 13 2020 A. Uthor <a@example.invalid> - 1.2~rc1-1",
        ] {
            #expect(made.text.split(separator: "\n").contains { $0 == line }, "\(line)\n\(made.text)")
        }
        #expect(!made.text.contains("winonly") && !made.text.contains("pytest"))
        #expect(made.reviews.contains { $0.contains("extras dev") })
        #expect(made.reviews.contains { $0.contains("tomli") })
    }

    @Test("Each generation of macros has its own shape", arguments: Distribution.all.filter { $0.packageType == .rpm })
    func generations(distribution: Distribution) async throws {
        let made = try await spec(
            ["pyproject.toml": Self.plain, "setup.py": "", "plain_tool/__init__.py": ""],
            distribution.name
        )
        let file = try SpecFile(parsing: Array(made.text.utf8))
        #expect(file.findings().isEmpty, "\(file.findings())")
        let kinds = file.sections.map(\.kind)
        #expect(kinds.contains(.generateBuildRequires) == made.text.contains("%pyproject_save_files plain_tool"))
        #expect(made.text.contains("%{?dist}") == (distribution.distTag != nil))
        let mark: String
        switch distribution.name {
        case "centos-7", "rhel-7", "fedora-20": mark = "%{__python3} setup.py install --skip-build --root %{buildroot}"
        case "rhel-8": mark = "%py3_install"
        case "opensuse-leap-15.6": mark = "%python_expand %fdupes"
        default: mark = "%pyproject_wheel"
        }
        #expect(made.text.contains(mark), "\(made.text)")
    }

    @Test("Python 2 is packaged where the project takes nothing else")
    func python2() async throws {
        let text = Self.plain.replacing(">=3.9", with: ">=2.7,<3")
        let made = try await spec(["pyproject.toml": text, "setup.py": "", "plain_tool/__init__.py": ""], "centos-7")
        for part in [
            "%package -n python-plain-tool", "%{__python2} setup.py build", "%{python2_sitelib}/plain_tool/",
            "python2-devel",
        ] {
            #expect(made.text.contains(part), "\(part)\n\(made.text)")
        }
    }

    @Test("PKG-INFO counts where it says that it holds for every build")
    func packageInformation() async throws {
        let core = """
            Metadata-Version: 2.2
            Name: info
            Version: 3
            Summary: Info
            License-Expression: Apache-2.0 OR MIT
            Author-email: "B, A" <b@example.invalid>
            Requires-Dist: six>=1.10
            Dynamic: description

            Long
            """
        let files = [
            "PKG-INFO": core, "setup.py": "raise SystemExit(1)", "info.py": "",
            "info.egg-info/entry_points.txt": "[console_scripts]\ninfo = info:main\n",
        ]
        let made = try await spec(files)
        for part in [
            "Requires:       python3dist(six) >= 1.10", "License:        Apache-2.0 OR MIT",
            "%{python3_sitelib}/info.py", "%{_bindir}/info",
        ] {
            #expect(made.text.contains(part), "\(part)\n\(made.text)")
        }
        // Anything less needs the build backend, and this runner has none.
        for change in [("2.2", "2.1"), ("Dynamic: description", "Dynamic: Requires-Dist")] {
            let other = files.merging(["PKG-INFO": core.replacing(change.0, with: change.1)]) { $1 }
            let error = await #expect(throws: OmnibusError.self) { try await spec(other) }
            #expect(error?.code == "tool-missing")
        }
    }

    static let hostile = [
        "%(touch /tmp/injected)", "%{lua:os.execute('touch /tmp/injected')}", "a\n%post\ntouch /tmp/injected",
        "a\r%files",
        "%if 0", "# comment", "'; touch /tmp/injected; '", "$(touch /tmp/injected)", "ünï\u{2028}%prep\u{85}x",
        "}} %%{ %[ 1 ]",
    ]

    /// A project that says a value wherever it can say anything.
    private static func hostileProject(_ value: String) -> String {
        let quoted = quoted(value)
        return """
            [project]
            name = "evil"
            version = "1"
            description = \(quoted)
            readme = {text = \(quoted), content-type = "text/plain"}
            license = {text = \(quoted)}
            dependencies = [\(quoted), "a @ https://x/%(touch)"]
            authors = [{name = \(quoted), email = "e@example.invalid"}]
            urls = {Homepage = \(quoted), Source = "https://example.invalid/%(touch)"}
            scripts = {\(quoted) = "x:y"}
            optional-dependencies = {\(quoted) = []}
            """
    }

    @Test("No value of the metadata becomes code of a spec file", arguments: hostile)
    func hostileSpec(value: String) async throws {
        let clean = try await spec(["pyproject.toml": Self.template, "evil.py": ""])
        let made = try await spec(["pyproject.toml": Self.hostileProject(value), "evil.py": ""])
        let file = try SpecFile(parsing: Array(made.text.utf8))
        let harmless = try SpecFile(parsing: Array(clean.text.utf8))
        #expect(file.sections.map(\.kind) == harmless.sections.map(\.kind))
        // What stands behind `%` in the file is what stands there for a harmless project.
        #expect(Self.macros(in: made.text).isSubset(of: Self.macros(in: clean.text)), "\(made.text)")
    }

    @Test("No value of the metadata becomes a field, a stanza or a rule of Debian's", arguments: hostile)
    func hostileFolder(value: String) async throws {
        func files(_ toml: String) async throws -> [String: String] {
            let folder = try ProjectFolder(["pyproject.toml": toml, "evil.py": ""])
            var request = MaintainerRequest(source: folder.path.string)
            request.sourceDateEpoch = 1_600_000_000
            let made = try await generator(folder).debianFolder(request)
            return Dictionary(uniqueKeysWithValues: made.files.map { ($0.path, $0.text) })
        }
        let made = try await files(Self.hostileProject(value))
        let clean = try await files(Self.template)
        #expect(made.keys.sorted() == clean.keys.sorted())
        for name in ["rules", "watch", "source/format"] { #expect(made[name] == clean[name]) }
        func fields(_ text: String?) throws -> [[String]] {
            let lines = (text ?? "").split(separator: "\n", omittingEmptySubsequences: false).filter { $0.first != "#" }
            let file = try ControlFile(parsing: Array(lines.joined(separator: "\n").utf8))
            return file.stanzas.map { $0.fields.map(\.name) }
        }
        #expect(try fields(made["control"]) == fields(clean["control"]))
        #expect(try fields(made["copyright"]) == fields(clean["copyright"]))
        #expect(made["changelog"]?.split(separator: "\n").count == clean["changelog"]?.split(separator: "\n").count)
        #expect(
            (made["upstream/metadata"] ?? "").split(separator: "\n").allSatisfy { $0 == "---" || $0.contains(": '") }
        )
    }

    /// A basic string of TOML.
    private static func quoted(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            let isPlain = scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
            let digits = String(scalar.value, radix: 16)
            escaped += isPlain ? String(scalar) : "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
        return "\"\(escaped)\""
    }

    private static let template = """
        [project]
        name = "evil"
        version = "1"
        description = "harmless"
        """

    /// Every macro of a spec file, `%%` left out.
    private static func macros(in text: String) -> Set<String> {
        Set(text.replacing("%%", with: "").matches(of: /%[^\s]+/).map { String($0.output) })
    }

    @Test(
        "Names and versions that no package can have are refused",
        arguments: [
            ("na%me", "1", "metadata-invalid"), ("na me", "1", "metadata-invalid"),
            ("na\\nme", "1", "metadata-invalid"),
            ("ünï", "1", "metadata-invalid"), ("-x", "1", "metadata-invalid"), ("x", "1%(id)", "version-unsupported"),
            ("x", "1\\n%post", "version-unsupported"), ("x", "one", "version-unsupported"),
        ]
    )
    func identity(name: String, version: String, code: String) async throws {
        let toml = "[project]\nname = \"\(name)\"\nversion = \"\(version)\"\n"
        let error = await #expect(throws: OmnibusError.self) { try await spec(["pyproject.toml": toml]) }
        #expect(error?.code == code)
    }

    @Test("A megabyte of description becomes a paragraph")
    func longDescription() async throws {
        let readme = "Title\n=====\n\n" + String(repeating: "Many words that say nothing. ", count: 40_000)
        let toml = Self.template + "\nreadme = {text = '''\(readme)''', content-type = \"text/x-rst\"}\n"
        let made = try await spec(["pyproject.toml": toml, "evil.py": ""])
        #expect(made.text.utf8.count < 10_000)
        #expect(made.text.contains("Many words that say nothing."))
    }

    @Test(
        "Sources that nothing can be known of are refused",
        arguments: [
            (["setup.cfg": ""], "source-invalid"), (["pyproject.toml": "x = "], "toml-invalid"),
            (["pyproject.toml": "[project]\nname = \"x\"\ndynamic = [\"version\"]\n"], "tool-missing"),
        ] as [([String: String], String)]
    )
    func sources(files: [String: String], code: String) async throws {
        let error = await #expect(throws: OmnibusError.self) { try await spec(files) }
        #expect(error?.code == code)
    }

    @Test("A spec file is for rpm, a debian folder for dpkg")
    func kinds() async throws {
        let folder = try ProjectFolder(["pyproject.toml": Self.template])
        var request = MaintainerRequest(source: folder.path.string)
        let generator = self.generator(folder)
        request.distribution = try Distribution.named("debian-12")
        let error = await #expect(throws: OmnibusError.self) { try await generator.spec(request) }
        #expect(error?.code == "distribution-without-spec")
        request.distribution = try Distribution.named("rhel-9")
        let other = await #expect(throws: OmnibusError.self) { try await generator.debianFolder(request) }
        #expect(other?.code == "distribution-without-debs")
    }

    @Test("Licenses get their SPDX names, and those of old distributions")
    func licenses() throws {
        for (said, spdx, fedora) in [
            ("mit license", "MIT", "MIT"),
            ("(apache-2.0 or BSD-3-clause)", "(Apache-2.0 OR BSD-3-Clause)", "(ASL 2.0 or BSD)"),
            ("Permission is hereby granted, free of\ncharge", "MIT", "MIT"), ("GPLv3+", "GPL-3.0-or-later", "GPLv3+"),
        ] {
            var metadata = try ProjectMetadata(name: "x", version: "1", origin: .pyproject)
            metadata.license = said
            let found = LicenseNames.spdx(of: metadata)
            #expect(found == spdx)
            #expect(found.map(LicenseNames.fedora) == fedora)
        }
        var unknown = try ProjectMetadata(name: "x", version: "1", origin: .pyproject)
        unknown.license = "%(touch x)"
        #expect(LicenseNames.spdx(of: unknown) == nil)
        unknown.classifiers = ["License :: OSI Approved :: ISC License (ISCL)"]
        #expect(LicenseNames.spdx(of: unknown) == "ISC")
    }
}
