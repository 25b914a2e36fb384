import Foundation
import Omnibus
import SystemPackage
import Testing

/// Signs metadata with a key of its own, through gpg.
final class TestSigner: MetadataSigner {
    private let folder: TemporaryFolder
    private let environment: [String: String?]

    init() async throws {
        folder = try TemporaryFolder()
        let home = folder.appending("gnupg")
        try await output(of: "mkdir", ["-m", "700", home.string])
        environment = ["GNUPGHOME": home.string]
        try await output(
            of: "gpg",
            [
                "--batch", "--quiet", "--passphrase", "", "--quick-generate-key", "Example <example@example.com>",
                "rsa3072", "sign", "never",
            ],
            environment: environment
        )
        try await output(of: "sh", ["-c", "gpg --batch --armor --export > '\(keyFile)'"], environment: environment)
    }

    /// Ends the agent that gpg has started for the key.
    func finish() async throws { try await output(of: "gpgconf", ["--kill", "all"], environment: environment) }

    /// The public key, armoured.
    var keyFile: FilePath { folder.appending("key.asc") }

    func detachedSignature(of bytes: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        try await sign(bytes, ["--armor", "--detach-sign"])
    }

    func clearsigned(_ text: [UInt8]) async throws(OmnibusError) -> [UInt8] { try await sign(text, ["--clearsign"]) }

    func publicKey() async throws(OmnibusError) -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: keyFile.string)))
        } catch {
            throw OmnibusError("test", .failure, "\(error)")
        }
    }

    private func sign(_ bytes: [UInt8], _ how: [String]) async throws(OmnibusError) -> [UInt8] {
        do {
            let text = folder.appending("text-\(UUID().uuidString)")
            try Data(bytes).write(to: URL(filePath: text.string))
            try await output(
                of: "gpg",
                ["--batch", "--yes", "--digest-algo", "SHA256", "--output", "\(text).sig"] + how + [text.string],
                environment: environment
            )
            return [UInt8](try Data(contentsOf: URL(filePath: "\(text).sig")))
        } catch {
            throw OmnibusError("test", .failure, "\(error)")
        }
    }
}
