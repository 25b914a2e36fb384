public import PackageFormats
public import SystemPackage

/// Checks the signatures inside packages against the keys of one keyring, with gpg.
///
/// gpg sees nothing of the user's own keys, options and trust: it works in a directory of its own, which is gone
/// afterwards. A key of the keyring is trusted; one that has expired, was revoked, or may not sign is not.
public struct SignatureVerifier: Sendable {
    private let runner: CommandRunner
    /// gpg's directory.
    private let home: FilePath
    private let decoders = DecoderPool()

    /// Gives `body` a verifier for a keyring, which may check any number of packages, several at a time.
    ///
    /// - Parameters:
    ///   - keyring: public keys as gpg exports them, armoured or not, or a keyring or keybox file.
    ///   - runner: starts gpg.
    ///   - body: what to do with the verifier; it is of no use afterwards.
    /// - Throws: what `body` throws; `keyring-missing` or `keyring-unreadable`; `tool-missing` if there is no gpg.
    public static func with<Result: Sendable>(
        keyring: FilePath,
        runner: CommandRunner = CommandRunner(),
        _ body: (SignatureVerifier) async throws(OmnibusError) -> Result
    ) async throws(OmnibusError) -> Result {
        try await WorkDirectory.with { (directory) async throws(OmnibusError) in
            let verifier = SignatureVerifier(runner: runner, home: directory.path)
            try await verifier.take(keyring)
            return try await body(verifier)
        }
    }

    /// Opens and checks a package, its signatures too.
    ///
    /// - Parameters:
    ///   - path: the package.
    ///   - limits: what reading the payload may cost at most.
    /// - Throws: `input-output` where the file cannot be read, or as ``check(_:_:)`` does.
    public func verify(
        _ path: FilePath,
        limits: PayloadLimits = PayloadLimits()
    ) async throws(OmnibusError) -> Verification {
        let package: PackageFile
        let verification: Verification
        do throws(FormatError) {
            package = try PackageFile(opening: path, decoders: decoders)
            verification = try package.verify(limits: limits)
        } catch {
            if error.code == .inputOutput {
                throw OmnibusError(error.code.rawValue, .missingInput, error.description)
            }
            return Verification(findings: [Finding(error)])
        }
        return try await check(package, verification)
    }

    /// Adds to a verification what the keys say of the package's signatures.
    ///
    /// It fails closed: an unsigned package, a signature by another key, one that cannot be checked, and signatures that
    /// together do not reach the payload are errors.
    ///
    /// - Parameters:
    ///   - package: the package.
    ///   - verification: what was found before.
    /// - Throws: `tool-missing` if there is no gpg, `input-output`, or `cancelled`.
    public func check(
        _ package: PackageFile,
        _ verification: Verification
    ) async throws(OmnibusError) -> Verification {
        var result = verification
        var statuses: [Verification.SignatureStatus] = []
        var signed: Set<Verification.Part> = []
        for signature in package.signatures {
            let outcome = try await check(signature, of: package)
            statuses.append(outcome.status)
            if outcome.status == .good { signed.formUnion(package.parts(signedBy: signature)) }
            if let complaint = outcome.complaint {
                result.findings.append(
                    Finding(.error, "signature-\(outcome.status.rawValue)", complaint, at: .init(field: signature.slot))
                )
            }
        }
        if statuses.isEmpty {
            result.signatureStatus = .none
            result.findings.append(Finding(.error, "signature-none", "the package has no signature"))
        } else if statuses.contains(.bad) {
            result.signatureStatus = .bad
        } else if statuses.contains(.good) {
            result.signatureStatus = .good
            // Signatures of others do no harm beside one that is good.
            result.findings.removeAll { $0.check == "signature-\(Verification.SignatureStatus.unknownKey.rawValue)" }
            if !signed.contains(.payload), !result.findings.contains(where: { $0.check == "signature-partial" }) {
                result.findings.append(
                    Finding(.error, "signature-partial", "no good signature reaches the payload")
                )
            }
        } else {
            result.signatureStatus = .unknownKey
        }
        return result
    }

