extension ProjectMetadata {
    /// Reads a `METADATA` or `PKG-INFO` file.
    init(_ core: CoreMetadata, origin: Origin) throws(OmnibusError) {
        guard let name = core["name"], let version = core["version"] else {
            throw OmnibusError("metadata-invalid", .badInput, "the project's metadata give no name and version")
        }
        try self.init(name: name, version: version, origin: origin)
        summary = core["summary"]
        description = core["description"] ?? (core.body.isEmpty ? nil : core.body)
        license = core["license-expression"] ?? core["license"]
        classifiers = core.all("classifier")
        for link in core.all("project-url") {
            guard let comma = link.firstIndex(of: ",") else { continue }
            let target = String(link[link.index(after: comma)...]).trimmingWhitespace()
            urls[String(link[..<comma]).trimmingWhitespace()] = target
        }
        if let page = core["home-page"] { urls["homepage"] = page }
        try setRequiresPython(core["requires-python"])
        setDependencies(core.all("requires-dist"))
        extras = core.all("provides-extra")
        author = core["author"] ?? Self.person(name: nil, mail: core["author-email"])
        maintainer =
            Self.person(name: core["maintainer"], mail: core["maintainer-email"])
            ?? Self.person(name: core["author"], mail: core["author-email"])
    }

    /// Whether metadata of a source distribution hold for every build of it (PEP 643).
    static func isReliable(_ core: CoreMetadata) -> Bool {
        let numbers = (core["metadata-version"] ?? "").split(separator: ".").compactMap { Int($0) }
        guard numbers.count == 2, !numbers.lexicographicallyPrecedes([2, 2]) else { return false }
        let dynamic = core.all("dynamic").map { $0.lowercased() }
        return !["requires-dist", "requires-python", "provides-extra", "version"].contains(where: dynamic.contains)
    }

    /// Reads the `[project]` table of a `pyproject.toml` (PEP 621), or gives `nil` where it leaves something that matters to
    /// the build backend.
    ///
    /// - Parameters:
    ///   - pyproject: the document.
    ///   - file: reads a file that the table names.
    init?(pyproject: TOML, file: (String) throws(OmnibusError) -> String?) throws(OmnibusError) {
        guard let project = pyproject["project"], let name = project["name"]?.text else { return nil }
        let dynamic = project["dynamic"]?.texts ?? []
        let needed = ["version", "dependencies", "optional-dependencies", "requires-python", "scripts"]
        guard let version = project["version"]?.text, !dynamic.contains(where: needed.contains) else { return nil }
        try self.init(name: name, version: version, origin: .pyproject)
        summary = project["description"]?.text
        switch project["readme"] {
        case .string(let path)?: description = try file(path)
        case .table(let readme)?:
            if let path = readme["file"]?.text {
                description = try file(path)
            } else {
                description = readme["text"]?.text
            }
        default: break
        }
        switch project["license"] {
        case .string(let expression)?: license = expression
        case .table(let table)?:
            if let path = table["file"]?.text { license = try file(path) } else { license = table["text"]?.text }
        default: break
        }
        classifiers = project["classifiers"]?.texts ?? []
        urls = (project["urls"]?.table ?? [:]).compactMapValues(\.text)
        try setRequiresPython(project["requires-python"]?.text)
        setDependencies(project["dependencies"]?.texts ?? [])
        for (extra, list) in (project["optional-dependencies"]?.table ?? [:]).sorted(by: { $0.key < $1.key }) {
            extras.append(extra)
            for text in list.texts ?? [] {
                guard var requirement = try? PythonRequirement(parsing: text) else {
                    unreadable.append(text)
                    continue
                }
                let marker = PythonMarker.comparison(.variable("extra"), "==", .text(extra))
                requirement.marker = requirement.marker.map { .both($0, marker) } ?? marker
                dependencies.append(requirement)
            }
        }
        let people = { (key: String) in (project[key]?.array ?? []).map { ($0["name"]?.text, $0["email"]?.text) } }
        author = people("authors").lazy.compactMap { $0.0 ?? $0.1 }.first
        maintainer =
            (people("maintainers") + people("authors")).lazy.compactMap { Self.person(name: $0.0, mail: $0.1) }
            .first
        setScripts(of: pyproject)
    }

    /// The scripts of a `[project]` table.
    mutating func setScripts(of pyproject: TOML) {
        for key in ["scripts", "gui-scripts"] {
            for (script, object) in pyproject[path: "project", key]?.table ?? [:] { scripts[script] = object.text }
        }
    }

    /// What is needed to build the project, and by what (PEP 518).
    mutating func setBuildSystem(of pyproject: TOML?) {
        guard let system = pyproject?["build-system"] else {
            buildRequires = ["setuptools", "wheel"].compactMap { try? PythonRequirement(parsing: $0) }
            return
        }
        buildRequires = (system["requires"]?.texts ?? []).compactMap { text in
            guard let requirement = try? PythonRequirement(parsing: text) else {
                unreadable.append(text)
                return nil
            }
            return requirement
        }
        if let backend = system["build-backend"]?.text { buildBackend = backend }
    }

    private mutating func setRequiresPython(_ text: String?) throws(OmnibusError) {
        guard let text else { return }
        do {
            requiresPython = try PythonVersionSpecifier.list(parsing: text)
        } catch {
            unreadable.append("Python \(text.onOneLine)")
        }
    }
}
