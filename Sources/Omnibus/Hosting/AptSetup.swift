import PackageFormats

/// The files that make apt use a repository.
struct AptSetup {
    private let release: ReleasePackage

    init(_ release: ReleasePackage) { self.release = release }

    var files: [Content] {
        let (text, suffix) = knowsStanzas ? (stanzas, "sources") : (lines, "list")
        let path = "/etc/apt/sources.list.d/\(release.repository.name).\(suffix)"
        var files = [Content(.bytes(Array(text.utf8)), at: path)]
        if let key = release.key { files.append(Content(.bytes(key), at: keyPath)) }
        for index in files.indices where files[index].destination.hasPrefix("/etc/") {
            files[index].attributes.flags = .config
        }
        return files
    }

    /// Whether apt reads `.sources` (since 1.1) as a matter of course.
    private var knowsStanzas: Bool { !["14.04", "15.04", "16.04"].contains(release.distribution.release) }
    /// Whether a key can be trusted for one repository alone (apt since 1.1).
    private var knowsSignedBy: Bool { !["14.04", "15.04"].contains(release.distribution.release) }

    /// Only a binary key is read under a name ending in `.gpg`, by every apt.
    private var keyPath: String {
        knowsSignedBy
            ? "/usr/share/keyrings/\(release.repository.name)-archive-keyring.gpg"
            : "/etc/apt/trusted.gpg.d/\(release.repository.name).gpg"
    }

    private func url(_ channel: ArchiveLayout.Channel) -> String {
        "\(release.repository.url)/\(ArchiveLayout(release.distribution).folder("$(ARCH)", in: channel))/"
    }

    /// sources.list(5), deb822-style format.
    private var stanzas: String {
        ArchiveLayout.Channel.allCases.map { channel in
            var fields = [
                "X-Repolib-Name: \(release.repository.title)\(channel == .testing ? " testing" : "")",
                "Enabled: \(channel == .testing ? "no" : "yes")",
                "Types: deb",
                "URIs: \(url(channel))",
                "Suites: ./",
            ]
            fields.append(release.key == nil ? "Trusted: yes" : "Signed-By: \(keyPath)")
            return fields.map { $0 + "\n" }.joined()
        }.joined(separator: "\n")
    }

    /// sources.list(5), one-line-style format.
    private var lines: String {
        ArchiveLayout.Channel.allCases.map { channel in
            let option = release.key == nil ? "[trusted=yes] " : knowsSignedBy ? "[signed-by=\(keyPath)] " : ""
            return "\(channel == .testing ? "# " : "")deb \(option)\(url(channel)) ./\n"
        }.joined()
    }
}
