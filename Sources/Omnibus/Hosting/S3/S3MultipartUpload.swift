import PackageFormats

/// Sends a large file in parts, several at once ("Uploading and copying objects using multipart upload", Amazon S3 User
/// Guide). Each part is read from the file as it is sent, so that memory holds none of it, and is signed with its digest.
struct S3MultipartUpload: Sendable {
    /// How many parts are under way at once.
    static let parallelParts = 4
    /// What S3 takes at most.
    static let maximumParts: UInt64 = 10_000
    /// The usual size of a part, in bytes.
    static let partSize: UInt64 = 16 << 20

    private let store: S3Store
    private let content: InputFile
    private let key: ObjectKey
    private let fields: [(name: String, value: String)]
    private let size: UInt64

    /// Prepares an upload.
    ///
    /// - Parameters:
    ///   - store: where it goes.
    ///   - content: the bytes.
    ///   - key: where in the store.
    ///   - fields: the fields of the header that the object keeps.
    ///   - partSize: the size of the parts in bytes; what suits the file if `nil`.
    init(
        _ store: S3Store,
        _ content: InputFile,
        key: ObjectKey,
        fields: [(name: String, value: String)],
        partSize: UInt64? = nil
    ) {
        self.store = store
        size = partSize ?? Self.partSize(of: content.size)
        self.content = content
        self.key = key
        self.fields = fields
    }

    /// The size of the parts of a file, in bytes: whole MiB, and few enough parts.
    static func partSize(of size: UInt64) -> UInt64 {
        let mebibyte: UInt64 = 1 << 20
        let least = size / maximumParts + (size % maximumParts == 0 ? 0 : 1)
        return max(partSize, (least / mebibyte + (least % mebibyte == 0 ? 0 : 1)) * mebibyte)
    }

    /// Sends everything; what was sent is taken away again if that fails.
    func run(if condition: WriteCondition) async throws(OmnibusError) -> WriteOutcome {
        guard try await store.holds(condition, for: key) else { return .conditionFailed }
        let mark = S3Store.freshMark()
        let upload = try await begin(mark)
        do throws(OmnibusError) {
            let parts = try await sendParts(of: upload)
            guard try await store.holds(condition, for: key) else {
                try await abort(upload)
                return .conditionFailed
            }
            return .written(tag: try await join(parts, of: upload, mark))
        } catch {
            // The first failure is what matters. A cancelled task could not send any more.
            let cleaning = Task { try await abort(upload) }
            _ = await cleaning.result
            throw error
        }
    }

    private var wholeKey: String { store.prefix + key.description }

    private func begin(_ mark: String) async throws(OmnibusError) -> String {
        var call = S3Call("POST", key: wholeKey)
        call.query = [("uploads", "")]
        call.headers = fields + [(S3Store.markField, mark)]
        try call.send(HTTPBody([]))
        let response = try await store.connection.send(call)
        guard let root = S3Document.root(of: response.body), root.name == "InitiateMultipartUploadResult",
            let upload = root.child("UploadId")?.text, !upload.isEmpty
        else { throw store.connection.error(for: response, call) }
        return upload
    }

    private func sendParts(of upload: String) async throws(OmnibusError) -> [(number: Int, tag: String)] {
        let count = Int(clamping: content.size / size + (content.size % size == 0 ? 0 : 1))
        return try await ConcurrentWork.map(Array(0..<count), atOnce: Self.parallelParts) {
            (place) async throws(OmnibusError) in
            let start = UInt64(place) * size
            let body = HTTPBody(content, start..<min(content.size, start + size))
            return (place + 1, try await send(body, as: place + 1, of: upload))
        }
    }

    /// Sends a part and gives its tag.
    private func send(_ body: HTTPBody, as number: Int, of upload: String) async throws(OmnibusError) -> String {
        var call = S3Call("PUT", key: wholeKey)
        call.query = [("partNumber", String(number)), ("uploadId", upload)]
        try call.send(body)
        let response = try await store.connection.send(call)
        guard let tag = response.headers["etag"], !tag.isEmpty else {
            throw store.connection.error(for: response, call)
        }
        return tag
    }

    private func join(
        _ parts: [(number: Int, tag: String)],
        of upload: String,
        _ mark: String
    ) async throws(OmnibusError) -> String {
        var call = S3Call("POST", key: wholeKey)
        call.query = [("uploadId", upload)]
        var document = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
        for part in parts {
            let tag = part.tag.withoutTagQuotes
            guard tag.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>&\"".utf8.contains($0) }) else {
                throw OmnibusError("store-answer", .unavailable, "\(store.location) gives a part a tag that is none")
            }
            document += "<Part><PartNumber>\(part.number)</PartNumber><ETag>\"\(tag)\"</ETag></Part>"
        }
        document += "</CompleteMultipartUpload>"
        call.headers = [("Content-Type", "application/xml")]
        try call.send(HTTPBody(Array(document.utf8)))
        let response = try await store.connection.send(call, accepting: [404])
        let root = S3Document.root(of: response.body)
        if response.isSuccess, root?.name == "CompleteMultipartUploadResult" {
            if let tag = root?.child("ETag")?.text.withoutTagQuotes, !tag.isEmpty { return tag }
            return try await store.tag(of: key, after: HTTPResponse(status: 200, headers: [:], body: []))
        }
        // The parts were joined before, and the answer was lost.
        if response.status == 404, let current = try await store.look(at: key), current.mark == mark {
            return current.info.tag
        }
        throw store.connection.error(for: response, call)
    }

    private func abort(_ upload: String) async throws(OmnibusError) {
        var call = S3Call("DELETE", key: wholeKey)
        call.query = [("uploadId", upload)]
        _ = try await store.connection.send(call, accepting: [404])
    }
}
