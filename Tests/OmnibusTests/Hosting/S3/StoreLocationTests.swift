import SystemPackage
import Testing

@testable import Omnibus

/// How people say where things are hosted.
@Suite struct StoreLocationTests {
    @Test(
        "a bucket with a prefix or none, and a folder",
        arguments: [
            ("s3://clusterhq-archive", .bucket("clusterhq-archive", prefix: "")),
            ("s3://bucket/", .bucket("bucket", prefix: "")), ("s3://bucket/a/b c/", .bucket("bucket", prefix: "a/b c")),
            ("www", .folder("www")), ("/srv/www/", .folder("/srv/www")), ("./s3:", .folder("./s3:")),
        ] as [(String, StoreLocation)]
    )
    func locations(text: String, location: StoreLocation) throws {
        #expect(try StoreLocation(text) == location)
    }

    @Test(
        "what is neither is refused",
        arguments: [
            ("", "store-location"), ("s3:/bucket", "store-location"), ("gs://bucket", "store-location"),
            ("https://user:hunter2@host/", "store-location"),
            ("s3://", "bucket-name"), ("s3://Bucket", "bucket-name"), ("s3:///x", "bucket-name"),
            ("s3://127.0.0.1/x", "bucket-name"), ("s3://bucket//x", "object-key"), ("s3://bucket/a/../b", "object-key"),
        ]
    )
    func refused(text: String, code: String) {
        let error = #expect(throws: OmnibusError.self) { try StoreLocation(text) }
        #expect(error?.code == code)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test(
        "an address of a service is one",
        arguments: [
            "", "localhost:80", "ftp://host", "http://", "http://a b", "http://host:0", "http://host:99999",
            "http://host:x",
            "http://user:hunter2@host", "http://host/?q", "http://host/#f", "http://[::1", "http://ho\"st",
        ]
    )
    func endpoints(url: String) {
        let error = #expect(throws: OmnibusError.self) { try S3Endpoint(url: url, addressing: nil) }
        #expect(error?.code == "endpoint-url")
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test(
        "addresses are as servers and signatures take them",
        arguments: [
            ("http://Host:80/", "host", "/bucket/k"), ("https://host:443", "host", "/bucket/k"),
            ("http://host:443", "host:443", "/bucket/k"), ("http://[::1]:8000/a//b/", "[::1]:8000", "/a/b/bucket/k"),
        ]
    )
    func addresses(url: String, host: String, path: String) throws {
        let address = try S3Endpoint(url: url, addressing: nil).address(of: "bucket", key: "k")
        #expect(address.host == host)
        #expect(address.path == path)
    }

    @Test("options that mean nothing are refused")
    func options() {
        for (options, code) in [
            (S3Options(accessControlList: "everybody"), "access-control-list"),
            (S3Options(region: "a/b"), "region-name"),
            (S3Options(endpointURL: "x"), "endpoint-url"), (S3Options(profile: "none"), "profile-missing"),
        ] {
            let error = #expect(throws: OmnibusError.self) {
                try S3Store(bucket: "bucket", options: options, environment: [:])
            }
            #expect(error?.code == code)
        }
    }
}
