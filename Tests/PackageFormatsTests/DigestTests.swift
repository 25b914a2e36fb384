import Testing

@testable import PackageFormats

@Suite("Digests")
struct DigestTests {
    @Test("knows its own hexadecimal digits without writing them", arguments: DigestAlgorithm.allCases)
    func hexadecimal(algorithm: DigestAlgorithm) {
        let digest = Digest.of(Array("abc".utf8), algorithm)
        let text = digest.hexadecimal
        #expect(text.utf8.count == 2 * algorithm.byteCount)
        #expect(digest.isHexadecimal(text))
        for other in [text.uppercased(), String(text.dropLast()), text + "0", "", String(text.reversed())] {
            #expect(!digest.isHexadecimal(other))
        }
        for place in text.utf8.indices {
            var utf8 = Array(text.utf8)
            utf8[text.utf8.distance(from: text.startIndex, to: place)] ^= 1
            #expect(!digest.isHexadecimal(String(decoding: utf8, as: UTF8.self)))
        }
    }

    @Test(
        "are those of the standards",
        arguments: [
            (DigestAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72"),
            (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                .sha384,
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
            ),
            (.sha3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"),
        ]
    )
    func vectors(algorithm: DigestAlgorithm, expected: String) {
        var digest = Digest(algorithm)
        for byte in "abc".utf8 { digest.write([byte].span.bytes) }
        #expect(digest.finalize().hexadecimal == expected)
        #expect(digest.finalize().hexadecimal == expected, "asking changes nothing")
        let before = digest
        digest.write([0].span.bytes)
        #expect(before.finalize().hexadecimal == expected, "a copy is on its own")
    }
}
