import PackageFormats

/// Writes a manifest as YAML, each mapping's keys in the order of its form.
enum ManifestWriter {
    static func yaml(_ manifest: Manifest) throws(OmnibusError) -> String {
        do {
            return try YAMLWriter.text(of: node(manifest))
        } catch {
            throw OmnibusError("manifest-unwritable", .badInput, "the manifest of \(manifest.name) fits no YAML")
        }
    }

    private static func node(_ manifest: Manifest) -> YAMLNode {
        var values = values(manifest.about)
        values["name"] = text(manifest.name)
        values["version"] = manifest.version.map(text)
        values["version-scheme"] = manifest.versionScheme == .pep440 ? nil : text(manifest.versionScheme.rawValue)
        values["release"] = manifest.revision == 1 ? nil : text(String(manifest.revision))
        values["bundle"] = manifest.bundle.map(node)
        values["repository"] = manifest.repository.map(node)
        values["packages"] = list(manifest.packages.map(node))
        values["changelog"] = manifest.changelog.isEmpty ? nil : list(manifest.changelog.map(node))
        values["overrides"] = overrides(manifest.overrides) { layer in
            var values = Self.values(layer.about)
            values["bundle"] = layer.bundle.map(node)
            return mapping(.productOverride, values)
        }
        return mapping(.product, values)
    }

    private static func values(_ about: Manifest.About) -> [String: YAMLNode] {
        var values: [String: YAMLNode] = [:]
        values["license"] = about.license.map(text)
        values["url"] = about.url.map(text)
        values["vendor"] = about.vendor.map(text)
        values["maintainer"] = about.maintainer.map(text)
        values["summary"] = about.summary.map(text)
        values["description"] = about.description.map(text)
        return values
    }

    private static func node(_ bundle: Manifest.Bundle) -> YAMLNode {
        var values: [String: YAMLNode] = [:]
        values["prefix"] = bundle.prefix.map(text)
        values["python"] = bundle.python.map(text)
        values["requirements"] = bundle.requirements.map(texts)
        values["requirement-files"] = bundle.requirementFiles.map(texts)
        values["exclude"] = bundle.exclude.map(texts)
        values["own-scripts"] = bundle.ownScripts.map(texts)
        return mapping(.bundle, values)
    }

    private static func node(_ repository: Manifest.Repository) -> YAMLNode {
        var values: [String: YAMLNode] = [:]
        values["name"] = text(repository.name)
        values["title"] = repository.title == repository.name ? nil : text(repository.title)
        values["url"] = text(repository.url)
        values["package"] =
            repository.packageName == "\(repository.name)-release" ? nil : text(repository.packageName)
        values["version"] = repository.version == "1" ? nil : text(repository.version)
        values["release"] = repository.revision == 1 ? nil : text(String(repository.revision))
        return mapping(.repository, values)
    }

    private static func node(_ package: Manifest.Package) -> YAMLNode {
        var values = values(package.base).merging(values(package.condition)) { first, _ in first }
        values["name"] = text(package.name)
        values["architecture"] = text(package.architecture.rawValue)
        values["overrides"] = overrides(package.overrides) { mapping(.packageOverride, Self.values($0)) }
        return mapping(.package, values)
    }

    private static func values(_ layer: Manifest.PackageLayer) -> [String: YAMLNode] {
        var values = values(layer.about)
        values["group"] = layer.group.map(text)
        values["section"] = layer.section.map(text)
        values["priority"] = layer.priority.map(text)
        values["contents"] = layer.contents.map { list($0.map(node)) }
        for (key, kind) in ManifestForm.relationKeys {
            values[key] = layer.relations[kind].map { list($0.map(node)) }
        }
        var scripts: [String: YAMLNode] = [:]
        for (key, event) in ManifestForm.scriptKeys { scripts[key] = layer.scripts[event].map(node) }
        values["scripts"] = scripts.isEmpty ? nil : mapping(.scripts, scripts)
        values["services"] = layer.services.map { list($0.map(node)) }
        return values
    }

