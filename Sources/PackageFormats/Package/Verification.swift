/// What checking a package came to.
public struct Verification: Sendable, Hashable {
    /// The result in one word.
    public enum Verdict: String, Sendable, Hashable {
        /// Nothing was found.
        case ok
        /// Tools accept the package, but something is not as it should be.
        case warning
        /// The package is broken, not what it says, or cannot be relied on.
        case failed
    }

    /// A part of a package that some digest or signature vouches for, and that was found to be as it says.
    public enum Part: String, Sendable, Hashable, CaseIterable {
        /// What the package says of itself: an rpm's main header, a .deb's control archive.
        case header
        /// The bytes of the payload as they are in the file.
        case payload
        /// The contents of every file, each by a digest of its own.
        case files
    }

    /// What is known of a package's OpenPGP signatures.
    public enum SignatureStatus: String, Sendable, Hashable {
        /// There is none.
        case none
        /// One at least is by a key of the keyring, and none is bad.
        case good
        /// One does not fit what it is of, or its key cannot be relied on any more.
        case bad
        /// There are signatures, but no key was given that made one.
        case unknownKey = "unknown-key"
    }

    /// Everything that was found.
    public var findings: [Finding]
    /// What is vouched for.
    public var covered: Set<Part>
    /// The signatures in the package.
    public var signatures: [PackageSignature]
    /// What is known of them; ``SignatureStatus/unknownKey`` until somebody checks them against keys.
    public var signatureStatus: SignatureStatus

    /// Makes a result from its parts.
    public init(
        findings: [Finding],
        covered: Set<Part> = [],
        signatures: [PackageSignature] = [],
        signatureStatus: SignatureStatus? = nil
    ) {
        self.findings = findings
        self.covered = covered
        self.signatures = signatures
        self.signatureStatus = signatureStatus ?? (signatures.isEmpty ? .none : .unknownKey)
    }

    /// The result in one word: the worst that was found.
    public var verdict: Verdict {
        if findings.contains(where: { $0.severity == .error }) || signatureStatus == .bad { return .failed }
        return findings.isEmpty ? .ok : .warning
    }
}
