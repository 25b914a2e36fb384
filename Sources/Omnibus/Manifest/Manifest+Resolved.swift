public import PackageFormats

extension Manifest {
    /// What a manifest says for one distribution: overrides applied, conditions answered, defaults filled in. Relations keep
    /// their placeholders, which ``Relation/filled(with:)`` replaces once the version and the interpreter are known.
    public struct Resolved: Sendable, Hashable {
        /// The distribution.
        public var distribution: Distribution
        /// The product's name.
        public var name: String
        /// The version, or `nil` where the source says it.
        public var version: String?
        /// How the version becomes the packages' version and release.
        public var versionScheme: VersionScheme
        /// Counts the packagings of one version.
        public var revision: UInt32
        /// The Python environment to build, or `nil`.
        public var bundle: Bundle?
        /// The packages that the distribution gets, at least one.
        public var packages: [Package]
        /// The product's history, newest first.
        public var changelog: [ChangelogEntry]

        /// The Python environment to build.
        public struct Bundle: Sendable, Hashable {
            /// Where it is installed, an absolute path.
            public var prefix: String
            /// The interpreter that the manifest asks for, or the distribution's default.
            public var python: Distribution.Python?
            /// What is installed beside the product.
            public var requirements: [String]
            /// Requirements files, relative to the source.
            public var requirementFiles: [String]
            /// Patterns of paths below the prefix that are left out.
            public var exclude: [String]
            /// Patterns of the product's own scripts.
            public var ownScripts: [String]
        }

        /// One package, as the distribution gets it.
        public struct Package: Sendable, Hashable {
            /// The name.
            public var name: String
            /// The machines that it is for.
            public var architecture: ArchitectureKind
            /// One line.
            public var summary: String
            /// Paragraphs; the summary where the manifest has none.
            public var description: String
            /// The license.
            public var license: String
            /// The home page, or `nil`.
            public var url: String?
            /// Who distributes it, or `nil`.
            public var vendor: String?
            /// Who answers for it, as `Name <address>`.
            public var maintainer: String
            /// rpm's group.
            public var group: String
            /// Debian's section.
            public var section: String
            /// Debian's priority.
            public var priority: String
            /// What it installs; targets have no placeholders left.
            public var contents: [Content]
            /// Its relations, in the order of their kinds.
            public var relations: [Relation]
            /// What runs around its installation and removal.
            public var scripts: [Scripts.Event: Script]
            /// The services whose life it follows.
            public var services: [Service]
        }
    }

    /// What the manifest says for one distribution.
    ///
    /// Layers are laid from the general to the particular, in the order of ``Distribution/selectors``; a layer replaces each
    /// value that it names, lists included.
    /// - Throws: ``OmnibusError`` with code `manifest-no-package` where the distribution gets none, `manifest-missing-key` for
    ///   a package with no summary, license or maintainer, `manifest-placeholder` for a target in `${unit-directory}` where
    ///   systemd does not run, `manifest-relation` for a `${self:NAME}` that the distribution does not get,
    ///   `python-not-shipped` for an interpreter that it has not.
    public func resolved(for distribution: Distribution) throws(OmnibusError) -> Resolved {
        var product = ProductLayer(about: about, bundle: bundle)
        for layer in Self.layers(overrides, for: distribution) {
            product.about = product.about.overlaid(with: layer.about)
            // A layer changes the bundle of a product that has one, and gives none to another.
            if let bundle = product.bundle, let change = layer.bundle { product.bundle = bundle.overlaid(with: change) }
        }
        var bundle: Resolved.Bundle?
        if let wanted = product.bundle {
            var python = distribution.defaultPython
            if let version = wanted.python { python = try distribution.python(version) }
            bundle = Resolved.Bundle(
                prefix: wanted.prefix ?? "/opt/\(name.lowercased())",
                python: python,
                requirements: wanted.requirements ?? [],
                requirementFiles: wanted.requirementFiles ?? [],
                exclude: wanted.exclude ?? [],
                ownScripts: wanted.ownScripts ?? []
            )
        }
        var resolved: [Resolved.Package] = []
        for package in packages where package.condition.holds(for: distribution) {
            resolved.append(
                try Self.resolved(package, of: product.about, prefix: bundle?.prefix, for: distribution)
            )
        }
        try Self.checkSiblings(resolved, for: distribution)
        guard !resolved.isEmpty else {
            throw OmnibusError("manifest-no-package", .badInput, "no package of \(name) is for \(distribution.name)")
        }
        return Resolved(
            distribution: distribution,
            name: name,
            version: version,
            versionScheme: versionScheme,
            revision: revision,
            bundle: bundle,
            packages: resolved,
            changelog: changelog
        )
    }

