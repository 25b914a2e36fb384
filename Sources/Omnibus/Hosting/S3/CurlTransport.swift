import CCurl
import Glibc
import PackageFormats
import Synchronization

/// Carries requests by libcurl, with the proxies that the environment names. Each connection is kept and used again.
final class CurlTransport: HTTPTransport {
    /// How many requests are under way at once; more wait.
    static let maximumConnections = 16

    /// When a connection counts as dead, in seconds.
    struct Patience: Sendable {
        /// For a connection to come about.
        var connecting = 15
        /// For a single byte to come or go.
        var stalled = 60
    }

    private struct Pool {
        var idle: [CurlHandle] = []
        var made = 0
        var waiting: [CheckedContinuation<CurlHandle, Never>] = []
    }

    private let library: CurlLibrary
    private let certificates: String?
    private let patience: Patience
    private let pool = Mutex(Pool())

    /// Makes a transport.
    ///
    /// - Parameters:
    ///   - certificates: a file of authorities to trust instead of the machine's.
    ///   - patience: when a connection counts as dead.
    /// - Throws: ``OmnibusError`` with code `tool-missing` where there is no libcurl.
    init(certificates: String? = nil, patience: Patience = Patience()) throws(OmnibusError) {
        guard let library = CurlLibrary.loaded else {
            throw OmnibusError(
                "tool-missing",
                .unavailable,
                "the library libcurl.so.4, which talks to servers, is not there",
                hint: "install libcurl4 (Debian, Ubuntu), libcurl (Fedora, CentOS) or libcurl4 (openSUSE)"
            )
        }
        self.library = library
        self.certificates = certificates
        self.patience = patience
    }

    deinit {
        for handle in pool.withLock({ $0.idle }) { library.destroyHandle(handle.raw) }
    }

    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        guard !Task.isCancelled else { throw HTTPFailure(kind: .cancelled, message: "cancelled") }
        let handle = await acquire()
        let transfer = CurlTransfer(request)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let work: @Sendable () -> Void = {
                    continuation.resume(returning: self.perform(transfer, on: handle))
                }
                if !DetachedThread.start(work) { work() }
            }
        } onCancel: {
            transfer.cancel()
        }
        release(handle)
        return try result.get()
    }

    private func acquire() async -> CurlHandle {
        await withCheckedContinuation { continuation in
            let handle: CurlHandle? = pool.withLock { pool in
                if let handle = pool.idle.popLast() { return handle }
                guard pool.made < Self.maximumConnections else {
                    pool.waiting.append(continuation)
                    return nil
                }
                pool.made += 1
                return CurlHandle(raw: library.makeHandle())
            }
            if let handle { continuation.resume(returning: handle) }
        }
    }

    private func release(_ handle: CurlHandle) {
        let next = pool.withLock { pool -> CheckedContinuation<CurlHandle, Never>? in
            guard pool.waiting.isEmpty else { return pool.waiting.removeFirst() }
            pool.idle.append(handle)
            return nil
        }
        next?.resume(returning: handle)
    }

    /// Runs on a thread of its own, which it blocks.
    private func perform(_ transfer: CurlTransfer, on handle: CurlHandle) -> Result<HTTPResponse, HTTPFailure> {
        guard let raw = handle.raw else {
            return .failure(HTTPFailure(kind: .unusable, message: "libcurl has no memory"))
        }
        // A connection that the server closes must not end the program; OpenSSL writes without MSG_NOSIGNAL.
        var pipe = sigset_t()
        sigemptyset(&pipe)
        sigaddset(&pipe, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &pipe, nil)
        library.reset(raw)
        var list: CurlLibrary.List?
        defer { library.free(list) }
        let request = transfer.request
        // Waiting for leave to send would cost a round trip for each object.
        for field in request.headers.map({ "\($0.name): \($0.value)" }) + ["Expect:"] {
            list = library.append(list, field) ?? list
        }
        set(raw, CURLOPT_HTTPHEADER, list)
        request.url.withCString { set(raw, CURLOPT_URL, $0) }
        set(raw, CURLOPT_NOSIGNAL, 1)
        set(raw, CURLOPT_PATH_AS_IS, 1)
        set(raw, CURLOPT_HTTP_VERSION, ccurl_http_1_1)
        set(raw, CURLOPT_CONNECTTIMEOUT, patience.connecting)
        set(raw, CURLOPT_LOW_SPEED_LIMIT, 1)
        set(raw, CURLOPT_LOW_SPEED_TIME, patience.stalled)
        set(raw, CURLOPT_BUFFERSIZE, 1 << 18)
        set(raw, CURLOPT_UPLOAD_BUFFERSIZE, 1 << 18)
        "flocker-pkg".withCString { set(raw, CURLOPT_USERAGENT, $0) }
        certificates?.withCString { set(raw, CURLOPT_CAINFO, $0) }
        setMethod(of: request, on: raw)
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        setCallbacks(on: raw, context)
        let code = withExtendedLifetime(transfer) { library.perform(raw) }
        var status = 0
        _ = ccurl_get_long(library.getInfo, raw, CURLINFO_RESPONSE_CODE, &status)
        return transfer.result(
            of: code,
            status: status,
            said: library.describe(code).map { String(cString: $0) } ?? "libcurl's error \(code.rawValue)"
        )
    }

    private func setMethod(of request: HTTPRequest, on raw: CurlLibrary.Handle) {
        switch request.method {
        case "GET": set(raw, CURLOPT_HTTPGET, 1)
        case "HEAD": set(raw, CURLOPT_NOBODY, 1)
        default: request.method.withCString { set(raw, CURLOPT_CUSTOMREQUEST, $0) }
        }
        guard let body = request.body else { return }
        set(raw, CURLOPT_UPLOAD, 1)
        _ = ccurl_set_offset(
            library.setOption,
            raw,
            CURLOPT_INFILESIZE_LARGE,
            curl_off_t(clamping: body.count)
        )
    }

    private func setCallbacks(on raw: CurlLibrary.Handle, _ context: UnsafeMutableRawPointer) {
        _ = ccurl_set_transfer(library.setOption, raw, CURLOPT_READFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        _ = ccurl_set_transfer(library.setOption, raw, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        _ = ccurl_set_transfer(library.setOption, raw, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            CurlTransfer.from(context)?.takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        }
        _ = ccurl_set_seek(library.setOption, raw) { context, offset, origin in
            guard origin == SEEK_SET, let transfer = CurlTransfer.from(context) else { return ccurl_seek_fail }
            transfer.rewind(to: UInt64(clamping: offset))
            return ccurl_seek_ok
        }
        _ = ccurl_set_progress(library.setOption, raw) { context, _, _, _, _ in
            CurlTransfer.from(context)?.isCancelled == true ? 1 : 0
        }
        set(raw, CURLOPT_NOPROGRESS, 0)
        for option in [CURLOPT_READDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_SEEKDATA, CURLOPT_XFERINFODATA]
        {
            set(raw, option, context)
        }
    }

    private func set(_ handle: CurlLibrary.Handle, _ option: CURLoption, _ value: Int) {
        _ = ccurl_set_long(library.setOption, handle, option, value)
    }

    private func set(_ handle: CurlLibrary.Handle, _ option: CURLoption, _ value: UnsafeRawPointer?) {
        _ = ccurl_set_pointer(library.setOption, handle, option, value)
    }
}

/// A connection of libcurl's. One request at a time uses it.
private struct CurlHandle: @unchecked Sendable {
    let raw: CurlLibrary.Handle?
}
