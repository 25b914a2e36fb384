/// The pages by which installers find the files of an index.
struct PythonPages {
    private let index: PythonIndex

    init(of index: PythonIndex) { self.index = index }

    /// One page with every file, for `pip --find-links`.
    var links: String {
        Self.page("Python packages", index.files().map { Self.link(to: $0, above: "") })
    }

    /// The list of projects (PEP 503).
    var projects: String {
        Self.page(
            "Simple index",
            index.projects.map { "<a href=\"\(HTMLText.escaped($0))/\">\(HTMLText.escaped($0))</a>" }
        )
    }

    /// The files of a project (PEP 503), whose page is two folders below them.
    func project(_ name: String) -> String {
        Self.page("Links for \(name)", index.files(of: name).map { Self.link(to: $0, above: "../../") })
    }

    /// The list of projects as JSON (PEP 691).
    func projectsJSON() throws(OmnibusError) -> [UInt8] {
        struct Document: Encodable {
            struct Project: Encodable { let name: String }
            let meta = Meta()
            let projects: [Project]
        }
        return try JSONText.encode(Document(projects: index.projects.map { Document.Project(name: $0) }))
    }

    /// The files of a project as JSON (PEP 691, PEP 700).
    func projectJSON(_ name: String) throws(OmnibusError) -> [UInt8] {
        let files = index.files(of: name)
        return try JSONText.encode(
            ProjectDocument(name: name, versions: Set(files.map(\.version)).sorted(), files: files.map(FileEntry.init))
        )
    }

    private struct Meta: Encodable {
        let version = "1.1"
        private enum CodingKeys: String, CodingKey { case version = "api-version" }
    }

    private struct ProjectDocument: Encodable {
        let meta = Meta()
        let name: String
        let versions: [String]
        let files: [FileEntry]
    }

    private struct FileEntry: Encodable {
        let file: PythonFile

        init(_ file: PythonFile) { self.file = file }

        private enum CodingKeys: String, CodingKey {
            case filename, url, hashes, size, yanked
            case requiresPython = "requires-python"
            case coreMetadata = "core-metadata"
        }

        func encode(to encoder: any Encoder) throws {
            var fields = encoder.container(keyedBy: CodingKeys.self)
            try fields.encode(file.name, forKey: .filename)
            try fields.encode("../../" + PercentEncoding.path(file.name), forKey: .url)
            try fields.encode(["sha256": file.sha256], forKey: .hashes)
            try fields.encode(file.size, forKey: .size)
            try fields.encodeIfPresent(file.requiresPython, forKey: .requiresPython)
            try fields.encodeIfPresent(file.metadataSHA256.map { ["sha256": $0] }, forKey: .coreMetadata)
            switch file.yanked {
            case nil: break
            case "": try fields.encode(true, forKey: .yanked)
            case let reason?: try fields.encode(reason, forKey: .yanked)
            }
        }
    }

    private static func page(_ title: String, _ links: [String]) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="pypi:repository-version" content="1.1">
        <title>\(HTMLText.escaped(title))</title>
        </head>
        <body>
        <h1>\(HTMLText.escaped(title))</h1>
        \(links.map { "\($0)<br>\n" }.joined())</body>
        </html>

        """
    }

    private static func link(to file: PythonFile, above folder: String) -> String {
        var attributes = "href=\"\(folder)\(HTMLText.escaped(PercentEncoding.path(file.name)))#sha256=\(file.sha256)\""
        if let python = file.requiresPython { attributes += " data-requires-python=\"\(HTMLText.escaped(python))\"" }
        if let digest = file.metadataSHA256 { attributes += " data-core-metadata=\"sha256=\(digest)\"" }
        if let reason = file.yanked { attributes += " data-yanked=\"\(HTMLText.escaped(reason))\"" }
        return "<a \(attributes)>\(HTMLText.escaped(file.name))</a>"
    }
}
