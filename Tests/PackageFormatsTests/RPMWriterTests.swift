import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

/// A package with every kind of content that rpm installs.
func samplePackage() throws -> Package {
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
        Directory("/opt/sample")
        Directory("/opt/sample/data").mode(0o1777)
        File("#!/bin/sh\necho sample\n", to: "/opt/sample/run").mode(0o755)
        HardLink("/opt/sample/again", to: "/opt/sample/run")
        HardLink("/opt/sample/zz/third", to: "/opt/sample/run")
        File("", to: "/opt/sample/empty")
        File("räksmörgås", to: "/opt/sample/ünïcode name")
        File("x = 1\n", to: "/etc/sample.conf").config()
        File("manual", to: "/usr/share/doc/sample/README").flags(.doc)
        File("licence", to: "/usr/share/licenses/sample/LICENSE").flags(.license)
        File("net", to: "/opt/sample/net").mode(0o755).capabilities("cap_net_raw=ep")
        Symlink("/usr/bin/sample", to: "../../opt/sample/run")
        Ghost("/var/lib/sample.state")
        Directory("/usr/bin")
    }
    package.scripts[.preInstall] = Script("echo $1", calling: .native)
    package.scripts[.postInstall] = Script("exit 0\n")
    package.scripts[.preRemove] = Script("print('gone')", interpreter: ["/usr/bin/python3", "-I"], calling: .native)
    package.scripts[.preTransaction] = Script("print(1)", interpreter: ["<lua>"], calling: .native)
    package.triggers = [
        .package(.init(.install, on: [.init("bash", .init(.less, "6"))], script: Script("echo t", calling: .native))),
        .files(.init(.remove, below: [try PackagePath("/usr/lib/foo")], script: Script("cat", calling: .native))),
    ]
    package.changelog = [
        ChangelogEntry(date: 1_500_000_000, author: "A <a@example.invalid>", text: "* One\nTwo"),
        ChangelogEntry(date: 1_400_000_000, author: "B <b@example.invalid>", version: "1.0-1", text: "Start"),
    ]
    return package
}

@Suite("rpm writer")
struct RPMWriterTests {
    private func write(
        _ package: Package,
        _ profile: RPMProfile = RPMProfile(compression: .none),
        threads: Int = 1
    ) throws -> (folder: TemporaryFolder, path: FilePath) {
        let folder = try TemporaryFolder()
        return (folder, try RPMWriter(profile: profile, threads: threads).write(package, to: folder.path))
    }

    private func code(_ package: Package, _ profile: RPMProfile = RPMProfile(compression: .none)) throws -> String? {
        do {
            _ = try write(package, profile)
            return nil
        } catch let error as FormatError {
            return error.code.rawValue
        }
    }

    private func minimal(_ entries: [Entry] = []) -> Package {
        Package(
            name: "minimal",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Minimal",
            license: "MIT",
            maintainer: "",
            date: 0,
            entries: entries
        )
    }

    @Test(
        "what was written verifies without findings and reads back the same",
        arguments: [Compression.none, .gzip, .xz, .zstd],
        [true, false]
    )
    func roundTrip(compression: Compression, legacy: Bool) throws {
        let package = try samplePackage()
        let (folder, path) = try write(package, RPMProfile(compression: compression, legacyDigests: legacy))
        defer { withExtendedLifetime(folder) {} }
        #expect(path.lastComponent?.string == "sample-2.0~rc1-3.el9.x86_64.rpm")
        #expect(try PackageFile.verify(path).findings == [])
        let reader = try RPMReader(opening: path)
        #expect(reader.header.firstUnsorted == nil)
        #expect(try reader.package.name == package.name)
        #expect(try reader.package.version == package.version)
        #expect(try reader.package.license == package.license)
        #expect(try reader.package.description == "It has one of everything.")
        #expect(try reader.package.url == package.url)
        #expect(try reader.package.architecture == .x86_64)
        #expect(try reader.package.changelog.map(\.text) == ["One\nTwo", "Start"])
        #expect(try reader.package.triggers == package.triggers)
        #expect(try reader.files.count == 13)
        #expect((reader.signature[.md5] != nil) == legacy)
    }

