import Omnibus
import PackageFormats
import Testing

@Suite struct DistributionTests {
    static let names = [
        "fedora-20", "centos-7", "rhel-7", "ubuntu-14.04", "ubuntu-15.04", "ubuntu-16.04", "centos-stream-9",
        "centos-stream-10", "rhel-8", "rhel-9", "rhel-10", "fedora-42", "fedora-43", "amazonlinux-2023",
        "opensuse-leap-15.6", "ubuntu-20.04", "ubuntu-22.04", "ubuntu-24.04", "debian-11", "debian-12", "debian-13",
    ]

    @Test("Every supported distribution is found by its name", arguments: names)
    func named(name: String) throws {
        let distribution = try Distribution.named(name)
        #expect(distribution.name == name)
        #expect(distribution.name == "\(distribution.project)-\(distribution.release)")
    }

    @Test("No name or alias means two distributions")
    func unique() {
        let names = Distribution.all.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        #expect(Distribution.all.count == Self.names.count)
    }

    @Test("Each value fits the package type that it is for", arguments: Distribution.all)
    func consistent(distribution: Distribution) {
        let isDeb = distribution.packageType == .deb
        #expect(isDeb == (distribution.family == .debian))
        #expect(isDeb == (distribution.controlCompression != nil))
        #expect(!isDeb || distribution.distTag == nil)
        #expect(distribution.distTag?.hasPrefix(".") ?? true)
        #expect(distribution.pythons.filter(\.isDefault).count == 1)
        #expect(Set(distribution.pythons.map(\.version)).count == distribution.pythons.count)
        for python in distribution.pythons {
            #expect(python.interpreter.hasSuffix(python.version))
            #expect(isDeb == (python.abiRequirement == python.package))
        }
        #expect((distribution.unitDirectory != nil) == (distribution.initSystem == .systemd))
        #expect(distribution.selectors.first == distribution.packageType.rawValue)
        #expect(distribution.selectors.last == distribution.name)
        #expect(!distribution.architectures.isEmpty)
    }

    @Test(
        "An rpm is compressed with what its rpm reads",
        arguments: [
            ("fedora-20", "xz:2", true), ("centos-7", "xz:2", true), ("rhel-7", "xz:2", true),
            ("rhel-8", "xz:2", false),
            ("rhel-9", "zstd:19", false), ("fedora-43", "zstd:19", false),
        ]
    )
    func rpmProfiles(name: String, compression: String, legacy: Bool) throws {
        let distribution = try Distribution.named(name)
        #expect(distribution.payloadCompression.description == compression)
        #expect(distribution.needsLegacyDigests == legacy)
        #expect(distribution.understandsWeakDependencies == !legacy)
    }

    @Test(
        "control.tar is gzip where dpkg may read nothing else",
        arguments: [("ubuntu-14.04", "gzip:9"), ("ubuntu-20.04", "xz:6"), ("debian-12", "xz:6")]
    )
    func control(name: String, compression: String) throws {
        #expect(try Distribution.named(name).controlCompression?.description == compression)
    }

    @Test(
        "Rebuilds and other names are found",
        arguments: [
            ("rocky-9", "rhel-9"), ("almalinux-8", "rhel-8"), ("ol-10", "rhel-10"), ("centos-9", "centos-stream-9"),
            ("Jammy", "ubuntu-22.04"), ("bookworm", "debian-12"), ("al2023", "amazonlinux-2023"),
        ]
    )
    func aliases(alias: String, name: String) throws {
        #expect(try Distribution.named(alias).name == name)
    }

    @Test(
        "An unknown name is a usage error that names the nearest",
        arguments: [
            ("ubunto-22.04", "ubuntu-22.04"), ("centos7", "centos-7"), ("debian", "debian-11"),
            ("fedora-44", "fedora-43"),
        ]
    )
    func unknown(name: String, nearest: String) {
        let error = #expect(throws: OmnibusError.self) { try Distribution.named(name) }
        #expect(error?.code == "unknown-distribution")
        #expect(error?.category == .usage)
        #expect(error?.hint?.contains("'\(nearest)'") == true, "\(error?.hint ?? "no hint")")
    }

    @Test("A name near none lists them all, and a huge one costs nothing")
    func far() {
        for name in ["", "plan9", String(repeating: "x", count: 1_000_000)] {
            let error = #expect(throws: OmnibusError.self) { try Distribution.named(name) }
            #expect(error?.hint?.contains("debian-13") == true)
        }
    }

    @Test("A Python that is not shipped is an error that says which are")
    func python() throws {
        let rhel = try Distribution.named("rhel-9")
        #expect(try rhel.python("3.11").interpreter == "/usr/bin/python3.11")
        #expect(rhel.defaultPython?.package == "python3")
        let error = #expect(throws: OmnibusError.self) { try rhel.python("2.7") }
        #expect(error?.code == "python-not-shipped")
        #expect(error?.hint?.contains("3.9, 3.11, 3.12") == true)
    }

    @Test("A machine that it does not run on is an error")
    func architecture() throws {
        let fedora = try Distribution.named("fedora-20")
        try fedora.check(.x86_64)
        try fedora.check(.independent)
        let error = #expect(throws: OmnibusError.self) { try fedora.check(.aarch64) }
        #expect(error?.code == "architecture-not-supported")
    }

    @Test("C library versions compare by number")
    func glibc() {
        #expect(Distribution.Glibc(2, 9) < Distribution.Glibc(2, 17))
        #expect(Distribution.Glibc(2, 17).description == "2.17")
    }
}
