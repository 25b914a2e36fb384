import PackageFormats
import SystemPackage

/// Turns YAML nodes into a manifest, and checks every value where it stands.
struct ManifestReader {
    let file: String
    /// The names of all packages, which `${self:NAME}` may mean.
    private(set) var packageNames: [String] = []
    /// Whether there is an environment to speak of.
    private(set) var hasBundle = false

    init(file: String) { self.file = file }

    mutating func manifest(_ root: YAMLNode) throws(OmnibusError) -> Manifest {
        let fields = try ManifestFields(root, .product, file: file)
        let name = try fields.requiredText("name")
        guard ManifestChecks.isProductName(name) else {
            throw fields.error(
                "manifest-name",
                "'\(name)' is no product name",
                at: "name",
                hint: "letters, digits and '.', '_', '-' between them"
            )
        }
        let scheme = try fields.word("version-scheme", VersionScheme.self) ?? .pep440
        let version = try fields.text("version")
        if let version { try located(fields["version"]) { () throws(OmnibusError) in _ = try scheme.evr(of: version) } }

        hasBundle = fields["bundle"] != nil
        guard let nodes = try fields.nodes("packages"), !nodes.isEmpty else { throw fields.missing("packages") }
        try collectNames(nodes)
        let about = try about(fields)
        var packages: [Manifest.Package] = []
        for node in nodes { packages.append(try package(node)) }
        try checkRequired(fields, about, packages)

        return Manifest(
            name: name,
            version: version,
            versionScheme: scheme,
            revision: try revision(fields),
            about: about,
            bundle: try fields["bundle"].map { (node) throws(OmnibusError) in try bundle(node) },
            repository: try fields["repository"].map { (node) throws(OmnibusError) in try repository(node) },
            packages: packages,
            changelog: try changelog(fields, scheme),
            overrides: try overrides(fields) { (node) throws(OmnibusError) in try productLayer(node) }
        )
    }

    /// Runs a check that knows nothing of the document, and puts the place in front of what it says.
    func located<Value>(
        _ node: YAMLNode?,
        _ check: () throws(OmnibusError) -> Value
    ) throws(OmnibusError) -> Value {
        do {
            return try check()
        } catch {
            throw ManifestFields.error(error.code, error.message, at: node?.mark, file: file, hint: error.hint)
        }
    }

    private mutating func collectNames(_ nodes: [YAMLNode]) throws(OmnibusError) {
        for node in nodes {
            let fields = try ManifestFields(node, .package, file: file)
            let name = try fields.requiredText("name")
            guard ManifestChecks.isPackageName(name) else {
                throw fields.error(
                    "manifest-name",
                    "'\(name)' is no package name",
                    at: "name",
                    hint: "two or more lower-case letters, digits, '+', '-' and '.', the first a letter or digit"
                )
            }
            guard !packageNames.contains(name) else {
                throw fields.error("manifest-duplicate-package", "there are two packages '\(name)'", at: "name")
            }
            packageNames.append(name)
        }
    }

    /// What each format demands of a package, the product may say once for all.
    private func checkRequired(
        _ fields: ManifestFields,
        _ about: Manifest.About,
        _ packages: [Manifest.Package]
    ) throws(OmnibusError) {
        let demanded: [(String, KeyPath<Manifest.About, String?>)] = [
            ("license", \.license), ("maintainer", \.maintainer), ("summary", \.summary),
        ]
        for (key, path) in demanded where about[keyPath: path] == nil {
            guard packages.allSatisfy({ $0.base.about[keyPath: path] != nil }) else { throw fields.missing(key) }
        }
    }

    func revision(_ fields: ManifestFields) throws(OmnibusError) -> UInt32 {
        guard let text = try fields.text("release") else { return 1 }
        guard let number = UInt32(text), number > 0 else {
            throw fields.error("manifest-value", "'release' has to be a number from 1", at: "release")
        }
        return number
    }

    func about(_ fields: ManifestFields) throws(OmnibusError) -> Manifest.About {
        let maintainer = try fields.text("maintainer")
        if let maintainer, !ManifestChecks.isPerson(maintainer) {
            throw fields.error("manifest-value", "'maintainer' has to be 'Name <address>'", at: "maintainer")
        }
        let url = try fields.text("url")
        if let url, !url.contains("://") || url.contains(" ") {
            throw fields.error("manifest-value", "'url' has to be a URL", at: "url")
        }
        return Manifest.About(
            license: try fields.text("license"),
            url: url,
            vendor: try fields.text("vendor"),
            maintainer: maintainer,
            summary: try fields.text("summary", limit: 256),
            description: try fields.paragraphs("description")
        )
    }

    private func productLayer(_ node: YAMLNode) throws(OmnibusError) -> Manifest.ProductLayer {
        let fields = try ManifestFields(node, .productOverride, file: file)
        if fields["bundle"] != nil, !hasBundle {
            throw fields.error(
                "manifest-value",
                "an override cannot add a 'bundle' to a product with none",
                at: "bundle"
            )
        }
        return Manifest.ProductLayer(
            about: try about(fields),
            bundle: try fields["bundle"].map { (node) throws(OmnibusError) in try bundle(node) }
        )
    }

