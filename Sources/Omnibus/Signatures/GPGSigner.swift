internal import Glibc
import SystemPackage

/// Makes OpenPGP signatures with gpg(1), from the keys in the caller's own `GNUPGHOME`.
///
/// A passphrase goes to gpg through a pipe. Without one, gpg-agent asks for it where the key needs one.
public struct GPGSigner: Sendable {
    /// The key: an identifier, a fingerprint or a user's name or address, as gpg takes it.
    public let key: String
    private let passphrase: [UInt8]?
    private let runner: CommandRunner

    private static let program = "gpg"
    private static let installHint = "install it: apt-get install gnupg, or dnf install gnupg2"

    /// Chooses a key.
    ///
    /// - Parameters:
    ///   - key: an identifier, a fingerprint or a user's name or address.
    ///   - passphrase: what unlocks the key, without a line's end; `nil` for gpg-agent to know or to ask.
    ///   - runner: what starts gpg.
    /// - Throws: ``OmnibusError`` with code `signing-key-name` for what cannot name a key.
    public init(
        key: String,
        passphrase: [UInt8]? = nil,
        runner: CommandRunner = CommandRunner()
    ) throws(OmnibusError) {
        let isName = key.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
        guard !key.isEmpty, key.utf8.count <= 256, isName, !key.hasPrefix("-") else {
            throw OmnibusError(
                "signing-key-name",
                .usage,
                "'\(key)' cannot be the name of a key",
                hint: "use a fingerprint, as gpg --list-secret-keys prints it"
            )
        }
        self.key = key
        self.passphrase = passphrase
        self.runner = runner
    }

    /// Makes sure that the key can sign, before work begins whose result it is to sign.
    ///
    /// - Throws: ``OmnibusError`` with one of the codes of ``binarySignature(of:)``.
    public func check() async throws(OmnibusError) { _ = try await binarySignature(of: []) }

    /// Signs bytes apart from them: one binary signature packet, as rpm wants it.
    ///
    /// - Throws: ``OmnibusError`` with code `signing-key-unknown`, `signing-key-unusable` for one that has expired, is
    ///   revoked or is for something else, `signing-passphrase`, or `signing-failed`; `tool-missing` where there is no gpg.
    public func binarySignature(of bytes: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        try await sign(bytes, ["--detach-sign", "--no-armor"])
    }

    /// Signs bytes apart from them.
    ///
    /// - Returns: an ASCII-armoured signature (RFC 9580, 6.2).
    /// - Throws: ``OmnibusError`` as ``binarySignature(of:)`` does.
    public func detachedSignature(of bytes: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        try await sign(bytes, ["--detach-sign", "--armor"])
    }

    /// Signs a text and puts the signature around it.
    ///
    /// - Returns: the cleartext signature (RFC 9580, 7).
    /// - Throws: ``OmnibusError`` as ``binarySignature(of:)`` does.
    public func clearsigned(_ text: [UInt8]) async throws(OmnibusError) -> [UInt8] {
        try await sign(text, ["--clear-sign"])
    }

    /// The public key, ASCII-armoured, without the signatures that others made of it.
    ///
    /// - Throws: ``OmnibusError`` with code `signing-key-unknown`, or `tool-missing` where there is no gpg.
    public func publicKey() async throws(OmnibusError) -> [UInt8] {
        let arguments = ["--batch", "--no-tty", "--quiet", "--armor", "--export-options", "export-minimal", "--export"]
        let result = try await runner.run(
            Command(Self.program, arguments + [key], environment: Self.terminal, installHint: Self.installHint)
        )
        guard result.isSuccess, !result.output.isEmpty else { throw unknownKey() }
        return result.output
    }

    private func sign(_ bytes: [UInt8], _ kind: [String]) async throws(OmnibusError) -> [UInt8] {
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            let document = work.path.appending("document")
            let signature = work.path.appending("signature")
            try FileSystem.write(bytes, to: document)
            var arguments = ["--batch", "--no-tty", "--yes", "--quiet", "--status-fd", "2", "--local-user", key]
            arguments += ["--digest-algo", "SHA256", "--output", signature.string]
            if passphrase != nil { arguments += ["--pinentry-mode", "loopback", "--passphrase-fd", "0"] }
            let result = try await runner.run(
                Command(
                    Self.program,
                    arguments + kind + [document.string],
                    environment: Self.terminal,
                    input: passphrase.map { .bytes($0 + [0x0A]) },
                    installHint: Self.installHint
                )
            )
            guard result.isSuccess else { throw failure(result) }
            return try FileSystem.read(signature)
        }
    }

    /// What pinentry needs to ask for a passphrase.
    private static let terminal: [String: String] = {
        let names = ["GPG_TTY", "TERM", "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"]
        return Dictionary(
            names.compactMap { name in getenv(name).map { (name, String(cString: $0)) } },
            uniquingKeysWith: { first, _ in first }
        )
    }()

    /// What gpg's status lines say (doc/DETAILS of GnuPG: `FAILURE <what> <error>`, whose lower 16 bits are the fault).
    private func failure(_ result: CommandResult) -> OmnibusError {
        let status = result.lastLines.compactMap { line -> UInt32? in
            let words = line.split(separator: " ")
            guard words.count == 4, words[0] == "[GNUPG:]", words[1] == "FAILURE" else { return nil }
            return UInt32(words[3])
        }
        switch (status.last ?? 0) & 0xFFFF {
        case 17: return unknownKey()
        case 54:
            return OmnibusError(
                "signing-key-unusable",
                .badInput,
                "the key '\(key)' cannot sign: it has expired, is revoked, or is for something else",
                hint: "see gpg --list-secret-keys"
            )
        case 11:
            return OmnibusError("signing-passphrase", .badInput, "the passphrase of the key '\(key)' is another one")
        default:
            let said = result.lastLines.filter { !$0.hasPrefix("[GNUPG:]") }.map { "\n  \($0)" }.joined()
            return OmnibusError(
                "signing-failed",
                .failure,
                "gpg cannot sign with the key '\(key)':\(said)",
                hint: passphrase == nil ? "use --passphrase-fd where nobody can be asked for a passphrase" : nil
            )
        }
    }

    private func unknownKey() -> OmnibusError {
        OmnibusError(
            "signing-key-unknown",
            .missingInput,
            "there is no secret key '\(key)'",
            hint: "see gpg --list-secret-keys; GNUPGHOME says where gpg looks"
        )
    }
}
