/// The mappings that a manifest is made of, each with the keys that it knows.
///
/// The raw value is the name of the same form in `docs/manifest.schema.json`.
enum ManifestForm: String, CaseIterable {
    case product
    case productOverride = "product-override"
    case bundle
    case repository
    case package
    case packageOverride = "package-override"
    case bundleContent = "bundle-content"
    case linksContent = "links-content"
    case treeContent = "tree-content"
    case filesContent = "files-content"
    case fileContent = "file-content"
    case directoryContent = "directory-content"
    case symlinkContent = "symlink-content"
    case relation
    case scripts
    case script
    case service
    case changelogEntry = "changelog-entry"

    /// The keys, in the order in which ``Manifest/yaml()`` writes them.
    var keys: [String] {
        switch self {
        case .product:
            ["name", "version", "version-scheme", "release"] + Self.aboutKeys
                + ["bundle", "repository", "packages", "changelog", "overrides"]
        case .productOverride: Self.aboutKeys + ["bundle"]
        case .bundle: ["prefix", "python", "requirements", "requirement-files", "exclude", "own-scripts"]
        case .repository: ["name", "title", "url", "package", "version", "release"]
        case .package: ["name", "architecture"] + Self.conditionKeys + Self.layerKeys + ["overrides"]
        case .packageOverride: Self.layerKeys
        case .bundleContent: ["bundle"] + Self.conditionKeys
        case .linksContent: ["links", "scripts"] + Self.conditionKeys
        case .treeContent: ["tree", "to", "exclude"] + Self.attributeKeys + ["optional"] + Self.conditionKeys
        case .filesContent: ["files", "to"] + Self.attributeKeys + ["optional"] + Self.conditionKeys
        case .fileContent: ["file", "to"] + Self.attributeKeys + ["optional"] + Self.conditionKeys
        case .directoryContent: ["directory", "mode", "user", "group"] + Self.conditionKeys
        case .symlinkContent: ["symlink", "target"] + Self.conditionKeys
        case .relation: ["relation", "when"] + Self.conditionKeys
        case .scripts: Self.scriptKeys.map(\.key)
        case .script: ["text", "file", "optional", "interpreter"]
        case .service: ["unit", "enable", "restart"] + Self.conditionKeys
        case .changelogEntry: ["date", "author", "version", "changes"]
        }
    }

    /// The content forms, each known by its first key.
    static let contents: [ManifestForm] = [
        .bundleContent, .linksContent, .treeContent, .filesContent, .fileContent, .directoryContent, .symlinkContent,
    ]

    private static let aboutKeys = ["license", "url", "vendor", "maintainer", "summary", "description"]
    private static let conditionKeys = ["only", "except"]
    private static let attributeKeys = ["type", "mode", "user", "group"]
    private static let layerKeys =
        aboutKeys + ["group", "section", "priority", "contents"] + relationKeys.map(\.key) + ["scripts", "services"]
}
