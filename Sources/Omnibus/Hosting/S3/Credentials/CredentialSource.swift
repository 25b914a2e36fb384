import PackageFormats
import Synchronization

/// Finds credentials where Amazon's tools look for them, and gets new ones before they end.
///
/// In this order: a profile that was named by an option; `AWS_ACCESS_KEY_ID` and its companions; the profile's own keys; its
/// `credential_process`; and, for everything else that the AWS CLI knows (single sign-on, roles, machines of Amazon's),
/// `aws configure export-credentials`.
final class CredentialSource: Sendable {
    private struct State {
        var found: S3Credentials?
        /// When the last search ended, in Unix seconds.
        var searched: Int64 = .min
        var search: Task<Result<S3Credentials, OmnibusError>, Never>?
    }

    private let environment: [String: String]
    private let isProfileNamed: Bool
    private let profile: SharedConfiguration
    private let state = Mutex(State())

    /// A source.
    ///
    /// - Parameters:
    ///   - profile: what the shared files say.
    ///   - isProfileNamed: whether an option names the profile, which then counts more than the environment's keys.
    ///   - environment: the variables of the process.
    init(profile: SharedConfiguration, isProfileNamed: Bool, environment: [String: String]) {
        self.profile = profile
        self.isProfileNamed = isProfileNamed
        self.environment = environment
    }

    /// Credentials that last for five more minutes, where those can be had.
    ///
    /// - Parameter now: the time, in Unix seconds.
    /// - Throws: ``OmnibusError`` with codes `credentials-missing`, `credentials-incomplete` or `credential-process`.
    func credentials(at now: Int64) async throws(OmnibusError) -> S3Credentials {
        let search = state.withLock { state -> Task<Result<S3Credentials, OmnibusError>, Never>? in
            // Those that never last as long are not asked for again and again.
            if let found = state.found, found.expiration.map({ $0 - 300 > now }) ?? true || now - 30 < state.searched {
                return nil
            }
            if let search = state.search { return search }
            let search = Task { await self.result() }
            state.search = search
            return search
        }
        guard let search else {
            if let found = state.withLock({ $0.found }) { return found }
            return try await credentials(at: now)
        }
        let result = await search.value
        state.withLock { state in
            state.search = nil
            if case .success(let found) = result { (state.found, state.searched) = (found, now) }
        }
        return try result.get()
    }

    /// Forgets what was found, because the store says that it ended.
    func forget() { state.withLock { $0.found = nil } }

    private func result() async -> Result<S3Credentials, OmnibusError> {
        do throws(OmnibusError) {
            let found = try await search()
            guard found.isSound else {
                throw OmnibusError(
                    "credentials-incomplete",
                    .unavailable,
                    "the credentials hold characters that none have"
                )
            }
            return .success(found)
        } catch {
            return .failure(error)
        }
    }

    private func search() async throws(OmnibusError) -> S3Credentials {
        if !isProfileNamed, let found = try fromEnvironment() { return found }
        if let found = try fromProfile() { return found }
        if let line = profile.settings["credential_process"] { return try await from(process: line) }
        let runner = CommandRunner(environment: environment)
        if runner.find("aws") != nil {
            let result = try await runner.run(
                Command(
                    "aws",
                    ["configure", "export-credentials", "--format", "process"]
                        + (isProfileNamed ? ["--profile", profile.profile] : [])
                )
            )
            if result.isSuccess { return try decode(result.output, from: "aws configure export-credentials") }
        }
        throw OmnibusError(
            "credentials-missing",
            .unavailable,
            "there are no credentials for S3",
            hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile by --profile"
        )
    }

    private func fromEnvironment() throws(OmnibusError) -> S3Credentials? {
        try pair(
            environment["AWS_ACCESS_KEY_ID"],
            environment["AWS_SECRET_ACCESS_KEY"],
            environment["AWS_SESSION_TOKEN"],
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together, and one is missing"
        )
    }

    private func fromProfile() throws(OmnibusError) -> S3Credentials? {
        // The keys of a profile with a role are not the role's.
        guard profile.settings["role_arn"] == nil else { return nil }
        return try pair(
            profile.settings["aws_access_key_id"],
            profile.settings["aws_secret_access_key"],
            profile.settings["aws_session_token"],
            "the profile '\(profile.profile)' has one of aws_access_key_id and aws_secret_access_key only"
        )
    }

    private func pair(
        _ key: String?,
        _ secret: String?,
        _ token: String?,
        _ message: String
    ) throws(OmnibusError) -> S3Credentials? {
        let (key, secret) = (key ?? "", secret ?? "")
        guard !key.isEmpty || !secret.isEmpty else { return nil }
        guard !key.isEmpty, !secret.isEmpty else {
            throw OmnibusError("credentials-incomplete", .unavailable, message)
        }
        return S3Credentials(
            accessKeyID: key,
            secretAccessKey: secret,
            sessionToken: token.flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    private func from(process line: String) async throws(OmnibusError) -> S3Credentials {
        guard let words = CommandWords.split(line), let program = words.first else {
            throw failure("credential_process of '\(profile.profile)' has a quote without an end, or no word")
        }
        // The program's own environment: it is the user's, and needs what the user gave it.
        let result = try await CommandRunner(environment: environment).run(Command(program, Array(words.dropFirst())))
        guard result.isSuccess else {
            // What it said may hold secrets.
            throw failure("credential_process of '\(profile.profile)' ended with status \(result.status)")
        }
        return try decode(result.output, from: "credential_process of '\(profile.profile)'")
    }

    private func failure(_ message: String) -> OmnibusError {
        OmnibusError("credential-process", .unavailable, message, hint: "run it by hand to see what it says")
    }

    /// The document of "Sourcing credentials with an external process".
    private struct Document: Decodable {
        var version: Int
        var accessKeyID: String
        var secretAccessKey: String
        var sessionToken: String?
        var expiration: String?

        private enum CodingKeys: String, CodingKey {
            case version = "Version"
            case accessKeyID = "AccessKeyId"
            case secretAccessKey = "SecretAccessKey"
            case sessionToken = "SessionToken"
            case expiration = "Expiration"
        }
    }

    private func decode(_ bytes: [UInt8], from name: String) throws(OmnibusError) -> S3Credentials {
        let document: Document
        do throws(OmnibusError) {
            document = try JSONText.decode(Document.self, from: bytes, "credential-process", name)
        } catch {
            // The parser's own words may quote the document.
            throw failure("\(name) did not write the JSON of credentials")
        }
        guard document.version == 1 else { throw failure("\(name) wrote version \(document.version), not 1") }
        var expiration: Int64?
        if let text = document.expiration {
            expiration = CivilDate.unixSeconds(timestamp: text[...])
            guard expiration != nil else { throw failure("\(name) wrote an Expiration that is no time") }
        }
        return S3Credentials(
            accessKeyID: document.accessKeyID,
            secretAccessKey: document.secretAccessKey,
            sessionToken: document.sessionToken,
            expiration: expiration
        )
    }
}
