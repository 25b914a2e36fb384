import PackageFormats

/// The files that make apt use a repository.
struct AptSetup {
    private let release: ReleasePackage

    init(_ release: ReleasePackage) { self.release = release }

    var files: [Content] {
        let (name, distribution) = (release.repository.name, release.distribution)
        let keyPath = AptSource.keyPath(name, on: distribution)
        let sources = ArchiveLayout.Channel.allCases.map { channel in
            let folder = ArchiveLayout(distribution).folder("$(ARCH)", in: channel)
            return AptSource(
                distribution: distribution,
                title: channel.title(release.repository.title),
                url: "\(release.repository.url)/\(folder)/",
                isEnabled: channel == .stable,
                keyPath: release.key == nil ? nil : keyPath
            )
        }
        let text = AptSource.text(sources)
        var files = [Content(.bytes(Array(text.utf8)), at: AptSource.path(name, on: distribution))]
        if let key = release.key { files.append(Content(.bytes(key), at: keyPath)) }
        for index in files.indices where files[index].destination.hasPrefix("/etc/") {
            files[index].attributes.flags = .config
        }
        return files
    }
}