    /// A pin on a package that the distribution does not get could never be met.
    private static func checkSiblings(
        _ packages: [Resolved.Package],
        for distribution: Distribution
    ) throws(OmnibusError) {
        let names = packages.map(\.name)
        for package in packages {
            for case .placeholder(.sibling(let name)) in package.relations.flatMap(\.parts) where !names.contains(name)
            {
                throw OmnibusError(
                    "manifest-relation",
                    .badInput,
                    "'\(package.name)' speaks of '${self:\(name)}', which \(distribution.name) does not get",
                    hint: "keep the relation from it with 'only' or 'except'"
                )
            }
        }
    }

    private static func layers<Layer>(_ overrides: [Override<Layer>], for distribution: Distribution) -> [Layer] {
        distribution.selectors.flatMap { word in overrides.filter { $0.selector == word }.map(\.layer) }
    }

    private static func resolved(
        _ package: Package,
        of product: About,
        prefix: String?,
        for distribution: Distribution
    ) throws(OmnibusError) -> Resolved.Package {
        var layer = package.base
        for change in layers(package.overrides, for: distribution) { layer = layer.overlaid(with: change) }
        let about = product.overlaid(with: layer.about)

        var contents: [Content] = []
        for content in layer.contents ?? [] where content.condition.holds(for: distribution) {
            var content = content
            content.item = try resolved(content.item, prefix: prefix, for: distribution)
            contents.append(content)
        }
        var relations: [Relation] = []
        for kind in PackageFormats.Relation.Kind.allCases {
            relations += (layer.relations[kind] ?? []).filter { $0.condition.holds(for: distribution) }
        }
        let summary = try required(about.summary, "summary", package.name)
        return Resolved.Package(
            name: package.name,
            architecture: package.architecture,
            summary: summary,
            description: about.description ?? summary,
            license: try required(about.license, "license", package.name),
            url: about.url,
            vendor: about.vendor,
            maintainer: try required(about.maintainer, "maintainer", package.name),
            group: layer.group ?? "Applications/System",
            section: layer.section ?? "misc",
            priority: layer.priority ?? "optional",
            contents: contents,
            relations: relations,
            scripts: layer.scripts,
            services: (layer.services ?? []).filter { $0.condition.holds(for: distribution) }
        )
    }

    private static func required(_ value: String?, _ key: String, _ package: String) throws(OmnibusError) -> String {
        guard let value else {
            throw OmnibusError(
                "manifest-missing-key",
                .badInput,
                "package '\(package)' has no '\(key)', and neither has the product"
            )
        }
        return value
    }

    private static func resolved(
        _ item: Content.Item,
        prefix: String?,
        for distribution: Distribution
    ) throws(OmnibusError) -> Content.Item {
        func target(_ path: String) throws(OmnibusError) -> String {
            for (name, value) in [("${prefix}", prefix), ("${unit-directory}", distribution.unitDirectory)]
            where path.hasPrefix(name) {
                guard let value else {
                    throw OmnibusError(
                        "manifest-placeholder",
                        .badInput,
                        "\(distribution.name) has nothing for \(name) in '\(path)'",
                        hint: "keep the content from it with 'only' or 'except'"
                    )
                }
                return value + path.dropFirst(name.count)
            }
            return path
        }
        switch item {
        case .bundle: return .bundle
        case .links(let directory, let scripts): return .links(directory: try target(directory), scripts: scripts)
        case .tree(let source, let to, let exclude):
            return .tree(source: source, to: try target(to), exclude: exclude)
        case .files(let pattern, let to): return .files(pattern: pattern, to: try target(to))
        case .file(let source, let to): return .file(source: source, to: try target(to))
        case .directory(let path): return .directory(try target(path))
        case .symlink(let path, let link): return .symlink(path: try target(path), target: link)
        }
    }
}
