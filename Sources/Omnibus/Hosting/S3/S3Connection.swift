import PackageFormats
import Synchronization

/// Talks to one bucket: signs calls, sends them, and tries again where that helps.
final class S3Connection: Sendable {
    /// What the store's answers taught.
    private struct State {
        var region: String
        var endpoint: S3Endpoint
        /// How far this machine's clock is behind the store's, in seconds.
        var skew: Int64 = 0
    }

    /// The bucket's name.
    let bucket: String
    /// When to give up.
    let policy: RetrySchedule.Policy
    private let transport: any HTTPTransport
    private let source: CredentialSource
    private let addressing: S3Endpoint.Addressing?
    private let clock: @Sendable () -> Int64
    private let state: Mutex<State>

    init(
        bucket: String,
        region: String,
        endpoint: S3Endpoint,
        addressing: S3Endpoint.Addressing?,
        credentials: CredentialSource,
        transport: any HTTPTransport,
        policy: RetrySchedule.Policy,
        clock: @escaping @Sendable () -> Int64
    ) {
        self.bucket = bucket
        self.addressing = addressing
        source = credentials
        self.transport = transport
        self.policy = policy
        self.clock = clock
        state = Mutex(State(region: region, endpoint: endpoint))
    }

    /// The address of an object, for those who need no signature.
    func url(of key: String) -> String {
        let endpoint = state.withLock { $0.endpoint }
        let address = endpoint.address(of: bucket, key: key)
        return "\(endpoint.scheme)://\(address.host)\(address.path)"
    }

    /// A schedule for attempts of one operation.
    func schedule() -> RetrySchedule { RetrySchedule(policy) }

    /// Carries a call out, which may be carried out more than once.
    ///
    /// - Parameters:
    ///   - call: what to do.
    ///   - statuses: those that the caller wants to see, beyond success.
    /// - Throws: ``OmnibusError`` as ``S3Connection/error(for:_:)``, or `store-unreachable`, `store-untrusted`,
    ///   `store-interrupted`, `store-failing`.
    func send(_ call: S3Call, accepting statuses: Set<Int> = []) async throws(OmnibusError) -> HTTPResponse {
        var schedule = schedule()
        while true {
            switch try await attempt(call) {
            case .answer(let response):
                guard response.isSuccess || statuses.contains(response.status) else {
                    throw error(for: response, call)
                }
                return response
            case .unclear(let error, let wait):
                guard try await schedule.wait(after: error, atLeast: wait) else { throw error }
            }
        }
    }

    /// Tries a call once. What the store refuses before it looks at the call itself, because of the clock, the region or
    /// credentials that ended, is put right and tried again, each at most once.
    func attempt(_ call: S3Call) async throws(OmnibusError) -> S3Attempt {
        var corrected: Set<Correction> = []
        while true {
            var response: HTTPResponse
            do throws(HTTPFailure) {
                response = try await transport.send(try await signed(call))
            } catch {
                return .unclear(try unanswered(error), wait: 0)
            }
            // S3 begins to answer before parts are joined, so that an error can stand behind a success.
            if response.isSuccess, call.method == "POST", S3Document.root(of: response.body)?.name == "Error" {
                response.status = 500
            }
            guard !response.isSuccess else { return .answer(response) }
            let refusal = S3Refusal(response)
            if let correction = correct(refusal, response), corrected.insert(correction).inserted { continue }
            guard S3Refusal.isTransient(response.status, refusal.code) else { return .answer(response) }
            let said = [refusal.code, refusal.message].filter { !$0.isEmpty }.joined(separator: ": ")
            return .unclear(
                OmnibusError(
                    "store-failing",
                    .transfer,
                    "\(place) keeps answering with status \(response.status)\(said.isEmpty ? "" : " (\(said))")",
                    hint: "try again later; what is hosted is as it was before, or as it was to become"
                ),
                wait: response.headers["retry-after"].flatMap { Int($0) } ?? 0
            )
        }
    }

