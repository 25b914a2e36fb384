import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Comparing packages")
struct PackageDifferenceTests {
    private static func package(@ContentsBuilder _ contents: () -> [Content] = { [] }) throws -> Package {
        var package = try Package(
            name: "sample",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Sample",
            description: "First line.\nSecond line.",
            license: "MIT",
            maintainer: "Example <example@example.invalid>",
            date: 1_500_000_000,
            contents: contents
        )
        package.changelog = [ChangelogEntry(date: 1_500_000_000, author: "A <a@example.invalid>", text: "Start")]
        return package
    }

    private static func write(
        _ package: Package,
        _ format: PackageFile.Format,
        _ name: String,
        in folder: TemporaryFolder,
        compression: Compression = .gzip
    ) throws -> PackageFile {
        let path = folder.path.appending("\(name).\(format.rawValue)")
        switch format {
        case .rpm: try RPMWriter(profile: RPMProfile(compression: compression)).write(package, at: path)
        case .deb: try DebianWriter(profile: DebianProfile(compression: compression)).write(package, at: path)
        }
        return try PackageFile(opening: path)
    }

    private static func difference(
        _ old: Package,
        _ new: Package,
        _ format: PackageFile.Format,
        includesTimes: Bool = false
    ) throws -> PackageDifference {
        let folder = try TemporaryFolder()
        return try PackageDifference(
            from: write(old, format, "old", in: folder),
            to: write(new, format, "new", in: folder),
            includesTimes: includesTimes
        )
    }

    @Test("a package does not differ from itself", arguments: [PackageFile.Format.rpm, .deb])
    func same(format: PackageFile.Format) throws {
        let package = try Self.package { File("x", to: "/opt/x") }
        let difference = try Self.difference(package, package, format)
        #expect(difference.isEmpty)
        #expect(difference.fields == [] && difference.files == [] && difference.scripts == [])
    }

    @Test(
        "fields that changed are named, and nothing that follows from them",
        arguments: [PackageFile.Format.rpm, .deb]
    )
    func fields(format: PackageFile.Format) throws {
        let old = try Self.package()
        var new = old
        new.version = EVR(epoch: 1, version: "2", release: "1")
        new.summary = "Other"
        new.url = "https://example.invalid/"
        new.maintainer = "Else <else@example.invalid>"
        let difference = try Self.difference(old, new, format)
        var changed: [String: [String?]] = [:]
        for field in difference.fields { changed[field.name] = [field.old, field.new] }
        #expect(changed["epoch"] == [nil, "1"])
        #expect(changed["version"] == ["1", "2"])
        #expect(changed["summary"] == ["Sample", "Other"])
        #expect(changed["url"] == [nil, "https://example.invalid/"])
        #expect(changed["maintainer"] == ["Example <example@example.invalid>", "Else <else@example.invalid>"])
        #expect(changed["release"] == nil && changed["name"] == nil && changed["description"] == nil)
        #expect(difference.relations.isEmpty)
    }

    @Test("relations that came and went", arguments: [PackageFile.Format.rpm, .deb])
    func relations(format: PackageFile.Format) throws {
        var (old, new) = (try Self.package(), try Self.package())
        let kept = Relation(.requires, "kept")
        old.relations = [kept, Relation(.requires, "bound", .greaterOrEqual, "1"), Relation(.conflicts, "enemy")]
        new.relations = [kept, Relation(.requires, "bound", .greaterOrEqual, "2"), Relation(.recommends, "friend")]
        let difference = try Self.difference(old, new, format)
        #expect(Set(difference.relations.removed) == Set(old.relations.dropFirst()))
        #expect(Set(difference.relations.added) == Set(new.relations.dropFirst()))
        #expect(difference.fields == [])
    }

    @Test("scripts by their text and interpreter", arguments: [PackageFile.Format.rpm, .deb])
    func scripts(format: PackageFile.Format) throws {
        var (old, new) = (try Self.package(), try Self.package())
        old.scripts[.preInstall] = Script("one\ntwo\n", calling: .native)
        new.scripts[.preInstall] = Script("one\nthree\n", calling: .native)
        old.scripts[.postRemove] = Script("exit 0\n", calling: .native)
        new.scripts[.preRemove] = Script("exit 0\n", interpreter: ["/bin/bash"], calling: .native)
        let difference = try Self.difference(old, new, format)
        let changes = Dictionary(uniqueKeysWithValues: difference.scripts.map { ($0.name, $0) })
        #expect(changes.keys.sorted() == ["postRemove", "preInstall", "preRemove"])
        #expect(changes["preInstall"]?.text.description.contains("-two") == true)
        #expect(changes["preInstall"]?.text.description.contains("+three") == true)
        #expect(changes["postRemove"]?.new == nil)
        #expect(changes["preRemove"]?.old == nil)
        #expect(changes["preRemove"]?.new?.interpreter == ["/bin/bash"])
    }

