import Glibc
import PackageFormats
import SystemPackage
import Testing

@Suite("Unpacking")
struct ExtractionTests {
    private static func package(@ContentsBuilder _ contents: () -> [Content]) throws -> Package {
        var package = try Package(
            name: "sample",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Sample",
            license: "MIT",
            maintainer: "Example <example@example.invalid>",
            date: 1_500_000_000,
            contents: contents
        )
        package.debian.copyright = "Copyright"
        return package
    }

    private static func write(_ package: Package, _ format: PackageFile.Format, to folder: FilePath) throws
        -> PackageFile
    {
        let path =
            switch format {
            case .rpm: try RPMWriter(profile: RPMProfile(compression: .none)).write(package, to: folder)
            case .deb: try DebianWriter().write(package, to: folder)
            }
        return try PackageFile(opening: path)
    }

    private static func status(_ path: FilePath) -> stat? {
        var status = stat()
        return lstat(path.string, &status) == 0 ? status : nil
    }

    private static func mode(_ path: FilePath) -> mode_t? { status(path).map { $0.st_mode & 0o7777 } }

    private static func text(_ path: FilePath) throws -> String {
        let file = try FileDescriptor.open(path, .readOnly)
        defer { try? file.close() }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    @Test("files, links, modes and times come out of either format", arguments: [PackageFile.Format.rpm, .deb])
    func everything(format: PackageFile.Format) throws {
        let folder = try TemporaryFolder()
        let package = try Self.package {
            Directory("/opt/sample").mode(0o555)
            Directory("/opt/sample/data").mode(0o1777)
            File("#!/bin/sh\n", to: "/opt/sample/run").mode(0o4755)
            HardLink("/opt/sample/again", to: "/opt/sample/run")
            HardLink("/opt/sample/data/third", to: "/opt/sample/run")
            File("", to: "/opt/sample/empty").mode(0o600)
            Symlink("/opt/sample/link", to: "../elsewhere")
        }
        let root = folder.path.appending("root")
        let summary = try PackageExtractor().extract(Self.write(package, format, to: folder.path), into: root)
        let sample = root.appending("opt/sample")
        #expect(summary.warnings == [])
        #expect(Self.mode(sample) == 0o555)
        #expect(Self.mode(sample.appending("data")) == 0o777)
        #expect(Self.mode(sample.appending("run")) == 0o755)
        #expect(Self.mode(sample.appending("empty")) == 0o600)
        #expect(try Self.text(sample.appending("run")) == "#!/bin/sh\n")
        #expect(Self.status(sample.appending("run"))?.st_nlink == 3)
        #expect(Self.status(sample.appending("run"))?.st_ino == Self.status(sample.appending("data/third"))?.st_ino)
        #expect(Self.status(sample.appending("link"))?.st_size == 12)
        for name in ["", "data", "run", "empty", "link"] {
            let path = name.isEmpty ? sample : sample.appending(name)
            #expect(Self.status(path)?.st_mtim.tv_sec == 1_500_000_000)
        }
    }

    @Test("special bits are restored when asked for", arguments: [PackageFile.Format.rpm, .deb])
    func specialModes(format: PackageFile.Format) throws {
        let folder = try TemporaryFolder()
        let package = try Self.package {
            Directory("/opt/sample").mode(0o1777)
            File("x", to: "/opt/sample/set").mode(0o6755)
        }
        var options = PackageExtractor.Options()
        options.keepsSpecialModes = true
        let root = folder.path.appending("root")
        _ = try PackageExtractor(options).extract(Self.write(package, format, to: folder.path), into: root)
        #expect(Self.mode(root.appending("opt/sample")) == 0o1777)
        #expect(Self.mode(root.appending("opt/sample/set")) == 0o6755)
    }

    @Test("what is there is replaced without touching what it shares, and directories keep their mode")
    func existing() throws {
        let folder = try TemporaryFolder()
        let file = try Self.write(
            Self.package {
                Directory("/opt").mode(0o700)
                File("new", to: "/opt/one")
                File("new", to: "/opt/two")
            },
            .deb,
            to: folder.path
        )
        try folder.write("old", to: "outside")
        mkdir(folder.path.appending("root").string, 0o755)
        mkdir(folder.path.appending("root/opt").string, 0o755)
        let root = folder.path.appending("root")
        link(folder.path.appending("outside").string, root.appending("opt/one").string)
        symlink("../../outside", root.appending("opt/two").string)
        _ = try PackageExtractor().extract(file, into: root)
        #expect(try Self.text(folder.path.appending("outside")) == "old")
        #expect(try Self.text(root.appending("opt/one")) == "new")
        #expect(Self.status(root.appending("opt/two")).map { $0.st_mode & S_IFMT } == S_IFREG)
        #expect(Self.mode(root.appending("opt")) == 0o755)
        #expect(Self.mode(root) == 0o755)
    }

    @Test("a link that is there is not gone through", arguments: ["opt", "opt/sample"])
    func existingLink(name: String) throws {
        let folder = try TemporaryFolder()
        let file = try Self.write(Self.package { File("x", to: "/opt/sample/file") }, .deb, to: folder.path)
        let (root, outside) = (folder.path.appending("root"), folder.path.appending("outside"))
        mkdir(root.string, 0o755)
        mkdir(outside.string, 0o755)
        if name != "opt" { mkdir(root.appending("opt").string, 0o755) }
        symlink(outside.string, root.appending(name).string)
        let error = DebianFixture.error { () throws(FormatError) in
            _ = try PackageExtractor().extract(file, into: root)
        }
        #expect(error?.code == .extractionLink)
        #expect(Self.status(outside.appending("file")) == nil)
        #expect(Self.status(outside.appending("sample")) == nil)
    }

    @Test("a file or link does not take the place of a directory")
    func existingDirectory() throws {
        let folder = try TemporaryFolder()
        let file = try Self.write(Self.package { Symlink("/opt", to: "/tmp") }, .rpm, to: folder.path)
        mkdir(folder.path.appending("opt").string, 0o755)
        let error = DebianFixture.error { () throws(FormatError) in
            _ = try PackageExtractor().extract(file, into: folder.path)
        }
        #expect(error?.code == .cannotCreate)
        #expect(Self.status(folder.path.appending("opt")).map { $0.st_mode & S_IFMT } == S_IFDIR)
    }

    @Test(
        "hostile debs are refused and nothing lies outside",
        arguments: [
            ("tar-dotdot", FormatError.Code.invalidPath), ("tar-dotdot-deep", .invalidPath),
            ("tar-absolute", .absolutePath),
            ("tar-longname-dotdot", .invalidPath), ("tar-hardlink-outside", .debianLinkOutside),
            ("tar-hardlink-absolute", .debianLinkAbsolute), ("tar-hardlink-missing-target", .debianLinkTarget),
            ("tar-symlink-write-through", .debianBelowLink),
            ("tar-symlink-abs-write-through", .debianBelowAbsoluteLink),
            ("tar-file-as-parent", .debianEntry), ("tar-size-8gib-truncated", .limitExceeded),
        ]
    )
    func hostileDebs(name: String, code: FormatError.Code) throws {
        let folder = try TemporaryFolder()
        let package = try PackageFile(opening: DebianFixture.path("malformed/\(name).deb"))
        let root = folder.path.appending("root")
        let error = DebianFixture.error { () throws(FormatError) in
            _ = try PackageExtractor().extract(package, into: root)
        }
        #expect(error?.code == code)
        #expect(error?.path == package.file.path.string)
        #expect(folder.names() == ["root"])
    }

    @Test("an rpm that climbs out by its list of files is refused")
    func climbingRPM() throws {
        let folder = try TemporaryFolder()
        let file = try Self.write(Self.package { File("x", to: "/opt/aa/x") }, .rpm, to: folder.path)
        let patched = try patch(file, ["/opt/aa/": "/opt/../"], in: folder)
        #expect(
            DebianFixture.error { () throws(FormatError) in _ = try PackageFile(opening: patched).contents() }?.code
                == .invalidPath
        )
    }

