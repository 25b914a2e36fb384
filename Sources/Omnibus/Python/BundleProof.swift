import Glibc
import PackageFormats
import SystemPackage

/// Checks that a bundle is fit for its target, and names nothing of the machine that it was made on.
///
/// A failure is an ``OmnibusError`` that names the file, and where one is known the offset: `proof-path`,
/// `proof-elf`, `proof-machine`, `proof-library`, `proof-glibc`, `proof-script`, `proof-link`, `proof-python`.
public struct BundleProof: Sendable {
    /// What a bundle turned out to hold.
    public struct Report: Sendable, Hashable {
        /// How many files were read.
        public internal(set) var fileCount = 0
        /// Their size in bytes.
        public internal(set) var byteCount = 0
        /// How many programs and shared libraries are among them.
        public internal(set) var binaryCount = 0
        /// The newest glibc that any of them asks for; `nil` if none asks for one.
        public internal(set) var newestGlibc: MajorMinor?
        /// The shared libraries that the target's packages have to supply, glibc's own left out, sorted.
        public internal(set) var systemLibraries: [String] = []
        /// What is odd but harms nothing, such as a binary for another machine that is mere data.
        public internal(set) var notes: [String] = []
    }

    let stage: FilePath
    let prefix: FilePath
    let target: PythonTarget
    /// Paths of this machine that no file may hold.
    let buildPaths: [FilePath]
    /// The user's home. Publishers compile under homes too, so their binaries are not searched for it.
    let home: FilePath?
    let distributions: [InstalledDistribution]
    let systemLibraries: Set<String>

    /// Runs every check.
    func run() throws(OmnibusError) -> Report {
        var report = Report()
        guard try FileSystem.names(in: stage.appending("lib")) == ["python\(target.version)"] else {
            throw OmnibusError(
                "proof-python",
                .failure,
                "The bundle's packages are not in \(target.sitePackages) alone"
            )
        }
        let tree = try FileTree(stage)
        let published = try publishedBinaries()
        let everywhere = buildPaths.map { Array($0.string.utf8) }
        let strict = ByteSearch(everywhere + (home.map { [Array("\($0)/".utf8)] } ?? []))
        let lenient = ByteSearch(everywhere)
        var binaries: [String: ELFFile] = [:]
        for entry in tree.entries {
            guard !Task.isCancelled else { throw .cancelled }
            switch entry.kind {
            case .link: try checkLink(entry, in: tree)
            case .file:
                report.fileCount += 1
                report.byteCount += entry.size
                let binary = try check(entry, in: tree, with: published.contains(entry.path) ? lenient : strict)
                if let binary { binaries[entry.path] = binary }
                try checkScript(entry, in: tree, report: &report)
            case .directory, .other: break
            }
        }
        try check(binaries, report: &report)
        return report
    }

    /// Every file of the distributions that their publishers compiled.
    private func publishedBinaries() throws(OmnibusError) -> Set<String> {
        var paths: Set<String> = []
        for distribution in distributions where distribution.isPublishedBinary {
            let record = stage.pushing(target.sitePackages).appending(distribution.directory).appending("RECORD")
            guard FileSystem.exists(record) else { continue }
            for path in RecordFile(try FileSystem.read(record)).paths {
                if let file = RecordFile.inBundle(path, sitePackages: target.sitePackages) { paths.insert(file) }
            }
        }
        return paths
    }

    private func check(
        _ entry: FileTree.Entry,
        in tree: FileTree,
        with search: ByteSearch
    ) throws(OmnibusError) -> ELFFile? {
        guard entry.size > 0 else { return nil }
        let path = tree.path(of: entry)
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.failure("read", path) }
        defer { close(descriptor) }
        if let match = try search.first(in: descriptor, path: path) {
            throw OmnibusError(
                "proof-path",
                .failure,
                "\(prefix)/\(entry.path) names a path of this machine at byte \(match.offset): "
                    + String(decoding: match.needle, as: UTF8.self)
            )
        }
        func bytes(_ range: Range<Int>) -> [UInt8] {
            let range = range.clamped(to: 0..<entry.size)
            var buffer = [UInt8](repeating: 0, count: range.count)
            let count = pread(descriptor, &buffer, buffer.count, off_t(range.lowerBound))
            return Array(buffer.prefix(max(0, count)))
        }
        guard bytes(0..<4) == ELFFile.magic else { return nil }
        do {
            return try ELFFile(bytes)
        } catch {
            // Some packages test their own readers with broken files; what Python would load has to be whole.
            guard entry.name.contains(".so") else { return nil }
            throw OmnibusError(
                "proof-elf",
                .failure,
                "\(prefix)/\(entry.path) is a damaged shared library: \(error.message) (at byte \(error.offset))"
            )
        }
    }

    private func checkLink(_ entry: FileTree.Entry, in tree: FileTree) throws(OmnibusError) {
        let path = tree.path(of: entry)
        let written = try FileSystem.linkTarget(path)
        guard FilePath(written) != target.interpreterPath else { return }
        let meant = path.removingLastComponent().pushing(FilePath(written)).lexicallyNormalized()
        guard meant.starts(with: stage), FileSystem.status(meant) != nil else {
            throw OmnibusError(
                "proof-link",
                .failure,
                "\(prefix)/\(entry.path) leads to \(written), which is not there"
            )
        }
    }

    private static let systemInterpreters: Set<String> = ["/bin/sh", "/usr/bin/sh", "/bin/bash", "/usr/bin/env"]

    private func checkScript(
        _ entry: FileTree.Entry,
        in tree: FileTree,
        report: inout Report
    ) throws(OmnibusError) {
        guard entry.isExecutable, let shebang = Shebang(try FileSystem.front(of: tree.path(of: entry))) else { return }
        let interpreter = FilePath(shebang.interpreter)
        if interpreter == target.interpreterPath || Self.systemInterpreters.contains(shebang.interpreter) { return }
        if interpreter.starts(with: prefix) {
            let inside = interpreter.components.dropFirst(prefix.components.count)
            if FileSystem.status(stage.pushing(FilePath(root: nil, inside))) != nil { return }
        }
        // What a package carries along among its modules is nobody's command.
        guard entry.path.hasPrefix("bin/") else {
            report.notes.append("\(entry.path) is to be run by \(shebang.interpreter)")
            return
        }
        throw OmnibusError(
            "proof-script",
            .failure,
            "\(prefix)/\(entry.path) is to be run by \(shebang.interpreter), which neither the bundle nor the target has"
        )
    }
}

