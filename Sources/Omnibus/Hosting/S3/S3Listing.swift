import PackageFormats

/// The pages of a listing ("ListObjectsV2", Amazon S3 API Reference).
struct S3Listing: Sendable {
    /// More than any hosted repository has: 10 million objects.
    private static let maximumPages = 10_000

    /// What was listed so far.
    private(set) var objects: [ObjectInfo] = []
    /// The call for the next page, or `nil` behind the last.
    private(set) var next: S3Call?
    private var pages = 0

    init(prefix: String) {
        var call = S3Call("GET")
        // Keys come percent-encoded, as XML cannot hold every character that a key can.
        call.query = [("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)]
        next = call
    }

    /// Takes a page.
    ///
    /// - Parameters:
    ///   - bytes: the answer.
    ///   - root: what the keys of the store begin with, and which they lose.
    /// - Returns: false if it is no page, or one too many.
    mutating func take(_ bytes: [UInt8], below root: String) -> Bool {
        guard let page = S3Document.root(of: bytes), page.name == "ListBucketResult", pages < Self.maximumPages else {
            return false
        }
        pages += 1
        let isEncoded = page.child("EncodingType")?.text == "url"
        for entry in page.children where entry.name == "Contents" {
            guard let text = entry.child("Key")?.text, let whole = isEncoded ? PercentEncoding.decode(text) : text,
                whole.hasPrefix(root), let key = Self.key(whole.dropFirst(root.count)),
                let size = entry.child("Size").flatMap({ UInt64($0.text) })
            else { continue }
            objects.append(
                ObjectInfo(
                    key: key,
                    size: size,
                    tag: entry.child("ETag")?.text.withoutTagQuotes ?? "",
                    modified: entry.child("LastModified").flatMap { CivilDate.unixSeconds(timestamp: $0.text[...]) }
                        ?? 0
                )
            )
        }
        guard page.child("IsTruncated")?.text == "true" else {
            next = nil
            return true
        }
        guard let token = page.child("NextContinuationToken")?.text, !token.isEmpty else { return false }
        next?.query.removeAll { $0.name == "continuation-token" }
        next?.query.append(("continuation-token", token))
        return true
    }

    private static func key(_ text: Substring) -> ObjectKey? {
        do throws(OmnibusError) {
            return try ObjectKey(String(text))
        } catch {
            return nil
        }
    }
}