    @Test("writing what was read gives the same header")
    func rewriting() throws {
        let (folder, path) = try write(samplePackage())
        defer { withExtendedLifetime(folder) {} }
        let first = try RPMReader(opening: path)
        var contents: [PackagePath: [UInt8]] = [:]
        let listed = try first.files
        var payload = try first.payload()
        while let member = try payload.next() {
            var bytes: [UInt8] = []
            try payload.read { piece in piece.withUnsafeBytes { bytes.append(contentsOf: $0) } }
            contents[listed[member.index].entry.path] = bytes
        }
        var package = try first.package
        let last = try PackagePath("/opt/sample/zz/third")
        package.entries = package.entries.map { entry in
            var entry = entry
            if case .file(_, let size) = entry.kind {
                let bytes = contents[entry.path].flatMap { $0.isEmpty ? nil : $0 } ?? contents[last] ?? []
                entry.kind = .file(.bytes(size == 0 ? [] : bytes), size: size)
            }
            return entry
        }
        let (otherFolder, otherPath) = try write(package)
        defer { withExtendedLifetime(otherFolder) {} }
        #expect(try RPMReader(opening: otherPath).header == first.header)
    }

    @Test("the number of threads does not show", arguments: [Compression.gzip, .xz, .zstd])
    func threads(compression: Compression) throws {
        var package = minimal()
        package.entries = [
            Entry(
                path: try PackagePath("/opt/big"),
                kind: .file(.bytes(sampleBytes(5_000_000)), size: 5_000_000),
                mode: 0o644,
                modificationTime: 0
            )
        ]
        let one = try write(package, RPMProfile(compression: compression), threads: 1)
        let three = try write(package, RPMProfile(compression: compression), threads: 3)
        #expect(
            try Data(contentsOf: URL(fileURLWithPath: one.path.string))
                == Data(contentsOf: URL(fileURLWithPath: three.path.string))
        )
        #expect(try PackageFile.verify(one.path).findings == [])
    }

    @Test("a digest taken on another thread is the digest of all pieces in order", arguments: [0, 1, 40])
    func backgroundDigest(pieces: Int) {
        let digest = BackgroundDigest(.sha256, usesThread: true)
        var all: [UInt8] = []
        for piece in 0..<pieces {
            let bytes = sampleBytes(10_000 + piece, seed: UInt64(piece))
            digest.write(bytes)
            all += bytes
        }
        #expect(digest.finalize(after: [1, 2, 3]) == Digest.of(all + [1, 2, 3], .sha256))
    }

    @Test("a large payload that is damaged has other digests, of itself, its archive and the file")
    func largeDamage() throws {
        var package = minimal()
        package.entries = [
            Entry(
                path: try PackagePath("/opt/big"),
                kind: .file(.bytes(sampleBytes(1_500_000)), size: 1_500_000),
                mode: 0o644,
                modificationTime: 0
            )
        ]
        let (folder, path) = try write(package)
        #expect(try PackageFile.verify(path).covered == [.header, .payload, .files])
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path.string)))
        bytes[bytes.count - 1_000_000] ^= 1
        let broken = folder.path.appending("broken.rpm")
        try Data(bytes).write(to: URL(fileURLWithPath: broken.string))
        let result = try PackageFile.verify(broken)
        let checks: Set = ["file-digest", "payload-digest", "payload-digest-alt", "payload-digest-missing"]
        #expect(result.covered == [.header])
        #expect(Set(result.findings.map(\.check)) == checks)
    }

    @Test("every damaged byte behind the lead is found")
    func damage() throws {
        let (folder, path) = try write(minimal(), RPMProfile(compression: .gzip, reservedSpace: 0))
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path.string)))
        let broken = folder.path.appending("broken.rpm")
        for place in 96..<bytes.count {
            var copy = bytes
            copy[place] ^= 0x20
            try Data(copy).write(to: URL(fileURLWithPath: broken.string))
            #expect(try PackageFile.verify(broken).verdict != .ok, "byte \(place)")
        }
        for length in stride(from: 0, to: bytes.count, by: 7) {
            try Data(bytes[..<length]).write(to: URL(fileURLWithPath: broken.string))
            #expect(try PackageFile.verify(broken).verdict == .failed, "length \(length)")
        }
    }

    @Test(
        "what rpm would not take is refused",
        arguments: [
            ("name", "-x"), ("name", "a..b"), ("name", "a b"), ("version", "1-2"), ("version", ""), ("release", "1 2"),
            ("release", "ä"), ("summary", ""), ("summary", "two\nlines"), ("license", ""), ("description", "\u{0}"),
            ("service", "-x"), ("service", "a;b"), ("relation", "1 2"),
        ]
    )
    func refusals(field: String, value: String) throws {
        var package = minimal()
        switch field {
        case "name": package.name = value
        case "version": package.version.version = value
        case "release": package.version.release = value
        case "summary": package.summary = value
        case "license": package.license = value
        case "description": package.description = value
        case "service": package.services = [Service(value)]
        default: package.relations = [Relation(.requires, .single(.init(value)))]
        }
        let found = try code(package)
        #expect(found == "invalid-value" || found == "invalid-relation")
    }

    @Test("directories of the filesystem package are not owned, and nothing is written twice")
    func standardDirectories() throws {
        func directory(_ path: String) throws -> Entry {
            Entry(path: try PackagePath(path), kind: .directory, mode: 0o755, modificationTime: 0)
        }
        let package = try minimal([directory("/"), directory("/usr"), directory("/usr/bin"), directory("/opt/mine")])
        let (folder, path) = try write(package)
        defer { withExtendedLifetime(folder) {} }
        #expect(try RPMReader(opening: path).files.map(\.entry.path.description) == ["/opt/mine"])
        #expect(try code(minimal([directory("/a"), directory("/a")])) == "duplicate-path")
    }

    @Test("a named pipe, a negative time and a path that is no text are refused")
    func badEntries() throws {
        let path = try PackagePath("/opt/x")
        let pipe = Entry(path: path, kind: .fifo, mode: 0o644, modificationTime: 0)
        #expect(try code(minimal([pipe])) == "unsupported")
        let old = Entry(path: path, kind: .directory, mode: 0o755, modificationTime: -1)
        #expect(try code(minimal([old])) == "invalid-value")
        let latin = Entry(
            path: try PackagePath(bytes: [0x2F, 0xE4]),
            kind: .directory,
            mode: 0o755,
            modificationTime: 0
        )
        #expect(try code(minimal([latin])) == "invalid-value")
    }

    @Test("sizes of 4 GiB and more use 64 bits and the stripped archive")
    func longSizes() throws {
        let size: UInt64 = 1 << 32
        let entry = Entry(
            path: try PackagePath("/opt/long"),
            kind: .file(.packaged, size: size),
            mode: 0o644,
            modificationTime: 0
        )
        let files = try RPMFileList([entry])
        #expect(files.needsLongSizes)
        #expect(files.archiveSize == size + 16 + 124)
        var header = RPMMainHeader()
        files.set(in: &header, digests: nil)
        #expect(header.integers(.longFileSizes) == [size])
        #expect(header.integer(.longSize) == size)
        #expect(header[.fileSizes] == nil && header[.size] == nil)
    }

    @Test("directory names are sorted and indexed")
    func directoryNames() throws {
        let paths = ["/a/b/x", "/a/c", "/a-b", "/a/b/y"]
        let entries = try paths.map {
            Entry(path: try PackagePath($0), kind: .file(.bytes([]), size: 0), mode: 0o644, modificationTime: 0)
        }
        var header = RPMMainHeader()
        try RPMFileList(entries).set(in: &header, digests: nil)
        #expect(header.strings(.baseNames)?.texts == ["a-b", "x", "y", "c"])
        #expect(header.strings(.dirNames)?.texts == ["/", "/a/", "/a/b/"])
        #expect(header.integers(.dirIndexes) == [0, 2, 2, 1])
    }
}
