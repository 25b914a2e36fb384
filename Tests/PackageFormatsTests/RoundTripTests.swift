import SystemPackage
import Testing

@testable import PackageFormats

extension PackageFile {
    /// The package with its files' contents at hand, ready for a writer.
    func unpacked() throws -> Package {
        var contents: [PackagePath: [UInt8]] = [:]
        var walk = try PayloadWalk(self)
        while let member = try walk.next() {
            var bytes: [UInt8] = []
            try walk.read { piece in piece.withUnsafeBytes { bytes.append(contentsOf: $0) } }
            let entry = member.file.entry
            // Of an rpm's hard links the last has the contents.
            if case .hardLink(let first) = entry.kind, !bytes.isEmpty { contents[first] = bytes }
            if contents[entry.path] == nil { contents[entry.path] = bytes }
        }
        var package = try self.contents().package
        package.entries = package.entries.map { entry in
            var entry = entry
            if case .file(_, let size) = entry.kind {
                entry.kind = .file(.bytes(contents[entry.path] ?? []), size: size)
            }
            return entry
        }
        return package
    }
}

@Suite("Reading and writing again")
struct RoundTripTests {
    @Test(
        "a .deb that was read and written reads the same, and written again has the same bytes",
        arguments: [
            "01-plain-gz", "06-control-members", "07-hardlinks", "08-symlinks", "09-longnames", "10-unicode-names",
            "15-omnibus-lintian-clean",
        ]
    )
    func deb(name: String) throws {
        let folder = try TemporaryFolder()
        let original = try PackageFile(opening: DebianFixture.path("\(name).deb")).unpacked()
        let path = try DebianWriter().write(original, to: folder.path)
        let written = try PackageFile(opening: path)
        #expect(try written.verify().findings.filter { !$0.check.hasPrefix("path-") } == [])
        var again = try written.unpacked()
        let second = folder.path.appending("second.deb")
        try DebianWriter().write(again, at: second)
        #expect(try bytes(path) == bytes(second))
        // What the writer adds to every package is what policy asks for: documents, and the directories above.
        let paths = Set(original.entries.map(\.path))
        again.entries.removeAll { !paths.contains($0.path) }
        if original.changelog.isEmpty { again.changelog = [] }
        if original.debian.copyright == nil { again.debian.copyright = nil }
        // Fields come in the order that dpkg-gencontrol writes them.
        #expect(again.debian.fields.map(\.name).sorted() == original.debian.fields.map(\.name).sorted())
        again.debian.fields = original.debian.fields
        #expect(again == original)
    }

    @Test(
        "an rpm that was read and written has the same model",
        arguments: RPMFixtures.packages.filter {
            !$0.contains("large") && !$0.contains("special") && !$0.contains("src") && !$0.contains("gold6")
        }
    )
    func rpm(name: String) throws {
        let folder = try TemporaryFolder()
        let original = try PackageFile(opening: RPMFixtures.folder.appending(name)).unpacked()
        let path = try RPMWriter(profile: RPMProfile(compression: .gzip), threads: 1).write(original, to: folder.path)
        let written = try PackageFile(opening: path)
        #expect(try written.verify().findings == [])
        #expect(try written.unpacked() == original)
    }

    private func bytes(_ path: FilePath) throws -> [UInt8] {
        let file = try InputFile(opening: path)
        return try file.bytes(at: 0, count: Int(file.size))
    }
}