    @Test("files by everything that can differ", arguments: [PackageFile.Format.rpm, .deb])
    func files(format: PackageFile.Format) throws {
        let old = try Self.package {
            File("same", to: "/opt/same")
            File("gone", to: "/opt/gone")
            File("aaaa", to: "/opt/contents")
            File("short", to: "/opt/size")
            File("x", to: "/opt/mode")
            File("x", to: "/opt/owner").owner("daemon", group: "adm")
            File("x", to: "/opt/type")
            File("x = 1", to: "/etc/flags")
            Symlink("/opt/link", to: "one")
            HardLink("/opt/same2", to: "/opt/same")
        }
        let new = try Self.package {
            File("same", to: "/opt/same")
            File("come", to: "/opt/come")
            File("bbbb", to: "/opt/contents")
            File("longer", to: "/opt/size")
            File("x", to: "/opt/mode").mode(0o600)
            File("x", to: "/opt/owner")
            Symlink("/opt/type", to: "x")
            File("x = 1", to: "/etc/flags").config()
            Symlink("/opt/link", to: "two")
            HardLink("/opt/same2", to: "/opt/same")
        }
        let difference = try Self.difference(old, new, format)
        var found: [String: Set<PackageDifference.FileChange.Aspect>] = [:]
        for change in difference.files {
            found[String(decoding: change.name, as: UTF8.self)] = Set(change.aspects)
        }
        #expect(found["/opt/gone"] == [] && found["/opt/come"] == [])
        #expect(difference.files.first { $0.old == nil }?.name == Array("/opt/come".utf8))
        #expect(difference.files.first { $0.new == nil }?.name == Array("/opt/gone".utf8))
        #expect(found["/opt/contents"] == [.contents])
        #expect(found["/opt/size"] == [.size, .contents])
        #expect(found["/opt/mode"] == [.mode])
        #expect(found["/opt/owner"] == [.owner, .group])
        #expect(found["/opt/type"]?.contains(.type) == true)
        #expect(found["/etc/flags"] == [.flags])
        #expect(found["/opt/link"] == [.target])
        #expect(found["/opt/same"] == nil && found["/opt/same2"] == nil)
    }

    /// An rpm with some tags changed.
    private static func rpm(_ edit: (inout RPMAssembly) -> Void = { _ in }) throws -> PackageFile {
        var assembly = try RPMAssembly(RPMFixtures.folder.appending("gold-scripts-1-1.noarch.rpm"))
        edit(&assembly)
        return try PackageFile(reading: InputFile(bytes: assembly.assembled(), named: "scripts.rpm"))
    }

    @Test("what differs by bytes alone is never the same")
    func bytes() throws {
        let composed = "caf\u{E9}", decomposed = "cafe\u{301}"
        func difference(_ tag: RPMTag<RPMMainKind>, _ one: RPMValue, _ other: RPMValue) throws -> PackageDifference {
            try PackageDifference(from: Self.rpm { $0[tag] = one }, to: Self.rpm { $0[tag] = other })
        }
        #expect(try difference(.summary, .text(composed), .text(composed)).isEmpty)
        #expect(try difference(.preIn, .text(composed), .text(decomposed)).scripts.map(\.name) == ["preInstall"])
        #expect(try difference(.vendor, .text(composed), .text(decomposed)).fields.map(\.name) == ["vendor"])
        let changes = try difference(.preIn, .string([0x61, 0xE9]), .string([0x61, 0xEA])).fields
        #expect(changes.map(\.name) == ["PREIN"] && changes.allSatisfy { $0.old != $0.new })
        func names(_ text: String) -> RPMValue { .stringArray(PackedStrings([text, "rpmlib(CompressedFileNames)"])) }
        func requires(_ name: String) throws -> PackageFile {
            try Self.rpm {
                $0[.requireName] = names(name)
                $0[.requireVersion] = .stringArray(PackedStrings(["", "3.0.4-1"]))
                $0[.requireFlags] = .int32([0, 0x0100_000A])
            }
        }
        #expect(try PackageDifference(from: requires(composed), to: requires(composed)).isEmpty)
        let requirements = try PackageDifference(from: requires(composed), to: requires(decomposed))
        #expect(requirements.fields.map(\.name) == ["REQUIRENAME"])
        let locales = try difference(.locales, .stringArray(PackedStrings(["C"])), .stringArray(PackedStrings(["de"])))
        #expect(locales.fields.map(\.name) == ["HEADERI18NTABLE"])
        let flags = try PackageDifference(
            from: requires("bash"),
            to: Self.rpm {
                $0[.requireName] = names("bash")
                $0[.requireVersion] = .stringArray(PackedStrings(["", "3.0.4-1"]))
                $0[.requireFlags] = .int32([1 << 26, 0x0100_000A])
            }
        )
        #expect(flags.fields.map(\.name) == ["REQUIREFLAGS"])
    }

