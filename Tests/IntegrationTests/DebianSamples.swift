import PackageFormats
import SystemPackage

/// Packages that the real tools are asked about.
enum DebianSamples {
    static let date: Int64 = 1_445_212_800

    static func package(
        _ name: String = "probe",
        version: EVR = EVR(version: "1.0", release: "1"),
        @ContentsBuilder contents: () -> [Content] = { [] }
    ) throws -> Package {
        var package = try Package(
            name: name,
            version: version,
            architecture: .independent,
            summary: "thing to test package managers with",
            description: """
                This package holds one thing of every kind that a package can hold, so that the programs which read \
                packages have something to say about it.

                Nobody needs it.
                  * Not even you.
                """,
            license: "Apache-2.0",
            url: "https://example.com/probe",
            maintainer: "Zoë Ünïcode <zoe@example.com>",
            date: date,
            contents: contents
        )
        package.debian.section = "admin"
        return package
    }

    /// Names, kinds, links and modes of every sort, on disk and in memory.
    static func everything(in folder: TemporaryFolder, name: String = "probe") throws -> Package {
        try folder.write("#!/bin/sh\necho hello\n", to: "tree/bin/hello")
        try folder.write("a-b sorts before a/x only by bytes\n", to: "tree/a-b")
        try folder.write("x\n", to: "tree/a/x")
        try folder.write(String(repeating: "0123456789abcdef", count: 20_000), to: "tree/a/large")
        try folder.write("ü\n", to: "tree/\(String(repeating: "long-", count: 30))/naïve file's \"name\" \\ *?")
        var package = try package(name) {
            Tree(from: folder.appending("tree"), to: "/opt/probe")
            HardLink("/opt/probe/a/another", to: "/opt/probe/a/x")
            HardLink("/opt/probe/zz", to: "/opt/probe/a/x")
            Symlink("/usr/bin/hello-probe", to: "/opt/probe/bin/hello")
            Symlink("/opt/probe/far", to: String(repeating: "../far/", count: 20))
            File("one = 1\n", to: "/etc/probe/probe.conf").config()
            Directory("/var/lib/probe").mode(0o1777)
            File("set\n", to: "/opt/probe/set").mode(0o4755)
            Ghost("/var/lib/probe/state")
        }
        package.entries.append(
            Entry(path: try PackagePath("/opt/probe/pipe"), kind: .fifo, mode: 0o600, modificationTime: -1000)
        )
        package.entries.sort { $0.path < $1.path }
        package.relations = [
            Relation(.requires, "dpkg", .greaterOrEqual, "1.17", stages: .preInstall),
            Relation(.requires, .anyOf([.init("probe-a", .init(.less, "2")), .init("probe-b")])),
            Relation(.requires, .single(.init("python3", .init(.greater, "3.4~"), architecture: "any"))),
            Relation(.recommends, "ca-certificates"), Relation(.suggests, "probe-doc", .equal, "1:1.0-1"),
            Relation(.enhances, "probe-e"), Relation(.conflicts, "probe-c"), Relation(.breaks, "probe-d", .less, "1"),
            Relation(.replaces, "probe-d", .less, "1"), Relation(.provides, "probe-api", .equal, "3"),
        ]
        package.debian.multiArch = "foreign"
        package.debian.fields = [("Bugs", "mailto:bugs@example.com")]
        package.scripts[.postInstall] = Script("exit 0\n")
        package.triggers = [.interest("/opt/probe/plugins", awaiting: false)]
        return package
    }

    /// A script for every event that writes down what it is called with, and then leaves by `exit`.
    static func logging(to log: FilePath, version: String, calling: Script.Calling) throws -> Package {
        var package = try package(version: EVR(version: version, release: "1")) {
            File("version \(version)\n", to: "/opt/probe/version")
            File("one = 1\n", to: "/etc/probe.conf").config()
        }
        for event in [Scripts.Event.preInstall, .postInstall, .preRemove, .postRemove, .purge] {
            package.scripts[event] = Script(
                "false\necho \"\(event.rawValue) \(version) $*\" >> \(log.string)\nexit 0\nexit 1\n",
                calling: calling
            )
        }
        return package
    }
}
