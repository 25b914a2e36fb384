import SystemPackage
import Testing

@testable import PackageFormats

/// Packages by rpmbuild, read into the model and written again: the header has to be the same, tag by tag.
@Suite("rpm writer against rpmbuild")
struct RPMGoldenTests {
    /// Tags that the writer leaves out for every package: flags of a compiler, colours and classes of files and what
    /// they depend on. Nothing but `rpm -q --fileclass` and the like shows them.
    private static let leftOut: Set<UInt32> = [1122, 1140, 1141, 1142, 1143, 1144, 1145]
    /// The compressed bytes depend on the compressor.
    private static let compressed: UInt32 = 5092

    private static let cases = [
        "gold-empty-0-0.noarch.rpm",
        "gold-links-1-1.x86_64.rpm",
        "gold-triggers-1-1.noarch.rpm",
        "gold-scripts-nosh-1-1.noarch.rpm",
        "gold-scripts-lua-1-1.noarch.rpm",
        "gold-comp-gz-1-1.noarch.rpm",
        "gold-comp-none-1-1.noarch.rpm",
        "gold-plain-1.2.3-4.noarch.rpm",
        "gold-config-2.0-1.x86_64.rpm",
        "gold-scripts-1-1.noarch.rpm",
        "gold-deps-1.0~rc1^git5-2.el8.x86_64.rpm",
    ]

    @Test("the same package has the same header and the same archive", arguments: cases)
    func sameHeader(name: String) throws {
        let path = RPMFixtures.folder.appending(name)
        let original = try RPMReader(opening: path)
        let folder = try TemporaryFolder()
        let form = try original.payloadForm()
        let profile = try RPMProfile(
            compression: form == .none ? .none : Compression(.gzip, level: 9),
            legacyDigests: true,
            platform: "debian-linux"
        )
        let written = try RPMReader(
            opening: RPMWriter(profile: profile, threads: 1).write(
                PackageFile(opening: path).unpacked(),
                to: folder.path
            )
        )
        #expect(written.lead == original.lead)
        #expect(written.path.lastComponent == path.lastComponent)
        let expected = original.header.items.filter { !Self.leftOut.contains($0.number) }
        #expect(written.header.items.map(\.number) == expected.map(\.number))
        for item in expected where item.number != Self.compressed {
            let name = RPMMainKind.tag(numbered: item.number)?.name ?? "\(item.number)"
            #expect(written.header.items.first { $0.number == item.number }?.value == item.value, "\(name)")
        }
        #expect(written.signature.items.map(\.number) == original.signature.items.map(\.number))
        #expect(written.signature[.payloadSize] == original.signature[.payloadSize])
        #expect(written.signature[.reservedSpace] == original.signature[.reservedSpace])
    }
}
