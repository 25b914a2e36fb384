public import PackageFormats

/// Keeps objects in a bucket of Amazon S3, or of any service that speaks its language.
///
/// Every request is signed (Signature Version 4) together with the digest of what it carries, is tried again where that
/// helps, and happens once however often it was sent: a conditional write carries a mark of its own, by which one whose
/// answer was lost is found again.
public struct S3Store: ObjectStore {
    /// Files beyond this size are sent in parts, in bytes, unless the write has a condition.
    static let multipartThreshold: UInt64 = 64 << 20
    /// What one request can carry at most, in bytes ("Amazon S3 multipart upload limits").
    static let largestPut: UInt64 = 5 << 30

    let connection: S3Connection
    let prefix: String
    private let accessControl: String?
    private let conditions: S3Conditions
    private let existence = S3BucketExistence()

    /// Opens a store. Nothing is sent before it is used.
    ///
    /// - Parameters:
    ///   - bucket: the bucket's name.
    ///   - prefix: what every key begins with, and a slash behind it; the whole bucket if empty.
    ///   - options: what differs from what environment and shared files say.
    ///   - environment: the variables to go by, such as `AWS_PROFILE`.
    /// - Throws: ``OmnibusError`` with codes `bucket-name`, `object-key` for a prefix that is none, `endpoint-url`,
    ///   `access-control-list`, `aws-configuration`, `profile-missing` or `tool-missing`.
    public init(
        bucket: String,
        prefix: String = "",
        options: S3Options = S3Options(),
        environment: [String: String] = S3Options.processEnvironment()
    ) throws(OmnibusError) {
        try self.init(
            connection: try options.connection(to: bucket, environment: environment),
            prefix: prefix,
            options: options
        )
    }

    init(connection: S3Connection, prefix: String, options: S3Options) throws(OmnibusError) {
        self.prefix = prefix.isEmpty ? "" : try ObjectKey(prefix).description + "/"
        self.connection = connection
        accessControl = options.accessControlList
        conditions = S3Conditions(connection, prefix: self.prefix, allowsNone: options.allowsUnsafeConditions)
    }

    /// `s3://BUCKET[/PREFIX]`.
    public var location: String {
        prefix.isEmpty ? "s3://\(connection.bucket)" : "s3://\(connection.bucket)/\(prefix.dropLast())"
    }

    /// Whether those who ask for a folder get its `index.html`, which only S3's own website endpoints do.
    public var showsFolders: Bool { false }

    /// The address at which a public object is fetched without a signature.
    public func url(of key: ObjectKey) -> String { connection.url(of: prefix + key.description) }

    /// The bytes of an object: see ``ObjectStore/get(_:range:limit:)``.
    public func get(
        _ key: ObjectKey,
        range: Range<UInt64>? = nil,
        limit: Int
    ) async throws(OmnibusError) -> StoredObject? {
        guard range?.isEmpty != true else {
            return try await head(key).map { StoredObject(info: $0, bytes: []) }
        }
        var call = S3Call("GET", key: prefix + key.description)
        call.limit = max(0, limit)
        if let range { call.headers.append(("Range", "bytes=\(range.lowerBound)-\(range.upperBound - 1)")) }
        let response: HTTPResponse
        do throws(OmnibusError) {
            response = try await connection.send(call, accepting: [404, 416])
        } catch  where error.code == "object-too-large" {
            throw OmnibusError(
                error.code,
                error.category,
                "\(location)/\(key) has more than the \(limit) bytes allowed"
            )
        }
        switch response.status {
        case 404: return try await missing(response, call)
        case 416: return try await head(key).map { StoredObject(info: $0, bytes: []) }
        default: break
        }
        guard let size = response.totalSize, let info = info(key, response, size: size) else {
            throw connection.error(for: response, call)
        }
        guard let range, response.status == 200 else { return StoredObject(info: info, bytes: response.body) }
        // The store took no notice of the range.
        let wanted = range.clamped(to: 0..<UInt64(response.body.count))
        return StoredObject(
            info: info,
            bytes: Array(response.body[Int(clamping: wanted.lowerBound)..<Int(clamping: wanted.upperBound)])
        )
    }

