import PackageFormats
import Synchronization
import Testing

@testable import Omnibus

/// What a store's client makes of answers that no server of the tests gives.
@Suite struct S3ConnectionTests {
    private static let object = HTTPResponse(status: 200, headers: ["etag": "\"t\""], body: [0x78])

    private func get(_ transport: StubTransport) async throws -> StoredObject? {
        try await transport.store().get(ObjectKey("k"), limit: 100)
    }

    private func code(_ transport: StubTransport) async -> OmnibusError? {
        await #expect(throws: OmnibusError.self) { try await self.get(transport) }
    }

    @Test("the region that an answer names is followed, once")
    func region() async throws {
        let transport = StubTransport { request, _ in
            request.url.hasPrefix("https://bucket.s3.eu-west-1.amazonaws.com/")
                ? Self.object
                : StubTransport.refusal(400, "AuthorizationHeaderMalformed", "<Region>eu-west-1</Region>")
        }
        let store = try transport.store()
        #expect(try await store.get(ObjectKey("k"), limit: 9)?.bytes == [0x78])
        #expect(try await store.get(ObjectKey("k"), limit: 9)?.bytes == [0x78])
        #expect(transport.requests.count == 3)
        #expect(
            transport.requests[1].headers.contains { $0.name == "Authorization" && $0.value.contains("/eu-west-1/s3/") }
        )

