import Omnibus
import PackageFormats
import Testing

@Suite struct FlockerVersionTests {
    @Test(
        "A version becomes a package version and release",
        arguments: [
            ("0.1.0", "0.1.0-1"),
            ("0.1.0+99.g3d644b1", "0.1.0-1.99.g3d644b1"),
            ("0.1.1rc1", "0.1.1-0.rc.1"),
            ("0.2.0.dev1", "0.2.0-0.dev.1"),
            ("0.2.0dev1", "0.2.0-0.dev.1"),
            ("0.2.0.dev2+99.g3d644b1", "0.2.0-0.dev.2.99.g3d644b1"),
            ("0.2.0.dev3+100.g3d644b2.dirty", "0.2.0-0.dev.3.100.g3d644b2.dirty"),
            ("0.3.0.dev1+307.gb6d6e9f.dirty", "0.3.0-0.dev.1.307.gb6d6e9f.dirty"),
            ("0.3.2.post11", "0.3.2-1"),
            ("0.3.2+doc11", "0.3.2-1"),
            ("0.3.2.post11+1.gf661a6a.dirty", "0.3.2-1.1.gf661a6a.dirty"),
            ("0.3.2+doc11.1.gf661a6a.dirty", "0.3.2-1.1.gf661a6a.dirty"),
            ("0.3.2pre11+1.gf661a6a", "0.3.2-0.pre.11.1.gf661a6a"),
            ("1.15.0.dirty", "1.15.0-1.dirty"),
        ]
    )
    func evr(version: String, expected: String) throws {
        #expect(try FlockerVersion(version).evr.description == expected)
    }

    @Test(
        "Only a version with no pre-release, weekly, distance and dirty part is a release",
        arguments: [
            ("0.1.0", true), ("0.3.2.post11", true), ("0.3.2+doc1", true), ("0.1.1rc1", false), ("0.3.2pre11", false),
            ("0.2.0.dev1", false), ("0.1.0+99.g3d644b1", false), ("0.1.0.dirty", false),
        ]
    )
    func isRelease(version: String, expected: Bool) throws {
        #expect(try FlockerVersion(version).isRelease == expected)
    }

    @Test(
        "Anything else is an error that shows the form",
        arguments: [
            "", "0.1", "0.1.2rcX", "0.1.2rc", "v0.1.0", "0.1.0-1", "0.1.0 ", "0.1.0.dev", "0.1.0+99",
            "0.1.0+99.3d644b1",
            "0.1.0+99.gxyz", "0.1.0.99.g3d644b1", "0.1.0rc1.dev1", "0.1.0+doc1+1.g3d644b1", "0.1.0.dirty.dirty",
            "99999999999999999999.0.0", "0.1.٣",
        ]
    )
    func unsupported(version: String) {
        let error = #expect(throws: OmnibusError.self) { try FlockerVersion(version) }
        #expect(error?.code == "version-unsupported")
        #expect(error?.category == .badInput)
        #expect(error?.hint?.contains("MAJOR.MINOR.MICRO") == true)
    }

    @Test("What comes before a release sorts before it in both formats")
    func order() throws {
        let versions = [
            "0.3.0.dev1", "0.3.0.dev1+5.gabcdef0", "0.3.0pre1", "0.3.0rc1", "0.3.0", "0.3.0+2.gabcdef0", "0.3.1",
        ]
        let ordered = try versions.map { try FlockerVersion($0).evr }
        for (index, later) in ordered.enumerated() {
            for earlier in ordered[..<index] {
                #expect(VersionOrder.rpm(earlier, precedes: later), "\(earlier) \(later)")
                #expect(VersionOrder.debian(earlier, precedes: later), "\(earlier) \(later)")
            }
        }
    }
}
