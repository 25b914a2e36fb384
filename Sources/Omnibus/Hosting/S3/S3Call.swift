import PackageFormats

/// One operation on a bucket, before it is signed.
struct S3Call: Sendable {
    /// `GET`, `PUT` …
    var method: String
    /// The whole key, or `nil` for the bucket itself.
    var key: String?
    /// The query; a name without a value has an empty one.
    var query: [(name: String, value: String)] = []
    /// The fields of the header that are particular to it; all of them are signed.
    var headers: [(name: String, value: String)] = []
    /// What is sent.
    var body: HTTPBody?
    /// SHA-256 of what is sent, hexadecimal.
    var digest = SigV4.emptyDigest
    /// How many bytes the answer may have.
    var limit = HTTPRequest.documentLimit

    init(_ method: String, key: String? = nil) {
        self.method = method
        self.key = key
    }

    /// Adds what is sent, and takes its digest.
    ///
    /// - Throws: ``OmnibusError`` where it cannot be read.
    mutating func send(_ body: HTTPBody) throws(OmnibusError) {
        self.body = body
        digest = body.count == 0 ? SigV4.emptyDigest : try body.digest(.sha256)
    }
}

/// What one attempt came to.
enum S3Attempt: Sendable {
    /// The store answered, and another attempt would be answered the same.
    case answer(HTTPResponse)
    /// The call may have been carried out or not, or the store is too busy.
    case unclear(OmnibusError, wait: Int)
}