    /// What is known of an object: see ``ObjectStore/head(_:)``.
    public func head(_ key: ObjectKey) async throws(OmnibusError) -> ObjectInfo? { try await look(at: key)?.info }

    /// What is known of an object, and the mark of the write that made it.
    func look(at key: ObjectKey) async throws(OmnibusError) -> (info: ObjectInfo, mark: String?)? {
        let call = S3Call("HEAD", key: prefix + key.description)
        let response = try await connection.send(call, accepting: [400, 403, 404, 301])
        switch response.status {
        case 404: return try await missing(response, call)
        case 200..<300:
            guard let size = response.contentLength, let info = info(key, response, size: size) else {
                throw connection.error(for: response, call)
            }
            return (info, response.headers[S3Store.markField])
        default:
            // An answer to HEAD does not say why; one to GET does.
            var explained = S3Call("GET", key: call.key)
            explained.headers.append(("Range", "bytes=0-0"))
            _ = try await connection.send(explained, accepting: [416])
            throw connection.error(for: response, call)
        }
    }

    /// Writes an object: see ``ObjectStore/put(_:at:_:if:)``.
    ///
    /// A write without a condition is sent in parts beyond 64 MiB. One with a condition is a single request up to the 5 GiB
    /// that S3 takes, as stores pass over the conditions of writes in parts; beyond that the condition is looked at before
    /// the first part is sent and again before they are joined, which does not keep out a writer in between.
    ///
    /// `conditionFailed` can also mean that the write did happen, its answer was lost, and another writer has replaced the
    /// object since: whoever reads it again finds what the other made of it.
    public func put(
        _ content: InputFile,
        at key: ObjectKey,
        _ attributes: ObjectAttributes = ObjectAttributes(),
        if condition: WriteCondition = .always
    ) async throws(OmnibusError) -> WriteOutcome {
        let fields = fields(attributes)
        guard content.size <= (condition == .always ? Self.multipartThreshold : Self.largestPut) else {
            let upload = S3MultipartUpload(self, content, key: key, fields: fields)
            return try await upload.run(if: condition)
        }
        var call = S3Call("PUT", key: prefix + key.description)
        call.headers = fields
        try call.send(HTTPBody(content))
        guard condition != .always else {
            let response = try await connection.send(call)
            return .written(tag: try await tag(of: key, after: response))
        }
        guard let spelling = try await conditions.spelling() else {
            guard try await holds(condition, for: key) else { return .conditionFailed }
            return .written(tag: try await tag(of: key, after: try await connection.send(call)))
        }
        call.headers.append(spelling.field(for: condition))
        return try await putOnce(call, at: key, if: condition)
    }

    /// Every object whose key begins with a prefix: see ``ObjectStore/list(prefix:)``. What others have put there under names
    /// that are no ``ObjectKey`` is left out.
    public func list(prefix: String) async throws(OmnibusError) -> [ObjectInfo] {
        var listing = S3Listing(prefix: self.prefix + prefix)
        while let call = listing.next {
            let response = try await connection.send(call)
            guard listing.take(response.body, below: self.prefix) else { throw connection.error(for: response, call) }
        }
        return listing.objects.sorted { $0.key.description.utf8.lexicographicallyPrecedes($1.key.description.utf8) }
    }

    /// Removes an object: see ``ObjectStore/delete(_:)``.
    public func delete(_ key: ObjectKey) async throws(OmnibusError) {
        let call = S3Call("DELETE", key: prefix + key.description)
        let response = try await connection.send(call, accepting: [404])
        if response.status == 404, S3Refusal(response).code == "NoSuchBucket" { throw connection.missingBucket }
    }

    // MARK: - Writing once

    /// The field by which a write is recognised; other clients see it and need not care.
    static let markField = "x-amz-meta-flocker-pkg-write"

