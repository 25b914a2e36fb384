import Glibc
import PackageFormats
import SystemPackage

/// Takes a manifest's packages, which are made for a bundle under `/opt`, to a distribution's own layout: links become the
/// scripts themselves, the bundle becomes the library package.
struct ManifestTranslation {
    let manifest: Manifest.Resolved
    let found: ProjectReader.Found
    let evr: EVR

    /// Fills in the library and the packages beside it.
    ///
    /// - Throws: ``OmnibusError`` with code `manifest-no-bundle` for a manifest without Python, and those of
    ///   ``Manifest/Relation/filled(with:)`` and of files that are missing.
    func fill(_ source: inout SourcePackage) throws(OmnibusError) {
        guard let bundle = manifest.packages.first(where: { $0.contents.contains { $0.item == .bundle } }) else {
            throw OmnibusError(
                "manifest-no-bundle",
                .badInput,
                "no package of \(manifest.name) has a bundle, so there is no Python to package"
            )
        }
        let project = source.metadata.normalizedName
        // `clusterhq-python-flocker` and `clusterhq-flocker-cli` share what comes before the project.
        let prefix =
            ["python3-\(project)", "python-\(project)", project].lazy
            .compactMap { bundle.name.hasSuffix($0) ? String(bundle.name.dropLast($0.count)) : nil }.first ?? ""
        func name(_ package: String) -> String {
            if package == bundle.name { return "" }
            return prefix.isEmpty || !package.hasPrefix(prefix) ? package : String(package.dropFirst(prefix.count))
        }
        source.summary = bundle.summary
        for package in manifest.packages {
            var binary = SourcePackage.Binary(
                name: name(package.name),
                summary: package.summary,
                description: Self.firstParagraph(of: package.description)
            )
            for content in package.contents { try add(content, to: &binary, reviews: &source.reviews) }
            try addRelations(of: package, to: &binary, name: name)
            try addScripts(of: package, to: &binary)
            binary.services = services(of: package, in: binary)
            binary.describeContents(isLibrary: package.name == bundle.name)
            if package.name == bundle.name { source.library = binary } else { source.others.append(binary) }
        }
        source.description = source.library.description
        if !source.others.isEmpty { source.applicationName = project }
        for package in source.others where package.name == source.library.name || package.name.isEmpty {
            throw OmnibusError("manifest-package-name", .badInput, "two packages would be called '\(package.name)'")
        }
    }

    /// What the manifest says further is about bundles, and here are none.
    private static func firstParagraph(of description: String) -> String {
        let text = Paragraphs.wrapped(description)
        return text.ranges(of: "\n\n").first.map { String(text[..<$0.lowerBound]) } ?? text
    }

    // MARK: Contents

    private func add(
        _ content: Manifest.Content,
        to binary: inout SourcePackage.Binary,
        reviews: inout [String]
    ) throws(OmnibusError) {
        do throws(OmnibusError) {
            try add(content.item, content.attributes, to: &binary, reviews: &reviews)
        } catch {
            guard content.isOptional, error.code == "source-file-missing" else { throw error }
        }
    }

