import SystemPackage
import Testing

/// Keys of gpg in a folder of their own.
final class SigningKeys: Sendable {
    let folder: TemporaryFolder
    static let passphrase = "räksmörgås with spaces"

    /// One key of each kind that matters.
    enum Kind: String, CaseIterable {
        case rsa = "rsa@example.com"
        case edwards = "edwards@example.com"
        case locked = "locked@example.com"
        case expired = "expired@example.com"
    }

    var environment: [String: String?] { ["GNUPGHOME": folder.path.string] }

    init(_ kinds: Kind...) async throws {
        folder = try TemporaryFolder()
        try await output(of: "chmod", ["700", folder.path.string])
        for kind in kinds {
            var arguments = ["--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase"]
            arguments.append(kind == .locked ? Self.passphrase : "")
            if kind == .expired { arguments += ["--faked-system-time", "20200101T000000"] }
            arguments += ["--quick-generate-key", "Tests <\(kind.rawValue)>", kind == .rsa ? "rsa2048" : "ed25519"]
            try await gpg(arguments + ["sign", kind == .expired ? "1d" : "never"])
        }
    }

    /// Ends the agent that gpg started.
    func close() async throws { try await output(of: "gpgconf", ["--kill", "all"], environment: environment) }

    @discardableResult
    func gpg(_ arguments: [String]) async throws -> String {
        try await output(of: "gpg", arguments, environment: environment)
    }

    /// The public key as a file.
    func publicKey(_ kind: Kind) async throws -> FilePath {
        try folder.write(try await gpg(["--armor", "--export", kind.rawValue]), to: "\(kind.rawValue).asc")
    }

    /// What rpmkeys says of a package where these keys are imported, and only these.
    func rpmkeys(_ package: FilePath, trusting kinds: Kind...) async throws -> ToolResult {
        let database = try TemporaryFolder()
        for kind in kinds {
            try await output(of: "rpmkeys", ["--dbpath", database.path.string, "--import", publicKey(kind).string])
        }
        return try await run("rpmkeys", ["--dbpath", database.path.string, "--checksig", package.string])
    }
}