    private enum Correction: Hashable { case clock, region, credentials }

    private func correct(_ refusal: S3Refusal, _ response: HTTPResponse) -> Correction? {
        switch refusal.code {
        case "ExpiredToken", "TokenRefreshRequired":
            source.forget()
            return .credentials
        case _ where Self.isAboutClock(refusal, response):
            guard let theirs = Self.date(of: response) else { return nil }
            let ours = clock()
            // An answer to HEAD has no code; a clock that is right needs no correction.
            guard refusal.code == "RequestTimeTooSkewed" || abs(theirs - ours) > 300 else { return nil }
            state.withLock { $0.skew = theirs - ours }
            return .clock
        case _ where [301, 307, 400, 403].contains(response.status):
            guard let region = refusal.region else { return nil }
            return state.withLock { state in
                guard state.region != region else { return nil }
                state.region = region
                if state.endpoint.isAmazon {
                    state.endpoint = S3Endpoint(region: region, bucket: bucket, addressing: addressing)
                }
                return .region
            }
        default: return nil
        }
    }

    private static func isAboutClock(_ refusal: S3Refusal, _ response: HTTPResponse) -> Bool {
        refusal.code == "RequestTimeTooSkewed" || (response.status == 403 && refusal.code.isEmpty)
    }

    private static func date(of response: HTTPResponse) -> Int64? {
        response.headers["date"].flatMap { CivilDate.unixSeconds(mailDate: $0.replacing("GMT", with: "+0000")[...]) }
    }

    private func signed(_ call: S3Call) async throws(HTTPFailure) -> HTTPRequest {
        let (region, endpoint, skew) = state.withLock { ($0.region, $0.endpoint, $0.skew) }
        let now = clock()
        let credentials: S3Credentials
        do throws(OmnibusError) {
            credentials = try await source.credentials(at: now)
        } catch {
            throw HTTPFailure(kind: .refused(error), message: error.message)
        }
        let address = endpoint.address(of: bucket, key: call.key)
        let query = SigV4.canonicalQuery(call.query)
        let timestamp = SigV4.timestamp(now.addingReportingOverflow(skew).partialValue)
        var headers = call.headers
        headers.append(("X-Amz-Date", timestamp))
        headers.append(("X-Amz-Content-Sha256", call.digest))
        if let token = credentials.sessionToken { headers.append(("X-Amz-Security-Token", token)) }
        let authorization = SigV4(credentials: credentials, region: region).authorization(
            for: SigV4.Request(
                method: call.method,
                path: address.path,
                query: query,
                headers: headers + [("Host", address.host)],
                payloadDigest: call.digest
            ),
            at: timestamp
        )
        headers.append(("Authorization", authorization))
        return HTTPRequest(
            method: call.method,
            url: "\(endpoint.scheme)://\(address.host)\(address.path)\(query.isEmpty ? "" : "?" + query)",
            headers: headers,
            body: call.body,
            limit: call.limit
        )
    }
}

// MARK: - What went wrong

extension S3Connection {
    /// The server, for messages.
    private var server: String {
        let endpoint = state.withLock { $0.endpoint }
        return "\(endpoint.scheme)://\(endpoint.host)\(endpoint.basePath)"
    }

    /// The bucket and the server, for messages.
    private var place: String { "s3://\(bucket) (\(server))" }

