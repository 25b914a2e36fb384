/// Who may do what with the objects of an S3 bucket: a bucket policy in Amazon's JSON.
public struct BucketPolicy: Sendable, Hashable, Codable {
    /// One rule.
    public struct Statement: Sendable, Hashable, Codable {
        /// What the rule is called.
        public var id: String
        /// `Allow` or `Deny`.
        public var effect: String
        /// Whom it is about; `*` is everybody.
        public var principal: String
        /// What it is about, such as `s3:GetObject`.
        public var action: String
        /// The objects it is about, as an ARN that may end in `*`.
        public var resource: String

        private enum CodingKeys: String, CodingKey {
            case id = "Sid"
            case effect = "Effect"
            case principal = "Principal"
            case action = "Action"
            case resource = "Resource"
        }
    }

    /// The version of the policy language.
    public var version: String
    /// What the policy is called.
    public var id: String
    /// The rules.
    public var statements: [Statement]

    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case id = "Id"
        case statements = "Statement"
    }

    /// The policy by which everybody may fetch the objects of a bucket, and nothing else.
    ///
    /// - Parameters:
    ///   - bucket: the bucket's name.
    ///   - prefix: the folder whose objects it is about, with or without slashes at its ends; all objects if empty.
    /// - Throws: ``OmnibusError`` with code `bucket-name` for what S3 takes for no name, and `bucket-prefix` for a prefix
    ///   that is no folder, or that has characters which stand for others in a policy (`*`, `?`, `$`).
    public init(publicReadOf bucket: String, prefix: String = "") throws(OmnibusError) {
        guard Self.isBucketName(bucket) else { throw Self.noBucketName(bucket) }
        let folder = prefix.split(separator: "/").joined(separator: "/")
        let isSound =
            folder.utf8.count <= 900
            && folder.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"*?$\"\\".utf8.contains($0) }
        guard isSound, folder.isEmpty == prefix.isEmpty else {
            throw OmnibusError("bucket-prefix", .usage, "'\(prefix.prefix(100))' is no folder that a policy can name")
        }
        version = "2008-10-17"
        id = "PolicyForPublicAccess"
        statements = [
            Statement(
                id: "1",
                effect: "Allow",
                principal: "*",
                action: "s3:GetObject",
                resource: "arn:aws:s3:::\(bucket)/\(folder.isEmpty ? "" : folder + "/")*"
            )
        ]
    }

    /// The policy as S3 takes it, with a line feed at its end.
    ///
    /// - Throws: ``OmnibusError`` with code `json`, which no policy of this type comes to.
    public func json() throws(OmnibusError) -> String {
        String(decoding: try JSONText.encode(self), as: UTF8.self)
    }

    /// The error for what is no name of a bucket.
    static func noBucketName(_ text: String) -> OmnibusError {
        OmnibusError(
            "bucket-name",
            .usage,
            "'\(text.prefix(100))' is no name of a bucket",
            hint: "3 to 63 lower-case letters, digits, '-' and '.', a letter or digit at both ends"
        )
    }

    /// The rules for general purpose buckets in the Amazon S3 User Guide.
    static func isBucketName(_ name: String) -> Bool {
        let isWord = { (byte: UInt8) in (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) }
        let bytes = Array(name.utf8)
        guard (3...63).contains(bytes.count), let first = bytes.first, let last = bytes.last, isWord(first),
            isWord(last),
            bytes.allSatisfy({ isWord($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }),
            !name.contains("..")
        else { return false }
        let labels = name.split(separator: ".")
        return !(labels.count == 4 && labels.allSatisfy { UInt8($0) != nil })
    }
}
