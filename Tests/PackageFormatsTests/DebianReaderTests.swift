import PackageFormats
import SystemPackage
import Testing

@Suite("Reading .deb files")
struct DebianReaderTests {
    @Test("every control member finds its place in the model")
    func control() throws {
        let reader = try DebianReader(opening: DebianFixture.path("06-control-members.deb"))
        let package = try reader.package()
        #expect(package.name == "golden-control")
        #expect(package.version == EVR(epoch: 2, version: "1.2.3~rc1+git20151019", release: "4"))
        #expect(package.architecture == .independent)
        #expect(package.maintainer == "Zoë Ünïcode <zoe@example.com>")
        #expect(package.summary == "fixture with every control member")
        #expect(
            package.description.hasSuffix("eighty columns.\n\nSecond paragraph.\n * verbatim line (two leading spaces)")
        )
        #expect(package.url == "https://example.com/golden")
        #expect(package.date == 1_445_212_800)
        #expect(package.debian.section == "admin")
        #expect(package.debian.multiArch == "foreign")
        #expect(package.debian.source == "golden-src (1.2.3~rc1-4)")
        #expect(package.debian.fields.map(\.name) == ["Bugs", "Origin", "Tag", "X-Custom-Field"])
        #expect(package.debian.controlMembers.keys.sorted() == ["config", "shlibs", "symbols", "templates"])
        #expect(reader.control["installed-size"] == "7")
        #expect(package.scripts[.postInstall]?.interpreter == ["/bin/sh"])
        #expect(package.scripts[.postInstall]?.body == "set -e\n# postinst \"$@\"\nexit 0\n")
        #expect(package.scripts[.postInstall]?.calling == .native)
        #expect(
            package.triggers == [
                .interest("/usr/share/golden", awaiting: false), .activate("ldconfig", awaiting: false),
            ]
        )
        let configuration = package.entries.filter { $0.flags.contains(.config) }.map(\.path.description)
        #expect(configuration == ["/etc/golden/conf.d/with space.conf", "/etc/golden/main.conf"])
    }

    @Test("relations of every kind are read")
    func relations() throws {
        let package = try DebianReader(opening: DebianFixture.path("06-control-members.deb")).package()
        let expected: [Relation] = [
            Relation(.requires, "dpkg", .greaterOrEqual, "1.17.5", stages: .preInstall),
            Relation(.requires, "adduser"), Relation(.requires, "libc6", .greaterOrEqual, "2.19"),
            Relation(.requires, .anyOf([.init("default-mta"), .init("mail-transport-agent")])),
            Relation(.requires, .single(.init("python3", .init(.greaterOrEqual, "3.4~"), architecture: "any"))),
            Relation(.recommends, "ca-certificates"),
            Relation(.suggests, "golden-doc", .equal, "2:1.2.3~rc1+git20151019-4"),
            Relation(.enhances, "golden-plain"), Relation(.conflicts, "golden-other"),
            Relation(.breaks, "golden-old", .less, "1.0~"), Relation(.replaces, "golden-old", .less, "1.0~"),
            Relation(.provides, "golden-virtual"), Relation(.provides, "golden-api", .equal, "3"),
        ]
        #expect(package.relations == expected)
    }

    @Test("entries of every kind are read")
    func entries() throws {
        let special = try DebianReader(opening: DebianFixture.path("12-special-nodes.deb")).package().entries
        #expect(special.contains { $0.kind == .fifo })
        #expect(special.contains { if case .characterDevice = $0.kind { true } else { false } })
        #expect(special.contains { if case .blockDevice = $0.kind { true } else { false } })
        #expect(special.contains { $0.modificationTime < 0 })
        let owners = try DebianReader(opening: DebianFixture.path("11-owners-modes.deb")).package().entries
        let named = owners.first { $0.path.description == "/opt/golden/named" }
        #expect(named?.owner == "www-data" && named?.group == "adm")
        let big = owners.first { $0.path.description == "/opt/golden/big" }
        #expect(big?.owner == "3000000" && big?.group == "2147483646")
        let both = owners.first { $0.path.description == "/opt/golden/both" }
        #expect(both?.mode == 0o6755)
        let links = try DebianReader(opening: DebianFixture.path("07-hardlinks.deb")).package().entries
        #expect(links.contains { if case .hardLink = $0.kind { true } else { false } })
    }

    @Test(
        "all compressions give the same package",
        arguments: ["02-plain-xz", "03-plain-xz-nonuniform", "04-plain-zst", "05-plain-none"]
    )
    func compressions(_ name: String) throws {
        let plain = try DebianReader(opening: DebianFixture.path("01-plain-gz.deb")).package()
        #expect(try DebianReader(opening: DebianFixture.path("\(name).deb")).package().entries == plain.entries)
    }

    @Test("an error names the file")
    func path() {
        let path = DebianFixture.path("malformed/ar-bad-magic.deb")
        let error = DebianFixture.error { () throws(FormatError) in _ = try DebianReader(opening: path) }
        #expect(error?.path == path.string)
    }
}