    private func bundle(_ node: YAMLNode) throws(OmnibusError) -> Manifest.Bundle {
        let fields = try ManifestFields(node, .bundle, file: file)
        var prefix: String?
        if let text = try fields.text("prefix") {
            prefix = try located(fields["prefix"]) { () throws(OmnibusError) in try ManifestChecks.path(text) }
        }
        let python = try fields.text("python")
        if let python, !ManifestChecks.isPythonVersion(python) {
            throw fields.error("manifest-value", "'python' has to be X.Y, such as 3.11", at: "python")
        }
        let requirements = try fields.texts("requirements")
        if let option = requirements?.first(where: { $0.hasPrefix("-") }) {
            throw fields.error("manifest-value", "'\(option)' is an option, not a requirement", at: "requirements")
        }
        return Manifest.Bundle(
            prefix: prefix,
            python: python,
            requirements: requirements,
            requirementFiles: try sources(fields, "requirement-files"),
            exclude: try patterns(fields, "exclude"),
            ownScripts: try patterns(fields, "own-scripts")
        )
    }

    private func changelog(
        _ fields: ManifestFields,
        _ scheme: VersionScheme
    ) throws(OmnibusError) -> [Manifest.ChangelogEntry] {
        var entries: [Manifest.ChangelogEntry] = []
        for node in try fields.nodes("changelog") ?? [] {
            let entry = try ManifestFields(node, .changelogEntry, file: file)
            let date = try entry.requiredText("date")
            guard ManifestChecks.isDate(date) else {
                throw entry.error("manifest-value", "'\(date)' is no day of the form YYYY-MM-DD", at: "date")
            }
            let author = try entry.requiredText("author")
            guard ManifestChecks.isPerson(author) else {
                throw entry.error("manifest-value", "'author' has to be 'Name <address>'", at: "author")
            }
            let version = try entry.text("version")
            if let version {
                try located(entry["version"]) { () throws(OmnibusError) in _ = try scheme.evr(of: version) }
            }
            guard let changes = try entry.texts("changes"), !changes.isEmpty else { throw entry.missing("changes") }
            entries.append(Manifest.ChangelogEntry(date: date, author: author, version: version, changes: changes))
        }
        return entries
    }

    func overrides<Layer>(
        _ fields: ManifestFields,
        _ layer: (YAMLNode) throws(OmnibusError) -> Layer
    ) throws(OmnibusError) -> [Manifest.Override<Layer>] {
        guard let node = fields["overrides"] else { return [] }
        var overrides: [Manifest.Override<Layer>] = []
        for (key, value) in try ManifestFields.pairs(of: node, file: file, "a mapping of distributions") {
            let selector = try selector(key.string, at: key.mark)
            guard !overrides.contains(where: { $0.selector == selector }) else {
                throw ManifestFields.error(
                    "manifest-duplicate-key",
                    "there are two overrides for \(selector)",
                    at: key.mark,
                    file: file
                )
            }
            overrides.append(Manifest.Override(selector, try layer(value)))
        }
        return overrides
    }

    func condition(_ fields: ManifestFields) throws(OmnibusError) -> Manifest.Condition {
        var lists: [[String]] = []
        for key in ["only", "except"] {
            var words: [String] = []
            for node in try fields.nodes(key) ?? [] {
                let text = try ManifestFields.text(node, key, file: file, limit: 64)
                words.append(try selector(text, at: node.mark))
            }
            lists.append(words)
        }
        return Manifest.Condition(only: lists[0], except: lists[1])
    }

    /// A word for distributions; an alias becomes the name that it stands for.
    private func selector(_ text: String, at mark: YAMLNode.Mark?) throws(OmnibusError) -> String {
        let known = ManifestForm.selectors
        if known.contains(text) { return text }
        if let distribution = Distribution.all.first(where: { $0.aliases.contains(text) }) { return distribution.name }
        throw ManifestFields.error(
            "manifest-unknown-distribution",
            "'\(text.prefix(80))' means no distribution",
            at: mark,
            file: file,
            hint: NearestNames.hint(for: text, among: known) ?? "known are \(known.joined(separator: ", "))"
        )
    }

    /// Paths of the source.
    func sources(_ fields: ManifestFields, _ key: String) throws(OmnibusError) -> [String]? {
        guard let texts = try fields.texts(key) else { return nil }
        for text in texts {
            try located(fields[key]) { () throws(OmnibusError) in try ManifestChecks.checkSource(text) }
        }
        return texts
    }

    /// Patterns, each of which compiles.
    func patterns(_ fields: ManifestFields, _ key: String) throws(OmnibusError) -> [String]? {
        guard let texts = try fields.texts(key) else { return nil }
        for text in texts {
            try located(fields[key]) { () throws(OmnibusError) in try ManifestChecks.checkPattern(text) }
        }
        return texts
    }
}
