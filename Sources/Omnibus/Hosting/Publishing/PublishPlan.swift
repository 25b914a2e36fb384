import PackageFormats
import SystemPackage

/// What goes where: the packages that were given, by the repositories that they belong to.
struct PublishPlan: Sendable {
    /// The new packages of a repository.
    struct Target: Sendable {
        var folder: HostedFolder
        var distribution: Distribution
        var channel: ArchiveLayout.Channel
        /// The architectures that it is for.
        var architectures: Set<Architecture> = []
        /// By where they go below the folder.
        var packages: [String: FilePath] = [:]
    }

    /// A package that sets machines up, to be found by people.
    struct ReleaseFile: Sendable {
        var key: ObjectKey
        var path: FilePath
        /// SHA-256 in hexadecimal.
        var sha256: String
        var version: EVR
        var format: PackageFile.Format
    }

    /// A package that was given.
    private struct Given {
        // Nothing stays open: there may be more packages than a process may have files.
        let path: FilePath
        let package: Package
        let format: PackageFile.Format
        let distribution: Distribution
        let channel: ArchiveLayout.Channel
    }

    private(set) var targets: [Target] = []
    private(set) var releases: [ReleaseFile] = []

    /// Makes a plan; the store is only read.
    init(_ files: [FilePath], _ publisher: Publisher, _ distributions: [Distribution]) async throws(OmnibusError) {
        var all: [Given] = []
        for path in files { all.append(try Self.read(path, publisher, distributions)) }
        for distribution in distributions {
            for channel in ArchiveLayout.Channel.allCases {
                let own = all.filter { $0.distribution == distribution && $0.channel == channel }
                var packages: [Given] = []
                for given in own {
                    let setsUp = given.package.name == publisher.manifest.repository?.packageName
                    if setsUp { releases.append(try Self.releaseFile(given)) }
                    if !setsUp || !Self.sharesFolders(distribution) { packages.append(given) }
                }
                guard !packages.isEmpty else { continue }
                try await add(packages, publisher, distribution, channel)
            }
        }
    }

    // MARK: Whose package it is

    private static func read(
        _ path: FilePath,
        _ publisher: Publisher,
        _ distributions: [Distribution]
    ) throws(OmnibusError) -> Given {
        let opened: PackageFile
        let package: Package
        do throws(FormatError) {
            opened = try PackageFile(opening: path)
            package = try opened.metadata()
        } catch {
            throw OmnibusError(error, doing: "publish")
        }
        guard !opened.isSource else {
            throw OmnibusError(
                "package-source",
                .badInput,
                "\(path) is a source package, which no layout has a place for"
            )
        }
        let distribution = try distribution(of: path, package, opened.format, among: distributions)
        try distribution.check(package.architecture)
        guard opened.payload.compression != "zstd" || distribution.readsZstd else {
            throw OmnibusError(
                "compression-unsupported",
                .badInput,
                "\(path) is compressed with zstd, which \(distribution.name) cannot read",
                hint: "build it for \(distribution.name)"
            )
        }
        var version = package.version
        if let release = version.release, release.hasSuffix(distribution.mark) {
            version.release = String(release.dropLast(distribution.mark.count))
        }
        return Given(
            path: path,
            package: package,
            format: opened.format,
            distribution: distribution,
            channel: publisher.channel ?? (VersionScheme.isRelease(version) ? .stable : .testing)
        )
    }

    /// Which of the distributions a package is for: the only one of its type, else the one that its folder is called by,
    /// as builds for several are laid out, else the one whose mark its release has.
    private static func distribution(
        of path: FilePath,
        _ package: Package,
        _ format: PackageFile.Format,
        among distributions: [Distribution]
    ) throws(OmnibusError) -> Distribution {
        let fitting = distributions.filter { ($0.packageType == .rpm) == (format == .rpm) }
        guard let first = fitting.first else {
            throw OmnibusError(
                "package-distribution",
                .usage,
                "\(path) is a \(format.rawValue), which \(distributions.map(\.name).joined(separator: " and ")) cannot use"
            )
        }
        let folder = (FileSystem.resolved(path) ?? path).removingLastComponent().lastComponent?.string ?? ""
        if let owner = Distribution.all.first(where: { $0.name == folder || $0.aliases.contains(folder) }) {
            if fitting.contains(owner) { return owner }
            guard owner.packageType != first.packageType else {
                throw OmnibusError(
                    "package-distribution",
                    .usage,
                    "\(path) is for \(owner.name), as its folder says, and not for "
                        + fitting.map(\.name).joined(separator: " or ")
                )
            }
        }
        guard fitting.count > 1 else { return first }
        let marked = fitting.filter { !$0.mark.isEmpty && package.version.release?.hasSuffix($0.mark) == true }
        if let found = marked.first, marked.count == 1 { return found }
        throw OmnibusError(
            "package-distribution",
            .usage,
            "\(path) could be for \(fitting.map(\.name).joined(separator: " or "))",
            hint:
                "keep files in folders called after distributions, as 'build' makes them, or publish for one at a time"
        )
    }

