/// Who asks, as Amazon's services tell people apart. The secrets show in no description.
public struct S3Credentials: Sendable, Hashable {
    /// The public half (`AWS_ACCESS_KEY_ID`).
    public var accessKeyID: String
    /// The secret half (`AWS_SECRET_ACCESS_KEY`).
    public var secretAccessKey: String
    /// What goes along with temporary credentials (`AWS_SESSION_TOKEN`), or `nil`.
    public var sessionToken: String?
    /// When they end, in Unix seconds, or `nil` for those that do not.
    public var expiration: Int64?

    /// Makes credentials from their parts.
    public init(accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expiration: Int64? = nil) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
    }

    /// Whether every part can stand in the header of a request.
    var isSound: Bool {
        [accessKeyID, secretAccessKey, sessionToken ?? "x"].allSatisfy { text in
            !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        }
    }
}

extension S3Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The public half alone.
    public var description: String { "S3Credentials(\(accessKeyID))" }
    /// The public half alone.
    public var debugDescription: String { description }
    /// The public half alone.
    public var customMirror: Mirror { Mirror(self, children: ["accessKeyID": accessKeyID]) }
}
