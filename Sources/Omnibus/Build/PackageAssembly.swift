import PackageFormats
import SystemPackage

/// Makes the neutral package that a writer takes, of what the manifest says and what the build made.
struct PackageAssembly {
    let target: BuildPlan.Target
    let evr: EVR
    let date: Int64
    let bundle: PythonBundle?
    let source: SourceTree

    /// The package, its contents looked up.
    func package(_ wanted: Manifest.Resolved.Package) throws(OmnibusError) -> Package {
        var contents: [Content] = []
        for content in wanted.contents { contents += try resolve(content, of: wanted) }
        try checkLinks(of: wanted, contents)
        do {
            var package = Package(
                name: wanted.name,
                version: evr,
                architecture: wanted.architecture == .native ? target.architecture : .independent,
                summary: wanted.summary,
                description: Paragraphs.wrapped(wanted.description),
                license: wanted.license,
                url: wanted.url,
                vendor: wanted.vendor,
                maintainer: wanted.maintainer,
                date: date,
                relations: try relations(of: wanted),
                entries: try contents.resolved(date: date)
            )
            package.scripts = try scripts(of: wanted)
            package.services = services(of: wanted, in: package.entries)
            package.changelog = try changelog(of: wanted)
            package.rpm.group = wanted.group
            package.debian.section = wanted.section
            package.debian.priority = wanted.priority
            return package
        } catch let error as FormatError {
            throw OmnibusError(error, doing: "package '\(wanted.name)'")
        } catch let error as OmnibusError {
            throw error
        } catch {
            throw OmnibusError("package-invalid", .failure, "\(error)")
        }
    }

    // MARK: Contents

    private func resolve(
        _ content: Manifest.Content,
        of package: Manifest.Resolved.Package
    ) throws(OmnibusError) -> [Content] {
        do throws(OmnibusError) {
            return try contents(content.item).map { attributed($0, content.attributes) }
        } catch {
            if content.isOptional, error.code == "source-file-missing" { return [] }
            throw error
        }
    }

    private func contents(_ item: Manifest.Content.Item) throws(OmnibusError) -> [Content] {
        switch item {
        case .bundle:
            guard let bundle else { return [] }
            let staged = bundle.root.pushing(FilePath(root: nil, bundle.prefix.components))
            return [
                Tree(from: staged, to: bundle.prefix.string, excluding: target.manifest.bundle?.exclude ?? []).content
            ]
        case .links(let directory, let patterns):
            guard let bundle else { return [] }
            return try names(bundle.scripts, matching: patterns).map { name in
                Symlink("\(directory)/\(name)", to: bundle.prefix.appending("bin").appending(name).string).content
            }
        case .tree(let from, let to, let exclude):
            return [Tree(from: try source.path(from), to: to, excluding: exclude).content]
        case .file(let from, let to): return [File(from: try source.path(from), to: to).content]
        case .files(let pattern, let to):
            let files = try source.files(matching: pattern)
            guard !files.isEmpty else {
                throw OmnibusError(
                    "source-file-missing",
                    .missingInput,
                    "no file of the source matches '\(pattern)'"
                )
            }
            return files.map { File(from: $0, to: "\(to)/\($0.lastComponent?.string ?? "")").content }
        case .directory(let path): return [Directory(path).content]
        case .symlink(let path, let link): return [Symlink(path, to: link).content]
        }
    }

    private func attributed(_ content: Content, _ wanted: Manifest.Content.Attributes) -> Content {
        var content = content
        content.attributes.mode = wanted.mode ?? content.attributes.mode
        if wanted.user != "root" { content.attributes.owner = wanted.user }
        if wanted.group != "root" { content.attributes.group = wanted.group }
        let flags: Entry.Flags =
            switch wanted.kind {
            case .regular: []
            case .config: .config
            case .configNoReplace: [.config, .noReplace]
            case .documentation: .doc
            case .license: .license
            }
        content.attributes.flags.formUnion(flags)
        return content
    }

    /// The scripts that match any of the patterns, sorted.
    private func names(_ scripts: [String], matching patterns: [String]) throws(OmnibusError) -> [String] {
        var globs: [Glob] = []
        for pattern in patterns {
            do {
                globs.append(try Glob("/" + pattern))
            } catch {
                throw OmnibusError("manifest-path", .badInput, error.message)
            }
        }
        return scripts.filter { name in globs.contains { $0.matches(Array(name.utf8)) } }
    }

    /// A package of links that has none would only pull in dependencies.
    private func checkLinks(
        of package: Manifest.Resolved.Package,
        _ contents: [Content]
    ) throws(OmnibusError) {
        let wantsLinks = package.contents.contains { if case .links = $0.item { true } else { false } }
        let hasLinks = contents.contains { if case .symbolicLink = $0.source { true } else { false } }
        guard !wantsLinks || hasLinks else {
            throw OmnibusError(
                "package-without-links",
                .badInput,
                "the bundle has none of the scripts that package '\(package.name)' is to link to",
                hint: bundle.map { "it has \($0.scripts.joined(separator: ", "))" }
            )
        }
    }

