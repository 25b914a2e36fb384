internal import SystemPackage

/// Compares the files of two packages.
struct FileComparison {
    private typealias Aspect = PackageDifference.FileChange.Aspect

    /// What differs, by name.
    private(set) var changes: [PackageDifference.FileChange] = []

    /// Compares; payloads are read only where nothing else tells whether contents are the same.
    init(
        _ oldPackage: PackageFile,
        _ old: [PackagedFile],
        _ newPackage: PackageFile,
        _ new: [PackagedFile],
        includesTimes: Bool,
        _ limits: PayloadLimits
    ) throws(FormatError) {
        let before = Dictionary(old.map { ($0.entry.path, $0) }, uniquingKeysWith: { first, _ in first })
        let after = Dictionary(new.map { ($0.entry.path, $0) }, uniquingKeysWith: { first, _ in first })
        var undecided: Set<PackagePath> = []
        for (path, file) in after {
            guard let other = before[path], file.size == other.size, file.hasContents, other.hasContents else {
                continue
            }
            if newPackage.format == .deb || file.digest?.algorithm != other.digest?.algorithm || file.digest == nil {
                undecided.insert(path)
            }
        }
        let isSame = try FileComparison.compareContents(oldPackage, newPackage, undecided, limits)
        for path in Set(before.keys).union(after.keys).sorted() {
            var change = PackageDifference.FileChange(old: before[path], new: after[path], aspects: [])
            if let old = change.old, let new = change.new {
                change.aspects = FileComparison.aspects(old, new, sameContents: isSame[path])
                if !includesTimes { change.aspects.removeAll { $0 == .modificationTime } }
                if change.aspects.isEmpty { continue }
            }
            changes.append(change)
        }
    }

    /// Reads both payloads and says of some files whether they hold the same.
    private static func compareContents(
        _ old: PackageFile,
        _ new: PackageFile,
        _ paths: Set<PackagePath>,
        _ limits: PayloadLimits
    ) throws(FormatError) -> [PackagePath: Bool] {
        guard !paths.isEmpty else { return [:] }
        let (before, after) = (try digests(of: paths, in: old, limits), try digests(of: paths, in: new, limits))
        return Dictionary(paths.map { ($0, before[$0] == after[$0]) }, uniquingKeysWith: { first, _ in first })
    }

    /// Takes the digests of some files; hard links have that of the file they are another name of.
    private static func digests(
        of paths: Set<PackagePath>,
        in package: PackageFile,
        _ limits: PayloadLimits
    ) throws(FormatError) -> [PackagePath: [UInt8]] {
        do throws(FormatError) {
            var digests: [PackagePath: [UInt8]] = [:]
            var walk = UnpackingWalk(try PayloadWalk(package, limits: limits))
            // Any file may turn out to have another name.
            while let entry = try walk.next() {
                switch entry.kind {
                case .file:
                    var digest = Digest(.sha256)
                    try walk.read { digest.write($0) }
                    digests[entry.path] = digest.finalize()
                case .hardLink(let target): digests[entry.path] = digests[target]
                case .directory, .symbolicLink, .fifo, .characterDevice, .blockDevice: break
                }
            }
            return digests.filter { paths.contains($0.key) }
        } catch {
            throw error.at(path: package.file.path.string)
        }
    }

    private static func aspects(_ old: PackagedFile, _ new: PackagedFile, sameContents: Bool?) -> [Aspect] {
        let isSame: [(Aspect, Bool)] = [
            (.type, old.entry.isSameKind(as: new.entry)),
            (.mode, old.entry.mode == new.entry.mode),
            (.owner, old.entry.owner.isIdentical(to: new.entry.owner)),
            (.group, old.entry.group.isIdentical(to: new.entry.group)),
            (.size, old.size == new.size || !old.hasContents),
            (.contents, old.size == new.size && sameContents ?? (old.digest == new.digest)),
            (.target, old.entry.linkTarget == new.entry.linkTarget),
            (.flags, old.entry.flags == new.entry.flags),
            (.capabilities, old.entry.capabilities == new.entry.capabilities),
            (.language, old.entry.language == new.entry.language),
            (.unverified, old.entry.unverified == new.entry.unverified),
            (.modificationTime, old.entry.modificationTime == new.entry.modificationTime),
        ]
        let changed = isSame.filter { !$0.1 }.map(\.0)
        // A link's length is that of its target, and what is no file any more has no contents to compare.
        guard old.hasContents, new.hasContents else { return changed.filter { $0 != .contents && $0 != .size } }
        return changed
    }
}

extension PackagedFile {
    /// Whether there are contents to compare, which a ghost has none of.
    fileprivate var hasContents: Bool {
        switch entry.kind {
        case .file, .hardLink: !entry.flags.contains(.ghost)
        case .directory, .symbolicLink, .fifo, .characterDevice, .blockDevice: false
        }
    }
}

extension Entry {
    fileprivate var linkTarget: [UInt8]? {
        if case .symbolicLink(let target) = kind { target } else { nil }
    }

    fileprivate func isSameKind(as other: Entry) -> Bool {
        switch (kind, other.kind) {
        case (.file, .file), (.directory, .directory), (.symbolicLink, .symbolicLink): true
        default: kind == other.kind
        }
    }
}
