import Glibc

/// How a store is reached, where that is not as environment and shared files say.
public struct S3Options: Sendable, Hashable {
    /// The address of the service (`https://HOST[:PORT]`).
    public var endpointURL: String?
    /// The region, such as `eu-west-1`.
    public var region: String?
    /// The profile of the shared files.
    public var profile: String?
    /// The canned access control list of everything that is written, such as `public-read`; the bucket's rules if `nil`.
    public var accessControlList: String?
    /// Whether a store is used that does not decide conditions of writes, so that two writers at once lose objects.
    public var allowsUnsafeConditions: Bool

    /// Makes options.
    ///
    /// - Parameters:
    ///   - endpointURL: the address of the service.
    ///   - region: the region.
    ///   - profile: the profile of the shared files.
    ///   - accessControlList: the canned access control list of everything that is written.
    ///   - allowsUnsafeConditions: whether a store is used that does not decide conditions of writes.
    public init(
        endpointURL: String? = nil,
        region: String? = nil,
        profile: String? = nil,
        accessControlList: String? = nil,
        allowsUnsafeConditions: Bool = false
    ) {
        self.endpointURL = endpointURL
        self.region = region
        self.profile = profile
        self.accessControlList = accessControlList
        self.allowsUnsafeConditions = allowsUnsafeConditions
    }

    /// The canned lists of "Access control list (ACL) overview", Amazon S3 User Guide.
    static let accessControlLists = [
        "private", "public-read", "public-read-write", "authenticated-read", "aws-exec-read", "bucket-owner-read",
        "bucket-owner-full-control",
    ]

    /// The variables of this process.
    public static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            next += 1
            let text = String(cString: entry)
            guard let equals = text.firstIndex(of: "=") else { continue }
            variables[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return variables
    }

    /// The connection to a bucket that they come to together with environment and shared files.
    func connection(
        to bucket: String,
        environment: [String: String],
        policy: RetrySchedule.Policy = RetrySchedule.Policy(),
        patience: CurlTransport.Patience = CurlTransport.Patience(),
        clock: @escaping @Sendable () -> Int64 = { Int64(time(nil)) }
    ) throws(OmnibusError) -> S3Connection {
        guard BucketPolicy.isBucketName(bucket) else { throw BucketPolicy.noBucketName(bucket) }
        if let accessControlList, !Self.accessControlLists.contains(accessControlList) {
            throw OmnibusError(
                "access-control-list",
                .usage,
                "'\(accessControlList)' is no canned access control list",
                hint: "one of \(Self.accessControlLists.joined(separator: ", "))"
            )
        }
        let shared = try SharedConfiguration(profile: profile, environment: environment)
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let region =
            self.region ?? variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION") ?? shared.settings["region"]
            ?? "us-east-1"
        guard !region.isEmpty, region.utf8.count <= 40, region.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }),
            region.utf8.allSatisfy({ $0 < 0x80 })
        else { throw OmnibusError("region-name", .usage, "'\(region.prefix(100))' is no name of a region") }
        let isIgnored = [
            variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"), shared.settings["ignore_configured_endpoint_urls"],
        ]
        .contains { $0?.lowercased() == "true" }
        let configured =
            variable("AWS_ENDPOINT_URL_S3") ?? variable("AWS_ENDPOINT_URL") ?? shared.services["s3.endpoint_url"]
            ?? shared.settings["endpoint_url"]
        let addressing = shared.settings["s3.addressing_style"].flatMap { S3Endpoint.Addressing(rawValue: $0) }
        let endpoint: S3Endpoint =
            if let url = endpointURL ?? (isIgnored ? nil : configured) {
                try S3Endpoint(url: url, addressing: addressing)
            } else {
                S3Endpoint(region: region, bucket: bucket, addressing: addressing)
            }
        return S3Connection(
            bucket: bucket,
            region: region,
            endpoint: endpoint,
            addressing: addressing,
            credentials: CredentialSource(
                profile: shared,
                isProfileNamed: profile != nil,
                environment: environment
            ),
            transport: try CurlTransport(
                certificates: variable("AWS_CA_BUNDLE") ?? shared.settings["ca_bundle"],
                patience: patience
            ),
            policy: policy,
            clock: clock
        )
    }
}
