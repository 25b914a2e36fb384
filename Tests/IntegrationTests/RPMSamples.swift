import PackageFormats

/// Packages that the tests hand to rpm.
enum RPMSamples {
    static func plain(name: String) -> Package {
        Package(
            name: name,
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Plain",
            license: "MIT",
            maintainer: "Example <example@example.invalid>",
            date: 1_500_000_000,
            entries: []
        )
    }

    /// A package of files that can be installed anywhere, by anybody.
    static func installable() throws -> Package {
        var package = plain(name: "installable")
        package.entries = try contents().resolved(date: package.date)
        return package
    }

    @ContentsBuilder
    private static func contents() -> [Content] {
        Directory("/opt/sample")
        Directory("/opt/sample/data").mode(0o1777)
        Directory("/opt/sample/zz")
        File("#!/bin/sh\necho sample\n", to: "/opt/sample/run").mode(0o755)
        HardLink("/opt/sample/again", to: "/opt/sample/run")
        HardLink("/opt/sample/zz/third", to: "/opt/sample/run")
        File("", to: "/opt/sample/empty")
        File("räksmörgås", to: "/opt/sample/ünïcode name")
        File("x = 1\n", to: "/etc/sample.conf").config()
        Symlink("/usr/bin/sample", to: "../../opt/sample/run")
        Ghost("/var/lib/sample.state")
    }

    /// A package with one of everything that rpm knows.
    static func everything() throws -> Package {
        var package = try Package(
            name: "sample",
            version: EVR(epoch: 1, version: "2.0~rc1", release: "3.el9"),
            architecture: .x86_64,
            summary: "A sample",
            description: "It has one of everything.\n",
            license: "Apache-2.0",
            url: "https://example.invalid/",
            vendor: "Example",
            maintainer: "Example <example@example.invalid>",
            date: 1_500_000_000,
            relations: [
                Relation(.requires, "bash", .greaterOrEqual, "4.0"),
                Relation(.requires, "shadow-utils", stages: [.preInstall]),
                Relation(.requires, parsing: "curl | wget (>= 1.2)"),
                Relation(.provides, "virtual", .equal, "2"),
                Relation(.breaks, "older", .less, "1"),
                Relation(.conflicts, "enemy"),
                Relation(.replaces, "ancestor", .less, "1:2"),
                Relation(.recommends, "friend"),
                Relation(.suggests, "hint"),
                Relation(.supplements, parsing: "(a and b)"),
                Relation(.enhances, "tool"),
                Relation(.orderedAfter, "first"),
            ]
        ) {
            contents().filter { $0.destination != "/opt/sample/zz" }
            File("manual", to: "/usr/share/doc/sample/README").flags(.doc)
            File("licence", to: "/usr/share/licenses/sample/LICENSE").flags(.license)
            File("net", to: "/opt/sample/net").mode(0o755).capabilities("cap_net_raw=ep")
            Directory("/usr/bin")
        }
        package.scripts[.preInstall] = Script("echo $1", calling: .native)
        package.scripts[.preRemove] = Script(
            "print('gone')",
            interpreter: ["/usr/bin/python3", "-I"],
            calling: .native
        )
        package.scripts[.preTransaction] = Script("print(1)", interpreter: ["<lua>"], calling: .native)
        package.scripts[.postInstall] = Script("exit 0\n")
        package.triggers = [
            .package(
                .init(.install, on: [.init("bash", .init(.less, "6"))], script: Script("echo t", calling: .native))
            ),
            .files(.init(.remove, below: [try PackagePath("/usr/lib/foo")], script: Script("cat", calling: .native))),
        ]
        package.changelog = [
            ChangelogEntry(date: 1_500_000_000, author: "A <a@example.invalid>", text: "* One\nTwo"),
            ChangelogEntry(date: 1_400_000_000, author: "B <b@example.invalid>", version: "1.0-1", text: "Start"),
        ]
        return package
    }
}
