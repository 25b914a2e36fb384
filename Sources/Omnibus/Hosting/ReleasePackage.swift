public import PackageFormats
public import SystemPackage

/// The package that sets a machine up for a hosted repository: its address, and the key that it is signed with.
///
/// It has a stable repository, which is enabled, and one for testing, which is not.
public struct ReleasePackage: Sendable {
    /// Where the packages are hosted.
    public var repository: Manifest.Repository
    /// Who distributes them and under which licence.
    public var about: Manifest.About
    /// The machines it is for.
    public var distribution: Distribution
    /// The OpenPGP public key that packages and metadata are signed with, armoured or not; without it nothing is checked.
    public var key: [UInt8]?
    /// The date of the package in Unix seconds.
    public var date: Int64

    /// Describes a package.
    ///
    /// - Parameters:
    ///   - manifest: the product, which says where its packages are hosted.
    ///   - distribution: the machines it is for.
    ///   - baseURL: a place that goes before the manifest's, with no slash at its end.
    ///   - key: the public key that is trusted, armoured or not.
    ///   - date: the date of the package in Unix seconds.
    /// - Throws: ``OmnibusError`` with code `repository-unknown` where the manifest has no repository, `repository-url` and
    ///   `repository-name` for what cannot stand in configuration, `public-key` for what is no public key.
    public init(
        _ manifest: Manifest,
        for distribution: Distribution,
        baseURL: String? = nil,
        key: [UInt8]? = nil,
        date: Int64
    ) throws(OmnibusError) {
        guard var repository = manifest.repository else {
            throw OmnibusError(
                "repository-unknown",
                .badInput,
                "the manifest of \(manifest.name) has no 'repository'",
                hint: "say its name and url there"
            )
        }
        if let baseURL { repository.url = baseURL }
        try Self.check(repository)
        self.repository = repository
        // What every package says of its maker, the first says.
        let sibling = try manifest.resolved(for: distribution).packages.first
        about = Manifest.About(
            license: sibling?.license,
            url: sibling?.url,
            vendor: sibling?.vendor,
            maintainer: sibling?.maintainer
        )
        self.distribution = distribution
        self.date = date
        guard let key else { return }
        self.key = OpenPGPArmor.decode(key, .publicKey) ?? key
        guard let first = self.key?.first, first & 0x80 != 0, [0x98, 0x99, 0x9A, 0xC6].contains(first) else {
            throw OmnibusError(
                "public-key",
                .badInput,
                "the key is no OpenPGP public key",
                hint: "write it with gpg --armor --export KEY"
            )
        }
    }

    /// What is said of a repository becomes lines of configuration, which nothing may add to.
    static func check(_ repository: Manifest.Repository) throws(OmnibusError) {
        guard ManifestChecks.isRepositoryURL(repository.url) else {
            throw OmnibusError(
                "repository-url",
                .usage,
                "'\(repository.url)' is no URL of a folder",
                hint: "such as https://packages.example.org/archive"
            )
        }
        let isLine = repository.title.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard isLine, ManifestChecks.isRepositoryName(repository.name),
            ManifestChecks.isPackageName(repository.packageName)
        else {
            throw OmnibusError(
                "repository-name",
                .badInput,
                "the repository '\(repository.name)' has a name, title or package that no configuration can hold"
            )
        }
    }

    /// The date of a package whose only source is a manifest, in Unix seconds.
    ///
    /// - Parameters:
    ///   - sourceDateEpoch: what `SOURCE_DATE_EPOCH` says.
    ///   - manifest: the manifest's file, or `nil` for the built-in one, which has no date of its own.
    /// - Throws: ``OmnibusError`` with code `source-date` where the manifest is in a checkout that git cannot read.
    public static func date(sourceDateEpoch: Int64?, manifest: FilePath?) async throws(OmnibusError) -> Int64 {
        if let sourceDateEpoch { return sourceDateEpoch }
        guard let manifest else { return SourceDate.earliest }
        let folder = manifest.removingLastComponent()
        return try await SourceDate.of(manifest, in: folder.isEmpty ? "." : folder, runner: CommandRunner())
    }

    /// The package itself.
    ///
    /// - Throws: ``OmnibusError`` where what the manifest says fits no package.
    public func package() throws(OmnibusError) -> Package {
        do throws(FormatError) {
            var package = Package(
                name: repository.packageName,
                version: EVR(version: repository.version, release: "\(repository.revision)\(distribution.mark)"),
                architecture: .independent,
                summary: "\(repository.title) package repository",
                description: "Sets this machine up to install packages from the repository of \(repository.title).",
                license: about.license ?? "Apache-2.0",
                url: about.url,
                vendor: about.vendor,
                maintainer: about.maintainer ?? "",
                date: date,
                entries: try files.resolved(date: date)
            )
            package.rpm.group = "System Environment/Base"
            package.debian.section = "admin"
            return package
        } catch {
            throw OmnibusError(error, doing: "package '\(repository.packageName)'")
        }
    }

    /// Writes packages into a folder, under their usual names; several for one package type each get a folder of their own
    /// there. They appear when all are complete.
    ///
    /// - Parameters:
    ///   - releases: the packages, one for each distribution.
    ///   - folder: made if it is not there.
    ///   - signer: who signs the rpms.
    /// - Returns: the files' paths.
    /// - Throws: ``OmnibusError`` as ``package()`` and ``GPGSigner/sign(_:)`` do, or with code `destination-unusable`.
    public static func write(
        _ releases: [ReleasePackage],
        to folder: FilePath,
        signer: GPGSigner? = nil
    ) async throws(OmnibusError) -> [FilePath] {
        var files: [OutputFile] = []
        for release in releases {
            let distribution = release.distribution
            let place = distribution.folder(in: folder, beside: releases.map(\.distribution))
            try FileSystem.makeDestination(place)
            let file = try distribution.prepare(release.package(), in: place, threads: 1)
            if let signer, distribution.packageType == .rpm { try await signer.sign(file) }
            files.append(file)
        }
        for file in files {
            do throws(FormatError) {
                try file.commit()
            } catch {
                throw OmnibusError(error, doing: "the packages")
            }
        }
        return files.map(\.path)
    }

    private var files: [Content] {
        switch distribution.packageType {
        case .rpm: YumSetup(self).files
        case .deb: AptSetup(self).files
        }
    }
}
