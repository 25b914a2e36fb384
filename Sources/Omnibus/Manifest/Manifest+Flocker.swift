import PackageFormats

extension Manifest {
    /// The packages of Flocker: the environment under `/opt/flocker`, and two packages of links into it.
    public static let flocker = Manifest(
        name: "Flocker",
        versionScheme: .flocker,
        about: About(
            license: "Apache-2.0",
            url: "https://clusterhq.com",
            vendor: "ClusterHQ",
            maintainer: "ClusterHQ <contact@clusterhq.com>",
            summary: "Flocker: a container data volume manager for your Dockerized applications"
        ),
        bundle: Bundle(prefix: "/opt/flocker", ownScripts: ["flocker", "flocker-*"]),
        repository: Repository(
            name: "clusterhq",
            title: "ClusterHQ",
            url: "https://s3.amazonaws.com/clusterhq-archive",
            revision: 7
        ),
        packages: [flockerBase, flockerClient, flockerNode],
        // These took the short names of Fedora's old list, and their rpmlint knows no SPDX.
        overrides: ["fedora-20", "centos-7", "rhel-7"].map {
            Override($0, ProductLayer(about: About(license: "ASL 2.0")))
        }
    )

    private static let flockerBase = Package(
        name: "clusterhq-python-flocker",
        architecture: .native,
        base: PackageLayer(
            about: About(
                description: """
                    Flocker manages data volumes for containers and moves them together with the applications that use them.

                    This is the base package of scripts and libraries: Flocker with every Python package that it depends on.
                    """
            ),
            group: "Applications/System",
            section: "admin",
            contents: [Content(.bundle)],
            relations: [
                .requires: [
                    Relation(.requires, [.placeholder(.python)]),
                    Relation(.requires, [.placeholder(.pythonABI)], condition: Condition(only: ["rpm"])),
                ]
            ]
        )
    )

    private static let flockerClient = Package(
        name: "clusterhq-flocker-cli",
        architecture: .independent,
        base: PackageLayer(
            about: About(
                description: """
                    Flocker manages data volumes for containers and moves them together with the applications that use them.

                    This package has links to the client utilities, with just the dependencies to run them.
                    """
            ),
            group: "Applications/System",
            section: "admin",
            contents: [
                Content(.links(directory: "/usr/bin", scripts: ["flocker", "flocker-ca", "flocker-deploy"]))
            ],
            relations: [
                .requires: [
                    Relation(.requires, [.placeholder(.sshClient)]),
                    Relation(.requires, [.placeholder(.sibling("clusterhq-python-flocker"))]),
                ]
            ]
        )
    )

    private static let flockerNode = Package(
        name: "clusterhq-flocker-node",
        architecture: .independent,
        base: PackageLayer(
            about: About(
                description: """
                    Flocker manages data volumes for containers and moves them together with the applications that use them.

                    This package has links to the node utilities and the services of a node, with just the dependencies to
                    run them.
                    """
            ),
            group: "Applications/System",
            section: "admin",
            contents: flockerNodeContents,
            relations: [
                .requires: [
                    Relation(.requires, [.placeholder(.sshClient)]),
                    Relation(.requires, [.text("lshw")]),
                    Relation(.requires, [.placeholder(.iptables)]),
                    Relation(.requires, [.placeholder(.sibling("clusterhq-python-flocker"))]),
                ]
            ],
            scripts: [
                .postInstall: Script(.file("admin/package-files/after-install.sh", isOptional: true))
            ],
            services: [
                Service("flocker-control.service"), Service("flocker-dataset-agent.service"),
                Service("flocker-container-agent.service"),
            ]
        )
    )

    private static let flockerNodeContents: [Content] = [
        Content(
            .links(
                directory: "/usr/sbin",
                scripts: [
                    "flocker-benchmark", "flocker-changestate", "flocker-container-agent", "flocker-control",
                    "flocker-dataset-agent", "flocker-diagnostics", "flocker-node-era", "flocker-reportstate",
                    "flocker-volume", "flocker-zfs-agent",
                ]
            )
        ),
        packageFiles("systemd/*.service", to: "${unit-directory}", on: "systemd"),
        packageFiles("upstart/*.conf", to: "/etc/init", kind: .configNoReplace, on: "upstart"),
        packageFiles("firewalld-services/*.xml", to: "/usr/lib/firewalld/services", on: "rpm"),
        packageFiles("ufw-applications.d/*", to: "/etc/ufw/applications.d", kind: .configNoReplace, on: "deb"),
        packageFiles("rsyslog/*.conf", to: "/etc/rsyslog.d", kind: .configNoReplace),
        Content(.directory("/var/lib/flocker")),
    ]

    /// Sources of old versions bring none of these files, so none has to be there.
    private static func packageFiles(
        _ pattern: String,
        to directory: String,
        kind: Content.FileKind = .regular,
        on selector: String? = nil
    ) -> Content {
        Content(
            .files(pattern: "admin/package-files/\(pattern)", to: directory),
            attributes: Content.Attributes(kind: kind),
            isOptional: true,
            condition: Condition(only: selector.map { [$0] } ?? [])
        )
    }
}