    private static func node(_ content: Manifest.Content) -> YAMLNode {
        var values = values(content.condition)
        let form: ManifestForm
        switch content.item {
        case .bundle:
            form = .bundleContent
            values["bundle"] = text("true")
        case .links(let directory, let scripts):
            form = .linksContent
            values["links"] = text(directory)
            values["scripts"] = texts(scripts)
        case .tree(let source, let to, let exclude):
            form = .treeContent
            values["tree"] = text(source)
            values["to"] = text(to)
            values["exclude"] = exclude.isEmpty ? nil : texts(exclude)
        case .files(let pattern, let to):
            form = .filesContent
            values["files"] = text(pattern)
            values["to"] = text(to)
        case .file(let source, let to):
            form = .fileContent
            values["file"] = text(source)
            values["to"] = text(to)
        case .directory(let path):
            form = .directoryContent
            values["directory"] = text(path)
        case .symlink(let path, let target):
            form = .symlinkContent
            values["symlink"] = text(path)
            values["target"] = text(target)
        }
        let attributes = content.attributes
        values["type"] = attributes.kind == .regular ? nil : text(attributes.kind.rawValue)
        values["mode"] = attributes.mode.map { text("0" + String($0, radix: 8)) }
        values["user"] = attributes.user == "root" ? nil : text(attributes.user)
        values["group"] = attributes.group == "root" ? nil : text(attributes.group)
        values["optional"] = content.isOptional ? text("true") : nil
        return mapping(form, values)
    }

    private static func node(_ relation: Manifest.Relation) -> YAMLNode {
        let stages = ManifestForm.stageWords.filter { relation.stages.contains($0.stage) }.map(\.word)
        var values = values(relation.condition)
        guard !values.isEmpty || !stages.isEmpty else { return text(relation.text) }
        values["relation"] = text(relation.text)
        values["when"] = stages.isEmpty ? nil : texts(stages)
        return mapping(.relation, values)
    }

    private static func node(_ script: Manifest.Script) -> YAMLNode {
        var values: [String: YAMLNode] = [:]
        values["interpreter"] = script.interpreter == "/bin/sh" ? nil : text(script.interpreter)
        switch script.body {
        case .text(let body):
            guard !values.isEmpty else { return text(body) }
            values["text"] = text(body)
        case .file(let path, let isOptional):
            values["file"] = text(path)
            values["optional"] = isOptional ? text("true") : nil
        }
        return mapping(.script, values)
    }

    private static func node(_ service: Manifest.Service) -> YAMLNode {
        var values = values(service.condition)
        values["enable"] = service.enable ? text("true") : nil
        values["restart"] = service.restart ? nil : text("false")
        guard !values.isEmpty else { return text(service.unit) }
        values["unit"] = text(service.unit)
        return mapping(.service, values)
    }

    private static func node(_ entry: Manifest.ChangelogEntry) -> YAMLNode {
        var values = ["date": text(entry.date), "author": text(entry.author), "changes": texts(entry.changes)]
        values["version"] = entry.version.map(text)
        return mapping(.changelogEntry, values)
    }

    private static func values(_ condition: Manifest.Condition) -> [String: YAMLNode] {
        var values: [String: YAMLNode] = [:]
        values["only"] = condition.only.isEmpty ? nil : texts(condition.only)
        values["except"] = condition.except.isEmpty ? nil : texts(condition.except)
        return values
    }

    private static func overrides<Layer>(
        _ overrides: [Manifest.Override<Layer>],
        _ node: (Layer) -> YAMLNode
    ) -> YAMLNode? {
        guard !overrides.isEmpty else { return nil }
        return .mapping(YAMLNode.Mapping(pairs: overrides.map { (text($0.selector), node($0.layer)) }))
    }

    private static func mapping(_ form: ManifestForm, _ values: [String: YAMLNode]) -> YAMLNode {
        let pairs = form.keys.compactMap { key in values[key].map { (text(key), $0) } }
        return .mapping(YAMLNode.Mapping(pairs: pairs))
    }

    private static func list(_ nodes: [YAMLNode]) -> YAMLNode {
        .sequence(YAMLNode.Sequence(nodes: nodes, isFlow: nodes.isEmpty))
    }

    private static func texts(_ texts: [String]) -> YAMLNode {
        .sequence(YAMLNode.Sequence(nodes: texts.map(text), isFlow: true))
    }

    /// Text is plain only where every reader of YAML takes it for text; the emitter itself quotes what YAML's own signs
    /// would break.
    private static func text(_ text: String) -> YAMLNode {
        let startsWell = text.utf8.first.map { byte in
            (0x61...0x7A).contains(byte | 0x20) || "/$".utf8.contains(byte)
        }
        let words = ["y", "n", "yes", "no", "on", "off", "null"]
        let isPlain = startsWell == true && !words.contains(text.lowercased())
        let style: YAMLNode.Scalar.Style = text.contains("\n") ? .block : isPlain ? .plain : .quoted
        return .scalar(YAMLNode.Scalar(string: text, style: style))
    }
}
