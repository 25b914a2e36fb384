import PackageFormats

/// The files that make yum, dnf and zypper use a repository.
struct YumSetup {
    private let release: ReleasePackage

    init(_ release: ReleasePackage) { self.release = release }

    var files: [Content] {
        let name = release.repository.name
        let text = ArchiveLayout.Channel.allCases.map { source($0).text }.joined(separator: "\n")
        var files = [Content(.bytes(Array(text.utf8)), at: YumSource.path(name, on: release.distribution))]
        files[0].attributes.flags = [.config, .noReplace]
        if let key = release.key {
            // rpm imports armoured keys only.
            files.append(Content(.bytes(OpenPGPArmor.encode(key, .publicKey)), at: keyPath))
        }
        return files
    }

    private var keyPath: String { "/etc/pki/rpm-gpg/RPM-GPG-KEY-\(release.repository.name)" }

    private func source(_ channel: ArchiveLayout.Channel) -> YumSource {
        let repository = release.repository
        let folder = ArchiveLayout(release.distribution).folder("$basearch", release: releaseName, in: channel)
        return YumSource(
            name: channel.name(repository.name),
            title: channel.title(repository.title),
            url: "\(repository.url)/\(folder)/",
            isEnabled: channel == .stable,
            keyURL: release.key == nil ? nil : "file://\(keyPath)"
        )
    }

    /// The machine's own idea of its release, so that an upgraded one finds the next packages, where that is the folder's
    /// name: Red Hat's is `7Server` or a minor release, Amazon's has a date in it.
    private var releaseName: String? {
        ["rhel", "amazonlinux"].contains(release.distribution.project) ? nil : "$releasever"
    }
}
