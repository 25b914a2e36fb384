import PackageFormats

extension ManifestReader {
    func repository(_ node: YAMLNode) throws(OmnibusError) -> Manifest.Repository {
        let fields = try ManifestFields(node, .repository, file: file)
        let name = try fields.requiredText("name")
        guard ManifestChecks.isRepositoryName(name) else {
            throw fields.error(
                "manifest-name",
                "'\(name)' is no name of a repository",
                at: "name",
                hint: "two or more lower-case letters, digits and '-', the first a letter or digit"
            )
        }
        let package = try fields.text("package")
        if let package, !ManifestChecks.isPackageName(package) {
            throw fields.error("manifest-name", "'\(package)' is no package name", at: "package")
        }
        let url = try fields.requiredText("url")
        guard ManifestChecks.isRepositoryURL(url) else {
            throw fields.error(
                "manifest-value",
                "'url' has to be the URL of a folder, with no '/' at its end",
                at: "url",
                hint: "such as https://packages.example.org/archive"
            )
        }
        let version = try fields.text("version") ?? "1"
        try located(fields["version"]) { () throws(OmnibusError) in _ = try VersionScheme.plain.evr(of: version) }
        return Manifest.Repository(
            name: name,
            title: try fields.text("title"),
            url: url,
            packageName: package,
            version: version,
            revision: try revision(fields)
        )
    }
}