    @Test("a tag that is there twice is compared twice, and is the same as itself")
    func repeatedTags() throws {
        func package(_ second: String) throws -> PackageFile {
            try Self.rpm { assembly in
                for text in ["one", second] {
                    let place = assembly.header.lastIndex { $0.number < 1001 }.map { $0 + 1 } ?? 0
                    assembly.header.insert(.init(number: 1000, value: .text(text)), at: place)
                    assembly.header.append(.init(number: 6000, value: .text(text)))
                }
            }
        }
        #expect(try PackageDifference(from: package("two"), to: package("two")).isEmpty)
        #expect(try !PackageDifference(from: package("two"), to: package("three")).isEmpty)
    }

    @Test("what dpkg stores and the model has no place for is compared as it is stored")
    func members() throws {
        func deb(_ members: [(String, String)], fields: String = "") throws -> PackageFile {
            let sample = DebianMalformation(name: "", fields: fields, members: members)
            let name = FilePath(DebianMalformation.fileName)
            return try PackageFile(reading: InputFile(bytes: sample.bytes(), named: name))
        }
        let plain = try deb([])
        #expect(try PackageDifference(from: plain, to: deb([])).isEmpty)
        let sums = ["0123456789abcdef0123456789abcdef  a\n", "0123456789abcdef0123456789abcde0  b\n"]
        let ordered = try deb([("md5sums", sums.joined())])
        #expect(try PackageDifference(from: ordered, to: deb([("md5sums", sums.reversed().joined())])).isEmpty)
        for member in ["isinstallable", "unknown"] {
            let fields = try PackageDifference(from: plain, to: deb([(member, "#!/bin/sh\n")])).fields
            #expect(fields.map(\.name) == [member])
        }
        let removal = try deb([("conffiles", "remove-on-upgrade /etc/old\n")])
        #expect(try PackageDifference(from: plain, to: removal).fields.map(\.name) == ["conffiles"])
        let (one, other) = (try deb([], fields: "X-Name: caf\u{E9}"), try deb([], fields: "X-Name: cafe\u{301}"))
        #expect(try PackageDifference(from: one, to: other).fields.map(\.name) == ["X-Name"])
    }

    @Test("modification times count only when asked for")
    func times() throws {
        let (old, new) = (
            try Self.package { File("x", to: "/opt/x") },
            try Self.package { File("x", to: "/opt/x").modificationTime(1) }
        )
        #expect(try Self.difference(old, new, .rpm).isEmpty)
        #expect(try Self.difference(old, new, .rpm, includesTimes: true).files.map(\.aspects) == [[.modificationTime]])
    }

    @Test("a new entry of the changelog is the only one that changed, though the old one was the package's own")
    func changelog() throws {
        let old = try Self.package()
        var new = old
        new.version = EVR(version: "2", release: "1")
        new.changelog =
            [ChangelogEntry(date: 1_500_100_000, author: "A <a@example.invalid>", text: "More")]
            + old.changelog.map {
                ChangelogEntry(date: $0.date, author: $0.author, version: old.version.description, text: $0.text)
            }
        let difference = try Self.difference(old, new, .rpm)
        #expect(difference.changelog.added.map(\.text) == ["More"])
        #expect(difference.changelog.added.map(\.version) == ["2-1"])
        #expect(difference.changelog.removed == [])
    }

    @Test("compression is a difference, and how the payload is packed is none to its files")
    func compression() throws {
        let folder = try TemporaryFolder()
        let package = try Self.package { File("x", to: "/opt/x") }
        let difference = try PackageDifference(
            from: Self.write(package, .rpm, "old", in: folder, compression: .gzip),
            to: Self.write(package, .rpm, "new", in: folder, compression: .xz)
        )
        #expect(difference.fields.map(\.name) == ["compression"])
        #expect(difference.files == [] && difference.relations.isEmpty)
    }

    @Test("packages of two formats are not compared")
    func formats() throws {
        let folder = try TemporaryFolder()
        let package = try Self.package()
        let (rpm, deb) = (
            try Self.write(package, .rpm, "old", in: folder), try Self.write(package, .deb, "new", in: folder)
        )
        let error = DebianFixture.error { () throws(FormatError) in _ = try PackageDifference(from: rpm, to: deb) }
        #expect(error?.code == .unsupported)
    }

    @Test("golden packages of different compressions hold the same files")
    func golden() throws {
        let packages = try ["01-plain-gz", "02-plain-xz", "04-plain-zst", "05-plain-none"].map {
            try PackageFile(opening: DebianFixture.path("\($0).deb"))
        }
        for package in packages.dropFirst() {
            let difference = try PackageDifference(from: packages[0], to: package)
            #expect(difference.fields.map(\.name) == ["compression"])
            #expect(difference.files == [])
        }
    }
}