    /// Sends a conditional write until it is known what became of it.
    private func putOnce(
        _ call: S3Call,
        at key: ObjectKey,
        if condition: WriteCondition
    ) async throws(OmnibusError) -> WriteOutcome {
        var call = call
        let mark = Self.freshMark()
        call.headers.append((Self.markField, mark))
        var schedule = connection.schedule()
        while true {
            // What to end with if the store never says anything better: nothing was written as far as anybody can see.
            let ending: Result<WriteOutcome, OmnibusError>
            var pause = 0
            switch try await connection.attempt(call) {
            case .answer(let response) where response.isSuccess:
                return .written(tag: try await tag(of: key, after: response))
            case .answer(let response):
                let refusal = S3Refusal(response)
                let isMissing = response.status == 404 && refusal.code != "NoSuchBucket" && condition != .absent
                guard [409, 412].contains(response.status) || isMissing else {
                    throw connection.error(for: response, call)
                }
                ending = .success(.conditionFailed)
            case .unclear(let error, let wait):
                ending = .failure(error)
                pause = wait
            }
            // The refusal may be about an earlier attempt of this very write whose answer was lost, and a lost race may
            // look like a fault of the server.
            let current = try await look(at: key)
            if let current, current.mark == mark { return .written(tag: current.info.tag) }
            guard condition.holds(for: current?.info.tag) else { return .conditionFailed }
            guard try await schedule.wait(after: nil, atLeast: pause) else { return try ending.get() }
        }
    }

    /// A text that no other write has.
    static func freshMark() -> String {
        String(UInt64.random(in: .min ... .max), radix: 16) + String(UInt64.random(in: .min ... .max), radix: 16)
    }

    /// Whether a condition holds at this moment, which says nothing about the next.
    func holds(_ condition: WriteCondition, for key: ObjectKey) async throws(OmnibusError) -> Bool {
        guard condition != .always else { return true }
        return condition.holds(for: try await head(key)?.tag)
    }

    /// The tag of what was just written.
    func tag(of key: ObjectKey, after response: HTTPResponse) async throws(OmnibusError) -> String {
        if let tag = response.headers["etag"]?.withoutTagQuotes, !tag.isEmpty { return tag }
        guard let info = try await head(key) else {
            throw OmnibusError("store-answer", .transfer, "\(location)/\(key) was written and is not there")
        }
        return info.tag
    }

    // MARK: - Reading answers

    private func fields(_ attributes: ObjectAttributes) -> [(name: String, value: String)] {
        var fields = [(name: "Content-Type", value: attributes.contentType)]
        if let cacheControl = attributes.cacheControl { fields.append(("Cache-Control", cacheControl)) }
        if let accessControl { fields.append(("X-Amz-Acl", accessControl)) }
        return fields
    }

    private func info(_ key: ObjectKey, _ response: HTTPResponse, size: UInt64) -> ObjectInfo? {
        guard let tag = response.headers["etag"]?.withoutTagQuotes, !tag.isEmpty else { return nil }
        return ObjectInfo(key: key, size: size, tag: tag, modified: response.modified ?? 0)
    }

    /// Nothing where there is no such object, and an error where there is no such bucket.
    private func missing<Found>(_ response: HTTPResponse, _ call: S3Call) async throws(OmnibusError) -> Found? {
        let code = S3Refusal(response).code
        if code == "NoSuchBucket" { throw connection.missingBucket }
        if code.isEmpty { try await existence.check(connection) }
        return nil
    }
}

extension WriteCondition {
    /// Whether it holds for what is there.
    ///
    /// - Parameter tag: the tag of the object that is there, or `nil` where there is none.
    func holds(for tag: String?) -> Bool {
        switch self {
        case .always: true
        case .absent: tag == nil
        case .matches(let wanted): tag == wanted
        }
    }
}

extension HTTPResponse {
    /// When the object was written, in Unix seconds.
    fileprivate var modified: Int64? {
        headers["last-modified"].flatMap { CivilDate.unixSeconds(mailDate: $0.replacing("GMT", with: "+0000")[...]) }
    }

    /// How many bytes the whole object has.
    fileprivate var totalSize: UInt64? {
        guard status == 206 else { return UInt64(body.count) }
        return headers["content-range"]?.split(separator: "/").last.flatMap { UInt64($0) }
    }
}

/// Whether the bucket is there: `HEAD` of a key says the same for a missing key and for a missing bucket.
private actor S3BucketExistence {
    private var isKnown = false

    func check(_ connection: S3Connection) async throws(OmnibusError) {
        guard !isKnown else { return }
        let response = try await connection.send(S3Call("HEAD"), accepting: [400, 403, 404, 301])
        guard response.status != 404 else { throw connection.missingBucket }
        isKnown = true
    }
}
