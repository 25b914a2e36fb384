public import SystemPackage

/// Where things are hosted, as people write it: `s3://BUCKET[/PREFIX]`, or a folder.
public enum StoreLocation: Sendable, Hashable {
    /// A folder of this machine.
    case folder(FilePath)
    /// A bucket, and what the keys in it begin with, perhaps nothing.
    case bucket(String, prefix: String)

    /// Reads a location.
    ///
    /// - Throws: ``OmnibusError`` with codes `store-location`, or `bucket-name`.
    public init(_ text: String) throws(OmnibusError) {
        if text.hasPrefix("s3://") {
            let parts = text.dropFirst(5).split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let bucket = parts.first.map(String.init) ?? ""
            guard BucketPolicy.isBucketName(bucket) else { throw BucketPolicy.noBucketName(bucket) }
            var prefix = parts.count > 1 ? String(parts[1]) : ""
            if prefix.hasSuffix("/") { prefix.removeLast() }
            if !prefix.isEmpty { _ = try ObjectKey(prefix) }
            self = .bucket(bucket, prefix: prefix)
        } else if text.isEmpty || text.contains("://") || text.hasPrefix("s3:") || text.contains("\0") {
            throw OmnibusError(
                "store-location",
                .usage,
                "'\(text.hidingCredentials().prefix(200))' is no place to publish to",
                hint: "s3://BUCKET[/PREFIX], or a folder"
            )
        } else {
            self = .folder(FilePath(text))
        }
    }

    /// Opens the store.
    ///
    /// - Parameter options: how a bucket is reached; of no matter for a folder.
    /// - Throws: ``OmnibusError`` as ``S3Store/init(bucket:prefix:options:environment:)``.
    public func open(_ options: S3Options = S3Options()) throws(OmnibusError) -> any ObjectStore {
        switch self {
        case .folder(let path): DirectoryStore(path)
        case .bucket(let bucket, let prefix): try S3Store(bucket: bucket, prefix: prefix, options: options)
        }
    }
}