    /// The product's own scripts that no package links to.
    func unclaimedScripts() throws(OmnibusError) -> [String] {
        guard let bundle, let wanted = target.manifest.bundle else { return [] }
        var claimed: Set<String> = []
        for content in target.manifest.packages.flatMap(\.contents) {
            guard case .links(_, let patterns) = content.item else { continue }
            claimed.formUnion(try names(bundle.scripts, matching: patterns))
        }
        return try names(bundle.scripts, matching: wanted.ownScripts).filter { !claimed.contains($0) }
    }

    // MARK: What the package says

    private func relations(of package: Manifest.Resolved.Package) throws(OmnibusError) -> [Relation] {
        var relations = try target.relations(of: package, evr: evr)
        let carriesBundle = package.contents.contains { $0.item == .bundle }
        if carriesBundle, let bundle {
            for relation in SystemLibraries.relations(of: bundle.proof, for: target) where !relations.contains(relation)
            {
                relations.append(relation)
            }
        }
        return relations
    }

    private func scripts(of package: Manifest.Resolved.Package) throws(OmnibusError) -> Scripts {
        var scripts = Scripts()
        for (event, script) in package.scripts {
            guard let text = try script.text(in: source) else { continue }
            scripts[event] = Script(text, interpreter: [script.interpreter])
        }
        if let bundle, !bundle.hasByteCode, scripts[.preRemove] == nil,
            package.contents.contains(where: { $0.item == .bundle })
        {
            scripts[.preRemove] = PackageAssembly.cacheRemoval(below: bundle.prefix)
        }
        return scripts
    }

    /// Removes the compiled modules that Python leaves where it may write and the package brings none.
    private static func cacheRemoval(below prefix: FilePath) -> Script {
        Script(
            """
            set -e
            find '\(prefix)' -path '*/__pycache__/*.pyc' -type f -delete 2>/dev/null || :
            find '\(prefix)' -name __pycache__ -type d -empty -delete 2>/dev/null || :
            """,
            calling: .native
        )
    }

    /// The services whose unit the package really brings; a unit file may be optional.
    private func services(of package: Manifest.Resolved.Package, in entries: [Entry]) -> [Service] {
        guard target.distribution.initSystem == .systemd else { return [] }
        let names = Set(entries.map { String(decoding: $0.path.baseName, as: UTF8.self) })
        return package.services.filter { names.contains($0.unit) }.map {
            Service($0.unit, enable: $0.enable, restart: $0.restart)
        }
    }

    private func changelog(of package: Manifest.Resolved.Package) throws(OmnibusError) -> [ChangelogEntry] {
        let scheme = target.manifest.versionScheme
        var entries: [ChangelogEntry] = []
        for entry in target.manifest.changelog {
            guard let date = CalendarDate.seconds(ofDay: entry.date) else {
                throw OmnibusError("manifest-date", .badInput, "'\(entry.date)' is no day such as 2015-03-31")
            }
            var version = evr
            if let stated = entry.version { version = try scheme.evr(of: stated, revision: target.manifest.revision) }
            entries.append(
                ChangelogEntry(
                    date: date,
                    author: entry.author,
                    version: version.description,
                    text: entry.changes.joined(separator: "\n")
                )
            )
        }
        if !entries.contains(where: { $0.version == evr.description }) {
            let text = "Package \(target.manifest.name) \(evr.version)."
            let own = ChangelogEntry(date: date, author: package.maintainer, version: evr.description, text: text)
            // Newest first is the order of both formats; a product may state entries newer than its source.
            let place = entries.firstIndex { $0.date <= date } ?? entries.count
            entries.insert(own, at: place)
        }
        return entries
    }
}

extension Manifest.Script {
    /// The script's text without a `#!` line: writers put their own there. `nil` for an optional file that is not there.
    func text(in source: SourceTree) throws(OmnibusError) -> String? {
        let text: String
        switch body {
        case .text(let inline): text = inline
        case .file(let path, let isOptional):
            do throws(OmnibusError) {
                text = String(decoding: try FileSystem.read(try source.path(path), limit: 1 << 20), as: UTF8.self)
            } catch {
                if isOptional, error.code == "source-file-missing" { return nil }
                throw error
            }
        }
        return text.hasPrefix("#!") ? String(text.drop { $0 != "\n" }.dropFirst()) : text
    }
}

extension OmnibusError {
    /// What the library could not do, with the place it found.
    init(_ error: FormatError, doing what: String) {
        guard error.code != .cancelled else {
            self = .cancelled
            return
        }
        let category: Category =
            switch error.code {
            case .cannotCreate: .cannotCreate
            case .inputOutput: .missingInput
            default: .badInput
            }
        self.init(error.code.rawValue, category, "\(what): \(error)")
    }
}
