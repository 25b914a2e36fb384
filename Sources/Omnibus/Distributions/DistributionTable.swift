import PackageFormats

extension Distribution {
    /// Every distribution that packages can be made for: the oldest of each line first.
    ///
    /// A row states what the release shipped with; what several rows share comes from the constructors in
    /// `Distribution+Lines.swift`.
    public static let all: [Distribution] = [
        // rpm 4.11: no zstd, no weak dependencies.
        redHat("fedora", "20", dist: ".fc20", rpm: "4.11.1", glibc: 18, [.x86_64], legacy: true) {
            [.rpm("2.7", "python"), .rpm("3.3", "python3", isDefault: true)]
        },
        redHat("centos", "7", aliases: ["el7"], dist: ".el7", rpm: "4.11.3", glibc: 17, both, legacy: true) {
            [.rpm("2.7", "python"), .rpm("3.6", "python3", isDefault: true)]
        },
        redHat(
            "rhel",
            "7",
            aliases: ["ol-7", "scientific-7"],
            dist: ".el7",
            rpm: "4.11.3",
            glibc: 17,
            both,
            legacy: true
        ) {
            [.rpm("2.7", "python"), .rpm("3.6", "python3", isDefault: true)]
        },
        // rpm 4.14 reads zstd, but the line's own packages are xz level 2, and older tools around it expect that.
        redHat(
            "rhel",
            "8",
            aliases: ["rocky-8", "almalinux-8", "ol-8", "centos-8", "el8"],
            dist: ".el8",
            rpm: "4.14.3",
            glibc: 28,
            both,
            payload: .xzLight
        ) {
            [
                .rpm("2.7", "python2"), .rpm("3.6", "python36", isDefault: true), .rpm("3.8", "python38"),
                .rpm("3.9", "python39"), .rpm("3.11", "python3.11"), .rpm("3.12", "python3.12"),
            ]
        },
        redHat(
            "rhel",
            "9",
            aliases: ["rocky-9", "almalinux-9", "ol-9", "el9"],
            dist: ".el9",
            rpm: "4.16.1.3",
            glibc: 34,
            both
        ) {
            [
                .rpm("3.9", "python3", isDefault: true), .rpm("3.11", "python3.11"), .rpm("3.12", "python3.12"),
            ]
        },
        redHat(
            "rhel",
            "10",
            aliases: ["rocky-10", "almalinux-10", "ol-10", "el10"],
            dist: ".el10",
            rpm: "4.19.1.1",
            glibc: 39,
            both,
            iptables: "iptables-nft",
            metadata: [.zstd]
        ) {
            [.rpm("3.12", "python3", isDefault: true)]
        },
        redHat("centos-stream", "9", aliases: ["centos-9"], dist: ".el9", rpm: "4.16.1.3", glibc: 34, both) {
            [
                .rpm("3.9", "python3", isDefault: true), .rpm("3.11", "python3.11"), .rpm("3.12", "python3.12"),
            ]
        },
        redHat(
            "centos-stream",
            "10",
            aliases: ["centos-10"],
            dist: ".el10",
            rpm: "4.19.1.1",
            glibc: 39,
            both,
            iptables: "iptables-nft",
            metadata: [.zstd]
        ) {
            [.rpm("3.12", "python3", isDefault: true)]
        },
        redHat(
            "fedora",
            "42",
            dist: ".fc42",
            rpm: "4.20.1",
            glibc: 41,
            both,
            iptables: "iptables-nft",
            metadata: [.zstd]
        ) {
            fedoraPythons(default: "3.13", others: ["3.9", "3.10", "3.11", "3.12", "3.14"])
        },
        redHat(
            "fedora",
            "43",
            dist: ".fc43",
            rpm: "6.0.0",
            glibc: 42,
            both,
            iptables: "iptables-nft",
            metadata: [.zstd]
        ) {
            fedoraPythons(default: "3.14", others: ["3.9", "3.10", "3.11", "3.12", "3.13"])
        },
        redHat(
            "amazonlinux",
            "2023",
            aliases: ["amzn-2023", "al2023"],
            dist: ".amzn2023",
            rpm: "4.16.1.3",
            glibc: 34,
            both,
            iptables: "iptables-nft"
        ) {
            fedoraPythons(default: "3.9", others: ["3.11", "3.12", "3.13", "3.14"])
        },
        suse("opensuse-leap", "15.6", aliases: ["leap-15.6", "opensuse-15.6"], rpm: "4.14.3", glibc: 38) {
            [
                .rpm("3.6", "python3", isDefault: true), .rpm("3.11", "python311"), .rpm("3.12", "python312"),
            ]
        },
        // Unpatched dpkg 1.17.5 takes no control member but gzip.
        debian(
            "ubuntu",
            "14.04",
            code: "trusty",
            dpkg: "1.17.5",
            glibc: 19,
            ["2.7", "3.4"],
            control: .gzip,
            initSystem: .upstart
        ),
        debian("ubuntu", "15.04", code: "vivid", dpkg: "1.17.25", glibc: 21, ["2.7", "3.4"], control: .gzip),
        debian("ubuntu", "16.04", code: "xenial", dpkg: "1.18.4", glibc: 23, ["2.7", "3.5"], control: .gzip),
        debian("ubuntu", "20.04", code: "focal", dpkg: "1.19.7", glibc: 31, ["2.7", "3.8", "3.9"], default: "3.8"),
        debian("ubuntu", "22.04", code: "jammy", dpkg: "1.21.1", glibc: 35, ["2.7", "3.10", "3.11"], default: "3.10"),
        debian("ubuntu", "24.04", code: "noble", dpkg: "1.22.6", glibc: 39, ["3.12"], unitsInUsr: true),
        debian("debian", "11", code: "bullseye", dpkg: "1.20.13", glibc: 31, ["2.7", "3.9"]),
        debian("debian", "12", code: "bookworm", dpkg: "1.21.22", glibc: 36, ["3.11"]),
        debian("debian", "13", code: "trixie", dpkg: "1.22.21", glibc: 41, ["3.13"], unitsInUsr: true),
    ]

    private static let both: [Architecture] = [.x86_64, .aarch64]
}
