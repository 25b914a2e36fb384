import Omnibus
import Testing

@Suite struct LocatorTests {
    private static let s3 = "https://s3.amazonaws.com/clusterhq-archive"
    private static let old = "http://archive.clusterhq.com"

    @Test(
        "A version is where it was published for its distribution",
        arguments: [
            ("centos-7", "1.15.0", [s3 + "/centos/7/x86_64/", s3 + "/centos/7/aarch64/"]),
            ("centos-7", "1.15.0rc1", [s3 + "/centos-testing/7/x86_64/", s3 + "/centos-testing/7/aarch64/"]),
            ("centos-7", "0.3.2.post11", [s3 + "/centos/7/x86_64/", s3 + "/centos/7/aarch64/"]),
            ("rhel-9", "1.0.0", [s3 + "/centos/9/x86_64/", s3 + "/centos/9/aarch64/"]),
            ("ubuntu-14.04", "1.0.0", [s3 + "/ubuntu/14.04/amd64/"]),
            ("ubuntu-14.04", "1.0.0+5.gabcdef0", [s3 + "/ubuntu-testing/14.04/amd64/"]),
            ("Debian-12", "1.0.0", [s3 + "/debian/12/amd64/", s3 + "/debian/12/arm64/"]),
            ("fedora-20", "0.1.0", [old + "/fedora/20/x86_64/"]),
            ("fedora-20", "0.3.2", [old + "/fedora/20/x86_64/"]),
            ("fedora-20", "0.3.2.post1", [old + "/fedora/20/x86_64/"]),
            ("fedora-20", "0.3.2.dev1", [old + "/fedora-testing/20/x86_64/"]),
            ("fedora-20", "0.3.3.dev1", [s3 + "/fedora-testing/20/x86_64/"]),
            ("fedora-20", "0.4.0", [s3 + "/fedora/20/x86_64/"]),
            ("fedora-20", "0.8.9", [s3 + "/fedora/20/x86_64/"]),
            ("fedora-20", "0.9.0.dev1", [s3 + "/fedora-testing/20/x86_64/"]),
            ("source", "0.3.2", [old + "/downloads/flocker/Flocker-0.3.2.tar.gz"]),
            ("source", "0.4.0", [s3 + "/python/Flocker-0.4.0.tar.gz"]),
            ("source", "1.0.0+5.gabcdef0", [s3 + "/python/Flocker-1.0.0%2B5.gabcdef0.tar.gz"]),
        ]
    )
    func places(distribution: String, version: String, urls: [String]) throws {
        let places = try Locator.places(of: version, for: distribution)
        let x86 = urls.count == 1 ? Array(places.prefix(1)) : places
        #expect(x86.map(\.url) == urls)
        #expect(places.allSatisfy { ($0.service == .googleCloudStorage) == ($0.bucket == "archive.clusterhq.com") })
        #expect(places.allSatisfy { $0.key.hasSuffix("/") == (distribution != "source") })
    }

    @Test(
        "What was never published, or cannot be, is an error that says so",
        arguments: [
            ("fedora-20", "0.9.0", "never-published"), ("fedora-20", "0.9.0+1.gabcdef0", "never-published"),
            ("fedora-20", "1.15.0", "never-published"), ("fedora-42", "0.4.0", "never-published"),
            ("fedora-43", "1.15.0", "never-published"), ("plan-9", "1.0.0", "unknown-distribution"),
            ("centos-7", "one", "version-unsupported"), ("source", "1/../../x", "version-unsupported"),
        ]
    )
    func refused(distribution: String, version: String, code: String) {
        let error = #expect(throws: OmnibusError.self) { try Locator.places(of: version, for: distribution) }
        #expect(error?.code == code)
    }
}
