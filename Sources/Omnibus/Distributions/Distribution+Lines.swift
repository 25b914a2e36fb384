import PackageFormats

/// What the rows of the table share, one constructor a line of distributions.
extension Distribution {
    /// Fedora, Red Hat Enterprise Linux, CentOS and Amazon Linux.
    ///
    /// `glibc` is the minor version. Level 19 of zstd is what Fedora and Red Hat Enterprise Linux 9 build with; level 2 of
    /// xz is Red Hat Enterprise Linux 7's own.
    static func redHat(
        _ project: String,
        _ release: String,
        aliases: [String] = [],
        dist: String,
        rpm: String,
        glibc: Int,
        _ architectures: [Architecture],
        payload: Compression? = nil,
        iptables: String = "/usr/sbin/iptables",
        metadata: [Compression.Algorithm] = [.gzip],
        legacy: Bool = false,
        pythons: () -> [Python]
    ) -> Distribution {
        Distribution(
            name: "\(project)-\(release)",
            project: project,
            release: release,
            aliases: aliases,
            packageType: .rpm,
            family: .redHat,
            distTag: dist,
            architectures: architectures,
            pythons: pythons(),
            glibc: Glibc(2, glibc),
            packageManagerVersion: rpm,
            sshClient: "openssh-clients",
            iptables: iptables,
            initSystem: .systemd,
            unitDirectory: "/usr/lib/systemd/system",
            payloadCompression: payload ?? (legacy ? .xzLight : .zstd),
            controlCompression: nil,
            needsLegacyDigests: legacy,
            understandsWeakDependencies: !legacy,
            understandsRichDependencies: !legacy,
            metadataCompression: metadata
        )
    }

    /// openSUSE. Its build service puts the release into package releases itself, so there is no `%{?dist}`.
    static func suse(
        _ project: String,
        _ release: String,
        aliases: [String],
        rpm: String,
        glibc: Int,
        pythons: () -> [Python]
    ) -> Distribution {
        Distribution(
            name: "\(project)-\(release)",
            project: project,
            release: release,
            aliases: aliases,
            packageType: .rpm,
            family: .suse,
            distTag: nil,
            architectures: [.x86_64, .aarch64],
            pythons: pythons(),
            glibc: Glibc(2, glibc),
            packageManagerVersion: rpm,
            sshClient: "openssh-clients",
            iptables: "iptables",
            initSystem: .systemd,
            unitDirectory: "/usr/lib/systemd/system",
            payloadCompression: .zstd,
            controlCompression: nil,
            needsLegacyDigests: false,
            understandsWeakDependencies: true,
            understandsRichDependencies: true,
            metadataCompression: [.gzip]
        )
    }

    /// Debian and Ubuntu. Payloads are xz everywhere: every dpkg from 1.15.6 reads it, and so do reprepro, aptly and
    /// lintian, while zstd is read by Debian's own tools only since Debian 12.
    ///
    /// The last Python is the default unless another is named.
    static func debian(
        _ project: String,
        _ release: String,
        code: String,
        dpkg: String,
        glibc: Int,
        _ pythons: [String],
        default preferred: String? = nil,
        control: Compression = .xz,
        initSystem: InitSystem = .systemd,
        unitsInUsr: Bool = false
    ) -> Distribution {
        let preferred = preferred ?? pythons.last
        return Distribution(
            name: "\(project)-\(release)",
            project: project,
            release: release,
            aliases: [code],
            packageType: .deb,
            family: .debian,
            distTag: nil,
            architectures: [.x86_64, .aarch64],
            pythons: pythons.map { version in
                Python(
                    version: version,
                    package: "python\(version)",
                    interpreter: "/usr/bin/python\(version)",
                    isDefault: version == preferred,
                    abiRequirement: "python\(version)"
                )
            },
            glibc: Glibc(2, glibc),
            packageManagerVersion: dpkg,
            sshClient: "openssh-client",
            iptables: "iptables",
            initSystem: initSystem,
            unitDirectory: initSystem == .systemd ? (unitsInUsr ? "/usr" : "") + "/lib/systemd/system" : nil,
            payloadCompression: .xz,
            controlCompression: control,
            needsLegacyDigests: false,
            understandsWeakDependencies: true,
            understandsRichDependencies: false,
            metadataCompression: [.gzip, .xz]
        )
    }

    /// The interpreters of distributions that name every one but the default `pythonX.Y`.
    static func fedoraPythons(default preferred: String, others: [String]) -> [Python] {
        [.rpm(preferred, "python3", isDefault: true)] + others.map { .rpm($0, "python\($0)") }
    }
}

extension Distribution.Python {
    /// An interpreter of an rpm distribution.
    static func rpm(_ version: String, _ package: String, isDefault: Bool = false) -> Self {
        Self(
            version: version,
            package: package,
            interpreter: "/usr/bin/python\(version)",
            isDefault: isDefault,
            abiRequirement: "python(abi) = \(version)"
        )
    }
}
