import Omnibus
import PackageFormats
import SystemPackage

/// Packages to fill repositories with: small ones, each with something of its own that metadata have to carry.
enum RepositorySamples {
    /// Writes rpms with every kind of dependency, script, file, changelog and letter among them.
    static func writeRPMs(_ count: Int, to folder: FilePath) throws {
        let writer = RPMWriter(profile: RPMProfile(compression: .gzip), threads: 1)
        for number in 0..<count { _ = try writer.write(rich(number), to: folder) }
    }

    /// Writes debs likewise.
    static func writeDebs(_ count: Int, to folder: FilePath) throws {
        let writer = DebianWriter(profile: DebianProfile(compression: .gzip), threads: 1)
        for number in 0..<count {
            var package = try rich(number)
            package.relations = debianRelations(number)
            package.scripts = Scripts()
            package.triggers = []
            package.version.version = package.version.version.replacing("^", with: "+")
            package.debian.section = ["admin", "net", "libs/x"][number % 3]
            if number % 4 == 0 { package.debian.fields = [("Bugs", "mailto:bugs@example.com")] }
            if number % 6 == 0 { package.debian.multiArch = "foreign" }
            _ = try writer.write(package, to: folder)
        }
    }

    private static let versions = ["1.0", "2.0~rc1", "3.1^git20200101", "0.9+dfsg", "10.2.3_1"]
    private static let texts = [
        "Plain words", "Räksmörgås & <tags> \"quoted\" 'single'", "日本語 ✓", "ends in a bracket >]]>", "tab\tinside",
    ]

    private static func rich(_ number: Int) throws -> Package {
        var package = try Package(
            name: "sample-\(number)",
            version: EVR(
                epoch: number % 7 == 0 ? UInt32(number % 3) : nil,
                version: versions[number % versions.count].replacing("_", with: "."),
                release: "\(number % 9).el9"
            ),
            architecture: [.independent, .x86_64, .aarch64][number % 3],
            summary: texts[number % 4],
            description: number % 5 == 0
                ? "" : "First & foremost <b>\(number)</b>.\n\n  indented\n * item\n\nLast of \(texts[number % 4])\n",
            license: number % 2 == 0 ? "MIT" : "Apache-2.0 AND MIT",
            url: number % 3 == 0 ? nil : "https://example.com/?a=1&b=\(number)",
            vendor: number % 4 == 0 ? "Zoë & Söhne" : nil,
            maintainer: "Zoë Ünïcode <zoe@example.com>",
            date: 1_500_000_000 + Int64(number) * 1000
        ) {
            files(number)
        }
        package.relations = rpmRelations(number)
        if number % 3 == 1 {
            package.scripts[.preInstall] = Script("echo one", calling: .native)
            package.scripts[.postRemove] = Script("print(1)", interpreter: ["/usr/bin/python3"], calling: .native)
        }
        if number % 8 == 1 {
            package.scripts[.preTransaction] = Script("x=1", interpreter: ["<lua>"], calling: .native)
        }
        package.changelog = (0..<(number % 15)).map { entry in
            ChangelogEntry(
                // Several a day, now and then.
                date: 1_500_000_000 - Int64(entry / 3) * 86_400,
                author: "Zoë <zoe@example.com>",
                version: "1.\(20 - entry)-1",
                text: "- change \(entry) & <more>\n- \(texts[entry % 4])"
            )
        }
        return package
    }

    @ContentsBuilder
    private static func files(_ number: Int) -> [Content] {
        Directory("/opt/sample-\(number)")
        File("\(number)\n", to: "/opt/sample-\(number)/data")
        File("#!/bin/sh\n", to: "/usr/bin/sample-\(number)").mode(0o755)
        if number % 2 == 0 {
            File("a = 1\n", to: "/etc/sample-\(number)/main & <conf>.conf").config()
            Directory("/etc/sample-\(number)")
            Symlink("/usr/sbin/sample-\(number)", to: "../bin/sample-\(number)")
        }
        if number % 3 == 0 {
            File("ü", to: "/opt/sample-\(number)/naïve \"name\" 'x'/日本語")
            Ghost("/var/lib/sample-\(number)/state")
            Ghost("/etc/sample-\(number).state")
        }
        if number % 50 == 0 {
            for file in 0..<300 { File("\(file)", to: "/opt/sample-\(number)/many/\(file % 17)/file-\(file)") }
        }
        if number % 11 == 0 { File("mail", to: "/usr/lib/sendmail").mode(0o755) }
    }

