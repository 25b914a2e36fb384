import Glibc
import SystemPackage
import Testing

@testable import Omnibus

@Suite struct ByteSearchTests {
    private func search(_ bytes: [UInt8], for needles: [String]) async throws -> ByteSearch.Match? {
        try await WorkDirectory.with { (work) throws(OmnibusError) in
            let path = work.path.appending("file")
            try FileSystem.write(bytes, to: path)
            let descriptor = open(path.string, O_RDONLY)
            defer { close(descriptor) }
            return try ByteSearch(needles.map { Array($0.utf8) }).first(in: descriptor, path: path)
        }
    }

    @Test(
        "A needle is found wherever it stands, also across the pieces that are read",
        arguments: [0, 1, 4096, (1 << 20) - 9, (1 << 20) - 5, (1 << 20) - 1, 1 << 20, (2 << 20) - 4, (2 << 20) + 7]
    )
    func places(offset: Int) async throws {
        let needle = "/tmp/work"
        let bytes = [UInt8](repeating: 0x2f, count: offset) + Array(needle.utf8) + [0, 0]
        #expect(
            try await search(bytes, for: ["/nowhere", needle]) == .init(needle: Array(needle.utf8), offset: offset)
        )
    }

    @Test("The first of several wins, nothing is found in what has none")
    func order() async throws {
        #expect(try await search(Array("xxbbaa".utf8), for: ["aa", "bb"])?.offset == 2)
        #expect(try await search(Array("xxbaba".utf8), for: ["aa", "bb"]) == nil)
        #expect(try await search([], for: ["a"]) == nil)
        #expect(try await search(Array("abc".utf8), for: [""]) == nil)
    }
}
