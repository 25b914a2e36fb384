import Crypto
import PackageFormats

/// Signs requests as Amazon's services want them ("AWS Signature Version 4", AWS4-HMAC-SHA256).
struct SigV4: Sendable {
    var credentials: S3Credentials
    var region: String
    var service = "s3"

    /// What the signature is made of.
    struct Request {
        var method: String
        /// The path of the URL, percent-encoded.
        var path: String
        /// The query of the URL, as ``canonicalQuery(_:)`` writes it.
        var query = ""
        /// Every field that is signed, `Host` among them.
        var headers: [(name: String, value: String)]
        /// SHA-256 of the body, hexadecimal.
        var payloadDigest: String
    }

    /// SHA-256 of nothing.
    static let emptyDigest = DigestAlgorithm.sha256.hexadecimal(of: [])

    /// The value of `Authorization`.
    ///
    /// - Parameters:
    ///   - request: what is signed; its fields have `X-Amz-Date` already.
    ///   - timestamp: the moment, as ``timestamp(_:)`` writes it.
    func authorization(for request: Request, at timestamp: String) -> String {
        var fields: [String: String] = [:]
        for (name, value) in request.headers {
            fields[name.lowercased()] = value.split(separator: " ").joined(separator: " ")
        }
        let names = fields.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let signedNames = names.joined(separator: ";")
        let canonical = [
            request.method, request.path.isEmpty ? "/" : request.path, request.query,
            names.map { "\($0):\(fields[$0] ?? "")\n" }.joined(), signedNames, request.payloadDigest,
        ].joined(separator: "\n")
        let day = String(timestamp.prefix(8))
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let text = [
            "AWS4-HMAC-SHA256", timestamp, scope, DigestAlgorithm.sha256.hexadecimal(of: Array(canonical.utf8)),
        ].joined(separator: "\n")
        var key = Array("AWS4\(credentials.secretAccessKey)".utf8)
        for part in [day, region, service, "aws4_request", text] {
            key = Array(HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: SymmetricKey(data: key)))
        }
        return "AWS4-HMAC-SHA256 Credential=\(credentials.accessKeyID)/\(scope), SignedHeaders=\(signedNames), "
            + "Signature=\(key.hexadecimal)"
    }

    /// The query, encoded and in the order that the signature wants.
    static func canonicalQuery(_ items: [(name: String, value: String)]) -> String {
        items.map { (PercentEncoding.encode($0.name), PercentEncoding.encode($0.value)) }.sorted { $0 < $1 }
            .map { "\($0)=\($1)" }.joined(separator: "&")
    }

    /// A moment as `20130524T000000Z`.
    static func timestamp(_ unixSeconds: Int64) -> String { CivilDate(unixSeconds: unixSeconds).basicTimestamp }
}

extension DigestAlgorithm {
    fileprivate func hexadecimal(of bytes: [UInt8]) -> String { Digest.of(bytes, self).hexadecimal }
}
