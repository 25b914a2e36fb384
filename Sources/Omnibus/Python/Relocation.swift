import Glibc
import SystemPackage

/// Makes of a directory that tools have filled on this machine one that stands at another place on another machine.
struct Relocation: Sendable {
    /// The directory as it stands here.
    let stage: FilePath
    /// Where it stands on the target.
    let prefix: FilePath
    /// The directory that all environments of the build are in: no interpreter from there goes along.
    let work: FilePath
    let target: PythonTarget

    private var sitePackages: FilePath { stage.pushing(target.sitePackages) }

    /// Rewrites everything but the `RECORD`s, which come last, when nothing changes any more.
    ///
    /// - Parameter project: the normalized name of the one distribution that was asked for by name.
    func run(project: String) throws(OmnibusError) {
        try layFrame()
        for distribution in try InstalledDistribution.all(in: sitePackages) {
            try settle(distribution, isRequested: distribution.normalizedName == project)
        }
        let tree = try FileTree(stage)
        for entry in tree.entries {
            switch entry.kind {
            case .directory:
                if entry.name == "__pycache__" { try FileSystem.remove(tree.path(of: entry)) }
            case .link: try settleLink(entry, in: tree)
            case .file where entry.path.contains("/__pycache__/"): break
            case .file where entry.name.hasSuffix(".pyc"): try FileSystem.remove(tree.path(of: entry))
            case .file: try settleFile(entry, in: tree)
            case .other:
                throw OmnibusError(
                    "unexpected-file",
                    .failure,
                    "\(entry.path) in the bundle is no file, directory or link"
                )
            }
        }
        try normalizeModes()
    }

    /// Lays what makes a directory a virtual environment of the target's Python, in place of what made it one of a
    /// Python here.
    private func layFrame() throws(OmnibusError) {
        let bin = stage.appending("bin")
        try FileSystem.makeDirectories(bin)
        for name in try FileSystem.names(in: bin) where Self.isFrame(name) {
            try FileSystem.remove(bin.appending(name))
        }
        for name in [".gitignore", "CACHEDIR.TAG", ".lock", "pyvenv.cfg"] {
            try FileSystem.remove(stage.appending(name))
        }
        guard FileSystem.isDirectory(sitePackages) else {
            throw OmnibusError("bundle-empty", .failure, "Nothing was installed into \(target.sitePackages)")
        }
        // With these, virtualenv and uv keep a user's settings from breaking an environment that pip installs into.
        for name in ["_virtualenv.py", "_virtualenv.pth"] { try FileSystem.remove(sitePackages.appending(name)) }
        // Python looks for compiled modules in lib64 on some distributions.
        try FileSystem.link(stage.appending("lib64"), to: "lib")
        let python = bin.appending("python")
        if target.version < MajorMinor(3, 3) {
            try FileSystem.write(Array(LegacyLauncher.script(for: target).utf8), to: python, mode: 0o755)
        } else {
            try FileSystem.link(python, to: target.interpreterPath.string)
            let configuration = """
                home = \(target.interpreterPath.removingLastComponent())
                include-system-site-packages = false
                version = \(target.version)

                """
            try FileSystem.write(Array(configuration.utf8), to: stage.appending("pyvenv.cfg"))
        }
        for name in ["python\(target.version.major)", "python\(target.version)"] {
            try FileSystem.link(bin.appending(name), to: "python")
        }
    }

    /// The programs and the shell functions that every environment has.
    private static func isFrame(_ name: String) -> Bool {
        let rest = name.hasPrefix("python") ? name.dropFirst("python".count) : nil
        if let rest, rest.allSatisfy({ $0 == "." || $0.isNumber }) { return true }
        let stem = name.split(separator: ".").first ?? ""
        return ["activate", "activate_this", "Activate", "deactivate"].contains(stem) || name == "pydoc.bat"
    }

    /// Drops the notes of whoever installed a distribution: they name build paths and times.
    private func settle(_ distribution: InstalledDistribution, isRequested: Bool) throws(OmnibusError) {
        let directory = sitePackages.appending(distribution.directory)
        for name in ["direct_url.json", "uv_build.json", "uv_cache.json", "REQUESTED"] {
            try FileSystem.remove(directory.appending(name))
        }
        try FileSystem.write(Array("flocker-pkg\n".utf8), to: directory.appending("INSTALLER"))
        if isRequested { try FileSystem.write([], to: directory.appending("REQUESTED")) }
    }

    private func settleLink(_ entry: FileTree.Entry, in tree: FileTree) throws(OmnibusError) {
        let path = tree.path(of: entry)
        let written = FilePath(try FileSystem.linkTarget(path))
        if written == target.interpreterPath, entry.path == "bin/python" { return }
        let directory = path.removingLastComponent()
        var meant = directory.pushing(written).lexicallyNormalized()
        if meant.starts(with: prefix) {
            meant = stage.pushing(FilePath(root: nil, meant.components.dropFirst(prefix.components.count)))
        }
        guard meant.starts(with: stage) else {
            throw OmnibusError(
                "link-outside",
                .failure,
                "The link \(entry.path) leads out of the bundle, to \(written)"
            )
        }
        guard written.isAbsolute else { return }
        let up = directory.components.count - stage.components.count
        let down = meant.components.dropFirst(stage.components.count).map(\.string)
        try FileSystem.link(path, to: (Array(repeating: "..", count: up) + down).joined(separator: "/"))
    }

    /// Points a script at the bundle's own Python.
    private func settleFile(_ entry: FileTree.Entry, in tree: FileTree) throws(OmnibusError) {
        let isScript = entry.path.hasPrefix("bin/")
        guard isScript || entry.isExecutable, entry.path != "bin/python" else { return }
        let path = tree.path(of: entry)
        guard let shebang = Shebang(try FileSystem.front(of: path)) else { return }
        let isOurs = shebang.interpreter.hasPrefix("\(work)/")
        guard isOurs || (isScript && shebang.asksEnvForPython) else { return }
        let arguments = isOurs && !shebang.arguments.isEmpty ? " \(shebang.arguments)" : ""
        let text = try FileSystem.read(path)
        let first = Array("#!\(prefix)/bin/python\(arguments)\n".utf8)
        try FileSystem.write(first + text.dropFirst(shebang.length), to: path, mode: 0o755)
    }

    private func normalizeModes() throws(OmnibusError) {
        try FileSystem.setMode(stage, 0o755)
        let tree = try FileTree(stage)
        for entry in tree.entries where entry.kind != .link {
            let mode: mode_t = entry.kind == .directory || entry.mode & 0o100 != 0 ? 0o755 : 0o644
            if mode != entry.mode { try FileSystem.setMode(tree.path(of: entry), mode) }
        }
    }
}