    /// The error of an attempt without an answer, or throws it if another attempt would be no better.
    private func unanswered(_ failure: HTTPFailure) throws(OmnibusError) -> OmnibusError {
        switch failure.kind {
        case .cancelled: throw .cancelled
        case .refused(let error): throw error
        case .input(let error): throw OmnibusError(error, doing: "the upload")
        case .tooLarge: throw OmnibusError("object-too-large", .badInput, "\(place): \(failure.message)")
        case .untrusted:
            throw OmnibusError(
                "store-untrusted",
                .unavailable,
                "\(place) did not prove that it is the right server: \(failure.message)",
                hint: "AWS_CA_BUNDLE names a file of authorities to trust"
            )
        case .unusable:
            throw OmnibusError("store-unreachable", .unavailable, "\(place) cannot be talked to: \(failure.message)")
        case .unreachable:
            return OmnibusError(
                "store-unreachable",
                .unavailable,
                "\(place) cannot be reached: \(failure.message)",
                hint: "check --endpoint-url and --region"
            )
        case .interrupted:
            return OmnibusError(
                "store-interrupted",
                .transfer,
                "the connection to \(place) broke off: \(failure.message)",
                hint: "try again; what is hosted is as it was before, or as it was to become"
            )
        }
    }

    /// The error that an answer stands for.
    ///
    /// Codes: `bucket-missing`, `store-credentials`, `store-denied`, `store-clock`, `store-region`, `store-acl`,
    /// `store-no-conditions`, `upload-changed`, `store-answer` for what no S3 service says, and `store-refused`.
    func error(for response: HTTPResponse, _ call: S3Call) -> OmnibusError {
        let refusal = S3Refusal(response)
        let what = "\(call.method) \(call.key.map { "s3://\(bucket)/\($0)" } ?? place)"
        let said = refusal.message.isEmpty ? "" : ": \(refusal.message)"
        func make(_ code: String, _ message: String, hint: String? = nil) -> OmnibusError {
            OmnibusError(code, .unavailable, message, hint: hint)
        }
        switch (response.status, refusal.code) {
        case (_, "NoSuchBucket"): return missingBucket
        case (_, "InvalidAccessKeyId"), (_, "SignatureDoesNotMatch"), (_, "InvalidToken"), (_, "ExpiredToken"),
            (401, _):
            return make(
                "store-credentials",
                "\(place) does not take the credentials (\(refusal.code.isEmpty ? "401" : refusal.code))\(said)",
                hint: "check the access key, its secret and the region"
            )
        case (_, "RequestTimeTooSkewed"):
            let theirs = Self.date(of: response).map { " it is \(SigV4.timestamp($0)) there," } ?? ""
            return make(
                "store-clock",
                "\(place) takes no requests of this machine's time:\(theirs) \(SigV4.timestamp(clock())) here",
                hint: "set this machine's clock"
            )
        case (301, _), (307, _), (_, "AuthorizationHeaderMalformed"), (_, "IllegalLocationConstraintException"):
            return make(
                "store-region",
                "\(place) is in another region\(refusal.region.map { ", \($0)" } ?? "")\(said)",
                hint: refusal.region.map { "give --region=\($0)" } ?? "give its --region"
            )
        case (_, "AccessControlListNotSupported"):
            return make(
                "store-acl",
                "s3://\(bucket) takes no access control lists",
                hint: "leave --acl out: 'bucket-policy --apply' makes a bucket public"
            )
        case (403, _):
            return make("store-denied", "\(what): the credentials do not allow this\(said)")
        case (_, "BadDigest"), (_, "XAmzContentSHA256Mismatch"), (_, "IncompleteBody"):
            return OmnibusError("upload-changed", .transfer, "\(what): what arrived is not what was sent\(said)")
        case (404, ""), (405, ""), (200..<400, _):
            return make(
                "store-answer",
                "\(place) does not answer as S3 does (status \(response.status))",
                hint: "check --endpoint-url"
            )
        default:
            let code = refusal.code.isEmpty ? "" : " \(refusal.code)"
            return make("store-refused", "\(what): the store refuses with status \(response.status)\(code)\(said)")
        }
    }

    /// There is no such bucket.
    var missingBucket: OmnibusError {
        OmnibusError(
            "bucket-missing",
            .unavailable,
            "there is no bucket '\(bucket)' at \(server)",
            hint: "make it first, or check its name and --endpoint-url"
        )
    }
}