        let moving = StubTransport { _, index in
            StubTransport.refusal(
                301,
                "PermanentRedirect",
                headers: ["x-amz-bucket-region": "eu-west-\(index % 2 + 1)"]
            )
        }
        let error = await code(moving)
        #expect(error?.code == "store-region")
        #expect(error?.category == .unavailable)
        #expect(error?.hint?.hasPrefix("give --region=eu-west-") == true)
        #expect(moving.requests.count == 2)
        let hostile = StubTransport { _, _ in
            StubTransport.refusal(301, "PermanentRedirect", headers: ["x-amz-bucket-region": "evil.example/"])
        }
        #expect(await code(hostile)?.code == "store-region")
        #expect(hostile.requests.count == 1)
    }

    @Test("a clock that is wrong is corrected by the store's, once, and reported if that does not help")
    func clock() async throws {
        let right = StubTransport { request, _ in
            request.headers.contains { $0.name == "X-Amz-Date" && $0.value == "20170714T044000Z" }
                ? Self.object
                : StubTransport.refusal(403, "RequestTimeTooSkewed", headers: ["date": "Fri, 14 Jul 2017 04:40:00 GMT"])
        }
        #expect(try await get(right)?.bytes == [0x78])
        #expect(right.requests.count == 2)
        let never = StubTransport { _, _ in
            StubTransport.refusal(403, "RequestTimeTooSkewed", headers: ["date": "Fri, 14 Jul 2017 04:40:00 GMT"])
        }
        let error = await code(never)
        #expect(error?.code == "store-clock")
        #expect(error?.message.contains("it is 20170714T044000Z there, 20170714T024000Z here") == true)
        #expect(never.requests.count == 2)
    }

    @Test(
        "what passes is tried again, within bounds, and what does not is not",
        arguments: [
            (500, "InternalError", "store-failing", OmnibusError.Category.transfer, 4),
            (503, "SlowDown", "store-failing", .transfer, 4),
            (429, "", "store-failing", .transfer, 4), (400, "RequestTimeout", "store-failing", .transfer, 4),
            (403, "AccessDenied", "store-denied", .unavailable, 1),
            (403, "SignatureDoesNotMatch", "store-credentials", .unavailable, 1),
            (403, "InvalidAccessKeyId", "store-credentials", .unavailable, 1),
            (404, "NoSuchBucket", "bucket-missing", .unavailable, 1),
            (501, "NotImplemented", "store-refused", .unavailable, 1), (405, "", "store-answer", .unavailable, 1),
            (302, "", "store-answer", .unavailable, 1),
        ]
    )
    func failures(status: Int, code: String, expected: String, category: OmnibusError.Category, attempts: Int)
        async throws
    {
        let transport = StubTransport { _, _ in
            code.isEmpty ? HTTPResponse(status: status, headers: [:], body: []) : StubTransport.refusal(status, code)
        }
        let error = await self.code(transport)
        #expect(error?.code == expected)
        #expect(error?.category == category)
        #expect(transport.requests.count == attempts)
    }

    @Test(
        "whatever time a store says to wait, it is waited within bounds",
        arguments: ["-9223372036854775808", "-1", "9223372036854775808", "soon"]
    )
    func pauses(pause: String) async throws {
        let transport = StubTransport { _, index in
            index == 0 ? StubTransport.refusal(503, "SlowDown", headers: ["retry-after": pause]) : Self.object
        }
        #expect(try await get(transport)?.bytes == [0x78])
        #expect(transport.requests.count == 2)
    }

    @Test("a pause that ends after the last moment for another attempt is not waited for")
    func patience() async throws {
        let transport = StubTransport { _, _ in
            StubTransport.refusal(503, "SlowDown", headers: ["retry-after": "30"])
        }
        let store = try transport.store(patience: 29)
        let error = await #expect(throws: OmnibusError.self) { try await store.get(ObjectKey("k"), limit: 9) }
        #expect(error?.code == "store-failing")
        #expect(transport.requests.count == 1)
    }

    @Test("credentials that ended are looked for again, once")
    func expired() async throws {
        let transport = StubTransport { _, index in
            index == 0 ? StubTransport.refusal(400, "ExpiredToken") : Self.object
        }
        #expect(try await get(transport)?.bytes == [0x78])
        let never = StubTransport { _, _ in StubTransport.refusal(400, "ExpiredToken") }
        #expect(await code(never)?.code == "store-credentials")
        #expect(never.requests.count == 2)
    }

    @Test("an error says nothing of the secrets, and requests carry no secret but the token")
    func secrecy() async throws {
        let environment = [
            "AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hunter2", "AWS_SESSION_TOKEN": "token3",
        ]
        let transport = StubTransport { _, _ in StubTransport.refusal(403, "SignatureDoesNotMatch") }
        let store = try transport.store(environment: environment)
        let error = await #expect(throws: OmnibusError.self) { try await store.head(ObjectKey("k")) }
        #expect(!String(reflecting: error).contains("hunter2") && !String(reflecting: error).contains("token3"))
        #expect(transport.requests.allSatisfy { !"\($0)".contains("hunter2") })
        #expect(
            transport.requests.allSatisfy { request in
                request.headers.contains { $0.name == "X-Amz-Security-Token" && $0.value == "token3" }
                    && request.headers.contains { $0.value.contains("x-amz-security-token") }
            }
        )
    }

    @Test(
        "a listing that names the same page for ever, or is none, is refused",
        arguments: ["<html/>", "", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"]
    )
    func listing(body: String) async throws {
        let transport = StubTransport { _, _ in HTTPResponse(status: 200, headers: [:], body: Array(body.utf8)) }
        let error = await #expect(throws: OmnibusError.self) { try await transport.store().list(prefix: "") }
        #expect(error?.code == "store-answer")
    }

    @Test("what others keep in a bucket is not the store's, and does not stop a listing")
    func foreign() async throws {
        let body = """
            <?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
            <EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>
            <Contents><Key>a%2Bb+c%2Fd</Key><Size>3</Size><ETag>&quot;e&quot;</ETag>
            <LastModified>2017-07-14T02:40:00.000Z</LastModified></Contents>
            <Contents><Key>folder%2F</Key><Size>0</Size></Contents><Contents><Key>..%2Fup</Key><Size>1</Size></Contents>
            <Contents><Key>%FF</Key><Size>1</Size></Contents><Contents><Key>big</Key><Size>-1</Size></Contents>
            </ListBucketResult>
            """
        let transport = StubTransport { _, _ in HTTPResponse(status: 200, headers: [:], body: Array(body.utf8)) }
        let listed = try await transport.store().list(prefix: "")
        #expect(listed == [ObjectInfo(key: try ObjectKey("a+b c/d"), size: 3, tag: "e", modified: 1_500_000_000)])
    }
}
