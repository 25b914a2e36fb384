import Omnibus
import PackageFormats
import Testing

@Suite struct PEP440VersionTests {
    @Test(
        "Every spelling is normalised",
        arguments: [
            ("1.0", "1.0"), ("v1.0", "1.0"), (" 1.0\n", "1.0"), ("01.02.003", "1.2.3"), ("1.0RC1", "1.0rc1"),
            ("1.0-alpha.1", "1.0a1"), ("1.0beta", "1.0b0"), ("1.0_c_2", "1.0rc2"), ("1.0.preview3", "1.0rc3"),
            ("1.0pre", "1.0rc0"), ("1.0-1", "1.0.post1"), ("1.0-r4", "1.0.post4"), ("1.0rev", "1.0.post0"),
            ("1.0post", "1.0.post0"), ("1.0dev", "1.0.dev0"), ("1.0-DEV_7", "1.0.dev7"),
            ("1.0a1.post2.dev3", "1.0a1.post2.dev3"), ("1!2.0", "1!2.0"), ("0!2.0", "2.0"),
            ("1.0+ubuntu-1_x.007", "1.0+ubuntu.1.x.7"), ("2024.10.1", "2024.10.1"),
            ("0.2.0.dev3+100.g3d644b2.dirty", "0.2.0.dev3+100.g3d644b2.dirty"),
        ]
    )
    func normalises(text: String, expected: String) throws {
        #expect(try PEP440Version(text).description == expected)
        #expect(try PEP440Version(expected).description == expected)
    }

    @Test(
        "Anything else is an error",
        arguments: [
            "", "v", "a1", "1.0x", "1..0", "1.0.", "1.0+", "1.0+a..b", "1.0+a+b", "1.0!2", "!1", "1.0a1b1",
            "1.0.dev1.post1",
            "1.0-", "1.0 1", "99999999999999999999999", "4294967296!1", "1.0\u{0}", "1.0rc99999999999999999999999",
            String(repeating: "1.", count: 200) + "1",
        ]
    )
    func unsupported(text: String) {
        let error = #expect(throws: OmnibusError.self) { try PEP440Version(text) }
        #expect(error?.code == "version-unsupported")
        #expect(error?.category == .badInput)
    }

    /// In the specification's order.
    static let ordered = [
        "1.dev0", "1.0.dev1", "1.0a1.dev2", "1.0a1", "1.0a1.post0.dev1", "1.0a1.post1", "1.0a2", "1.0a10", "1.0b1.dev1",
        "1.0b1", "1.0rc1", "1.0rc2", "1.0", "1.0+abc.5", "1.0+abc.7", "1.0+5", "1.0.post0.dev1", "1.0.post0",
        "1.0.post1.dev2", "1.0.post1", "1.1.dev1", "1.1rc1", "1.1", "1.10", "2.0", "1!0.1",
    ]

    @Test("Versions compare in the specification's order")
    func precedence() throws {
        let versions = try Self.ordered.map { try PEP440Version($0) }
        for (index, later) in versions.enumerated() {
            #expect(!(later < later))
            for earlier in versions[..<index] {
                #expect(earlier < later, "\(earlier) \(later)")
                #expect(!(later < earlier), "\(later) \(earlier)")
            }
        }
    }

    @Test("Trailing zeros of the release do not count")
    func equality() throws {
        #expect(try PEP440Version("1.0") == PEP440Version("1.0.0"))
        #expect(try PEP440Version("1.0").hashValue == PEP440Version("1").hashValue)
        #expect(try PEP440Version("1.0") != PEP440Version("1.0.0+x"))
    }

    @Test("Package versions keep that order in rpm and dpkg")
    func packageOrder() throws {
        // A local part of digits after one of letters is the one case in which dpkg's own order differs.
        let ordered = try Self.ordered.dropFirst().filter { $0 != "1.0+5" }.map { try PEP440Version($0).evr() }
        for (index, later) in ordered.enumerated() {
            for earlier in ordered[..<index] {
                #expect(VersionOrder.rpm(earlier, precedes: later), "\(earlier) \(later)")
                #expect(VersionOrder.debian(earlier, precedes: later), "\(earlier) \(later)")
            }
        }
    }

    @Test(
        "A version becomes an epoch, a version and a release that rpm 4.11 and dpkg take",
        arguments: [
            ("1.4.0", "1.4.0-3"), ("1.4.0rc1", "1.4.0~rc1-3"), ("1.4.0.dev7", "1.4.0~~dev7-3"),
            ("1.4.0a2.dev1", "1.4.0~a2~dev1-3"), ("1.4.0.post2", "1.4.0+post2-3"),
            ("1.4.0.post2.dev1", "1.4.0+post2~dev1-3"), ("2!1.0", "2:1.0-3"),
            ("1.4.0.dev7+307.gb6d6e9f", "1.4.0~~dev7-3.307.gb6d6e9f"),
        ]
    )
    func evr(version: String, expected: String) throws {
        #expect(try PEP440Version(version).evr(revision: 3).description == expected)
    }

    @Test(
        "Releases and post-releases are for the stable repository",
        arguments: [("1.0", true), ("1.0.post1", true), ("1.0rc1", false), ("1.0.dev1", false), ("1.0+x", false)]
    )
    func isRelease(version: String, expected: Bool) throws {
        #expect(try VersionScheme.pep440.isRelease(version) == expected)
    }

    @Test("A plain version is taken as it stands, if both formats take it")
    func plain() throws {
        #expect(try VersionScheme.plain.evr(of: "2.1.0~beta1", revision: 2).description == "2.1.0~beta1-2")
        #expect(try !VersionScheme.plain.isRelease("2.1.0~beta1"))
        for version in ["", "v1", "1-2", "1_2", "1:2", "1 2", "1^2"] {
            let error = #expect(throws: OmnibusError.self) { try VersionScheme.plain.evr(of: version) }
            #expect(error?.code == "version-unsupported")
        }
    }
}
