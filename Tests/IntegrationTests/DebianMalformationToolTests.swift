import Foundation
import PackageFormats
import SystemPackage
import Testing

/// The verifier's answers to malformed packages against what dpkg does when it unpacks them.
@Suite("Malformed .deb files and dpkg itself")
struct DebianMalformationToolTests {
    @Test("what dpkg refuses is an error, and what it takes is none", arguments: DebianMalformation.all)
    func answer(_ malformation: DebianMalformation) async throws {
        let folder = try TemporaryFolder()
        let path = folder.appending(DebianMalformation.fileName)
        try Data(malformation.bytes()).write(to: URL(fileURLWithPath: path.string))
        let root = folder.appending("root")
        for part in ["updates", "info", "triggers", "parts"] {
            try FileManager.default.createDirectory(
                atPath: root.appending("var/lib/dpkg/\(part)").string,
                withIntermediateDirectories: true
            )
        }
        for list in ["status", "available"] {
            try Data().write(to: URL(fileURLWithPath: root.appending("var/lib/dpkg/\(list)").string))
        }
        let (dpkg, arguments) = DebianRoot.rootPrefix(
            "dpkg",
            ["--root=\(root)", "--log=/dev/null", "--force-depends", "--force-bad-path", "--unpack", path.string]
        )
        let result = try await run(dpkg, arguments)
        try await DebianRoot.asRoot("rm", ["-rf", root.string])
        #expect((result.status != 0) == (malformation.check != nil), "\(result.error)")
    }
}
