import PackageFormats
import SystemPackage

/// The `debian/` folder of a source package, for debhelper and pybuild (Debian Policy chapter 4).
struct DebianFolder {
    let package: SourcePackage
    let distribution: Distribution
    /// Reads a license of the source.
    let licenseText: String?

    private var translation: RequirementTranslation {
        RequirementTranslation(
            naming: .debian,
            isRich: false,
            environments: [PythonMarker.environment(of: distribution.defaultPython?.version ?? "3")]
        )
    }

    /// The source package's name.
    var name: String {
        package.applicationName ?? "python-\(RequirementTranslation.withoutPrefix(package.metadata.normalizedName))"
    }
    /// The library package's name.
    var libraryName: String { "python3-\(RequirementTranslation.withoutPrefix(package.metadata.normalizedName))" }

    private var binaries: [SourcePackage.Binary] {
        var library = package.library
        library.name = libraryName
        return [library] + package.others
    }

    /// What a person has to look at, Debian's own questions included.
    func reviews() -> [String] {
        var reviews = package.reviews
        for requirement in package.metadata.buildRequires + package.metadata.dependencies {
            for review in translation.relations(for: requirement).reviews
            where !reviews.contains(review) {
                reviews.append(review)
            }
        }
        reviews.append("the copyright's years and holders, and the names of the packages that are required")
        return reviews
    }

    /// The files, by their paths below `debian/`, in order.
    ///
    /// - Throws: ``OmnibusError`` with the codes of the library for what no file of Debian's can say.
    func files() throws(OmnibusError) -> [MaintainerFiles.File] {
        do throws(FormatError) {
            var files = [
                file(
                    "changelog",
                    try DebianChangelog.render(package.changelog, of: name, version: package.evr, for: "UNRELEASED")
                ),
                file("control", try control()),
                file("copyright", copyright()),
                MaintainerFiles.File(path: "rules", text: rules(), isExecutable: true),
                file("source/format", "3.0 (quilt)\n"),
                file("upstream/metadata", upstreamMetadata()),
                file("watch", watch()),
            ]
            for binary in binaries { files += try self.files(of: binary) }
            let unclaimed = package.metadata.scripts.keys.sorted()
                .filter { !package.claimedCommands.contains($0) && SourcePackagePlanner.isCommand($0) }
            if !unclaimed.isEmpty {
                files.append(file("not-installed", unclaimed.map { "usr/bin/\($0)\n" }.joined()))
            }
            return files.sorted { $0.path < $1.path }
        } catch {
            throw OmnibusError(error, doing: "the debian folder")
        }
    }

    private func file(_ path: String, _ text: String) -> MaintainerFiles.File {
        MaintainerFiles.File(path: path, text: text, isExecutable: false)
    }

    // MARK: control

    private func control() throws(FormatError) -> String {
        var source = ControlStanza()
        try source.append("Source", name)
        try source.append("Section", package.applicationName == nil ? "python" : "admin")
        try source.append("Priority", "optional")
        try source.append("Maintainer", package.maintainer)
        try source.append("Build-Depends", try buildDepends().joined(separator: ",\n"))
        try source.append("Standards-Version", "4.6.2")
        if let url = package.url { try source.append("Homepage", url) }
        try source.append("Testsuite", "autopkgtest-pkg-python")
        try source.append("Rules-Requires-Root", "no")
        var stanzas = [source]
        for binary in binaries {
            var stanza = ControlStanza()
            let isLibrary = binary.name == libraryName
            try stanza.append("Package", binary.name)
            try stanza.append("Architecture", isLibrary && !package.isPure ? "any" : "all")
            if isLibrary, package.applicationName != nil { try stanza.append("Section", "python") }
            var variables = ["${misc:Depends}"]
            if isLibrary || !binary.commands.isEmpty { variables.append("${python3:Depends}") }
            if isLibrary, !package.isPure { variables.append("${shlibs:Depends}") }
            for sibling in binary.siblings {
                variables.append("\(sibling.isEmpty ? libraryName : sibling) (= ${source:Version})")
            }
            try stanza.append(
                binary.relations.filter { $0.kind != .supplements && $0.kind != .orderedAfter },
                variables: variables
            )
            try stanza.append(summary: Self.synopsis(binary.summary), description: binary.description)
            stanzas.append(stanza)
        }
        let text = String(decoding: ControlFile(stanzas).render(), as: UTF8.self)
        return reviews().map { "# review: \($0.onOneLine)\n" }.joined() + text
    }

