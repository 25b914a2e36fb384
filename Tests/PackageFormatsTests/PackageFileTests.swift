import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Packages of either format")
struct PackageFileTests {
    static let rpm = RPMFixtures.folder.appending("gold-plain-1.2.3-4.noarch.rpm")
    static let deb = DebianFixture.path("06-control-members.deb")

    @Test("the format is known by the first bytes")
    func format() throws {
        #expect(try PackageFile(opening: Self.rpm).format == .rpm)
        #expect(try PackageFile(opening: Self.deb).format == .deb)
        let error = DebianFixture.error { () throws(FormatError) in
            _ = try PackageFile(reading: InputFile(bytes: Array("#!/bin/sh\n".utf8), named: "script"))
        }
        #expect(error?.code == .unknownFormat)
        #expect(error?.path == "script")
        #expect(try PackageFile.verify(DebianFixture.path("README.md")).findings.map(\.check) == ["unknown-format"])
    }

    @Test(
        "versions of the format, and source packages, are told apart",
        arguments: [
            ("gold-plain-1.2.3-4.noarch.rpm", 4, false), ("gold6-plain-1.2.3-4.v6.noarch.rpm", 6, false),
            ("gold-src-1.0-3.src.rpm", 4, true), ("gold6-src-1.0-3.v6.src.rpm", 6, true),
        ]
    )
    func kinds(name: String, version: Int, isSource: Bool) throws {
        let package = try PackageFile(opening: RPMFixtures.folder.appending(name))
        #expect(package.formatVersion == version)
        #expect(package.isSource == isSource)
        let names = try package.contents().files.map { String(decoding: $0.name, as: UTF8.self) }
        #expect(names.allSatisfy { $0.hasPrefix("/") != isSource }, "\(names)")
    }

    @Test("a check that is cancelled says nothing of the package")
    func cancelledCheck() async throws {
        let folder = try TemporaryFolder()
        let package = try Package(
            name: "large",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Two files",
            license: "MIT",
            maintainer: "Example <me@example.com>",
            date: 1_700_000_000
        ) {
            for name in ["a", "b"] { File(String(repeating: name, count: 200_000), to: "/opt/large/\(name)") }
        }
        let rpm = try RPMWriter().write(package, to: folder.path)
        let deb = try DebianWriter().write(package, to: folder.path)
        for path in [rpm, deb] {
            #expect(try PackageFile.verify(path).verdict != .failed)
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try PackageFile.verify(path)
            }
            let error = await #expect(throws: FormatError.self) { try await task.value }
            #expect(error?.code == .cancelled)
        }
    }

    @Test("what the payload is packed with is described")
    func payload() throws {
        func description(_ path: FilePath) throws -> PayloadDescription { try PackageFile(opening: path).payload }
        #expect(
            try description(RPMFixtures.folder.appending("gold-comp-xz-1-1.noarch.rpm"))
                == PayloadDescription(archive: "cpio", compression: "xz", level: "7")
        )
        #expect(
            try description(RPMFixtures.folder.appending("gold-comp-none-1-1.noarch.rpm"))
                == PayloadDescription(archive: "cpio", compression: "none")
        )
        #expect(
            try description(DebianFixture.path("04-plain-zst.deb"))
                == PayloadDescription(archive: "tar", compression: "zstd")
        )
    }

    @Test("files have sizes, digests and link sets")
    func files() throws {
        let links = try PackageFile(opening: RPMFixtures.folder.appending("gold-links-1-1.x86_64.rpm")).contents().files
        let hardLinks = links.filter { if case .hardLink = $0.entry.kind { true } else { false } }
        #expect(hardLinks.map(\.size).sorted() == [4, 18, 18])
        #expect(hardLinks.allSatisfy { $0.digest?.algorithm == .sha256 })
        let md5 = try PackageFile(opening: RPMFixtures.folder.appending("gold-comp-md5-1-1.noarch.rpm")).contents()
            .files
        #expect(md5.compactMap(\.digest).allSatisfy { $0.algorithm == .md5 && $0.hexadecimal.utf8.count == 32 })
        let plain = try PackageFile(opening: DebianFixture.path("01-plain-gz.deb")).contents().files
        #expect(plain.last?.digest == .init(.md5, "891ec1f7be480513e941a925c44ce194"))
        #expect(plain.last?.size == 21)
        let hard = try PackageFile(opening: DebianFixture.path("07-hardlinks.deb")).contents().files
        #expect(hard.contains { if case .hardLink = $0.entry.kind { $0.size > 0 } else { false } })
    }

    @Test("not a byte behind the headers is needed to open an rpm")
    func headersAlone() throws {
        for name in RPMFixtures.packages {
            let bytes = try RPMFixtures.bytes(name)
            let whole = try RPMReader(opening: RPMFixtures.folder.appending(name))
            let cut = Array(bytes.prefix(Int(whole.payloadRange.lowerBound)))
            let reader = try RPMReader(reading: InputFile(bytes: cut, named: "cut.rpm"))
            #expect(reader.header == whole.header)
            #expect(try reader.package == whole.package)
        }
    }

    @Test("what vouches for a package is said")
    func coverage() throws {
        #expect(try PackageFile.verify(Self.rpm).covered == [.header, .payload, .files])
        #expect(try PackageFile.verify(Self.rpm).verdict == .ok)
        #expect(try PackageFile.verify(DebianFixture.path("15-omnibus-lintian-clean.deb")).covered == [.files])
        let bare = try PackageFile.verify(DebianFixture.path("malformed/00-good.deb"))
        #expect(bare.covered == [])
        #expect(bare.signatureStatus == .none)
    }

    @Test("a payload that grows beyond the limits is stopped")
    func limits() throws {
        let package = try PackageFile(opening: RPMFixtures.folder.appending("gold-large-1-1.noarch.rpm"))
        let result = try package.verify(limits: PayloadLimits(bytes: 1 << 20))
        #expect(result.verdict == .failed)
        #expect(result.findings.contains { $0.check == "limit-exceeded" })
        #expect(!result.covered.contains(.files))
        let deb = try PackageFile(opening: Self.deb)
        #expect(try deb.verify(limits: PayloadLimits(entries: 2)).findings.contains { $0.check == "limit-exceeded" })
    }

    @Test("translations, attributes that are not compared, and flags of scripts are read")
    func details() throws {
        let plain = try RPMReader(opening: Self.rpm).package
        #expect(plain.rpm.translations.map(\.locale) == ["de"])
        #expect(plain.rpm.translations.first?.summary?.isEmpty == false)
        let config = try RPMReader(opening: RPMFixtures.folder.appending("gold-config-2.0-1.x86_64.rpm")).package
        #expect(config.entries.contains { $0.unverified == [.digest, .size, .modificationTime] })
        let scripts = try RPMReader(opening: RPMFixtures.folder.appending("gold-scripts-1-1.noarch.rpm")).package
        #expect(scripts.scripts[.postTransaction]?.expansion == .macros)
        #expect(scripts.scripts[.postInstall]?.expansion == [])
    }

    @Test("a .deb's changelog and copyright are read from its documents")
    func documents() throws {
        let package = try DebianReader(opening: DebianFixture.path("15-omnibus-lintian-clean.deb")).package()
        #expect(package.debian.copyright?.hasPrefix("Format: ") == true)
        let entry = try #require(package.changelog.first)
        #expect(entry.author.contains("@"))
        #expect(entry.version == nil)
        #expect(!entry.text.isEmpty && !entry.text.hasPrefix("*"))
    }
}
