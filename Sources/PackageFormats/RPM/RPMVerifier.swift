/// Checks everything that an rpm says of itself: structure, sizes, digests, and that payload and list of files agree.
///
/// What every rpm in use refuses, and what is not as the package says, is an error. What rpm 4.18 lets pass is a warning.
/// Signatures are listed and looked at, but not checked against keys.
public struct RPMVerifier {
    let reader: RPMReader
    let limits: PayloadLimits
    /// What the package is called.
    let (name, version): (String, EVR)
    let files: [RPMFile]
    /// Of each file the place in the list of what it lies below, which ought to be a directory.
    let parents: [Int?]
    var findings = FindingList()
    /// What digests vouch for that were found to be right.
    var covered: [Verification.Part] = []

    /// Makes a verifier of a package that was opened.
    ///
    /// - Parameters:
    ///   - reader: the package.
    ///   - limits: what reading the payload may cost at most.
    /// - Throws: ``FormatError`` as ``RPMReader/files`` and ``RPMReader/metadata`` do.
    public init(_ reader: RPMReader, limits: PayloadLimits = PayloadLimits()) throws(FormatError) {
        self.reader = reader
        (name, version) = try reader.checkMetadata()
        files = try reader.files
        parents = files.parents
        self.limits = limits
    }

    /// Checks the package.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput`` where the file cannot be read, or
    ///   ``FormatError/Code/cancelled``.
    public func verification() throws(FormatError) -> Verification {
        var verifier = self
        verifier.checkLead()
        verifier.checkLayout()
        verifier.checkTags()
        verifier.checkFiles()
        let header = verifier.headerDigests()
        verifier.checkSignatures()
        let payload = try verifier.checkPayload()
        verifier.judge(header: header + payload.header, payload: payload.payload)
        return Verification(
            findings: verifier.findings.findings,
            covered: .init(verifier.covered),
            signatures: reader.signatures
        )
    }

    /// Whether the package is of format 6, whose rules are stricter.
    var isVersion6: Bool { reader.header.contains(.rpmFormat) }

    /// Notes what format 6 forbids and earlier ones only advise against.
    mutating func addForFormat6(_ check: String, _ message: String, at place: Finding.Place = .init()) {
        findings.add(Finding(isVersion6 ? .error : .warning, check, message, at: place))
    }

    private mutating func checkLead() {
        let name = "\(name)-\(version)"
        if !name.utf8.starts(with: reader.lead.name) {
            findings.warn("lead-name", "the lead does not name '\(name)'", at: .init(offset: 10))
        }
        let kind: RPMLead.Kind = reader.isSource ? .source : .binary
        if reader.lead.type != kind.rawValue {
            let word = kind == .source ? "source" : "binary"
            findings.warn("lead-type", "the lead does not say that this is a \(word) package", at: .init(offset: 6))
        }
    }

    private mutating func checkSignatures() {
        let signatures = reader.signatures
        for signature in signatures { signature.check(into: &findings) }
        guard !signatures.isEmpty, signatures.allSatisfy({ !reader.parts(signedBy: $0).contains(.payload) }) else {
            return
        }
        findings.error("signature-partial", "the signature is of the header only, and nothing there is of the payload")
    }

    /// Which digests of the header are right.
    private mutating func headerDigests() -> [DigestAlgorithm] {
        var right: [DigestAlgorithm] = []
        let signature = reader.signature
        for (check, tag, algorithm) in [
            ("header-sha256", RPMTag<RPMSignatureKind>.sha256, DigestAlgorithm.sha256),
            ("header-sha3-256", .sha3_256, .sha3_256), ("header-sha1", .sha1, .sha1),
        ] {
            guard let stored = signature.text(tag) else { continue }
            let computed = Digest.of(reader.headerBytes, algorithm)
            if compare(check, stored, computed, field: tag.name) { right.append(algorithm) }
        }
        return right
    }

    /// Notes a digest that is wrong; true if it is right.
    mutating func compare(_ check: String, _ stored: String, _ computed: [UInt8]?, field: String) -> Bool {
        if let computed, computed.isHexadecimal(stored) { return true }
        findings.error(
            check,
            "the package says \(stored.prefix(128)), but it is \(computed?.hexadecimal ?? "unknown")",
            at: .init(field: field)
        )
        return false
    }

    /// Says what is vouched for, and what is not, or by digests alone that can be forged.
    private mutating func judge(header: [DigestAlgorithm], payload: [DigestAlgorithm]) {
        func isWeak(_ algorithm: DigestAlgorithm) -> Bool { algorithm == .md5 || algorithm == .sha1 }
        if header.isEmpty {
            findings.error("header-digest-missing", "nothing in the package vouches for the header")
        } else {
            covered.append(.header)
            if header.allSatisfy(isWeak) {
                findings.warn(
                    "header-digest-weak",
                    "nothing but SHA-1 or MD5 covers the header, which rpm 6 refuses"
                )
            }
        }
        if payload.isEmpty {
            findings.error("payload-digest-missing", "nothing in the package vouches for the payload")
        } else {
            covered.append(.payload)
            if payload.allSatisfy(isWeak) {
                findings.warn("payload-digest-weak", "nothing but MD5 covers the payload, which rpm 6 refuses")
            }
        }
    }
}