    /// Debian's synopses begin in lower case, unless a name does.
    private static func synopsis(_ summary: String) -> String {
        let text = summary.onOneLine
        guard let word = text.split(separator: " ").first, ["A", "An", "The"].contains(word) else { return text }
        return String(text.dropFirst(word.count + 1))
    }

    /// Build tools, and what the test of the modules needs.
    private func buildDepends() throws(FormatError) -> [String] {
        var depends = [
            "debhelper-compat (= \(distribution.debhelperLevel))", "dh-sequence-python3",
            package.isPure ? "python3-all" : "python3-all-dev",
        ]
        if package.hasPyproject { depends.append("pybuild-plugin-pyproject") }
        for requirement in package.metadata.buildRequires where requirement.normalizedName != "wheel" {
            if let known = Self.backends[requirement.normalizedName] {
                if !depends.contains(known) { depends.append(known) }
                continue
            }
            for relation in translation.relations(for: requirement).relations where relation.kind == .requires {
                let text = try relation.debianText()
                if !depends.contains(text) { depends.append(text) }
            }
        }
        for requirement in package.metadata.dependencies {
            for relation in translation.relations(for: requirement).relations where relation.kind == .requires {
                let text = try Self.restricted(relation)
                if !depends.contains(text) { depends.append(text) }
            }
        }
        return depends
    }

    /// Every alternative says that only tests need it.
    private static func restricted(_ relation: Relation) throws(FormatError) -> String {
        try relation.debianText().replacing(" | ", with: " <!nocheck> | ") + " <!nocheck>"
    }

    /// Build backends whose package in Debian has a name of its own; Debian has one version of each, which has to do.
    private static let backends = [
        "flit-core": "flit", "setuptools-scm": "python3-setuptools-scm", "hatch-vcs": "python3-hatch-vcs",
    ]

    // MARK: Other files

    private func copyright() -> String {
        var copyright = DebianCopyright(name: package.metadata.name, source: package.url)
        let license = package.license == "MIT" ? "Expat" : package.license
        let author = package.metadata.author ?? package.maintainer
        let year = package.year
        copyright.paragraphs = [
            DebianCopyright.Paragraph(
                files: ["*"],
                holders: ["\(year) \(author)"],
                license: license,
                text: licenseText
            ),
            DebianCopyright.Paragraph(
                files: ["debian/*"],
                holders: ["\(year) \(package.maintainer)"],
                license: license,
                text: licenseText
            ),
        ]
        return copyright.render()
    }

    private func rules() -> String {
        let modules = package.metadata.modules.filter(ProjectReader.isModule).map { "import \($0)" }.joined(
            separator: "; "
        )
        var text = """
            #!/usr/bin/make -f

            export PYBUILD_TEST_CUSTOM = 1
            export PYBUILD_TEST_ARGS = {interpreter} -c "\(modules)"

            %:
            \tdh $@ --buildsystem=pybuild

            """
        // A unit that is not enabled is not started either, but stopped on removal (deb-systemd-invoke(1p)).
        let services = binaries.flatMap { binary in binary.services.map { (binary.name, $0) } }
        if !services.isEmpty {
            text += "\noverride_dh_installsystemd:\n"
            for (package, service) in services {
                var options = ["dh_installsystemd", "--package=\(package)"]
                if !service.enable { options.append("--no-enable") }
                if !service.restart { options.append("--no-restart-after-upgrade --no-stop-on-upgrade") }
                text += "\t\((options + [service.unit]).joined(separator: " "))\n"
            }
        }
        return text
    }

