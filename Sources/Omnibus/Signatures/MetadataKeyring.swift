import PackageFormats
public import SystemPackage

extension GPGSigner: MetadataSigner {}

/// Checks signatures of repositories with gpg, against the public keys of one keyring and no other.
public struct MetadataKeyring: MetadataSignatureChecker {
    private let keyring: FilePath
    private let runner: CommandRunner

    /// Chooses the keys.
    ///
    /// - Parameters:
    ///   - keyring: public keys as gpg exports them, armoured or not, or a keyring or keybox file.
    ///   - runner: starts gpg.
    public init(keyring: FilePath, runner: CommandRunner = CommandRunner()) {
        self.keyring = keyring
        self.runner = runner
    }

    /// Checks a signature apart from the bytes that it is of; see ``MetadataSignatureChecker``.
    public func complaint(
        aboutSignature signature: [UInt8],
        of bytes: [UInt8]
    ) async throws(OmnibusError) -> String? {
        try await complaint([("signature", signature), ("document", bytes)])
    }

    /// Checks a text that is signed in itself; see ``MetadataSignatureChecker``.
    public func complaint(aboutClearsigned text: [UInt8]) async throws(OmnibusError) -> String? {
        // gpg would also take another form of signed message, whose text no client reads.
        guard AptRelease.signedText(text) != nil else { return "there is no text with a signature around it" }
        return try await complaint([("signature", text)])
    }

    private func complaint(_ documents: [(name: String, bytes: [UInt8])]) async throws(OmnibusError) -> String? {
        try await SignatureVerifier.with(keyring: keyring, runner: runner) { (verifier) async throws(OmnibusError) in
            try await WorkDirectory.with { (work) async throws(OmnibusError) in
                var paths: [String] = []
                for document in documents {
                    let path = work.path.appending(document.name)
                    try FileSystem.write(document.bytes, to: path)
                    paths.append(path.string)
                }
                let result = try await verifier.gpg(["--verify", "--"] + paths)
                return SignatureOutcome(status: result.text).complaint
            }
        }
    }
}
