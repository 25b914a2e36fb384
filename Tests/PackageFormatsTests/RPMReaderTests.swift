import SystemPackage
import Testing

@testable import PackageFormats

@Suite("rpm reader")
struct RPMReaderTests {
    /// gold-large unpacks to 4 GiB.
    private static let verifiable = RPMFixtures.packages.filter { !$0.contains("large") }

    @Test("packages by rpmbuild verify without findings, and everything in them is covered", arguments: verifiable)
    func golden(name: String) throws {
        let result = try PackageFile.verify(RPMFixtures.folder.appending(name))
        #expect(result.findings.map(\.check) == (name.contains("special") ? ["file-fifo"] : []))
        #expect(result.covered == [.header, .payload, .files])
    }

    @Test("the headers of a package with a file of 4 GiB are read")
    func large() throws {
        let reader = try RPMReader(opening: RPMFixtures.folder.appending("gold-large-1-1.noarch.rpm"))
        #expect(try reader.files.contains { $0.entry.size == 1 << 32 })
    }

    @Test("hard links, capabilities and ghosts are recognised")
    func kinds() throws {
        let links = try RPMReader(opening: RPMFixtures.folder.appending("gold-links-1-1.x86_64.rpm"))
        let first = try PackagePath("/opt/h/a")
        #expect(try links.files.count { $0.entry.kind == .hardLink(to: first) } == 2)
        #expect(try links.package.entries.compactMap(\.capabilities) == ["cap_net_raw=ep"])
        let config = try RPMReader(opening: RPMFixtures.folder.appending("gold-config-2.0-1.x86_64.rpm"))
        #expect(try config.files.contains { !$0.isShipped && $0.entry.flags.contains([.config, .noReplace]) })
        #expect(try config.package.relations == [])
    }

    @Test("the directory of each file is found in the list, whatever its order", arguments: verifiable)
    func parents(name: String) throws {
        let files = try RPMReader(opening: RPMFixtures.folder.appending(name)).files
        for list in [files, files.reversed()] {
            for (file, parent) in zip(list, list.parents) {
                #expect(parent == list.firstIndex { $0.entry.path == file.entry.path.parent })
            }
        }
    }

    @Test("relations are read as they were written, without what every package has")
    func relations() throws {
        let reader = try RPMReader(opening: RPMFixtures.folder.appending("gold-deps-1.0~rc1^git5-2.el8.x86_64.rpm"))
        let relations = try reader.package.relations
        #expect(try reader.package.version == EVR(epoch: 3, version: "1.0~rc1^git5", release: "2.el8"))
        #expect(relations.contains(Relation(.requires, "ge-req", .greaterOrEqual, "1.2")))
        #expect(relations.contains(Relation(.requires, "systemd", .greaterOrEqual, "219", stages: [.postInstall])))
        #expect(relations.contains(Relation(.requires, .rich("(rich-x if rich-y else rich-z)"))))
        #expect(relations.contains(Relation(.replaces, "old-pkg", .less, "3:1.0")))
        #expect(!relations.contains { $0.kind == .requires && "\($0)".contains("rpmlib") })
    }
}
