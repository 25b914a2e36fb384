import Testing

@testable import Omnibus

/// Signatures, by the examples that Amazon publishes ("Signature calculations for the authorization header", Amazon S3 API
/// Reference, and the `get-vanilla` case of the general test suite).
@Suite struct SigV4Tests {
    struct Example: Sendable, CustomTestStringConvertible {
        let name: String
        let method: String
        let path: String
        var query: [String: String] = [:]
        var fields: [String: String] = [:]
        var digest = SigV4.emptyDigest
        let signature: String
        var testDescription: String { name }
    }

    private static let examples = [
        Example(
            name: "GET of a part of an object",
            method: "GET",
            path: "/test.txt",
            fields: ["Range": "bytes=0-9"],
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
        ),
        Example(
            name: "PUT of an object with a dollar sign in its key",
            method: "PUT",
            path: "/test%24file.text",
            fields: ["Date": "Fri, 24 May 2013 00:00:00 GMT", "x-amz-storage-class": "REDUCED_REDUNDANCY"],
            digest: "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"
        ),
        Example(
            name: "GET of a part of the bucket's settings",
            method: "GET",
            path: "/",
            query: ["lifecycle": ""],
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"
        ),
        Example(
            name: "GET of a listing",
            method: "GET",
            path: "/",
            query: ["prefix": "J", "max-keys": "2"],
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
        ),
    ]

    @Test("the signature is the published one", arguments: examples)
    func published(example: Example) {
        let signer = SigV4(
            credentials: S3Credentials(
                accessKeyID: "AKIAIOSFODNN7EXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
            ),
            region: "us-east-1"
        )
        let timestamp = SigV4.timestamp(1_369_353_600)
        #expect(timestamp == "20130524T000000Z")
        var fields = example.fields.map { (name: $0.key, value: $0.value) }
        fields += [
            ("Host", "examplebucket.s3.amazonaws.com"), ("x-amz-content-sha256", example.digest),
            ("x-amz-date", timestamp),
        ]
        let value = signer.authorization(
            for: SigV4.Request(
                method: example.method,
                path: example.path,
                query: SigV4.canonicalQuery(example.query.map { (name: $0.key, value: $0.value) }),
                headers: fields,
                payloadDigest: example.digest
            ),
            at: timestamp
        )
        #expect(value.hasSuffix(", Signature=\(example.signature)"), "\(value)")
        #expect(
            value.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders="
            )
        )
    }

    @Test("another service's signature is the published one too")
    func vanilla() {
        let signer = SigV4(
            credentials: S3Credentials(
                accessKeyID: "AKIDEXAMPLE",
                secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
            ),
            region: "us-east-1",
            service: "service"
        )
        let value = signer.authorization(
            for: SigV4.Request(
                method: "GET",
                path: "/",
                headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")],
                payloadDigest: SigV4.emptyDigest
            ),
            at: "20150830T123600Z"
        )
        #expect(
            value
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        )
    }

    @Test("a query is in the order of its names, whatever stands in them")
    func query() {
        #expect(
            SigV4.canonicalQuery([("uploadId", "a/b+c="), ("partNumber", "2"), ("a-b", ""), ("a", "z"), ("a", " ~")])
                == "a=%20~&a=z&a-b=&partNumber=2&uploadId=a%2Fb%2Bc%3D"
        )
    }

    @Test(
        "percent-encoding comes back as it went",
        arguments: ["", "a b", "a+b", "100%", "grüße/日本語🐳", "~-._", "<&>\"'", "\u{0}\u{7F}"]
    )
    func encoding(text: String) {
        #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
        #expect(PercentEncoding.encode(text).utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
    }

    @Test("broken percent-encoding is none", arguments: ["%", "%4", "%zz", "%FF", "a%C3"])
    func brokenEncoding(text: String) {
        #expect(PercentEncoding.decode(text) == nil)
    }
}