    private func add(
        _ item: Manifest.Content.Item,
        _ attributes: Manifest.Content.Attributes,
        to binary: inout SourcePackage.Binary,
        reviews: inout [String]
    ) throws(OmnibusError) {
        switch item {
        case .bundle: break
        case .links(let directory, let patterns):
            var globs: [Glob] = []
            for pattern in patterns {
                do {
                    globs.append(try Glob("/" + pattern))
                } catch {
                    throw OmnibusError("manifest-path", .badInput, error.message)
                }
            }
            let names = found.metadata.scripts.keys.sorted().filter { name in
                globs.contains { $0.matches(Array(name.utf8)) } && SourcePackagePlanner.isCommand(name)
            }
            guard !names.isEmpty else {
                throw OmnibusError(
                    "package-without-links",
                    .badInput,
                    "the project has none of the scripts that '\(binary.name)' is to bring",
                    hint: "it has \(found.metadata.scripts.keys.sorted().joined(separator: ", "))"
                )
            }
            binary.commands += names.map { (directory, $0) }
        case .file(let from, let to): try addFile(try found.source.path(from), to, attributes, &binary)
        case .files(let pattern, let to):
            let files = try found.source.files(matching: pattern)
            guard !files.isEmpty else {
                throw OmnibusError("source-file-missing", .missingInput, "no file of the source matches '\(pattern)'")
            }
            for file in files { try addFile(file, "\(to)/\(file.lastComponent?.string ?? "")", attributes, &binary) }
        case .tree(let from, let to, let exclude):
            let folder = try found.source.path(from)
            var globs: [Glob] = []
            for pattern in exclude {
                do {
                    globs.append(try Glob("/" + pattern))
                } catch {
                    throw OmnibusError("manifest-path", .badInput, error.message)
                }
            }
            let tree = try FileTree(folder) { path in globs.contains { $0.matches(Array(path.utf8)) } }
            binary.directories.append(SourcePackage.OwnedDirectory(path: to, attributes: .init()))
            for entry in tree.entries {
                switch entry.kind {
                case .directory:
                    let path = "\(to)/\(entry.path)"
                    binary.directories.append(SourcePackage.OwnedDirectory(path: path, attributes: .init()))
                case .file where globs.contains(where: { $0.matches(Array(entry.path.utf8)) }): continue
                case .file: try addFile(tree.path(of: entry), "\(to)/\(entry.path)", attributes, &binary)
                case .link, .other: reviews.append("'\(from)/\(entry.path)' is no plain file, so it is left out")
                }
            }
        case .directory(let path):
            binary.directories.append(SourcePackage.OwnedDirectory(path: path, attributes: attributes))
        case .symlink(let path, let target): binary.links.append((path, target))
        }
    }

    private func addFile(
        _ file: FilePath,
        _ path: String,
        _ attributes: Manifest.Content.Attributes,
        _ binary: inout SourcePackage.Binary
    ) throws(OmnibusError) {
        let root = FileSystem.resolved(found.root) ?? found.root
        guard let source = FileSystem.resolved(file), source.starts(with: root) else {
            throw OmnibusError("manifest-path", .badInput, "'\(file)' leads out of the source")
        }
        var relative = source
        guard relative.removePrefix(root) else { return }
        let isExecutable = (FileSystem.status(source)?.st_mode ?? 0) & 0o100 != 0
        binary.files.append(
            SourcePackage.InstalledFile(
                source: relative.string,
                path: path,
                attributes: attributes,
                mode: attributes.mode ?? (isExecutable ? 0o755 : 0o644)
            )
        )
    }

    // MARK: What the packages say

    private func addRelations(
        of package: Manifest.Resolved.Package,
        to binary: inout SourcePackage.Binary,
        name: (String) -> String
    ) throws(OmnibusError) {
        let facts = Manifest.Relation.Facts(
            distribution: manifest.distribution,
            python: manifest.bundle?.python ?? manifest.distribution.defaultPython,
            evr: evr
        )
        for relation in package.relations {
            var isOfPython = false
            for case .placeholder(let placeholder) in relation.parts {
                switch placeholder {
                case .sibling(let sibling): binary.siblings.append(name(sibling))
                // The library package's own need of an interpreter is found by every distribution's tools.
                case .python, .pythonABI: isOfPython = true
                default: continue
                }
            }
            let isSibling = relation.parts.contains { if case .placeholder(.sibling) = $0 { true } else { false } }
            if !isOfPython, !isSibling { binary.relations.append(try relation.filled(with: facts)) }
        }
    }

    private func addScripts(
        of package: Manifest.Resolved.Package,
        to binary: inout SourcePackage.Binary
    ) throws(OmnibusError) {
        for (event, script) in package.scripts {
            if let text = try script.text(in: found.source) {
                binary.scripts[event] = Script(text, interpreter: [script.interpreter])
            }
        }
    }

    private func services(
        of package: Manifest.Resolved.Package,
        in binary: SourcePackage.Binary
    ) -> [Service] {
        guard manifest.distribution.initSystem == .systemd else { return [] }
        let names = Set(binary.files.map { String($0.path.split(separator: "/").last ?? "") })
        return package.services.filter { names.contains($0.unit) }.map {
            Service($0.unit, enable: $0.enable, restart: $0.restart)
        }
    }
}