extension BundleProof {
    private static let machines: [Architecture: UInt16] = [.x86_64: 62, .aarch64: 183]

    // What every glibc has, whether one library or ten.
    private static let glibcLibraries: Set<String> = [
        "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1", "libresolv.so.2",
        "libanl.so.1", "libmvec.so.1", "libBrokenLocale.so.1", "ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1",
    ]

    // What PEP 600 lets wheels take from the system, glibc's own left out.
    private static let manylinuxLibraries: Set<String> = [
        "libgcc_s.so.1", "libstdc++.so.6", "libatomic.so.1", "libz.so.1", "libexpat.so.1", "libnsl.so.1",
        "libcrypt.so.1", "libX11.so.6", "libXext.so.6", "libXrender.so.1", "libICE.so.6", "libSM.so.6", "libGL.so.1",
        "libgobject-2.0.so.0", "libgthread-2.0.so.0", "libglib-2.0.so.0",
    ]

    /// Checks every binary against the target and against what the bundle holds.
    private func check(_ binaries: [String: ELFFile], report: inout Report) throws(OmnibusError) {
        // A library that one module has loaded serves the next one by its name alone.
        var names: Set<String> = []
        for (path, binary) in binaries {
            names.insert(String(path.split(separator: "/").last ?? ""))
            if let soname = binary.soname { names.insert(soname) }
        }
        var system: Set<String> = []
        for (path, binary) in binaries.sorted(by: { $0.key < $1.key }) {
            report.binaryCount += 1
            guard binary.machine == Self.machines[target.architecture] else {
                guard !path.contains(".cpython-"), !path.contains(".abi3."), !path.hasPrefix("bin/") else {
                    throw OmnibusError(
                        "proof-machine",
                        .failure,
                        "\(prefix)/\(path) is for machine \(binary.machine), not for \(target.architecture)"
                    )
                }
                report.notes.append("\(path) is for another machine")
                continue
            }
            for library in binary.needed where !names.contains(library) && !isInBundle(library, for: path, binary) {
                guard !Self.glibcLibraries.contains(library) else { continue }
                guard
                    Self.manylinuxLibraries.contains(library) || systemLibraries.contains(library)
                        || library.hasPrefix("libpython\(target.version)")
                else {
                    throw OmnibusError(
                        "proof-library",
                        .failure,
                        "\(prefix)/\(path) needs \(library), which neither the bundle nor every system has",
                        hint: "name it as a library of the system, and the package that has it as a dependency"
                    )
                }
                system.insert(library)
            }
            try checkGlibc(path, binary, report: &report)
        }
        report.systemLibraries = system.sorted()
    }

    private func isInBundle(_ library: String, for path: String, _ binary: ELFFile) -> Bool {
        let origin = stage.appending(path).removingLastComponent()
        return binary.searchPath.contains { written in
            var directory = FilePath(written)
            for mark in ["$ORIGIN", "${ORIGIN}"] where written == mark || written.hasPrefix("\(mark)/") {
                directory = origin.appending(String(written.dropFirst(mark.count)))
            }
            let file = directory.appending(library).lexicallyNormalized()
            return file.starts(with: stage) && FileSystem.exists(file)
        }
    }

    private func checkGlibc(_ path: String, _ binary: ELFFile, report: inout Report) throws(OmnibusError) {
        for version in binary.versions where version.name.hasPrefix("GLIBC_") {
            let number = version.name.dropFirst("GLIBC_".count)
            // A mark that the linker sets for packed relocations, which came with 2.36.
            guard let wanted = number == "ABI_DT_RELR" ? MajorMinor(2, 36) : MajorMinor(number) else { continue }
            guard wanted <= target.glibc else {
                throw OmnibusError(
                    "proof-glibc",
                    .failure,
                    "\(prefix)/\(path) needs \(version.name) of \(version.library); the target has glibc \(target.glibc)",
                    hint: "compile it on a system with glibc \(target.glibc) or older, "
                        + "or leave --python out to use binary wheels"
                )
            }
            report.newestGlibc = max(report.newestGlibc ?? wanted, wanted)
        }
    }
}
