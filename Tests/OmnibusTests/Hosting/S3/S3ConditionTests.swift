import PackageFormats
import Synchronization
import SystemPackage
import Testing

@testable import Omnibus

/// How stores take the conditions of writes, with one in memory that takes them in every way that was seen.
@Suite struct S3ConditionTests {
    /// How a store decides.
    enum Manner: String, Sendable, CaseIterable {
        case quoted, bare, both, ignoring, ignoringMatches, ignoringAbsence, refusing, neverMatching

        static let sound: [Manner] = [.quoted, .bare, .both]
        static let unsound: [Manner] = [.ignoring, .ignoringMatches, .ignoringAbsence, .refusing, .neverMatching]
    }

    /// Objects in memory.
    private final class Objects: Sendable {
        private let objects = Mutex([String: (bytes: [UInt8], tag: String, mark: String?)]())
        let manner: Manner
        init(_ manner: Manner) { self.manner = manner }

        var keys: [String] { objects.withLock { $0.keys.sorted() } }

        func answer(_ request: HTTPRequest) -> HTTPResponse {
            let fields = Dictionary(request.headers.map { ($0.name.lowercased(), $0.value) }) { $1 }
            return objects.withLock { objects in
                let current = objects[request.url]
                switch request.method {
                case "PUT":
                    if let refusal = refusal(fields, current?.tag) { return refusal }
                    let bytes = (try? request.body?.file.contents(limit: 1000)) ?? []
                    let tag = "tag-of-\(String(decoding: bytes, as: UTF8.self))"
                    objects[request.url] = (bytes, tag, fields[S3Store.markField])
                    return HTTPResponse(status: 200, headers: ["etag": "\"\(tag)\""], body: [])
                case "DELETE":
                    objects[request.url] = nil
                    return HTTPResponse(status: 204, headers: [:], body: [])
                default:
                    guard let current else {
                        return request.url.hasSuffix(".com/")
                            ? HTTPResponse(status: 200, headers: [:], body: [])
                            : StubTransport.refusal(404, "NoSuchKey")
                    }
                    var headers = ["etag": "\"\(current.tag)\"", "content-length": "\(current.bytes.count)"]
                    headers[S3Store.markField] = current.mark
                    return HTTPResponse(
                        status: 200,
                        headers: headers,
                        body: request.method == "HEAD" ? [] : current.bytes
                    )
                }
            }
        }

        private func refusal(_ fields: [String: String], _ tag: String?) -> HTTPResponse? {
            let failed = StubTransport.refusal(412, "PreconditionFailed")
            if let match = fields["if-match"] {
                switch manner {
                case .refusing: return StubTransport.refusal(501, "NotImplemented")
                case .ignoring, .ignoringMatches: return nil
                case .neverMatching: return failed
                case .quoted, .ignoringAbsence: return match == tag.map { "\"\($0)\"" } ? nil : failed
                case .bare: return match == tag ? nil : failed
                case .both: return match.withoutTagQuotes == tag ? nil : failed
                }
            }
            guard fields["if-none-match"] != nil else { return nil }
            switch manner {
            case .refusing: return StubTransport.refusal(501, "NotImplemented")
            case .ignoring, .ignoringAbsence: return nil
            default: return tag == nil ? nil : failed
            }
        }
    }

    private func put(_ text: String, _ store: S3Store, if condition: WriteCondition) async throws -> WriteOutcome {
        try await store.put(InputFile(bytes: Array(text.utf8), named: "x"), at: ObjectKey("k"), if: condition)
    }

    @Test("however a store takes tags, conditions hold, and nothing is left of finding out", arguments: Manner.sound)
    func sound(manner: Manner) async throws {
        let objects = Objects(manner)
        let transport = StubTransport { request, _ in objects.answer(request) }
        let store = try transport.store()
        #expect(try await put("1", store, if: .absent) == .written(tag: "tag-of-1"))
        #expect(try await put("2", store, if: .absent) == .conditionFailed)
        #expect(try await put("2", store, if: .matches(tag: "tag-of-0")) == .conditionFailed)
        #expect(try await put("2", store, if: .matches(tag: "tag-of-1")) == .written(tag: "tag-of-2"))
        #expect(objects.keys == ["https://bucket.s3.us-east-1.amazonaws.com/k"])
        // One search for a store, however many writes.
        #expect(transport.requests.count(where: { $0.method == "DELETE" }) == 1)
    }

