import PackageFormats

/// The spec file of a source package in a distribution's dialect.
struct SpecTemplate {
    let package: SourcePackage
    let dialect: SpecDialect

    /// The source package's name.
    var name: String { package.applicationName ?? "python-\(package.metadata.normalizedName)" }
    /// The library package's name.
    var libraryName: String { "\(dialect.prefix)-\(package.metadata.normalizedName)" }

    /// What a person has to look at, the dialect's own questions included.
    func reviews() -> [String] {
        var reviews = package.reviews
        let runtime = package.metadata.dependencies + (isGenerated ? [] : package.metadata.buildRequires)
        for requirement in runtime {
            for review in dialect.translation.relations(for: requirement).reviews where !reviews.contains(review) {
                reviews.append(review)
            }
        }
        if dialect.generation == .byHand || dialect.generation == .setuptools, !package.hasSetupScript {
            reviews.append("there is no setup.py, so pip builds the project: see that its build backend is packaged")
        }
        return reviews
    }

    /// The file's text.
    ///
    /// - Throws: ``OmnibusError`` with code `spec-value` and the like for what no spec file can say.
    func text() throws(OmnibusError) -> String {
        do throws(FormatError) {
            return try spec().render()
        } catch {
            throw OmnibusError(error, doing: "the spec file")
        }
    }

    private func spec() throws(FormatError) -> SpecFile {
        var file = SpecFile(preamble: try preamble())
        file.sections.append(SpecSection(.description, lines: [.prose(package.description)]))
        for binary in binaries where binary.name != name { file.sections += try declaration(of: binary) }
        file.sections += buildSections()
        for binary in binaries {
            file.sections += try SpecSection.scriptlets(
                of: binary.name == name ? nil : binary.name,
                scripts: binary.scripts,
                services: binary.services
            )
        }
        for binary in binaries { file.sections.append(try files(of: binary)) }
        file.sections.append(SpecSection(.changelog, lines: package.changelog.map { .change($0) }))
        return file
    }

    /// The packages by their names in this dialect, the library first.
    private var binaries: [SourcePackage.Binary] {
        var library = package.library
        library.name = libraryName
        return [library] + package.others
    }

    /// Whether the distribution's tools find requirements by themselves.
    private var isGenerated: Bool { dialect.generation == .pyproject }

    // MARK: Preamble

    private func preamble() throws(FormatError) -> [SpecLine] {
        var lines: [SpecLine] = reviews().map { .comment("review: \($0)") }
        if !lines.isEmpty { lines.append(.empty) }
        let definitions = definitions()
        if !definitions.isEmpty { lines += definitions + [.empty] }
        let release = package.evr.release ?? "1"
        lines += [
            tag(.name, "\(name)"),
            tag(.version, "\(package.evr.version)"),
            tag(.release, dialect.hasDistTag ? "\(release)%{?dist}" : "\(release)"),
        ]
        if let epoch = package.evr.epoch { lines.append(tag(.epoch, "\(String(epoch))")) }
        lines += [
            tag(.summary, "\(package.summary)"),
            tag(.license, "\(dialect.usesSPDX ? package.license : LicenseNames.fedora(package.license))"),
        ]
        if let url = package.url { lines.append(tag(.url, "\(url)")) }
        lines += [tag(.source, "\(package.archive.url)"), .empty]
        if package.isPure { lines.append(tag(.buildArchitecture, "noarch")) }
        lines += try buildRequirements()
        if let main = package.others.first(where: { $0.name == name }) { lines += try relations(of: main) }
        return lines
    }

    private func tag(_ name: SpecTag.Name, _ value: SpecText) -> SpecLine { .tag(SpecTag(name, value)) }

    private func definitions() -> [SpecLine] {
        switch dialect.generation {
        case .portable: return SpecFallbacks.lines(hasServices: hasServices)
        case .suse: return [.definition(SpecDefinition("pythons", "\(dialect.prefix)", isLazy: true))]
        case .setuptools, .pyproject:
            guard !dialect.isDefaultPython, let version = dialect.pythonVersion else { return [] }
            return [
                .definition(SpecDefinition("python3_pkgversion", "\(version)")),
                .definition(SpecDefinition("__python3", "/usr/bin/python\(version)")),
            ]
        case .byHand: return []
        }
    }

    private var hasServices: Bool { package.others.contains { !$0.services.isEmpty } }

    private func buildRequirements() throws(FormatError) -> [SpecLine] {
        let prefix = dialect.isPython2 ? "python2" : dialect.prefix
        var names: [String] = ["\(prefix)-devel"]
        switch dialect.generation {
        case .byHand where dialect.isPython2: names.append("python-setuptools")
        case .byHand, .setuptools:
            if package.hasSetupScript {
                names.append("\(prefix)-setuptools")
            } else {
                names += ["\(prefix)-pip", "\(prefix)-wheel"]
            }
        case .pyproject: names.append("pyproject-rpm-macros")
        case .suse:
            names += ["python-rpm-macros", "fdupes"]
            names += package.hasPyproject ? ["\(prefix)-pip", "\(prefix)-wheel"] : ["\(prefix)-setuptools"]
        case .portable: names.append("\(prefix)-pip")
        }
        if !package.isPure { names.append("gcc") }
        if hasServices { names.append(dialect.generation == .byHand ? "systemd" : "systemd-rpm-macros") }
        var values = names.map { SpecText(literal: $0) }
        if !isGenerated {
            let builds =
                dialect.generation == .portable || !package.hasSetupScript
                || package.hasPyproject && dialect.generation == .suse
            for requirement in (builds ? package.metadata.buildRequires : []) + package.metadata.dependencies {
                for relation in dialect.translation.relations(for: requirement).relations
                where relation.kind == .requires {
                    let value = try SpecTag.value(of: relation.expression)
                    if !values.contains(value) { values.append(value) }
                }
            }
        }
        return values.map { tag(.buildRequires, $0) }
    }

    // MARK: Packages

    private func declaration(of binary: SourcePackage.Binary) throws(FormatError) -> [SpecSection] {
        var lines: [SpecLine] = [tag(.summary, "\(binary.summary)")]
        lines += try relations(of: binary)
        if binary.name == libraryName {
            if !isGenerated {
                for requirement in package.metadata.dependencies {
                    for relation in dialect.translation.relations(for: requirement).relations {
                        let line = SpecLine.tag(try SpecTag(relation))
                        if !lines.contains(line) { lines.append(line) }
                    }
                }
            }
            if dialect.generation == .byHand || dialect.generation == .setuptools {
                lines.append(.code("%{?python_provide:%python_provide \(binary.name)}"))
            }
        }
        return [
            SpecSection(.package, of: binary.name, lines: lines),
            SpecSection(.description, of: binary.name, lines: [.prose(binary.description)]),
        ]
    }

    private func relations(of binary: SourcePackage.Binary) throws(FormatError) -> [SpecLine] {
        var lines: [SpecLine] = []
        for relation in binary.relations { lines.append(.tag(try SpecTag(relation))) }
        for sibling in binary.siblings {
            let epoch = package.evr.epoch == nil ? "" : "%{epoch}:"
            let version = SpecText(source: "\(epoch)%{version}-%{release}")
            lines.append(tag(.init(rawValue: "Requires"), "\(sibling.isEmpty ? libraryName : sibling) = \(version)"))
        }
        if !binary.services.isEmpty { lines.append(.code("%{?systemd_requires}")) }
        return lines
    }
}
