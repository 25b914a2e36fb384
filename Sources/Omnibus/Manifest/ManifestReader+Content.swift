extension ManifestReader {
    /// A content is known by the one key of ``ManifestForm/contents`` that it has.
    func content(_ node: YAMLNode) throws(OmnibusError) -> Manifest.Content {
        let keys = try ManifestFields.pairs(of: node, file: file, "a mapping").map(\.key.string)
        let forms = ManifestForm.contents.filter { form in form.keys.first.map(keys.contains) ?? false }
        guard let form = forms.first, forms.count == 1 else {
            let kinds = ManifestForm.contents.compactMap(\.keys.first)
            let hint = keys.lazy.compactMap { NearestNames.hint(for: $0, among: kinds) }.first
            throw ManifestFields.error(
                "manifest-content",
                "a content has exactly one of \(kinds.joined(separator: ", "))",
                at: node.mark,
                file: file,
                hint: forms.isEmpty ? hint : nil
            )
        }
        let fields = try ManifestFields(node, form, file: file)
        return Manifest.Content(
            try item(fields),
            attributes: try attributes(fields),
            isOptional: try flag(fields, "optional"),
            condition: try condition(fields)
        )
    }

    private func item(_ fields: ManifestFields) throws(OmnibusError) -> Manifest.Content.Item {
        switch fields.form {
        case .linksContent:
            guard let scripts = try patterns(fields, "scripts"), !scripts.isEmpty else {
                throw fields.missing("scripts")
            }
            guard hasBundle else {
                throw fields.error(
                    "manifest-content",
                    "'links' needs a 'bundle', and the product has none",
                    at: "links"
                )
            }
            guard !scripts.contains(where: { $0.contains("/") }) else {
                throw fields.error("manifest-value", "'scripts' are names, without '/'", at: "scripts")
            }
            return .links(directory: try target(fields, "links"), scripts: scripts)
        case .treeContent:
            return .tree(
                source: try source(fields, "tree"),
                to: try target(fields, "to"),
                exclude: try patterns(fields, "exclude") ?? []
            )
        case .filesContent:
            let pattern = try source(fields, "files")
            try located(fields["files"]) { () throws(OmnibusError) in try ManifestChecks.checkPattern(pattern) }
            return .files(pattern: pattern, to: try target(fields, "to"))
        case .fileContent: return .file(source: try source(fields, "file"), to: try target(fields, "to"))
        case .directoryContent: return .directory(try target(fields, "directory"))
        case .symlinkContent:
            return .symlink(path: try target(fields, "symlink"), target: try fields.requiredText("target"))
        default:
            guard try fields.flag("bundle") == true else {
                throw fields.error("manifest-value", "'bundle' of a content has to be true", at: "bundle")
            }
            guard hasBundle else {
                throw fields.error("manifest-content", "there is no 'bundle' in the product", at: "bundle")
            }
            return .bundle
        }
    }

    private func attributes(_ fields: ManifestFields) throws(OmnibusError) -> Manifest.Content.Attributes {
        var attributes = Manifest.Content.Attributes()
        if fields.form.keys.contains("type") {
            attributes.kind = try fields.word("type", Manifest.Content.FileKind.self) ?? .regular
        }
        guard fields.form.keys.contains("mode") else { return attributes }
        if let text = try fields.text("mode") {
            guard let mode = UInt16(text, radix: 8), mode <= 0o7777 else {
                throw fields.error("manifest-value", "'mode' has to be octal, such as 0644", at: "mode")
            }
            attributes.mode = mode
        }
        for (key, path) in [("user", \Manifest.Content.Attributes.user), ("group", \Manifest.Content.Attributes.group)]
        {
            guard let name = try fields.text(key, limit: 31) else { continue }
            guard ManifestChecks.isAccountName(name) else {
                throw fields.error("manifest-name", "'\(name)' is no \(key) name", at: key)
            }
            attributes[keyPath: path] = name
        }
        return attributes
    }

    private func flag(_ fields: ManifestFields, _ key: String) throws(OmnibusError) -> Bool {
        guard fields.form.keys.contains(key) else { return false }
        return try fields.flag(key) ?? false
    }

    private func source(_ fields: ManifestFields, _ key: String) throws(OmnibusError) -> String {
        let text = try fields.requiredText(key)
        try located(fields[key]) { () throws(OmnibusError) in try ManifestChecks.checkSource(text) }
        return text
    }

    private func target(_ fields: ManifestFields, _ key: String) throws(OmnibusError) -> String {
        let text = try fields.requiredText(key)
        return try located(fields[key]) { () throws(OmnibusError) in
            if text.hasPrefix("${prefix}"), !hasBundle {
                throw OmnibusError("manifest-placeholder", .badInput, "'${prefix}' needs a 'bundle'")
            }
            return try ManifestChecks.target(text)
        }
    }
}
