import PackageFormats
import SystemPackage

/// Makes a source package of a project, by a manifest or by what the project itself says.
struct SourcePackagePlanner {
    let found: ProjectReader.Found
    let distribution: Distribution
    /// The manifest, or `nil` for a library package and one with its scripts.
    let manifest: Manifest?
    /// The history.
    let history: SourceHistory

    private var metadata: ProjectMetadata { found.metadata }

    func plan() throws(OmnibusError) -> SourcePackage {
        var reviews: [String] = []
        let resolved = try manifest.map { (manifest) throws(OmnibusError) in try manifest.resolved(for: distribution) }
        let paragraph = metadata.description.flatMap(PlainParagraph.first)
        let summary = Self.summary(of: metadata, reviews: &reviews)
        let scheme = resolved?.versionScheme ?? .pep440
        let evr = try scheme.evr(of: resolved?.version ?? metadata.version, revision: resolved?.revision ?? 1)
        var license = resolved?.packages.first?.license
        if license == nil, let said = LicenseNames.spdx(of: metadata) { license = said }
        let files = try DocumentFiles(root: found.root)
        if license == nil, let name = files.licenses.first,
            let text = LicenseNames.recognized(
                String(decoding: try FileSystem.read(try found.source.path(name), limit: 1 << 20), as: UTF8.self)
            )
        {
            license = text
            reviews.append("the license is what the words of \(name) look like")
        }
        if license == nil {
            let said = metadata.license.map { "'\($0.onOneLine.prefix(80))'" } ?? "nothing"
            reviews.append("the license is not known: the project says \(said)")
        }
        var maintainer = resolved?.packages.first?.maintainer ?? metadata.maintainer
        if maintainer == nil { reviews.append("nobody is named who looks after the package") }
        maintainer = maintainer ?? "Unknown <unknown@example.invalid>"
        let url = resolved?.packages.first?.url ?? metadata.homepage
        if url == nil { reviews.append("the project names no home page; that of Python's package index stands for it") }
        if files.licenses.isEmpty {
            reviews.append("the source has no file with its license, or none with a plain name")
        }
        let isPure = try isPure()
        if !isPure { reviews.append("the project seems to have compiled parts; see what they need to build") }
        for text in metadata.unreadable {
            reviews.append("'\(text.onOneLine.prefix(200))' cannot be read, so it is left out")
        }
        if !metadata.extras.isEmpty {
            let names = metadata.extras.sorted().joined(separator: ", ")
            reviews.append("what the extras \(names) need is not required")
        }
        let archive = archive(reviews: &reviews)
        var package = SourcePackage(
            metadata: metadata,
            evr: evr,
            applicationName: nil,
            summary: summary,
            description: paragraph ?? summary + ".",
            license: license ?? "LicenseRef-unknown",
            url: url ?? "https://pypi.org/project/\(metadata.normalizedName)/",
            maintainer: maintainer ?? "",
            date: history.date,
            library: SourcePackage.Binary(name: "", summary: summary, description: paragraph ?? summary + "."),
            others: [],
            changelog: [],
            archive: archive,
            licenseFiles: files.licenses,
            documentation: files.documentation,
            isPure: isPure,
            hasSetupScript: FileSystem.exists(found.root.appending("setup.py")),
            hasPyproject: FileSystem.exists(found.root.appending("pyproject.toml")),
            reviews: reviews
        )
        if let resolved {
            try ManifestTranslation(manifest: resolved, found: found, evr: evr).fill(&package)
        } else {
            derive(&package)
        }
        package.fileModules = Set(
            metadata.modules.filter { module in
                ["\(module).py", "src/\(module).py", "lib/\(module).py"].contains { path in
                    FileSystem.exists(found.root.appending(path))
                }
            }
        )
        package.changelog = try history.entries(
            of: evr,
            by: package.maintainer,
            product: metadata.name,
            manifest: resolved,
            scheme: scheme
        )
        let unclaimed = Set(metadata.scripts.keys).subtracting(package.claimedCommands).sorted()
        if !unclaimed.isEmpty {
            package.reviews.append("no package brings \(unclaimed.joined(separator: ", ")); the build removes them")
        }
        if metadata.modules.isEmpty {
            package.reviews.append("which modules the project installs is not known; its name stands for them")
            package.metadata.modules = [metadata.normalizedName.replacing("-", with: "_")]
        }
        return package
    }