    @Test("a store that does not decide conditions is refused before anything is written", arguments: Manner.unsound)
    func unsound(manner: Manner) async throws {
        let objects = Objects(manner)
        let transport = StubTransport { request, _ in objects.answer(request) }
        let error = await #expect(throws: OmnibusError.self) { try await self.put("1", transport.store(), if: .absent) }
        #expect(error?.code == "store-no-conditions")
        #expect(error?.category == .unavailable)
        #expect(objects.keys.isEmpty)
        let unsafe = try transport.store(options: S3Options(allowsUnsafeConditions: true))
        #expect(try await put("1", unsafe, if: .absent) == .written(tag: "tag-of-1"))
        #expect(try await put("2", unsafe, if: .absent) == .conditionFailed)
        #expect(try await put("2", unsafe, if: .matches(tag: "tag-of-1")) == .written(tag: "tag-of-2"))
        #expect(objects.keys == ["https://bucket.s3.us-east-1.amazonaws.com/k"])
    }

    /// What becomes of the write itself, once.
    enum Accident: String, Sendable, CaseIterable {
        case conflict409, failedBefore, failedAfter, conflictLooksLikeFault, missingAtMatch
    }

    @Test("a write whose answer says little is known for what it was", arguments: Accident.allCases)
    func accidents(accident: Accident) async throws {
        let objects = Objects(.both)
        let pending = Mutex(true)
        let transport = StubTransport { request, _ in
            let isWrite = request.method == "PUT" && request.url.hasSuffix("/k")
            guard isWrite, request.headers.contains(where: { $0.name == "If-Match" }),
                pending.withLock({
                    let was = $0; $0 = false; return was
                })
            else { return objects.answer(request) }
            switch accident {
            case .conflict409: return StubTransport.refusal(409, "ConditionalRequestConflict")
            case .failedBefore: return StubTransport.refusal(500, "InternalError")
            case .failedAfter:
                _ = objects.answer(request)
                return StubTransport.refusal(500, "InternalError")
            case .conflictLooksLikeFault:
                // Another writer was faster.
                var other = request
                other.headers = []
                other.body = HTTPBody(Array("other".utf8))
                _ = objects.answer(other)
                return StubTransport.refusal(500, "InternalError")
            case .missingAtMatch:
                var other = request
                other.method = "DELETE"
                _ = objects.answer(other)
                return StubTransport.refusal(404, "NoSuchKey")
            }
        }
        let store = try transport.store()
        #expect(try await put("1", store, if: .absent) == .written(tag: "tag-of-1"))
        let outcome = try await put("2", store, if: .matches(tag: "tag-of-1"))
        switch accident {
        case .conflict409, .failedBefore, .failedAfter: #expect(outcome == .written(tag: "tag-of-2"))
        case .conflictLooksLikeFault, .missingAtMatch: #expect(outcome == .conditionFailed)
        }
        let writes = transport.requests.count { $0.method == "PUT" && $0.url.hasSuffix("/k") }
        #expect(writes == (accident == .conflict409 || accident == .failedBefore ? 3 : 2))
    }

    @Test("an error behind the success of joining parts is an error, and the parts are taken away")
    func joining() async throws {
        let transport = StubTransport { request, _ in
            switch request.method {
            case "POST" where request.url.hasSuffix("?uploads="):
                let body = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>"
                return HTTPResponse(status: 200, headers: [:], body: Array(body.utf8))
            case "POST":
                let body = "<Error><Code>InternalError</Code><Message>m</Message></Error>"
                return HTTPResponse(status: 200, headers: [:], body: Array(body.utf8))
            case "PUT": return HTTPResponse(status: 200, headers: ["etag": "\"t\""], body: [])
            default: return HTTPResponse(status: 204, headers: [:], body: [])
            }
        }
        let file = InputFile(bytes: [UInt8](repeating: 1, count: 25), named: "x")
        let upload = S3MultipartUpload(try transport.store(), file, key: try ObjectKey("k"), fields: [], partSize: 10)
        let error = await #expect(throws: OmnibusError.self) { try await upload.run(if: .always) }
        #expect(error?.code == "store-failing")
        #expect(transport.requests.count { $0.method == "PUT" } == 3)
        #expect(transport.requests.last?.method == "DELETE")
    }

    @Test(
        "parts are few enough and whole MiB",
        arguments: [(70 << 20, 16 << 20), (156 << 30, 16 << 20), (157 << 30, 17 << 20), (5 << 40, 525 << 20)]
            as [(UInt64, UInt64)]
    )
    func parts(size: UInt64, part: UInt64) {
        #expect(S3MultipartUpload.partSize(of: size) == part)
        #expect((size + part - 1) / part <= S3MultipartUpload.maximumParts)
    }
}
