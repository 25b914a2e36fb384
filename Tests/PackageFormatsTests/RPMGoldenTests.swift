import SystemPackage
import Testing

@testable import PackageFormats

/// Packages by rpmbuild, read into the model and written again: the header has to be the same, tag by tag.
@Suite("rpm writer against rpmbuild")
struct RPMGoldenTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Tags that differ because the neutral model has no place for what they say.
        var differing: Set<UInt32> = []
        var testDescription: String { name }
    }

    /// Tags that the writer leaves out for every package: flags of a compiler, colours and classes of files and what
    /// they depend on. Nothing but `rpm -q --fileclass` and the like shows them.
    private static let leftOut: Set<UInt32> = [1122, 1140, 1141, 1142, 1143, 1144, 1145]
    /// The compressed bytes depend on the compressor.
    private static let compressed: UInt32 = 5092

    private static let cases: [Case] = [
        Case(name: "gold-empty-0-0.noarch.rpm"),
        Case(name: "gold-links-1-1.x86_64.rpm"),
        Case(name: "gold-triggers-1-1.noarch.rpm"),
        Case(name: "gold-scripts-nosh-1-1.noarch.rpm"),
        Case(name: "gold-scripts-lua-1-1.noarch.rpm"),
        Case(name: "gold-comp-gz-1-1.noarch.rpm"),
        Case(name: "gold-comp-none-1-1.noarch.rpm"),
        // German texts; /bin/sh as found in a script by rpmbuild.
        Case(name: "gold-plain-1.2.3-4.noarch.rpm", differing: [100, 1004, 1005, 1048]),
        // %verify(not …).
        Case(name: "gold-config-2.0-1.x86_64.rpm", differing: [1045]),
        // Macros that rpm expands when the script runs, and rpmlib() for them.
        Case(name: "gold-scripts-1-1.noarch.rpm", differing: [1048, 1049, 1050, 5025]),
        // Requires(interp) and PreReq.
        Case(name: "gold-deps-1.0~rc1^git5-2.el8.x86_64.rpm", differing: [1048, 1049, 1050]),
    ]

    @Test("the same package has the same header and the same archive", arguments: cases)
    func sameHeader(_ golden: Case) throws {
        let path = RPMFixtures.folder.appending(golden.name)
        let original = try RPMReader(opening: path)
        let folder = try TemporaryFolder()
        let form = try original.payloadForm()
        let profile = try RPMProfile(
            compression: form == .none ? .none : Compression(.gzip, level: 9),
            legacyDigests: true,
            platform: "debian-linux"
        )
        let written = try RPMReader(
            opening: RPMWriter(profile: profile, threads: 1).write(unpacked(original), to: folder.path)
        )
        #expect(written.lead == original.lead)
        #expect(written.path.lastComponent == path.lastComponent)
        let expected = original.header.items.filter { !Self.leftOut.contains($0.number) }
        let sameTags = expected.map(\.number).filter { golden.differing.isDisjoint(with: [$0]) }
        let writtenTags = written.header.items.map(\.number).filter { golden.differing.isDisjoint(with: [$0]) }
        #expect(writtenTags == sameTags)
        for item in expected where !golden.differing.contains(item.number) && item.number != Self.compressed {
            let name = RPMMainKind.tag(numbered: item.number)?.name ?? "\(item.number)"
            #expect(written.header.items.first { $0.number == item.number }?.value == item.value, "\(name)")
        }
        #expect(written.signature.items.map(\.number) == original.signature.items.map(\.number))
        #expect(written.signature[.payloadSize] == original.signature[.payloadSize])
        #expect(written.signature[.reservedSpace] == original.signature[.reservedSpace])
    }

    /// The package with its files' contents at hand.
    private func unpacked(_ reader: RPMReader) throws -> Package {
        var contents: [PackagePath: [UInt8]] = [:]
        var payload = try reader.payload()
        while let member = try payload.next() {
            var bytes: [UInt8] = []
            try payload.read { piece in piece.withUnsafeBytes { bytes.append(contentsOf: $0) } }
            let entry = reader.files[member.index].entry
            // Of hard links the last has the contents.
            if case .hardLink(let first) = entry.kind, !bytes.isEmpty { contents[first] = bytes }
            if contents[entry.path] == nil { contents[entry.path] = bytes }
        }
        var package = reader.package
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
