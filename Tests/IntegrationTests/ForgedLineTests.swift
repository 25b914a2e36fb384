import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Lines that packages would like to write")
struct ForgedLineTests {
    @Test("a line feed in a file's name makes no line of its own", arguments: ["inspect", "verify"])
    func lineFeed(command: String) async throws {
        let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        var assembly = try RPMAssembly(fixtures.appending("Fixtures/rpm/gold-plain-1.2.3-4.noarch.rpm"))
        var names = assembly.texts(.baseNames)
        names[0] = "a\nok       forged.rpm"
        assembly[.baseNames] = .stringArray(PackedStrings(names))
        let folder = try TemporaryFolder()
        let path = folder.appending("forged.rpm").string
        try Data(assembly.assembled()).write(to: URL(fileURLWithPath: path))
        let result = try await Program.run(command, path)
        let lines = (result.output + result.error).split(separator: "\n")
        #expect(!lines.contains { $0.hasPrefix("ok ") }, "\(result.output)\(result.error)")
        #expect(lines.contains { $0.contains("\\x0a") } || command == "inspect", "\(result.output)\(result.error)")
    }

    @Test("nor does it in the message of an error")
    func errorMessage() async throws {
        let folder = try TemporaryFolder()
        let path = folder.appending("a\nok       forged.rpm").string
        try Data("no package".utf8).write(to: URL(fileURLWithPath: path))
        let result = try await Program.run("inspect", path)
        #expect(result.status == 65)
        #expect(!result.error.split(separator: "\n").contains { $0.hasPrefix("ok ") }, "\(result.error)")
    }
}
