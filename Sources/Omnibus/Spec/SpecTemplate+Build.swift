import PackageFormats

/// How the source is built, installed and tested.
extension SpecTemplate {
    func buildSections() -> [SpecSection] {
        var sections = [SpecSection(.prep, lines: [.code("%autosetup -p1 -n \(package.archive.folder)")])]
        if dialect.generation == .pyproject {
            sections.append(SpecSection(.generateBuildRequires, lines: [.code("%pyproject_buildrequires")]))
        }
        sections.append(SpecSection(.build, lines: build))
        sections.append(SpecSection(.install, lines: install + placement))
        if !importTest.isEmpty { sections.append(SpecSection(.check, lines: importTest)) }
        return sections
    }

    /// Whether pip builds, in a distribution that has no macro for that.
    private var usesPip: Bool {
        (dialect.generation == .byHand || dialect.generation == .setuptools) && !package.hasSetupScript
    }

    private func code(_ text: String) -> SpecLine { .code(SpecText(source: text)) }

    private var build: [SpecLine] {
        let python = dialect.interpreter
        if usesPip { return [code("\(python) -m pip wheel --no-deps --no-build-isolation --wheel-dir dist .")] }
        switch dialect.generation {
        case .byHand: return [code("\(python) setup.py build")]
        case .setuptools: return [code("%py3_build")]
        case .pyproject, .portable: return [code("%pyproject_wheel")]
        case .suse: return [code(package.hasPyproject ? "%pyproject_wheel" : "%python_build")]
        }
    }

    private var install: [SpecLine] {
        let python = dialect.interpreter
        if usesPip {
            return [
                code(
                    "\(python) -m pip install --root %{buildroot} --prefix %{_prefix} --no-deps --no-index "
                        + "--no-warn-script-location dist/*.whl"
                )
            ]
        }
        switch dialect.generation {
        case .byHand: return [code("\(python) setup.py install --skip-build --root %{buildroot}")]
        case .setuptools: return [code("%py3_install")]
        case .portable: return [code("%pyproject_install")]
        case .pyproject:
            let modules = package.metadata.modules.joined(separator: " ")
            return [code("%pyproject_install"), .code("%pyproject_save_files \(modules)")]
        case .suse:
            return [
                code(package.hasPyproject ? "%pyproject_install" : "%python_install"),
                code("%python_expand %fdupes %{buildroot}%{$python_sitelib}"),
            ]
        }
    }

    /// Moves scripts that do not belong into `/usr/bin`, removes those that no package brings, and adds what the build
    /// itself does not install.
    private var placement: [SpecLine] {
        var lines: [SpecLine] = []
        let moved = package.others.flatMap(\.commands).filter { $0.directory != "/usr/bin" }
        for directory in Set(moved.map(\.directory)).sorted() {
            let target = SpecPath(directory).text
            let moves = moved.filter { $0.directory == directory }.map { command in
                SpecLine.code("mv %{buildroot}%{_bindir}/\(command.name) %{buildroot}\(target)/")
            }
            // Where both directories are one, the scripts are in place.
            lines += SpecLine.when(
                "\"\(target)\" != \"%{_bindir}\"",
                [.code("install -d %{buildroot}\(target)")] + moves
            )
        }
        let claimed = package.claimedCommands
        for name in package.metadata.scripts.keys.sorted()
        where !claimed.contains(name) && SourcePackagePlanner.isCommand(name) {
            lines.append(.code("rm %{buildroot}%{_bindir}/\(name)"))
        }
        for binary in [package.library] + package.others {
            for directory in binary.directories {
                lines.append(.code("install -d %{buildroot}\(SpecPath(directory.path).quoted)"))
            }
            for file in binary.files {
                let mode = "0" + String(file.mode, radix: 8)
                let source = SpecPath.quote("./" + file.source)
                lines.append(
                    .code("install -D -p -m \(mode) \(source) %{buildroot}\(SpecPath(file.path).quoted)")
                )
            }
            for link in binary.links {
                let folder = link.path.split(separator: "/").dropLast().joined(separator: "/")
                lines.append(.code("install -d %{buildroot}\(SpecPath("/" + folder).quoted)"))
                lines.append(.code("ln -s \(SpecPath.quote(link.target)) %{buildroot}\(SpecPath(link.path).quoted)"))
            }
        }
        return lines
    }

    /// Imports every module that is installed.
    private var importTest: [SpecLine] {
        let imports = package.metadata.modules.filter(ProjectReader.isModule).map { "import \($0)" }
            .joined(separator: "; ")
        guard !imports.isEmpty else { return [] }
        switch dialect.generation {
        case .pyproject: return [code("%pyproject_check_import")]
        case .suse:
            let folder = package.isPure ? "%{$python_sitelib}" : "%{$python_sitearch}"
            return [code("%python_expand PYTHONPATH=%{buildroot}\(folder) $python -c '\(imports)'")]
        case .byHand, .setuptools, .portable:
            let folder = dialect.modulesDirectory(isPure: package.isPure)
            return [code("PYTHONPATH=%{buildroot}\(folder) \(dialect.interpreter) -c '\(imports)'")]
        }
    }

