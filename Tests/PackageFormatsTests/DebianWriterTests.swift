import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Writing .deb files")
struct DebianWriterTests {
    static func package(_ change: (inout Package) -> Void = { _ in }) throws -> Package {
        var package = try holding { [] }
        change(&package)
        return package
    }

    static func holding(@ContentsBuilder _ contents: () -> [Content]) throws -> Package {
        try Package(
            name: "probe",
            version: EVR(version: "1.0", release: "1"),
            architecture: .independent,
            summary: "thing to test with",
            description: "It does nothing.",
            license: "Apache-2.0",
            maintainer: "Some Body <some@example.com>",
            date: 1_445_212_800,
            contents: contents
        )
    }

    /// The bytes that a package becomes.
    static func write(_ package: Package, profile: DebianProfile = DebianProfile(), threads: Int = 1) throws -> [UInt8]
    {
        let folder = try TemporaryFolder()
        let path = try DebianWriter(profile: profile, threads: threads).write(package, to: folder.path)
        let file = try InputFile(opening: path)
        return try file.bytes(at: 0, count: Int(file.size))
    }

    /// A package as the reader gives it back.
    static func reread(_ package: Package) throws -> Package {
        let folder = try TemporaryFolder()
        return try DebianReader(opening: DebianWriter().write(package, to: folder.path)).package()
    }

    static func code(_ package: Package) throws -> FormatError.Code? {
        let folder = try TemporaryFolder()
        let code = DebianFixture.error { () throws(FormatError) in try DebianWriter().write(package, to: folder.path) }?
            .code
        #expect(folder.names() == [])
        return code
    }

    @ContentsBuilder static var tree: [Content] {
        File("x\n", to: "/opt/a/x")
        File("y\n", to: "/opt/a.b")
        Symlink("/bin/x", to: "/opt/a/x")
        HardLink("/opt/a/w", to: "/opt/a/x")
        File("set\n", to: "/etc/probe.conf").config()
        Ghost("/var/lib/probe.state")
        Directory("/srv/probe").mode(0o2770).owner("root", group: "adm")
    }

