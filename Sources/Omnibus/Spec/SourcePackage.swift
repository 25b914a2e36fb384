import PackageFormats

/// What a distribution's maintainer builds from a project's source: a library package, and packages of scripts, services and
/// other files beside it. It knows neither rpm nor Debian; the templates do.
struct SourcePackage: Sendable {
    /// The project's metadata.
    var metadata: ProjectMetadata
    /// The version and release.
    var evr: EVR
    /// The source package's name where it is an application; a library's comes from the template.
    var applicationName: String?
    /// One line.
    var summary: String
    /// Paragraphs.
    var description: String
    /// The license as an SPDX expression.
    var license: String
    /// The home page, or `nil`.
    var url: String?
    /// Who answers for the packages.
    var maintainer: String
    /// The source's date in Unix seconds.
    var date: Int64
    /// The package of the modules.
    var library: Binary
    /// The packages beside it.
    var others: [Binary]
    /// The history, newest first.
    var changelog: [ChangelogEntry]
    /// The archive that is built from.
    var archive: Archive
    /// Files of the source that are licenses, and those that are documentation.
    var licenseFiles: [String]
    var documentation: [String]
    /// The modules that are a file, and not a directory.
    var fileModules: Set<String> = []
    /// Whether everything is Python, the same on every machine.
    var isPure: Bool
    /// Whether there is a `setup.py`, and a `pyproject.toml`.
    var hasSetupScript: Bool
    var hasPyproject: Bool
    /// What was guessed, or left out, and what a person has to look at.
    var reviews: [String]

    /// The archive that is built from.
    struct Archive: Sendable, Hashable {
        /// Its file name.
        var name: String
        /// The folder at its top.
        var folder: String
        /// Where Python's package index has it.
        var url: String
    }

    /// A package that is built.
    struct Binary: Sendable {
        /// The name; empty for the library, which templates name.
        var name: String
        /// One line.
        var summary: String
        /// Paragraphs.
        var description: String
        /// The project's scripts that it brings, each with the directory that they are in.
        var commands: [(directory: String, name: String)] = []
        /// Files of the source.
        var files: [InstalledFile] = []
        /// Directories that it owns.
        var directories: [OwnedDirectory] = []
        /// Symbolic links.
        var links: [(path: String, target: String)] = []
        /// Relations to packages of the distribution.
        var relations: [Relation] = []
        /// The packages of the same build that it needs; an empty name stands for the library.
        var siblings: [String] = []
        /// What runs around installation and removal.
        var scripts = Scripts()
        /// The services that it brings.
        var services: [Service] = []
    }

    /// A file of the source and its place.
    struct InstalledFile: Sendable, Hashable {
        var source: String
        var path: String
        var attributes: Manifest.Content.Attributes
        var mode: UInt16
    }

    /// A directory that a package owns.
    struct OwnedDirectory: Sendable, Hashable {
        var path: String
        var attributes: Manifest.Content.Attributes
    }

    /// The year of the source.
    var year: Int64 { 1970 + date / 31_556_952 }

    /// All scripts that some package brings.
    var claimedCommands: Set<String> { Set(([library] + others).flatMap(\.commands).map(\.name)) }
}

extension SourcePackage.Binary {
    /// Ends the description with what the package holds.
    mutating func describeContents(isLibrary: Bool) {
        var parts = isLibrary ? ["the Python modules"] : []
        if !commands.isEmpty {
            let names = commands.map(\.name)
            parts.append(names.count == 1 ? "the command \(names[0])" : "the commands \(Self.list(names))")
        }
        if !services.isEmpty {
            let names = services.map { String($0.unit.prefix { $0 != "." }) }
            parts.append(names.count == 1 ? "the service \(names[0])" : "the services \(Self.list(names))")
        }
        if !parts.isEmpty { description += "\n\n" + Paragraphs.wrapped("This package has \(Self.list(parts)).") }
    }

    private static func list(_ words: [String]) -> String {
        guard let last = words.last, words.count > 1 else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " and " + last
    }
}