    @Test("an rpm that puts a file through its own link is refused, whichever comes first")
    func linkedRPM() throws {
        for (link, file, code) in [
            ("/opt/aa", "/opt/bb/", FormatError.Code.extractionLink), ("/opt/zz", "/opt/bb/", .cannotCreate),
        ] {
            let folder = try TemporaryFolder()
            let package = try Self.write(
                Self.package {
                    Symlink(link, to: folder.path.string)
                    File("x", to: "\(file)escaped")
                },
                .rpm,
                to: folder.path
            )
            let patched = try PackageFile(opening: try patch(package, [file: "\(link)/"], in: folder))
            let error = DebianFixture.error { () throws(FormatError) in
                _ = try PackageExtractor().extract(patched, into: folder.path.appending("root"))
            }
            #expect(error?.code == code)
            #expect(!folder.names().contains("escaped"))
        }
    }

    @Test("a file whose bytes end too early has no name")
    func truncated() throws {
        let folder = try TemporaryFolder()
        let package = try PackageFile(opening: DebianFixture.path("malformed/tar-truncated-file.deb"))
        let root = folder.path.appending("root")
        let error = DebianFixture.error { () throws(FormatError) in
            _ = try PackageExtractor().extract(package, into: root)
        }
        #expect(error?.code == .tarTruncated)
        #expect(Self.status(root.appending("opt/g")) != nil)
        #expect(Self.status(root.appending("opt/g/big")) == nil)
    }