    /// One line with no full stop, short enough for every format.
    private static func summary(of metadata: ProjectMetadata, reviews: inout [String]) -> String {
        var text = (metadata.summary ?? "").onOneLine.split(separator: " ").joined(separator: " ")
        while text.hasSuffix(".") { text.removeLast() }
        if text.isEmpty {
            reviews.append("the project has no summary")
            return "Python project \(metadata.name)"
        }
        guard text.count > 75 else { return text }
        reviews.append("the summary is shortened: '\(text.prefix(300))'")
        let start = text.prefix(75)
        return String(start.lastIndex(of: " ").map { start[..<$0] } ?? start)
    }

    /// A library package, and one of the project's name with its scripts.
    private func derive(_ package: inout SourcePackage) {
        let names = metadata.scripts.keys.filter(Self.isCommand).sorted()
        guard !names.isEmpty else { return }
        let name = metadata.normalizedName
        package.applicationName = name
        var scripts = SourcePackage.Binary(name: name, summary: package.summary, description: package.description)
        scripts.commands = names.map { ("/usr/bin", $0) }
        scripts.siblings = [""]
        scripts.describeContents(isLibrary: false)
        package.others = [scripts]
        package.library.summary = "Python modules of \(metadata.name)"
        package.library.describeContents(isLibrary: true)
    }

    /// A name that needs no quoting anywhere, and means nothing to rpm or a shell; others stay out of every list.
    static func isCommand(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "."),
            name.utf8.count <= 100
        else { return false }
        return name.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                || "._+-".utf8.contains($0)
        }
    }

    private func archive(reviews: inout [String]) -> SourcePackage.Archive {
        let usual = "\(metadata.normalizedName.replacing("-", with: "_"))-\(metadata.version)"
        var name = "\(usual).tar.gz"
        var folder = usual
        // Both names end up in a shell's hands, so that those of strangers have to be plain.
        if let given = found.archive, let top = found.root.lastComponent?.string, Self.isCommand(given),
            Self.isCommand(top)
        {
            (name, folder) = (given, top)
        } else {
            reviews.append("the source archive is taken to be \(name), as today's build tools call it")
        }
        let letter = metadata.normalizedName.prefix(1)
        let url = "https://files.pythonhosted.org/packages/source/\(letter)/\(metadata.normalizedName)/\(name)"
        return SourcePackage.Archive(name: name, folder: folder, url: url)
    }

    /// Whether nothing looks like it gets compiled.
    private func isPure() throws(OmnibusError) -> Bool {
        let compilers = [
            "maturin", "scikit-build", "scikit-build-core", "meson-python", "setuptools-rust", "cython", "cffi",
            "pybind11", "numpy",
        ]
        if metadata.buildRequires.contains(where: { compilers.contains($0.normalizedName) }) { return false }
        let script = found.root.appending("setup.py")
        guard FileSystem.exists(script) else { return true }
        let text = String(decoding: try FileSystem.read(script, limit: 4 << 20), as: UTF8.self)
        return !text.contains("ext_modules") && !text.contains("cffi_modules") && !text.contains("rust_extensions")
    }
}

/// The files at a source's top that packages bring as license or documentation.
private struct DocumentFiles {
    var licenses: [String] = []
    var documentation: [String] = []

    init(root: FilePath) throws(OmnibusError) {
        for name in try FileSystem.names(in: root) where !FileSystem.isDirectory(root.appending(name)) {
            let upper = name.uppercased()
            guard SourcePackagePlanner.isCommand(name) else { continue }
            if ["LICENSE", "LICENCE", "COPYING", "NOTICE"].contains(where: upper.hasPrefix), !upper.hasSuffix(".PY") {
                licenses.append(name)
            } else if upper.hasPrefix("README") {
                documentation.append(name)
            }
        }
    }
}
