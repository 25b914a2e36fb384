import PackageFormats

/// The files that make yum, dnf and zypper use a repository.
struct YumSetup {
    private let release: ReleasePackage

    init(_ release: ReleasePackage) { self.release = release }

    var files: [Content] {
        let folder = release.distribution.family == .suse ? "/etc/zypp/repos.d" : "/etc/yum.repos.d"
        var files = [Content(.bytes(Array(text.utf8)), at: "\(folder)/\(release.repository.name).repo")]
        files[0].attributes.flags = [.config, .noReplace]
        if let key = release.key {
            // rpm imports armoured keys only.
            files.append(Content(.bytes(OpenPGPArmor.encode(key, .publicKey)), at: keyPath))
        }
        return files
    }

    private var keyPath: String { "/etc/pki/rpm-gpg/RPM-GPG-KEY-\(release.repository.name)" }

    private var text: String {
        section(.stable) + "\n" + section(.testing)
    }

    private func section(_ channel: ArchiveLayout.Channel) -> String {
        let repository = release.repository
        let isTesting = channel == .testing
        let folder = ArchiveLayout(release.distribution).folder("$basearch", release: releaseName, in: channel)
        let check = release.key == nil ? 0 : 1
        var lines = [
            "[\(repository.name)\(isTesting ? "-testing" : "")]",
            "name=\(repository.title)\(isTesting ? " testing" : "")",
            "baseurl=\(repository.url)/\(folder)/",
            "enabled=\(isTesting ? 0 : 1)",
            "gpgcheck=\(check)",
        ]
        if release.key != nil { lines += ["repo_gpgcheck=1", "gpgkey=file://\(keyPath)"] }
        return lines.map { $0 + "\n" }.joined()
    }

    /// The machine's own idea of its release, so that an upgraded one finds the next packages, where that is the folder's
    /// name: Red Hat's is `7Server` or a minor release, Amazon's has a date in it.
    private var releaseName: String? {
        ["rhel", "amazonlinux"].contains(release.distribution.project) ? nil : "$releasever"
    }
}