    private static func rpmRelations(_ number: Int) -> [Relation] {
        var relations = [
            Relation(.provides, "sample", .equal, "\(number)"), Relation(.provides, "virtual(\(number)&more)"),
            Relation(.requires, "/bin/sh"), Relation(.requires, "/usr/bin/sample-\(number)"),
            Relation(.requires, "sample", .equal, "\(number)"),
        ]
        if number % 2 == 0 {
            relations += [
                Relation(.requires, "base", .greaterOrEqual, "1:2.0-3"), Relation(.requires, "base", .less, "9"),
                Relation(.requires, "base", stages: [.preInstall]),
                Relation(.requires, "base", stages: [.postInstall, .preRemove]),
                Relation(.requires, "early", stages: [.preTransaction]),
                Relation(.requires, "checked", stages: [.verify]),
                Relation(.requires, "/opt/sample-\(number)/data"), Relation(.recommends, "friend", .greater, "1.2~rc"),
                Relation(.suggests, "hint"), Relation(.conflicts, "enemy", .lessOrEqual, "3:1-1"),
                Relation(.replaces, "ancestor", .less, "2"),
            ]
        }
        if number % 3 == 0 {
            relations += [
                Relation(.requires, "libc.so.6(GLIBC_2.4)(64bit)"), Relation(.requires, "libc.so.6(GLIBC_2.34)(64bit)"),
                Relation(.requires, "libc.so.6()(64bit)"), Relation(.requires, "rtld(GNU_HASH)"),
                Relation(.enhances, "tool"), Relation(.supplements, .rich("(a and b)")),
                Relation(.requires, .rich("(rich-a >= 2 or (rich-b with rich-c < 3))")),
                Relation(.conflicts, .rich("(x if y else z)")),
            ]
        }
        return relations
    }

    private static func debianRelations(_ number: Int) -> [Relation] {
        [
            Relation(.requires, "base-files", .greaterOrEqual, "1:2.0-3~"),
            Relation(.requires, .anyOf([.init("one", .init(.less, "2")), .init("other")])),
            Relation(.requires, "dpkg", .greaterOrEqual, "1.17", stages: .preInstall),
            Relation(.recommends, "friend"), Relation(.suggests, "hint", .equal, "\(number)"),
            Relation(.provides, "sample-api", .equal, "\(number)"), Relation(.breaks, "enemy", .less, "1"),
            Relation(.replaces, "enemy", .less, "1"),
        ]
    }

    /// Packages that can be installed: one bundle, and one that goes with that very version.
    static func installable(_ version: String) throws -> [Package] {
        func package(_ name: String, _ relations: [Relation]) throws -> Package {
            var package = try Package(
                name: name,
                version: EVR(version: version, release: "1"),
                architecture: .independent,
                summary: "\(name) to be installed",
                description: "It says which version it is.\n",
                license: "MIT",
                maintainer: "Example <example@example.com>",
                date: 1_500_000_000,
                relations: relations
            ) {
                File("\(version)\n", to: "/opt/\(name)/version")
            }
            package.changelog = [ChangelogEntry(date: 1_500_000_000, author: "A <a@example.com>", text: "- \(version)")]
            return package
        }
        return [
            try package("sample-bundle", []),
            try package("sample-tool", [Relation(.requires, "sample-bundle", .equal, "\(version)-1")]),
        ]
    }

    /// Writes them for rpm.
    static func writeInstallableRPMs(_ version: String, to folder: FilePath) throws {
        let writer = RPMWriter(profile: RPMProfile(compression: .gzip), threads: 1)
        for package in try installable(version) { _ = try writer.write(package, to: folder) }
    }

    /// Writes them for dpkg.
    static func writeInstallableDebs(_ version: String, to folder: FilePath) throws {
        let writer = DebianWriter(profile: DebianProfile(compression: .gzip), threads: 1)
        for package in try installable(version) { _ = try writer.write(package, to: folder) }
    }

    /// Writes a package with hardly anything in it, for a kind of repository.
    static func writeTiny(
        _ name: String,
        _ kind: RepositoryUpdate.Kind,
        to folder: FilePath,
        summary: String = "Sample"
    ) throws -> FilePath {
        let package = Package(
            name: name,
            version: EVR(version: "1.0", release: "1"),
            architecture: .independent,
            summary: summary,
            description: "A sample.",
            license: "MIT",
            maintainer: "Example <example@example.com>",
            date: 1_500_000_000,
            entries: []
        )
        if kind == .yum {
            return try RPMWriter(profile: RPMProfile(compression: .gzip), threads: 1).write(package, to: folder)
        }
        return try DebianWriter(profile: DebianProfile(compression: .gzip), threads: 1).write(package, to: folder)
    }
}
