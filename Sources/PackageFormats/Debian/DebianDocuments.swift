/// The files that Debian Policy asks of every package (chapter 12) and that the writer makes where they are missing.
enum DebianDocuments {
    /// The changelog, the copyright file and the lintian overrides, if any.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlCharacter`` or ``FormatError/Code/debianVersion``.
    static func entries(for package: Package) throws(FormatError) -> [Entry] {
        let folder = "/usr/share/doc/\(package.name)"
        var documents: [(path: String, bytes: [UInt8])] = []
        // A link to another package's documentation, or documents by another description, are the package's own affair.
        let folderPath = try PackagePath(folder)
        if !package.entries.contains(where: { $0.path == folderPath && $0.kind != .directory }) {
            let changelog = package.version.release == nil ? "changelog.gz" : "changelog.Debian.gz"
            let compressed = try Compression.gzip.encode(Array(try DebianChangelog.render(package).utf8))
            documents.append(("\(folder)/\(changelog)", compressed))
            documents.append(("\(folder)/copyright", Array((package.debian.copyright ?? copyright(package)).utf8)))
        }
        if !package.debian.lintianOverrides.isEmpty {
            documents.append(("/usr/share/lintian/overrides/\(package.name)", try overrides(package)))
        }
        var entries: [Entry] = []
        for document in documents {
            entries.append(
                Entry(
                    path: try PackagePath(document.path),
                    kind: .file(.bytes(document.bytes), size: UInt64(document.bytes.count)),
                    mode: 0o644,
                    modificationTime: package.date
                )
            )
        }
        return entries
    }

    private static func overrides(_ package: Package) throws(FormatError) -> [UInt8] {
        var text = ""
        for override in package.debian.lintianOverrides {
            for line in [override.tag, override.reason] {
                guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                    throw FormatError(.controlCharacter, "an override holds a control character", field: "lintian")
                }
            }
            if !override.reason.isEmpty { text += "# \(override.reason)\n" }
            text += "\(package.name): \(override.tag)\n"
        }
        return Array(text.utf8)
    }

    /// A copyright file of what the package says about itself.
    private static func copyright(_ package: Package) -> String {
        var copyright = DebianCopyright(name: package.name, source: package.url)
        let year = CivilDate(unixSeconds: package.date).year
        copyright.paragraphs = [
            DebianCopyright.Paragraph(
                files: ["*"],
                holders: ["\(year) \(package.vendor ?? package.maintainer)"],
                license: package.license
            )
        ]
        return copyright.render()
    }
}
