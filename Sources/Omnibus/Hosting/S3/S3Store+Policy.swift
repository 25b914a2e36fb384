public import PackageFormats

extension S3Store {
    /// A change of the bucket's policy that is not made yet.
    public struct PolicyChange: Sendable {
        /// The policy that the bucket is to have.
        public let policy: BucketPolicy
        /// What changes, as JSON with its members in order, line by line.
        public let difference: TextDifference
    }

    /// What has to change for the bucket to have a policy.
    ///
    /// - Throws: ``OmnibusError`` with code `bucket-policy-unreadable` for a policy that is no JSON, or a code of the store's.
    public func change(to policy: BucketPolicy) async throws(OmnibusError) -> PolicyChange {
        var call = S3Call("GET")
        call.query = [("policy", "")]
        let response = try await connection.send(call, accepting: [404])
        var old = ""
        if response.isSuccess {
            let value = try JSONText.decode(
                JSONValue.self,
                from: response.body,
                "bucket-policy-unreadable",
                "the policy of \(connection.bucket)"
            )
            old = String(decoding: try JSONText.encode(value), as: UTF8.self)
        } else if S3Refusal(response).code != "NoSuchBucketPolicy" {
            throw connection.error(for: response, call)
        }
        return PolicyChange(policy: policy, difference: TextDifference(from: old, to: try policy.json()))
    }

    /// Makes a change of the bucket's policy ("PutBucketPolicy", Amazon S3 API Reference).
    ///
    /// - Throws: ``OmnibusError`` with a code of the store's.
    public func apply(_ change: PolicyChange) async throws(OmnibusError) {
        guard !change.difference.isEmpty else { return }
        var call = S3Call("PUT")
        call.query = [("policy", "")]
        call.headers = [("Content-Type", "application/json")]
        try call.send(HTTPBody(Array(try change.policy.json().utf8)))
        _ = try await connection.send(call)
    }
}
