import Foundation
import SystemPackage
import Testing

@testable import Omnibus

/// Where credentials come from, and where they never go.
@Suite final class CredentialTests: Sendable {
    private let folder = FilePath(NSTemporaryDirectory()).appending("flocker-pkg-credentials-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(
            atPath: folder.appending(".aws").string,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.string) }

    private func write(_ text: String, to name: String, mode: Int = 0o600) throws {
        let path = folder.appending(name).string
        try Data(text.utf8).write(to: URL(filePath: path))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private func find(_ environment: [String: String] = [:], profile: String? = nil) async throws -> S3Credentials {
        let all = ["HOME": folder.string, "PATH": folder.string].merging(environment) { $1 }
        let source = CredentialSource(
            profile: try SharedConfiguration(profile: profile, environment: all),
            isProfileNamed: profile != nil,
            environment: all
        )
        return try await source.credentials(at: 1_500_000_000)
    }

    private func code(_ environment: [String: String] = [:], profile: String? = nil) async -> String? {
        let error = await #expect(throws: OmnibusError.self) { try await self.find(environment, profile: profile) }
        return error?.code
    }

    @Test("keys come from the environment, a named profile, or the default one, in the order that people know")
    func order() async throws {
        #expect(await code() == "credentials-missing")
        try write(
            "[default]\naws_access_key_id = D\naws_secret_access_key=d # a comment\n\n[other]\n"
                + "aws_access_key_id=O\naws_secret_access_key=o;#x\naws_session_token = t\n",
            to: ".aws/credentials"
        )
        try write(
            "[default]\nregion = eu-west-1\n[profile other]\naws_access_key_id = no\ns3 =\n  addressing_style = path\n"
                + "[profile third]\nrole_arn = arn:aws:iam::1:role/x\naws_access_key_id=T\naws_secret_access_key=t\n",
            to: ".aws/config"
        )
        #expect(try await find() == S3Credentials(accessKeyID: "D", secretAccessKey: "d"))
        let other = S3Credentials(accessKeyID: "O", secretAccessKey: "o;#x", sessionToken: "t")
        #expect(try await find(profile: "other") == other)
        #expect(try await find(["AWS_PROFILE": "other"]) == other)
        let keys = ["AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "e", "AWS_SESSION_TOKEN": ""]
        #expect(try await find(keys) == S3Credentials(accessKeyID: "E", secretAccessKey: "e"))
        #expect(try await find(keys.merging(["AWS_PROFILE": "other"]) { $1 }).accessKeyID == "E")
        #expect(try await find(keys, profile: "other") == other)
        // A role's credentials are not those of who takes it.
        #expect(await code(profile: "third") == "credentials-missing")
        #expect(await code(profile: "fourth") == "profile-missing")
        #expect(await code(["AWS_ACCESS_KEY_ID": "E"]) == "credentials-incomplete")
        #expect(await code(["AWS_ACCESS_KEY_ID": "E\n", "AWS_SECRET_ACCESS_KEY": "e"]) == "credentials-incomplete")
        let elsewhere = ["AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "AWS_CONFIG_FILE": "/dev/null"]
        #expect(await code(elsewhere) == "credentials-missing")
    }

    @Test("settings of a profile reach the connection")
    func settings() throws {
        try write(
            "[profile a]\nregion=eu-west-1\nservices = local\ns3 =\n    addressing_style = virtual\n"
                + "[services local]\ns3 =\n  endpoint_url = http://example.com:8000/base/\n[default]\n",
            to: ".aws/config"
        )
        let environment = ["HOME": folder.string]
        let connection = try S3Options(profile: "a").connection(to: "bucket", environment: environment)
        #expect(connection.url(of: "k") == "http://bucket.example.com:8000/base/k")
        let plain = try S3Options().connection(to: "bucket", environment: environment)
        #expect(plain.url(of: "a b") == "https://bucket.s3.us-east-1.amazonaws.com/a%20b")
        let named = try S3Options(endpointURL: "https://localhost:443", region: "cn-north-1", profile: "a")
            .connection(to: "bucket", environment: environment)
        #expect(named.url(of: "k") == "https://bucket.localhost/k")
        let dotted = try S3Options(region: "cn-north-1").connection(to: "a.b", environment: environment)
        #expect(dotted.url(of: "k") == "https://s3.cn-north-1.amazonaws.com.cn/a.b/k")
        let variables = environment.merging(["AWS_ENDPOINT_URL": "http://one", "AWS_ENDPOINT_URL_S3": "http://two"]) {
            $1
        }
        #expect(try S3Options().connection(to: "bucket", environment: variables).url(of: "k") == "http://two/bucket/k")
    }

    @Test(
        "a file that is none is refused with the place, and without a word of it",
        arguments: [
            ("[default\n", 1), ("aws_secret_access_key = hunter2\n", 1), ("[default]\n\nhunter2\n", 3),
            ("[default]\n= hunter2\n", 2),
        ]
    )
    func broken(text: String, line: Int) throws {
        try write(text, to: ".aws/credentials")
        let error = #expect(throws: OmnibusError.self) {
            try SharedConfiguration(profile: nil, environment: ["HOME": self.folder.string])
        }
        #expect(error?.code == "aws-configuration")
        #expect(error?.message.contains("credentials, line \(line):") == true)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test("a credential_process runs without a shell, and what it says of its own end counts")
    func process() async throws {
        try write(
            "#!/bin/sh\necho \"{\\\"Version\\\": 1, \\\"AccessKeyId\\\": \\\"$#\\\", \\\"SecretAccessKey\\\": \\\"s\\\", "
                + "\\\"SessionToken\\\": \\\"t\\\", \\\"Expiration\\\": \\\"2017-07-14T03:00:00+00:00\\\"}\"\n",
            to: "give keys",
            mode: 0o700
        )
        try write("[default]\ncredential_process = '\(folder)/give keys' \"a b\" $HOME;x \\'\n", to: ".aws/config")
        let found = try await find()
        #expect(found.accessKeyID == "3")
        #expect(found.sessionToken == "t")
        #expect(found.expiration == 1_500_001_200)
    }

    @Test(
        "a credential_process that fails is an error without what it wrote",
        arguments: [
            "#!/bin/sh\necho hunter2; echo hunter2 >&2; exit 3\n", "#!/bin/sh\necho hunter2\n",
            "#!/bin/sh\necho '{\"Version\": 2, \"AccessKeyId\": \"hunter2\", \"SecretAccessKey\": \"hunter2\"}'\n",
            "#!/bin/sh\necho '{\"Version\": 1, \"AccessKeyId\": \"a\", \"SecretAccessKey\": {\"hunter2\": 1}}'\n",
        ]
    )
    func brokenProcess(script: String) async throws {
        try write(script, to: "give", mode: 0o700)
        try write("[default]\ncredential_process = \(folder)/give\n", to: ".aws/config")
        let error = await #expect(throws: OmnibusError.self) { try await self.find() }
        #expect(error?.code == "credential-process")
        #expect("\(String(describing: error))\(error?.hint ?? "")".contains("hunter2") == false)
    }

    @Test("where nothing else gives any, the AWS CLI is asked")
    func tool() async throws {
        try write(
            "#!/bin/sh\n[ \"$*\" = 'configure export-credentials --format process' ] || exit 1\n"
                + "echo '{\"Version\": 1, \"AccessKeyId\": \"C\", \"SecretAccessKey\": \"c\"}'\n",
            to: "aws",
            mode: 0o700
        )
        #expect(try await find() == S3Credentials(accessKeyID: "C", secretAccessKey: "c"))
        try write("#!/bin/sh\nexit 255\n", to: "aws", mode: 0o700)
        #expect(await code() == "credentials-missing")
    }

    @Test("secrets show in no description")
    func secrecy() {
        let credentials = S3Credentials(accessKeyID: "AKID", secretAccessKey: "hunter2", sessionToken: "hunter3")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped, "\([credentials])"] {
            #expect(text.contains("AKID"))
            #expect(!text.contains("hunter"))
        }
    }

    @Test(
        "a command's words are a shell's, and nothing is expanded",
        arguments: [
            ("a b  c", ["a", "b", "c"]), ("'a b' \"c d\"", ["a b", "c d"]), ("a\\ b", ["a b"]), ("''", [""]),
            ("a'b'\"c\"", ["abc"]), ("\"a\\\"b\\n$x\"", ["a\"b\\n$x"]), ("$(x) `y` *;|", ["$(x)", "`y`", "*;|"]),
            ("  ", []),
            ("'a", nil), ("\"a", nil), ("a\\", nil),
        ] as [(String, [String]?)]
    )
    func words(line: String, words: [String]?) {
        #expect(CommandWords.split(line) == words)
    }
}
