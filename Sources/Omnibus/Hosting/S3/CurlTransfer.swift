import CCurl
import PackageFormats
import Synchronization

/// One request on its way, as libcurl's callbacks see it. Only the thread that carries it out touches it, but for being
/// cancelled.
final class CurlTransfer: @unchecked Sendable {
    /// What a body that only says what was wrong may have.
    private static let explanationLimit = 1 << 20
    /// More fields than any server sends.
    private static let maximumFields = 200

    let request: HTTPRequest
    private var source: FilePart?
    private var headers: [String: String] = [:]
    private var fields = 0
    private var status = 0
    private var received: [UInt8] = []
    private var failure: HTTPFailure?
    private let cancelled = Atomic(false)

    init(_ request: HTTPRequest) {
        self.request = request
        source = request.body?.part()
    }

    /// The transfer that a callback is about.
    static func from(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
        context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
    }

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Ends the transfer as soon as libcurl asks, within a second.
    func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Puts the next bytes of the body into a buffer.
    func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        guard let source, !buffer.isEmpty else { return 0 }
        do throws(FormatError) {
            return try source.read(into: buffer)
        } catch {
            failure = HTTPFailure(kind: .input(error), message: error.description)
            return ccurl_read_abort
        }
    }

    /// Goes back in the body, to send it again over another connection.
    func rewind(to offset: UInt64) { source = request.body?.part(from: offset) }

    /// Takes bytes of the answer's body; fewer than there are end the transfer.
    func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        let limit = (200..<300).contains(status) ? request.limit : max(request.limit, Self.explanationLimit)
        guard bytes.count <= limit - received.count else {
            failure = HTTPFailure(kind: .tooLarge, message: "the answer has more than \(limit) bytes")
            return 0
        }
        received.append(contentsOf: bytes)
        return bytes.count
    }

    /// Takes a line of the answer's header.
    func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        let line = String(decoding: bytes, as: UTF8.self).trimmingWhitespace()
        if line.hasPrefix("HTTP/") {
            // Another answer comes, such as the one behind `100 Continue`.
            headers = [:]
            status = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        } else if let colon = line.firstIndex(of: ":") {
            fields += 1
            guard fields <= Self.maximumFields else {
                failure = HTTPFailure(kind: .tooLarge, message: "the answer has too many fields")
                return 0
            }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...]).trimmingWhitespace()
        }
        return bytes.count
    }

    /// What came of it.
    func result(of code: CURLcode, status: Int, said: String) -> Result<HTTPResponse, HTTPFailure> {
        if let failure { return .failure(failure) }
        let kind: HTTPFailure.Kind
        switch code {
        case CURLE_OK:
            return .success(HTTPResponse(status: status, headers: headers, body: received))
        case CURLE_ABORTED_BY_CALLBACK: kind = .cancelled
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: kind = .unreachable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE: kind = .untrusted
        case CURLE_OPERATION_TIMEDOUT, CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE,
            CURLE_SEND_FAIL_REWIND:
            kind = .interrupted
        default: kind = .unusable
        }
        return .failure(HTTPFailure(kind: kind, message: said))
    }
}
