import Synchronization

@testable import Omnibus

/// Answers by a function, for what no server of a test can be made to say. It keeps what it was asked.
final class StubTransport: HTTPTransport {
    typealias Handler = @Sendable (HTTPRequest, Int) -> HTTPResponse

    private let asked = Mutex([HTTPRequest]())
    private let handler: Handler

    /// Makes one from a function of a request and its number, from 0.
    init(_ handler: @escaping Handler) { self.handler = handler }

    /// What it was asked, in order.
    var requests: [HTTPRequest] { asked.withLock { $0 } }

    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let index = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        return handler(request, index)
    }

    /// A store behind it.
    ///
    /// - Parameter patience: for how many seconds it tries again; without end where a test is not about time.
    func store(
        options: S3Options = S3Options(),
        environment: [String: String] = ["AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "s"],
        clock: Int64 = 1_500_000_000,
        patience: Int = 1_000_000
    ) throws(OmnibusError) -> S3Store {
        try S3Store(
            connection: S3Connection(
                bucket: "bucket",
                region: options.region ?? "us-east-1",
                endpoint: S3Endpoint(region: options.region ?? "us-east-1", bucket: "bucket", addressing: nil),
                addressing: nil,
                credentials: CredentialSource(
                    profile: try SharedConfiguration(profile: nil, environment: environment),
                    isProfileNamed: false,
                    environment: environment
                ),
                transport: self,
                policy: RetrySchedule.Policy(attempts: 4, searches: 2, base: 1, longest: 2, total: patience),
                clock: { clock }
            ),
            prefix: "",
            options: options
        )
    }

    /// An answer with an error's document.
    static func refusal(_ status: Int, _ code: String, _ more: String = "", headers: [String: String] = [:])
        -> HTTPResponse
    {
        HTTPResponse(
            status: status,
            headers: headers,
            body: Array("<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Message>m</Message>\(more)</Error>".utf8)
        )
    }
}
