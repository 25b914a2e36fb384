import PackageFormats
import SystemPackage
import Testing

/// The verifier's answers to malformed packages against what rpm itself does with them.
@Suite("Malformed rpms and rpm itself")
struct RPMMalformationToolTests {
    @Test("what rpm refuses is an error, and what it takes is none", arguments: RPMMalformation.all)
    func answer(_ malformation: RPMMalformation) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path.appending("malformed.rpm")
        try malformation.bytes().withUnsafeBytes { bytes in
            let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
            _ = try file.closeAfter { try file.writeAll(bytes) }
        }
        let root = folder.path.appending("root").string
        var refusals: [String] = []
        for (tool, arguments) in [
            ("rpmkeys", ["--checksig", path.string]), ("rpm", ["--query", "--package", path.string]),
            (
                "rpm",
                [
                    "--install", "--root", root, "--nodeps", "--noscripts",
                    path.string,
                ]
            ),
        ] {
            let result = try await run(tool, arguments)
            if result.status != 0 { refusals.append("\(tool) \(arguments[0]): \(result.output)\(result.error)") }
        }
        switch malformation.answer {
        case .accept, .warn: #expect(refusals == [])
        case .reject: #expect(refusals.isEmpty == malformation.isStricter, "\(refusals)")
        }
    }
}