    // MARK: Files

    func files(of binary: SourcePackage.Binary) throws(FormatError) -> SpecSection {
        let isLibrary = binary.name == libraryName
        var options: SpecText = ""
        var lines: [SpecLine] = []
        if isLibrary {
            for name in package.licenseFiles {
                lines.append(.file(SpecFileEntry(try SpecFileEntry.component(name), [.license])))
            }
            for name in package.documentation {
                lines.append(.file(SpecFileEntry(try SpecFileEntry.component(name), [.documentation])))
            }
            if dialect.generation == .pyproject { options = "-f %{pyproject_files}" } else { lines += try modules() }
        }
        for command in binary.commands.sorted(by: { ($0.directory, $0.name) < ($1.directory, $1.name) }) {
            lines.append(.file(SpecFileEntry("\(SpecPath(command.directory).text)/\(command.name)")))
        }
        for directory in binary.directories {
            let entry = SpecFileEntry(
                try SpecPath(directory.path).globbed(),
                [.directory] + attributes(directory.attributes, nil)
            )
            lines.append(.file(entry))
        }
        for file in binary.files {
            var directives: [SpecFileEntry.Directive] = []
            switch file.attributes.kind {
            case .regular: break
            case .config: directives.append(.config)
            case .configNoReplace: directives.append(.configNoReplace)
            case .documentation: directives.append(.documentation)
            case .license: directives.append(.license)
            }
            let isUsual = file.mode == 0o644 || file.mode == 0o755
            directives += attributes(file.attributes, isUsual ? nil : file.mode)
            lines.append(.file(SpecFileEntry(try SpecPath(file.path).globbed(), directives)))
        }
        for link in binary.links { lines.append(.file(SpecFileEntry(try SpecPath(link.path).globbed()))) }
        return SpecSection(.files, of: binary.name == name ? nil : binary.name, options: options, lines: lines)
    }

    private func attributes(
        _ attributes: Manifest.Content.Attributes,
        _ mode: UInt16?
    ) -> [SpecFileEntry.Directive] {
        let owner = attributes.user == "root" ? nil : attributes.user
        let group = attributes.group == "root" ? nil : attributes.group
        let mode = mode ?? attributes.mode
        guard mode != nil || owner != nil || group != nil else { return [] }
        return [.attributes(mode: mode, owner: owner, group: group)]
    }

    private func modules() throws(FormatError) -> [SpecLine] {
        let folder = SpecText(source: dialect.modulesDirectory(isPure: package.isPure))
        var lines: [SpecLine] = []
        for module in package.metadata.modules {
            let name = try SpecFileEntry.component(module)
            let path: SpecText = "\(folder)/\(name)"
            if !package.fileModules.contains(module) {
                lines.append(.file(SpecFileEntry("\(path)/")))
            } else if dialect.isPython2 {
                lines.append(.file(SpecFileEntry("\(path).py*")))
            } else {
                lines.append(.file(SpecFileEntry("\(path).py")))
                lines.append(.file(SpecFileEntry("\(folder)/__pycache__/\(name).*")))
            }
        }
        let isEgg =
            dialect.generation == .byHand && !usesPip || dialect.generation == .setuptools && !usesPip
            || dialect.generation == .suse && !package.hasPyproject
        lines.append(.file(SpecFileEntry("\(folder)/*.\(isEgg ? "egg" : "dist")-info")))
        return lines
    }
}

/// A path on the target, in the macros that spec files use for its beginning.
struct SpecPath {
    private var macro = ""
    private var rest: String

    init(_ path: String) {
        rest = path
        let known = [
            ("/usr/lib/systemd/system", "%{_unitdir}"), ("/usr/bin", "%{_bindir}"), ("/usr/sbin", "%{_sbindir}"),
            ("/usr/share", "%{_datadir}"), ("/etc", "%{_sysconfdir}"), ("/var", "%{_localstatedir}"),
            // `%{_libdir}` would be lib64 on some machines, and nothing of this is.
            ("/usr/lib", "%{_exec_prefix}/lib"),
        ]
        for (folder, name) in known where path == folder || path.hasPrefix(folder + "/") {
            macro = name
            rest = String(path.dropFirst(folder.count))
            return
        }
    }

    /// The path where it can be trusted.
    var text: SpecText { "\(SpecText(source: macro))\(rest)" }
    /// The path in `%files`.
    func globbed() throws(FormatError) -> SpecText {
        "\(SpecText(source: macro))\(try SpecFileEntry.component(rest))"
    }
    /// The path as a word of a shell.
    var quoted: SpecText { rest.isEmpty ? text : "\(SpecText(source: macro))\(SpecPath.quote(rest))" }

    /// A word of a shell; what is plain stays as it is.
    static func quote(_ word: String) -> SpecText {
        let isPlain = word.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "._+-/@:=,".utf8.contains($0)
        }
        return isPlain && !word.isEmpty ? "\(word)" : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
