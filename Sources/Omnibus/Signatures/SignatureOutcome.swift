import PackageFormats

/// What gpg's status lines (gnupg's `doc/DETAILS`) say of one signature.
struct SignatureOutcome: Hashable {
    var status: Verification.SignatureStatus
    /// Why the signature is not good, one sentence; `nil` of a good one.
    var complaint: String?

    init(_ status: Verification.SignatureStatus, _ complaint: String?) {
        self.status = status
        self.complaint = complaint
    }

    /// Reads the lines. Only a good signature by a valid key, and nothing else, is good.
    init(status text: String) {
        let lines = text.split(separator: "\n").compactMap { line -> [Substring]? in
            let words = line.split(separator: " ")
            return words.first == "[GNUPG:]" ? Array(words.dropFirst()) : nil
        }
        func line(_ word: String) -> [Substring]? { lines.first { $0.first == word[...] } }
        func key(_ line: [Substring]) -> String { line.count > 1 ? String(line[1]) : "an unknown key" }
        if let bad = line("BADSIG") {
            self.init(.bad, "the signature by \(key(bad)) is not of these bytes")
        } else if let revoked = line("REVKEYSIG") {
            self.init(.bad, "the key \(key(revoked)) was revoked")
        } else if let expired = line("EXPKEYSIG") {
            self.init(.bad, "the key \(key(expired)) has expired")
        } else if let expired = line("EXPSIG") {
            self.init(.bad, "the signature by \(key(expired)) has expired")
        } else if let missing = line("NO_PUBKEY") {
            self.init(.unknownKey, "the signature is by \(key(missing)), which is not in the keyring")
        } else if let failed = line("ERRSIG") {
            self.init(.bad, "the signature by \(key(failed)) cannot be checked")
        } else if line("GOODSIG") != nil, line("VALIDSIG") != nil, lines.filter({ $0.first == "NEWSIG" }).count == 1 {
            self.init(.good, nil)
        } else {
            self.init(.bad, "gpg could not check the signature")
        }
    }
}
