import PackageFormats
import SystemPackage

/// A request as it goes over the wire.
struct HTTPRequest: Sendable {
    /// `GET`, `PUT` …
    var method: String
    /// The absolute URL, everything in it percent-encoded.
    var url: String
    /// The fields of the header, `Host` and `Content-Length` left to the transport.
    var headers: [(name: String, value: String)] = []
    /// The body, for methods that have one.
    var body: HTTPBody?
    /// How many bytes the answer's body may have.
    var limit = HTTPRequest.documentLimit

    /// More than any document of a store's has: a page of a listing has about 500 KB.
    static let documentLimit = 8 << 20
}

/// What is sent: a part of a file, or of bytes at hand.
struct HTTPBody: Sendable {
    /// Where the bytes are.
    var file: InputFile
    /// Which of them are sent.
    var range: Range<UInt64>

    /// How many bytes are sent.
    var count: UInt64 { range.upperBound - range.lowerBound }

    /// A part of a file.
    init(_ file: InputFile, _ range: Range<UInt64>) {
        self.file = file
        self.range = range.clamped(to: 0..<file.size)
    }

    /// A whole file.
    init(_ file: InputFile) { self.init(file, 0..<file.size) }

    /// Bytes at hand.
    init(_ bytes: [UInt8]) { self.init(InputFile(bytes: bytes, named: "request")) }

    /// The bytes from an offset of the body on.
    func part(from offset: UInt64 = 0) -> FilePart {
        let offset = min(offset, count)
        return file.part(from: range.lowerBound + offset, count: count - offset)
    }

    /// The digest of what is sent, hexadecimal.
    func digest(_ algorithm: DigestAlgorithm) throws(OmnibusError) -> String {
        let source = DigestingSource(part(), [algorithm])
        do throws(FormatError) {
            try source.drain()
        } catch {
            throw OmnibusError(error, doing: "the upload of \(file.path)")
        }
        return source.hexadecimal(algorithm) ?? ""
    }
}

/// What a server answered.
struct HTTPResponse: Sendable {
    /// The status, such as 200.
    var status: Int
    /// The fields of the header, their names in lower case; of those that are there twice the last.
    var headers: [String: String]
    /// The body.
    var body: [UInt8]

    /// Whether the status says success.
    var isSuccess: Bool { (200..<300).contains(status) }

    /// How many bytes the body has, or would have for another method than `HEAD`.
    var contentLength: UInt64? { headers["content-length"].flatMap { UInt64($0) } }
}

/// Why there is no answer.
struct HTTPFailure: Error, Sendable {
    enum Kind: Sendable {
        /// No connection came about.
        case unreachable
        /// The connection ended, or nothing came over it for too long: the request may have been carried out.
        case interrupted
        /// The server did not prove who it is.
        case untrusted
        /// The answer has more bytes than allowed.
        case tooLarge
        /// There is nothing to sign the request with.
        case refused(OmnibusError)
        /// What was to be sent cannot be read.
        case input(FormatError)
        /// The task was cancelled.
        case cancelled
        /// Anything else, which the next attempt would not change.
        case unusable
    }

    var kind: Kind
    /// What happened, without a full stop.
    var message: String
}

/// Carries requests to a server and answers back. A redirection is an answer like any other.
protocol HTTPTransport: Sendable {
    /// Sends a request, and waits for its answer.
    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
}
