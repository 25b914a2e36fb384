import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

/// Inputs that a fuzzer once found, each fed to its decoder again.
@Suite("Finds of the fuzzer")
struct FuzzFindTests {
    static let finds: [String] = {
        let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
            .appending("Fixtures/fuzz").string
        let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.contains("/") }.sorted().map { folder + "/" + $0 }
    }()

    @Test("are answered like anything else", arguments: finds)
    func find(path: String) throws {
        let name = try #require(FilePath(path).removingLastComponent().lastComponent?.string)
        let decoder = try #require(FuzzDecoder(rawValue: name))
        decoder.feed([UInt8](try Data(contentsOf: URL(fileURLWithPath: path))))
    }

    @Test("every decoder takes nothing, zeros and ones", arguments: FuzzDecoder.allCases)
    func trivial(decoder: FuzzDecoder) {
        for count in [0, 1, 16, 96, 512, 4096] {
            decoder.feed([UInt8](repeating: 0, count: count))
            decoder.feed([UInt8](repeating: 0xFF, count: count))
        }
    }
}
