import Foundation
import SystemPackage

@testable import PackageFormats

/// Packages made by rpmbuild and rpmsign.
enum RPMFixtures {
    static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Fixtures/rpm")

    /// The names of all packages.
    static let packages: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        return names.filter { $0.hasSuffix(".rpm") }.sorted()
    }()

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: folder.appending(name).string)))
    }

    /// The bytes of a package's signature header and main header.
    static func headers(_ name: String) throws -> (signature: [UInt8], main: [UInt8]) {
        let bytes = try bytes(name)
        let signatureEnd = 96 + (try RPMSignatureHeader.byteCount(intro: Array(bytes[96..<112])))
        let mainStart = (signatureEnd + 7) / 8 * 8
        let mainEnd = mainStart + (try RPMMainHeader.byteCount(intro: Array(bytes[mainStart..<(mainStart + 16)])))
        return (Array(bytes[96..<signatureEnd]), Array(bytes[mainStart..<mainEnd]))
    }
}
