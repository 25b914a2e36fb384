/// What a Python project says about itself (PyPA's core metadata), wherever it says it.
public struct ProjectMetadata: Sendable, Hashable {
    /// Where the metadata come from.
    public enum Origin: Sendable, Hashable {
        /// The `[project]` table of `pyproject.toml` (PEP 621).
        case pyproject
        /// The `PKG-INFO` of a source distribution.
        case sourceDistribution
        /// The project's build backend, which ran for it (PEP 517).
        case buildBackend
    }

    /// The name, as it is written.
    public var name: String
    /// The version.
    public var version: String
    /// One line, or `nil`.
    public var summary: String?
    /// The long description, in whatever markup, or `nil`.
    public var description: String?
    /// What the project says of its license: an expression, a name, a text; or `nil`.
    public var license: String?
    /// The trove classifiers.
    public var classifiers: [String] = []
    /// Links by label.
    public var urls: [String: String] = [:]
    /// The versions of Python that will do; empty for any.
    public var requiresPython: [PythonVersionSpecifier] = []
    /// What has to be installed with it, that of extras included.
    public var dependencies: [PythonRequirement] = []
    /// Dependencies that nobody can read, word for word.
    public var unreadable: [String] = []
    /// The names of the extras.
    public var extras: [String] = []
    /// Who wrote it or looks after it, as `Name <address>`.
    public var maintainer: String?
    /// Who holds the copyright, as far as is said.
    public var author: String?
    /// The scripts by name, each with the object that it calls.
    public var scripts: [String: String] = [:]
    /// What is needed to build it.
    public var buildRequires: [PythonRequirement] = []
    /// The module that builds it, such as `setuptools.build_meta`.
    public var buildBackend = ProjectMetadata.legacyBackend
    /// The modules that it installs, as far as is said.
    public var modules: [String] = []
    /// Where all this comes from.
    public var origin: Origin

    /// What builds a project that does not say (PEP 517).
    static let legacyBackend = "setuptools.build_meta:__legacy__"

    /// Makes metadata with a name and a version.
    ///
    /// - Throws: ``OmnibusError`` with code `metadata-invalid` for a name that no project may have (PEP 508), or
    ///   `version-unsupported` for a version that is none (PEP 440).
    public init(name: String, version: String, origin: Origin) throws(OmnibusError) {
        guard name.utf8.count <= 200, PythonSource.name(of: name) == name else {
            throw OmnibusError(
                "metadata-invalid",
                .badInput,
                "'\(name.prefix(200))' is no name of a Python project",
                hint: "a name has letters, digits, '.', '-' and '_'"
            )
        }
        self.name = name
        self.version = try PEP440Version(version).description
        self.origin = origin
    }

    /// The name as indexes compare it (PEP 503).
    public var normalizedName: String { PythonSource.normalized(name) }

    /// The home page: what the labels say is one, else the repository.
    public var homepage: String? {
        let labels = [
            "homepage", "home", "website", "source", "repository", "source code", "code", "github", "documentation",
        ]
        for label in labels {
            let found = urls.filter { $0.key.lowercased() == label }.values.sorted().first
            if let found, ProjectMetadata.isPlainURL(found) { return found }
        }
        return urls.values.sorted().first(where: ProjectMetadata.isPlainURL)
    }

    /// A URL that is one word of ASCII, as package formats want it.
    private static func isPlainURL(_ text: String) -> Bool {
        (text.hasPrefix("https://") || text.hasPrefix("http://")) && text.utf8.count <= 1000
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    /// Sorts dependencies into those that can be read and the others.
    mutating func setDependencies(_ texts: [String]) {
        for text in texts {
            do {
                dependencies.append(try PythonRequirement(parsing: text))
            } catch {
                unreadable.append(text)
            }
        }
    }

    /// `Name <address>` of what is known about a person.
    static func person(name: String?, mail: String?) -> String? {
        // Metadata that came from `[project]` hold both in the address.
        if let mail, let open = mail.firstIndex(of: "<"), let close = mail[open...].firstIndex(of: ">") {
            let label = String(mail[..<open]).filter { $0 != "\"" }.trimmingWhitespace()
            return person(name: label.isEmpty ? name : label, mail: String(mail[open..<close].dropFirst()))
        }
        let mail = mail?.split(separator: ",").first.map { String($0).trimmingWhitespace() }
        guard let mail, mail.contains("@"), !mail.contains(where: { " <>".contains($0) }) else { return nil }
        let cleaned = (name ?? "").filter { !"<>\"".contains($0) }.onOneLine.trimmingWhitespace()
        let label = cleaned.isEmpty ? String(mail.prefix { $0 != "@" }) : cleaned
        return "\(label) <\(mail.onOneLine)>"
    }
}

extension String {
    /// The text with every control character made a blank.
    var onOneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0 }
            )
        )
    }
}