    @Test("devices are left out and said to be", arguments: ["12-special-nodes.deb", "malformed/tar-device-node.deb"])
    func devices(name: String) throws {
        let folder = try TemporaryFolder()
        let summary = try PackageExtractor().extract(
            PackageFile(opening: DebianFixture.path(name)),
            into: folder.path.appending("root")
        )
        #expect(!summary.warnings.isEmpty)
        #expect(summary.warnings.allSatisfy { $0.contains("is a device") })
    }

    @Test("limits on entries and bytes end the work before they are passed")
    func limits() throws {
        let folder = try TemporaryFolder()
        let file = try Self.write(
            Self.package {
                File("12345", to: "/opt/a")
                File("12345", to: "/opt/b")
            },
            .rpm,
            to: folder.path
        )
        for (limits, made) in [(PayloadLimits(entries: 1), true), (PayloadLimits(bytes: 4), false)] {
            var options = PackageExtractor.Options()
            options.limits = limits
            let root = folder.path.appending("root-\(limits.entries)")
            let error = DebianFixture.error { () throws(FormatError) in
                _ = try PackageExtractor(options).extract(file, into: root)
            }
            #expect(error?.code == .limitExceeded)
            #expect((Self.status(root.appending("opt/a")) != nil) == made)
            #expect(Self.status(root.appending("opt/b")) == nil)
        }
    }

    @Test("everything that is made is told, hard links behind their files")
    func watching() throws {
        let folder = try TemporaryFolder()
        let file = try Self.write(
            Self.package {
                File("x", to: "/opt/m")
                HardLink("/opt/a", to: "/opt/m")
                HardLink("/opt/z", to: "/opt/m")
            },
            .rpm,
            to: folder.path
        )
        var seen: [Entry] = []
        _ = try PackageExtractor().extract(file, into: folder.path.appending("root")) { seen.append($0) }
        #expect(Set(seen.map(\.path.description)) == ["/opt/a", "/opt/m", "/opt/z"])
        #expect(seen.first.map { if case .file = $0.kind { true } else { false } } == true)
        let links = seen.dropFirst().map {
            if case .hardLink(let target) = $0.kind { target } else { PackagePath.root }
        }
        #expect(links.allSatisfy { $0 == seen.first?.path })
    }

    /// The package with some bytes replaced by as many others.
    private func patch(_ file: PackageFile, _ changes: [String: String], in folder: TemporaryFolder) throws -> FilePath
    {
        let input = try FileDescriptor.open(file.file.path, .readOnly)
        defer { try? input.close() }
        var bytes = [UInt8](repeating: 0, count: Int(file.file.size))
        _ = try bytes.withUnsafeMutableBytes { try input.read(into: $0) }
        for (old, new) in changes {
            let (old, new) = (Array(old.utf8), Array(new.utf8))
            try #require(old.count == new.count)
            for start in bytes.indices.dropLast(old.count) where bytes[start..<(start + old.count)].elementsEqual(old) {
                bytes.replaceSubrange(start..<(start + old.count), with: new)
            }
        }
        let path = folder.path.appending("patched.rpm")
        let output = try FileDescriptor.open(
            path,
            .writeOnly,
            options: [.create, .truncate],
            permissions: .ownerReadWrite
        )
        _ = try output.closeAfter { try output.writeAll(bytes) }
        return path
    }
}