    @Test("the data stand in dpkg-deb's order: the root, directories before their content, links last")
    func order() throws {
        let folder = try TemporaryFolder()
        let path = try DebianWriter().write(try DebianWriterTests.holding { DebianWriterTests.tree }, to: folder.path)
        var names: [String] = []
        let archive = try DebianFile(InputFile(opening: path))
        var reader = TarReader(try archive.source(archive.data))
        while let header = try reader.next() {
            names.append("\(header.kind.rawValue - 0x30) " + String(decoding: header.name, as: UTF8.self))
        }
        #expect(
            names == [
                "5 ./", "5 ./bin/", "5 ./etc/", "0 ./etc/probe.conf", "5 ./opt/", "5 ./opt/a/", "0 ./opt/a/w",
                "1 ./opt/a/x", "0 ./opt/a.b", "5 ./srv/", "5 ./srv/probe/", "5 ./usr/", "5 ./usr/share/",
                "5 ./usr/share/doc/", "5 ./usr/share/doc/probe/", "0 ./usr/share/doc/probe/changelog.Debian.gz",
                "0 ./usr/share/doc/probe/copyright", "2 ./bin/x",
            ]
        )
        #expect(try PackageFile.verify(path).findings == [])
    }

    @Test("the control archive lists sums, configuration files and the size")
    func control() throws {
        let folder = try TemporaryFolder()
        let package = try DebianWriterTests.holding { DebianWriterTests.tree }
        let reader = try DebianReader(opening: DebianWriter().write(package, to: folder.path))
        #expect(reader.members["conffiles"] == Array("/etc/probe.conf\n".utf8))
        let sums = String(decoding: reader.members["md5sums"] ?? [], as: UTF8.self).split(separator: "\n")
        #expect(
            sums.prefix(3) == [
                "401b30e3b8b5d629635a5c613cdb7919  opt/a/w", "401b30e3b8b5d629635a5c613cdb7919  opt/a/x",
                "009520053b00386d1173f3988c55d192  opt/a.b",
            ]
        )
        // 11 directories with the root; 5 files and a link of less than 1 KiB; a second name counts nothing.
        #expect(reader.control["Installed-Size"] == "17")
        #expect(reader.members.members.map(\.name) == ["conffiles", "control", "md5sums"])
    }

    @Test("what was written is read back the same")
    func roundTrip() throws {
        var package = try DebianWriterTests.holding { DebianWriterTests.tree }
        package.version.epoch = 3
        package.url = "https://example.com"
        package.description = "One.\n\n  verbatim\nTwo."
        package.relations = DebianReaderRelations.all
        package.scripts[.preInstall] = Script("exit 3\n", interpreter: ["/usr/bin/env", "sh"], calling: .native)
        package.triggers = [.interest("/opt/x", awaiting: true), .activate("ldconfig", awaiting: false)]
        package.debian.section = "admin"
        package.debian.multiArch = "foreign"
        package.debian.fields = [("Bugs", "mailto:x@example.com"), ("X-Thing", "a\nb")]
        package.debian.controlMembers = ["templates": Array("Template: probe/x\n".utf8)]
        let read = try DebianWriterTests.reread(package)
        #expect(read.version == package.version)
        #expect(read.description == package.description)
        #expect(read.summary == package.summary)
        #expect(read.maintainer == package.maintainer)
        #expect(read.relations == package.relations)
        #expect(read.scripts == package.scripts)
        #expect(read.triggers == package.triggers)
        // The copyright file that the writer made is there to be read.
        #expect(read.debian.copyright?.hasPrefix("Format: ") == true)
        var debian = read.debian
        debian.copyright = nil
        #expect(debian == package.debian)
        #expect(read.date == package.date)
        let own = Set(package.entries.map(\.path)).subtracting([try PackagePath("/var/lib/probe.state")])
        #expect(own.isSubset(of: read.entries.map(\.path)))
    }

    @Test(
        "the bytes depend on neither threads nor folder, and say so in every compression",
        arguments: Compression.Algorithm.allCases
    )
    func deterministic(_ algorithm: Compression.Algorithm) throws {
        let big = Array((0..<600_000).map { "\($0 &* 2_654_435_761)" }.joined().utf8)
        let package = try DebianWriterTests.holding { Content(.bytes(big), at: "/opt/big") }
        let compression = try Compression(algorithm, level: algorithm == .none ? nil : 1)
        let profile = DebianProfile(compression: compression, controlCompression: compression)
        let bytes = try DebianWriterTests.write(package, profile: profile, threads: 1)
        #expect(try DebianWriterTests.write(package, profile: profile, threads: 3) == bytes)
        #expect(bytes.count % 2 == 0)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var code: FormatError.Code
        var change: @Sendable (inout Package) -> Void
        var testDescription: String { code.rawValue }

        init(_ code: FormatError.Code, _ change: @escaping @Sendable (inout Package) -> Void) {
            (self.code, self.change) = (code, change)
        }
    }

    static let refusals: [Refusal] = [
        Refusal(.controlName) { $0.name = "Probe" },
        Refusal(.controlName) { $0.name = "p" },
        Refusal(.controlName) { $0.name = "../probe" },
        Refusal(.debianVersionStart) { $0.version.version = "v1" },
        Refusal(.debianRevision) { $0.version.release = "1/../2" },
        Refusal(.controlMissingField) { $0.summary = "" },
        Refusal(.controlCharacter) { $0.summary = "x\nPre-Depends: evil" },
        Refusal(.controlCharacter) { $0.maintainer = "x\nPre-Depends: evil" },
        Refusal(.controlMissingField) { $0.maintainer = " " },
        Refusal(.controlCharacter) { $0.description = "x\r\ny" },
        Refusal(.controlCharacter) { $0.debian.section = "x\ny" },
        Refusal(.invalidValue) { $0.debian.multiArch = "same" },
        Refusal(.invalidValue) { $0.debian.multiArch = "maybe" },
        Refusal(.invalidValue) { $0.debian.fields = [("depends", "x")] },
        Refusal(.controlDuplicateField) { $0.debian.fields = [("X-A", "b"), ("x-a", "c")] },
        Refusal(.unsupported) { $0.debian.controlMembers = ["../x": []] },
        Refusal(.invalidValue) { $0.debian.controlMembers = ["config": [0x78]] },
        Refusal(.unsupported) { $0.relations = [Relation(.requires, "/usr/sbin/iptables")] },
        Refusal(.unsupported) { $0.relations = [Relation(.requires, .rich("(a if b)"))] },
        Refusal(.controlRelation) { $0.relations = [Relation(.requires, "python3dist(x)")] },
        Refusal(.debianVersion) { $0.relations = [Relation(.requires, "xx", .equal, "1)\nY: z")] },
        Refusal(.unsupported) { $0.relations = [Relation(.provides, "xx", .greaterOrEqual, "1")] },
        Refusal(.unsupported) { $0.relations = [Relation(.conflicts, .anyOf([.init("aa"), .init("bb")]))] },
        Refusal(.invalidValue) { $0.triggers = [.interest("a b", awaiting: true)] },
        Refusal(.unsupported) { $0.triggers = [.package(.init(.install, on: [], script: Script("")))] },
        Refusal(.invalidValue) { $0.services = [Service("x; rm -rf /.service")] },
        Refusal(.unsupported) { $0.scripts[.verify] = Script("") },
        Refusal(.unsupported) { $0.scripts[.preTransaction] = Script("") },
        Refusal(.unsupported) { $0.scripts[.postTransaction] = Script("") },
        Refusal(.unsupported) { $0.scripts[.postInstall] = Script("x", interpreter: ["<lua>"], calling: .native) },
        Refusal(.unsupported) { $0.scripts[.postInstall] = Script("x", interpreter: ["/bin/bash"]) },
        Refusal(.invalidValue) { $0.scripts[.postInstall] = Script("x\r\n") },
        Refusal(.invalidValue) { $0.scripts[.postInstall] = Script("#!/bin/sh\n") },
        Refusal(.controlCharacter) { $0.changelog = [ChangelogEntry(date: 0, author: "x\ny", text: "z")] },
        Refusal(.invalidValue) { $0.date = -1 },
    ]

    @Test("what dpkg would refuse is refused before anything is written", arguments: refusals)
    func refused(_ refusal: Refusal) throws {
        #expect(try DebianWriterTests.code(DebianWriterTests.package(refusal.change)) == refusal.code)
    }

    @Test("contents that dpkg cannot unpack are refused")
    func refusedContents() throws {
        func code(_ content: Content) throws -> FormatError.Code? {
            try DebianWriterTests.code(DebianWriterTests.holding { content })
        }
        let long = String(repeating: "x", count: 247)
        #expect(try code(Directory("/opt/\(long)").content) == .limitExceeded)
        #expect(try code(File("", to: "/DEBIAN/control").content) == .unsupported)
        #expect(try code(File("", to: "/opt/x").owner("somebody").mode(0o4755)) == .unsupported)
        #expect(try code(File("", to: "/etc/x ").config()) == .unsupported)
        #expect(try code(File("", to: "/etc/" + String(repeating: "x/", count: 500) + "x").config()) == .unsupported)
        #expect(try code(File("", to: "/opt/x").capabilities("cap'; evil")) == .invalidValue)
        var twice = try DebianWriterTests.holding { File("", to: "/opt/x") }
        twice.entries += twice.entries
        #expect(try DebianWriterTests.code(twice) == .duplicatePath)
    }

    @Test("an owner becomes the number that every Debian system knows, or a number itself")
    func owners() {
        #expect(DebianAccounts.user("root") == .init(name: "root", number: 0, isCertain: true))
        #expect(DebianAccounts.user("www-data") == .init(name: "www-data", number: 33, isCertain: true))
        #expect(DebianAccounts.group("adm").number == 4)
        #expect(DebianAccounts.user("1234") == .init(name: "", number: 1234, isCertain: true))
        #expect(DebianAccounts.user("flocker") == .init(name: "flocker", number: 0, isCertain: false))
    }

    @Test("kinds of relations that Debian lacks are left out, and none is written twice")
    func leftOut() throws {
        let read = try DebianWriterTests.reread(
            DebianWriterTests.package { package in
                package.relations = [
                    Relation(.supplements, "python3dist(x)"), Relation(.orderedAfter, "/x"), Relation(.requires, "aa"),
                    Relation(.requires, "aa"),
                ]
            }
        )
        #expect(read.relations == [Relation(.requires, "aa")])
    }

    @Test("documents of the package's own are left alone")
    func ownDocuments() throws {
        let read = try DebianWriterTests.reread(
            DebianWriterTests.holding { Symlink("/usr/share/doc/probe", to: "other") }
        )
        #expect(
            read.entries.map(\.path.description) == [
                "/", "/usr", "/usr/share", "/usr/share/doc", "/usr/share/doc/probe",
            ]
        )
        let own = try DebianWriterTests.reread(
            DebianWriterTests.holding { File("mine", to: "/usr/share/doc/probe/copyright") }
        )
        #expect(own.entries.first { $0.path.description.hasSuffix("/copyright") }?.size == 4)
        #expect(own.entries.contains { $0.path.description.hasSuffix("/changelog.Debian.gz") })
    }

    @Test("a version without a revision has its changelog under the native name")
    func nativeChangelog() throws {
        let read = try DebianWriterTests.reread(DebianWriterTests.package { $0.version.release = nil })
        #expect(read.entries.contains { $0.path.description == "/usr/share/doc/probe/changelog.gz" })
        #expect(DebianWriter.fileName(of: read) == "probe_1.0_all.deb")
    }
}

/// One relation of every kind that Debian has, in the order of the fields.
enum DebianReaderRelations {
    static let all: [Relation] = [
        Relation(.requires, "first", .greaterOrEqual, "1.0~", stages: .preInstall),
        Relation(.requires, .single(.init("python3", .init(.less, "4"), architecture: "any"))),
        Relation(.requires, .anyOf([.init("aa"), .init("bb", .init(.greater, "1:2-3"))])),
        Relation(.recommends, "cc"), Relation(.suggests, "dd", .lessOrEqual, "1"), Relation(.enhances, "ee"),
        Relation(.conflicts, "ff"), Relation(.breaks, "gg", .less, "2"), Relation(.replaces, "gg", .less, "2"),
        Relation(.provides, "hh", .equal, "1.0"),
    ]
}
