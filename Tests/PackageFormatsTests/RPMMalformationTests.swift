import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Malformed rpms")
struct RPMMalformationTests {
    @Test("each is answered as it deserves", arguments: RPMMalformation.all)
    func answer(_ malformation: RPMMalformation) throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("malformed.rpm")
        let file = try OutputFile(creating: path)
        try file.write(malformation.bytes())
        try file.commit()
        let result = try PackageFile.verify(path)
        let errors = result.findings.filter { $0.severity == .error }
        switch malformation.answer {
        case .accept: #expect(result.findings == [])
        case .warn(let check):
            #expect(result.verdict == .warning)
            #expect(errors == [])
            #expect(result.findings.contains { $0.check == check }, "\(result.findings)")
        case .reject(let check):
            #expect(result.verdict == .failed)
            #expect(errors.contains { $0.check == check }, "\(result.findings)")
        }
    }

    @Test("a package of rpm 3, with whole names and no region, is read and not relied on")
    func oldest() throws {
        var assembly = try RPMAssembly(RPMFixtures.folder.appending("gold-comp-md5-1-1.noarch.rpm"))
        let original = try RPMReader(opening: RPMFixtures.folder.appending("gold-comp-md5-1-1.noarch.rpm"))
        for tag in [RPMTag<RPMMainKind>.baseNames, .dirNames, .dirIndexes] { assembly[tag] = nil }
        assembly[.oldFileNames] = try .stringArray(PackedStrings(original.files.map(\.entry.path.description)))
        assembly.editHeader = { header in
            // The region's entry goes, and its trailer with it.
            header.removeSubrange(16..<32)
            header.removeLast(16)
            header.set(header.number(at: 8) - 1, at: 8)
            header.set(header.number(at: 12) - 16, at: 12)
        }
        let package = try PackageFile(
            reading: InputFile(bytes: assembly.assembled(), named: "gold-comp-md5-1-1.noarch.rpm")
        )
        #expect(package.formatVersion == 3)
        #expect(try package.contents().files.map(\.entry) == original.files.map(\.entry))
        let findings = try package.verify().findings
        #expect(findings.filter { $0.severity == .error }.map(\.check) == ["header-region-missing"])
    }

    @Test("values of a header without region may not cost more than its store is long")
    func overlap() throws {
        var header = RPMMainHeader()
        header[.name] = .text(String(repeating: "n", count: 100))
        header[.version] = .text("1")
        header[.release] = .text("1")
        var bytes = try header.encode()
        bytes.removeSubrange(16..<32)
        bytes.removeLast(16)
        bytes.set(bytes.number(at: 8) - 1, at: 8)
        bytes.set(bytes.number(at: 12) - 16, at: 12)
        #expect(try RPMMainHeader(decoding: bytes).hasRegion == false)
        // All three begin where the name does.
        for entry in 0..<3 { bytes.set(entry: entry, field: 2, to: 0) }
        let error = DebianFixture.error { () throws(FormatError) in _ = try RPMMainHeader(decoding: bytes) }
        #expect(error?.code == .rpmHeaderOverlap)
    }
}
