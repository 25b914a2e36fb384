import PackageFormats

extension ManifestReader {
    func package(_ node: YAMLNode) throws(OmnibusError) -> Manifest.Package {
        let fields = try ManifestFields(node, .package, file: file)
        return Manifest.Package(
            name: try fields.requiredText("name"),
            architecture: try fields.word("architecture", Manifest.ArchitectureKind.self) ?? .independent,
            condition: try condition(fields),
            base: try layer(fields),
            overrides: try overrides(fields) { (node) throws(OmnibusError) in
                try layer(try ManifestFields(node, .packageOverride, file: file))
            }
        )
    }

    private func layer(_ fields: ManifestFields) throws(OmnibusError) -> Manifest.PackageLayer {
        let section = try fields.text("section")
        if let section, !section.utf8.allSatisfy({ ManifestChecks.isLowercaseOrDigit($0) || "-/".utf8.contains($0) }) {
            throw fields.error("manifest-value", "'section' has lower-case letters, '-' and '/' only", at: "section")
        }
        let priority = try fields.text("priority")
        let priorities = ["required", "important", "standard", "optional", "extra"]
        if let priority, !priorities.contains(priority) {
            throw fields.error(
                "manifest-value",
                "'priority' is one of \(priorities.joined(separator: ", "))",
                at: "priority"
            )
        }
        var contents: [Manifest.Content]?
        if let nodes = try fields.nodes("contents") {
            contents = []
            for node in nodes { contents?.append(try content(node)) }
        }
        var relations: [Relation.Kind: [Manifest.Relation]] = [:]
        for (key, kind) in ManifestForm.relationKeys {
            guard let nodes = try fields.nodes(key) else { continue }
            var read: [Manifest.Relation] = []
            for node in nodes { read.append(try relation(node, kind, key)) }
            relations[kind] = read
        }
        var services: [Manifest.Service]?
        if let nodes = try fields.nodes("services") {
            services = []
            for node in nodes { services?.append(try service(node)) }
        }
        return Manifest.PackageLayer(
            about: try about(fields),
            group: try fields.text("group"),
            section: section,
            priority: priority,
            contents: contents,
            relations: relations,
            scripts: try scripts(fields),
            services: services
        )
    }

    private func relation(
        _ node: YAMLNode,
        _ kind: Relation.Kind,
        _ key: String
    ) throws(OmnibusError) -> Manifest.Relation {
        var text: String
        var stages: Relation.Stages = []
        var condition = Manifest.Condition()
        if case .mapping = node {
            let fields = try ManifestFields(node, .relation, file: file)
            text = try fields.requiredText("relation")
            for word in try fields.texts("when") ?? [] {
                guard let stage = ManifestForm.stageWords.first(where: { $0.word == word })?.stage else {
                    let words = ManifestForm.stageWords.map(\.word)
                    throw fields.error(
                        "manifest-value",
                        "'\(word)' is not one of \(words.joined(separator: ", "))",
                        at: "when",
                        hint: NearestNames.hint(for: word, among: words)
                    )
                }
                stages.insert(stage)
            }
            condition = try self.condition(fields)
        } else {
            text = try ManifestFields.text(node, key, file: file, limit: 1024)
        }
        return try located(node) { () throws(OmnibusError) in
            let relation = try Manifest.Relation(kind, text, stages: stages, condition: condition)
            try check(relation)
            return relation
        }
    }

    /// Fills the placeholders in for some distribution, so that a wrong text is found here and not in the build.
    private func check(_ relation: Manifest.Relation) throws(OmnibusError) {
        for case .placeholder(.sibling(let name)) in relation.parts where !packageNames.contains(name) {
            throw OmnibusError(
                "manifest-placeholder",
                .badInput,
                "'${self:\(name)}' means no package of this manifest",
                hint: NearestNames.hint(for: name, among: packageNames)
            )
        }
        guard let distribution = Distribution.all.last else { return }
        let facts = Manifest.Relation.Facts(
            distribution: distribution,
            python: hasBundle ? distribution.defaultPython : nil,
            evr: EVR(version: "1.0", release: "1")
        )
        _ = try relation.filled(with: facts)
    }

    private func scripts(_ fields: ManifestFields) throws(OmnibusError) -> [Scripts.Event: Manifest.Script] {
        guard let node = fields["scripts"] else { return [:] }
        let mapping = try ManifestFields(node, .scripts, file: file)
        var scripts: [Scripts.Event: Manifest.Script] = [:]
        for (key, event) in ManifestForm.scriptKeys {
            guard let node = mapping[key] else { continue }
            guard case .mapping = node else {
                if let text = try mapping.paragraphs(key) { scripts[event] = Manifest.Script(.text(text + "\n")) }
                continue
            }
            scripts[event] = try script(try ManifestFields(node, .script, file: file))
        }
        return scripts
    }

    private func script(_ fields: ManifestFields) throws(OmnibusError) -> Manifest.Script {
        let body: Manifest.Script.Body
        switch (try fields.paragraphs("text"), try fields.text("file")) {
        case (let text?, nil):
            guard fields["optional"] == nil else {
                throw fields.error("manifest-value", "'optional' goes with 'file' only", at: "optional")
            }
            body = .text(text + "\n")
        case (nil, let path?):
            try located(fields["file"]) { () throws(OmnibusError) in try ManifestChecks.checkSource(path) }
            body = .file(path, isOptional: try fields.flag("optional") ?? false)
        default: throw fields.error("manifest-value", "a script has either 'text' or 'file'")
        }
        let interpreter = try fields.text("interpreter") ?? "/bin/sh"
        _ = try located(fields["interpreter"]) { () throws(OmnibusError) in try ManifestChecks.path(interpreter) }
        return Manifest.Script(body, interpreter: interpreter)
    }

    private func service(_ node: YAMLNode) throws(OmnibusError) -> Manifest.Service {
        var text: String
        var fields: ManifestFields?
        if case .mapping = node {
            let opened = try ManifestFields(node, .service, file: file)
            text = try opened.requiredText("unit")
            fields = opened
        } else {
            text = try ManifestFields.text(node, "services", file: file, limit: 255)
        }
        guard let unit = ManifestChecks.unit(text) else {
            throw ManifestFields.error("manifest-name", "'\(text)' is no unit name", at: node.mark, file: file)
        }
        return Manifest.Service(
            unit,
            enable: try fields?.flag("enable") ?? false,
            restart: try fields?.flag("restart") ?? true,
            condition: try fields.map { (fields) throws(OmnibusError) in try condition(fields) } ?? Manifest.Condition()
        )
    }
}