    // MARK: Packages that set machines up

    /// Whether machines of other distributions use the same repository, to which another such package belongs.
    private static func sharesFolders(_ distribution: Distribution) -> Bool {
        let layout = ArchiveLayout(distribution)
        return Distribution.all.contains { $0.project != distribution.project && ArchiveLayout($0) == layout }
    }

    /// Where people find the package that sets a machine up.
    static func releaseKey(_ name: String, _ distribution: Distribution) throws(OmnibusError) -> ObjectKey {
        let fileName =
            switch distribution.packageType {
            case .rpm: "\(name)\(distribution.mark).noarch.rpm"
            // Some servers take a + in an address for a blank.
            case .deb: "\(name)_\(distribution.project)\(distribution.release)_all.deb"
            }
        return try ObjectKey("\(distribution.project)/\(fileName)")
    }

    private static func releaseFile(_ given: Given) throws(OmnibusError) -> ReleaseFile {
        let sha256: String
        let version: EVR
        do throws(FormatError) {
            let opened = try PackageFile(opening: given.path)
            version = try opened.metadata().version
            sha256 = try opened.file.sha256()
        } catch {
            throw OmnibusError(error, doing: "publish")
        }
        return ReleaseFile(
            key: try releaseKey(given.package.name, given.distribution),
            path: given.path,
            sha256: sha256,
            version: version,
            format: given.format
        )
    }

    // MARK: What is uploaded

    /// Opens a package again that was read before: what is published under a name stays there for good.
    ///
    /// - Throws: ``OmnibusError`` where it is another one now.
    static func open(_ path: FilePath, as sha256: String) throws(OmnibusError) -> InputFile {
        do throws(FormatError) {
            let file = try InputFile(opening: path)
            if try file.sha256() == sha256 { return file }
        } catch {
            throw OmnibusError(error, doing: "publish")
        }
        throw changed(path)
    }

    /// Says that a package became another one under the publisher's hands.
    static func changed(_ path: FilePath) -> OmnibusError {
        OmnibusError(
            FormatError(.invalidValue, "was changed while it was published", path: path.string),
            doing: "publish"
        )
    }

    // MARK: Repositories

    private mutating func add(
        _ given: [Given],
        _ publisher: Publisher,
        _ distribution: Distribution,
        _ channel: ArchiveLayout.Channel
    ) async throws(OmnibusError) {
        let native = Set(given.map(\.package.architecture)).subtracting([.independent])
        let hosted = try await publisher.hostedArchitectures(distribution, channel)
        var everywhere = native.union(publisher.architectures).union(hosted)
        if everywhere.isEmpty { everywhere = [.x86_64] }
        for architecture in everywhere { try distribution.check(architecture) }
        for item in given {
            let own = item.package.architecture == .independent ? everywhere : [item.package.architecture]
            for architecture in own.sorted(by: { $0.rpmName < $1.rpmName }) {
                let folder = publisher.folder(distribution, architecture, channel)
                let place = place(of: folder, distribution, channel)
                targets[place].architectures.formUnion(folder.kind == .apt ? everywhere : [architecture])
                let fileName = item.path.lastComponent?.string ?? ""
                guard fileName.hasSuffix(".\(item.format.rawValue)") else {
                    throw OmnibusError(
                        "package-name",
                        .badInput,
                        "\(item.path) is a package, but its name does not end in .\(item.format.rawValue)"
                    )
                }
                let location = folder.location(fileName, of: item.package.name)
                _ = try folder.key(location)
                guard let other = targets[place].packages.updateValue(item.path, forKey: location) else { continue }
                try Self.compare(other, item.path)
            }
        }
    }

    private mutating func place(
        of folder: HostedFolder,
        _ distribution: Distribution,
        _ channel: ArchiveLayout.Channel
    ) -> Int {
        if let place = targets.firstIndex(where: { $0.folder == folder }) { return place }
        targets.append(Target(folder: folder, distribution: distribution, channel: channel))
        return targets.count - 1
    }

    private static func compare(_ a: FilePath, _ b: FilePath) throws(OmnibusError) {
        do throws(FormatError) {
            guard try InputFile(opening: a).hasContents(of: InputFile(opening: b)) else {
                throw FormatError(.invalidValue, "goes to the same place, with other contents", path: b.string)
            }
        } catch {
            throw OmnibusError("duplicate-package", .badInput, "\(a) and \(b): \(error.message)")
        }
    }
}