    private func watch() -> String {
        let project = package.metadata.normalizedName
        let file = project.map { $0 == "-" ? "[-_.]" : $0.isLetter ? "[\($0)\($0.uppercased())]" : String($0) }.joined()
        return """
            version=4
            opts=uversionmangle=s/(rc|a|b|c)/~$1/ \\
            https://pypi.debian.net/\(project)/\(file)-(.+)\\.(?:zip|tgz|tar\\.(?:gz|bz2|xz))

            """
    }

    private func upstreamMetadata() -> String {
        var lines = ["---", "Name: \(Self.yaml(package.metadata.name))"]
        let labels = [
            ("Repository", ["source", "repository", "source code", "code", "github"]),
            ("Bug-Database", ["issues", "bug tracker", "tracker", "bugs", "issue tracker"]),
            ("Documentation", ["documentation", "docs"]), ("Changelog", ["changelog", "changes", "release notes"]),
        ]
        for (field, names) in labels {
            let found = package.metadata.urls.filter { names.contains($0.key.lowercased()) }.values.sorted().first
            if let found { lines.append("\(field): \(Self.yaml(found))") }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A scalar that stays one, whatever it holds.
    private static func yaml(_ text: String) -> String { "'\(text.onOneLine.replacing("'", with: "''"))'" }

    // MARK: Files of a package

    private func files(of binary: SourcePackage.Binary) throws(FormatError) -> [MaintainerFiles.File] {
        var install: [String] = []
        // With one package alone, everything is installed into it anyway.
        if binary.name == libraryName, !package.others.isEmpty { install.append("usr/lib/python3*") }
        if !package.others.isEmpty {
            for command in binary.commands {
                let isUsual = command.directory == "/usr/bin"
                install.append("usr/bin/\(command.name)" + (isUsual ? "" : " \(command.directory.dropFirst())/"))
            }
        }
        for file in binary.files {
            let folder = try Self.word(file.path.split(separator: "/").dropLast().joined(separator: "/"))
            let name = file.path.split(separator: "/").last.map(String.init) ?? ""
            guard file.source.split(separator: "/").last.map(String.init) == name else {
                throw FormatError(.unsupported, "debhelper cannot rename '\(file.source)'", path: file.path)
            }
            install.append("\(try Self.word(file.source)) \(folder)/")
        }
        var files: [MaintainerFiles.File] = []
        func add(_ suffix: String, _ lines: [String]) {
            if !lines.isEmpty { files.append(file("\(binary.name).\(suffix)", lines.map { $0 + "\n" }.joined())) }
        }
        add("install", install)
        var directories: [String] = []
        for directory in binary.directories { directories.append(try Self.word(String(directory.path.dropFirst()))) }
        add("dirs", directories)
        var links: [String] = []
        for link in binary.links {
            let target = link.target.hasPrefix("/") ? String(link.target.dropFirst()) : link.target
            links.append("\(try Self.word(target)) \(try Self.word(String(link.path.dropFirst())))")
        }
        add("links", links)
        if binary.name == libraryName {
            add("docs", try package.documentation.map { (name) throws(FormatError) in try Self.word(name) })
        }
        for script in try binary.scripts.debianSourceScripts() {
            files.append(file("\(binary.name).\(script.name)", script.text))
        }
        return files
    }

    /// A path as debhelper's lists take it: blanks and wildcards would mean something else.
    private static func word(_ path: String) throws(FormatError) -> String {
        let isPlain = path.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "._+-/@:=,".utf8.contains($0)
        }
        guard isPlain, !path.isEmpty, !path.hasPrefix("#") else {
            throw FormatError(.unsupported, "debhelper's lists cannot hold this path", path: path)
        }
        return path
    }
}

extension Distribution {
    /// The newest level of debhelper that it has.
    var debhelperLevel: Int {
        let numbers = packageManagerVersion.split(separator: ".").compactMap { Int($0) }
        if numbers.lexicographicallyPrecedes([1, 19]) { return 9 }
        return numbers.lexicographicallyPrecedes([1, 20]) ? 12 : 13
    }
}
