public import PackageFormats

/// What is known of a stored object without its bytes.
public struct ObjectInfo: Sendable, Hashable {
    /// Where it is.
    public var key: ObjectKey
    /// Its size in bytes.
    public var size: UInt64
    /// Which contents the object has (S3: `ETag`, without quotes): other contents have another one. It is no digest, and
    /// writing the same contents again may change it or not.
    public var tag: String
    /// When it was written, in Unix seconds.
    public var modified: Int64

    /// Describes an object.
    public init(key: ObjectKey, size: UInt64, tag: String, modified: Int64) {
        self.key = key
        self.size = size
        self.tag = tag
        self.modified = modified
    }

    /// How long ago it was written, in seconds.
    func age(at date: Int64) -> Int64 { Self.age(since: modified, at: date) }

    /// How long before a date a moment was, in seconds. Either may be any number: what others can write says them.
    static func age(since moment: Int64, at date: Int64) -> Int64 {
        let (age, overflow) = date.subtractingReportingOverflow(moment)
        return overflow ? (moment < 0 ? .max : .min) : age
    }
}

/// An object, or a part of one.
public struct StoredObject: Sendable, Hashable {
    /// What is known of the whole object.
    public var info: ObjectInfo
    /// The bytes that were asked for.
    public var bytes: [UInt8]

    /// Makes one from its parts.
    public init(info: ObjectInfo, bytes: [UInt8]) {
        self.info = info
        self.bytes = bytes
    }
}

/// What a store tells those who fetch an object.
public struct ObjectAttributes: Sendable, Hashable {
    /// The media type (`Content-Type`).
    public var contentType: String
    /// How long it may be kept (`Cache-Control`), or `nil`.
    public var cacheControl: String?

    /// Makes attributes.
    public init(contentType: String = "application/octet-stream", cacheControl: String? = nil) {
        self.contentType = contentType
        self.cacheControl = cacheControl
    }
}

/// What has to be true of a key for a write to happen, decided by the store in one step with the write.
public enum WriteCondition: Sendable, Hashable {
    /// Nothing.
    case always
    /// No object is there (`If-None-Match: *`).
    case absent
    /// The object there is this very one (`If-Match`).
    case matches(tag: String)
}

/// What became of a write.
public enum WriteOutcome: Sendable, Hashable {
    /// The object is there, complete and durable, as the writing with this tag.
    case written(tag: String)
    /// The condition did not hold, and nothing was written.
    case conditionFailed
}

/// Keeps objects under keys, as S3 does: an object is replaced as a whole, and readers see the old one or the new one.
public protocol ObjectStore: Sendable {
    /// Where it is, as people write it.
    var location: String { get }

    /// Whether those who ask for the address of a folder get the `index.html` in it, as of a web server. Of S3 they get the
    /// object whose key is the folder's with a slash at its end.
    var showsFolders: Bool { get }

    /// The bytes of an object, or of a part of it.
    ///
    /// - Parameters:
    ///   - key: which object.
    ///   - range: which bytes, cut at the object's end; all of them if `nil`.
    ///   - limit: how many bytes it may be at most.
    /// - Returns: `nil` where there is no such object.
    /// - Throws: ``OmnibusError`` with code `object-too-large` beyond the limit, or a code of the store's.
    func get(_ key: ObjectKey, range: Range<UInt64>?, limit: Int) async throws(OmnibusError) -> StoredObject?

    /// What is known of an object, or `nil` where there is none.
    func head(_ key: ObjectKey) async throws(OmnibusError) -> ObjectInfo?

    /// Writes an object as a whole.
    ///
    /// - Parameters:
    ///   - content: its bytes.
    ///   - key: where it goes.
    ///   - attributes: what those who fetch it are told.
    ///   - condition: what has to be true for the write to happen.
    /// - Throws: ``OmnibusError`` with a code of the store's; then the old object is still there.
    func put(
        _ content: InputFile,
        at key: ObjectKey,
        _ attributes: ObjectAttributes,
        if condition: WriteCondition
    ) async throws(OmnibusError) -> WriteOutcome

    /// Every object whose key begins with a prefix, in the order of the keys' bytes.
    func list(prefix: String) async throws(OmnibusError) -> [ObjectInfo]

    /// Removes an object; none there is fine.
    func delete(_ key: ObjectKey) async throws(OmnibusError)
}