    /// Takes the keys into gpg's directory.
    private func take(_ keyring: FilePath) async throws(OmnibusError) {
        guard FileSystem.exists(keyring) else {
            throw OmnibusError("keyring-missing", .missingInput, "There is no keyring \(keyring)")
        }
        let front = try FileSystem.front(of: keyring)
        // gpg's own format of today cannot be imported, only used.
        if front.dropFirst(8).prefix(4).elementsEqual("KBXf".utf8) {
            try FileSystem.copy(keyring, to: home.appending("pubring.kbx"), mode: 0o600)
            return
        }
        let imported = try await gpg(["--import", "--", keyring.string])
        guard imported.text.split(separator: "\n").contains(where: { $0.hasPrefix("[GNUPG:] IMPORT_OK") }) else {
            throw OmnibusError(
                "keyring-unreadable",
                .badInput,
                "\(keyring) holds no public key that gpg takes",
                hint: "export keys with: gpg --export --armor KEY > keyring.asc"
            )
        }
    }

    func gpg(
        _ arguments: [String],
        input: Command.Input? = nil
    ) async throws(OmnibusError) -> CommandResult {
        let common = [
            "--homedir", home.string, "--no-options", "--batch", "--no-tty", "--quiet", "--lock-never",
            "--no-autostart",
            "--trust-model", "always", "--no-auto-key-retrieve", "--no-auto-check-trustdb", "--status-fd", "1",
        ]
        return try await runner.run(
            Command(
                "gpg",
                common + arguments,
                environment: ["GNUPGHOME": home.string],
                input: input,
                installHint: "install gnupg (Debian, Ubuntu) or gnupg2 (Fedora, RHEL)"
            )
        )
    }

    /// What gpg says of one signature.
    private func check(
        _ signature: PackageSignature,
        of package: PackageFile
    ) async throws(OmnibusError) -> SignatureOutcome {
        // gpg would also take other things in the place of a signature, such as a message with its own text inside.
        guard signature.coverage != .list, signature.packet?.type == 0,
            (try? OpenPGPSignature.decode(signature.bytes).length) == signature.bytes.count
        else { return SignatureOutcome(.bad, "the signature is of a form that is not relied on") }
        return try await WorkDirectory.with { (folder) async throws(OmnibusError) in
            let (detached, data) = (folder.path.appending("signature.sig"), folder.path.appending("data"))
            try FileSystem.write(signature.bytes, to: detached)
            var input: Command.Input?
            if case .rpm(let reader) = package.reader {
                // Everything from the header on is signed, so that gpg can read the package itself; or the header alone.
                input =
                    signature.coverage == .headerAndPayload
                    ? .file(package.file.path, from: reader.headerRange.lowerBound)
                    : .bytes(try header(of: package, signedBy: signature))
            } else {
                try write(package, signedBy: signature, to: data)
            }
            let arguments = ["--verify", "--", detached.string, input == nil ? data.string : "-"]
            return SignatureOutcome(status: try await gpg(arguments, input: input).text)
        }
    }

    private func header(
        of package: PackageFile,
        signedBy signature: PackageSignature
    ) throws(OmnibusError) -> [UInt8] {
        var bytes: [UInt8] = []
        do throws(FormatError) {
            try package.readSigned(by: signature) { (piece) throws(FormatError) in
                piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
        } catch {
            throw OmnibusError(error.code.rawValue, .failure, error.description)
        }
        return bytes
    }

    /// Writes the bytes that a signature is of.
    private func write(
        _ package: PackageFile,
        signedBy signature: PackageSignature,
        to path: FilePath
    ) throws(OmnibusError) {
        func failure(_ error: any Error) -> OmnibusError {
            OmnibusError("input-output", .failure, "\(path) cannot be written: \(error)")
        }
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite
            )
        } catch {
            throw failure(error)
        }
        defer { try? file.close() }
        do throws(FormatError) {
            try package.readSigned(by: signature) { (bytes) throws(FormatError) in
                let error: (any Error)? = bytes.withUnsafeBytes { buffer in
                    do {
                        try file.writeAll(buffer)
                        return nil
                    } catch {
                        return error
                    }
                }
                if let error { throw FormatError(.inputOutput, "\(error)") }
            }
        } catch {
            throw failure(error)
        }
    }
}
