public import SystemPackage

extension GPGSigner: MetadataSigner {}

/// Checks signatures of repositories with gpg, against the public keys of one file and no other.
public struct MetadataKeyring: MetadataSignatureChecker {
    private let keys: FilePath
    private let runner: CommandRunner

    /// Chooses the keys.
    ///
    /// - Parameters:
    ///   - keys: a file of public keys, ASCII-armoured or not.
    ///   - runner: what starts gpg.
    public init(keys: FilePath, runner: CommandRunner = CommandRunner()) {
        self.keys = keys
        self.runner = runner
    }

    /// Checks a signature apart from the bytes that it is of; see ``MetadataSignatureChecker``.
    public func complaint(
        aboutSignature signature: [UInt8],
        of bytes: [UInt8]
    ) async throws(OmnibusError) -> String? {
        try await verify([("signature", signature), ("document", bytes)])
    }

    /// Checks a text that is signed in itself; see ``MetadataSignatureChecker``.
    public func complaint(aboutClearsigned text: [UInt8]) async throws(OmnibusError) -> String? {
        try await verify([("signature", text)])
    }

    private func verify(_ documents: [(name: String, bytes: [UInt8])]) async throws(OmnibusError) -> String? {
        try await WorkDirectory.with { (work) async throws(OmnibusError) in
            // A home of its own: neither the caller's keys nor their trust count, and none is changed.
            let home = ["--homedir", work.path.string, "--batch", "--no-tty", "--quiet", "--no-autostart"]
            try await runner.check(
                Command("gpg", home + ["--import", keys.string], installHint: "install gnupg"),
                failure: "keyring-unreadable",
                category: .badInput
            )
            var paths: [String] = []
            for document in documents {
                let path = work.path.appending(document.name)
                try FileSystem.write(document.bytes, to: path)
                paths.append(path.string)
            }
            let options = ["--status-fd", "1", "--trust-model", "always", "--verify"]
            let result = try await runner.run(Command("gpg", home + options + paths))
            return complaint(result)
        }
    }

    /// What gpg's status lines say (doc/DETAILS of GnuPG): one good signature by a key that is still valid is enough.
    private func complaint(_ result: CommandResult) -> String? {
        let words = result.text.split(separator: "\n").compactMap { line -> Substring? in
            let words = line.split(separator: " ")
            return words.count > 1 && words[0] == "[GNUPG:]" ? words[1] : nil
        }
        if words.contains("GOODSIG"), words.contains("VALIDSIG"), !words.contains("BADSIG") { return nil }
        if words.contains("BADSIG") { return "the signature is not of these bytes" }
        if words.contains("EXPKEYSIG") { return "the key has expired" }
        if words.contains("REVKEYSIG") { return "the key is revoked" }
        if words.contains("EXPSIG") { return "the signature has expired" }
        if words.contains("NO_PUBKEY") { return "the signature is by another key" }
        return "there is no signature that gpg can read"
    }
}
