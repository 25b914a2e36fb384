/// Checks everything that an rpm says of itself: sizes, digests, and that payload and list of files agree.
///
/// Signatures are not checked here.
public struct RPMVerifier {
    private let reader: RPMReader
    private let limits: PayloadLimits
    private var findings: [Finding] = []

    /// Makes a verifier of a package that was opened.
    ///
    /// - Parameters:
    ///   - reader: the package.
    ///   - limits: what reading the payload may cost at most.
    public init(_ reader: RPMReader, limits: PayloadLimits = PayloadLimits()) {
        self.reader = reader
        self.limits = limits
    }

    /// Checks the package.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput`` where the file cannot be read.
    public func verification() throws(FormatError) -> Verification {
        var verifier = self
        verifier.checkLayout()
        verifier.checkHeaderDigests()
        try verifier.checkPayload()
        return Verification(findings: verifier.findings, signatures: reader.signatures)
    }

    private mutating func checkLayout() {
        if let tag = reader.header.firstUnsorted {
            findings.append(Finding(.warning, "header-order", "tag \(tag) stands behind a larger one"))
        }
        for (title, bytes, canonical) in [
            (RPMSignatureKind.title, reader.signatureBytes, try? reader.signature.encode()),
            (RPMMainKind.title, reader.headerBytes, try? reader.header.encode()),
        ] where bytes != canonical {
            findings.append(Finding(.warning, "header-canonical", "the \(title) is not laid out as rpm writes it"))
        }
        let name = "\(reader.package.name)-\(reader.package.version)"
        if !name.utf8.starts(with: reader.lead.name) {
            findings.append(Finding(.warning, "lead-name", "the lead does not name '\(name)'"))
        }
    }

    private mutating func checkHeaderDigests() {
        let signature = reader.signature
        compare("header-sha256", signature.text(.sha256), Digest.of(reader.headerBytes, .sha256).hexadecimal)
        compare("header-sha1", signature.text(.sha1), Digest.of(reader.headerBytes, .sha1).hexadecimal)
        if signature[.sha256] == nil {
            findings.append(
                Finding(
                    .warning,
                    "header-digest-missing",
                    "nothing but SHA-1 or MD5 covers the header, which rpm 6 refuses"
                )
            )
        }
    }

    private mutating func compare(_ check: String, _ stored: String?, _ computed: String) {
        guard let stored, stored != computed else { return }
        findings.append(Finding(.error, check, "the package says \(stored), but it is \(computed)"))
    }

    private mutating func checkPayload() throws(FormatError) {
        let (signature, header) = (reader.signature, reader.header)
        let compressed = DigestingSource(reader.file.part(from: reader.payloadRange.lowerBound))
        compressed.add("sha256", .sha256)
        if signature[.md5] != nil { compressed.add("md5", .md5, after: reader.headerBytes) }
        do {
            try checkArchive(compressed)
        } catch  where error.code != .inputOutput {
            findings.append(Finding(.error, error.code.rawValue, error.description))
        }
        try compressed.drain()

        let size = UInt64(reader.headerBytes.count) + compressed.count
        compareSize("size", signature.integer(.longSize) ?? signature.integer(.size), size)
        if case .binary(let stored)? = signature[.md5] {
            compare("header-payload-md5", stored.hexadecimal, compressed.digest("md5"))
        }
        guard let stored = header.text(.payloadDigest) else {
            findings.append(
                Finding(.warning, "payload-digest-missing", "no SHA-256 covers the payload, which rpm 6 refuses")
            )
            return
        }
        compare("payload-digest", stored, compressed.digest("sha256"))
    }

    /// Decompresses the payload and compares it with the list of files.
    private mutating func checkArchive(_ compressed: DigestingSource) throws(FormatError) {
        let (signature, header) = (reader.signature, reader.header)
        let archive = DigestingSource(try reader.archive(from: compressed, limits: limits))
        archive.add("sha256", .sha256)
        let algorithm = fileDigestAlgorithm()
        var payload = RPMPayloadReader(archive, files: reader.files)
        while let member = try payload.next() {
            let file = reader.files[member.index]
            switch file.entry.kind {
            case .symbolicLink(let target):
                var found: [UInt8] = []
                try payload.read { (bytes) throws(FormatError) in bytes.withUnsafeBytes { found.append(contentsOf: $0) }
                }
                if found != target {
                    findings.append(
                        Finding(.error, "link-target", "'\(file.entry.path)' leads elsewhere in payload and header")
                    )
                }
            case .file, .hardLink:
                guard file.carriesData, let algorithm else { continue }
                var digest = Digest(algorithm)
                try payload.read { digest.write($0) }
                let computed = digest.finalize().hexadecimal
                if computed != file.digest {
                    findings.append(
                        Finding(
                            .error,
                            "file-digest",
                            "'\(file.entry.path)' has the digest \(computed), not \(file.digest)"
                        )
                    )
                }
            default: continue
            }
        }
        try archive.drain()
        compare("payload-digest-alt", header.text(.payloadDigestAlt), archive.digest("sha256"))
        let stored = signature.integer(.longArchiveSize) ?? signature.integer(.payloadSize)
        compareSize("payload-size", stored, archive.count)
    }

    private mutating func compareSize(_ check: String, _ stored: UInt64?, _ computed: UInt64) {
        // Packages of format 6 keep no sizes in the signature header.
        if stored == nil, reader.header[.rpmFormat] == nil {
            findings.append(Finding(.warning, check, "the package does not say that it has \(computed) bytes"))
        }
        guard let stored, stored != computed else { return }
        findings.append(Finding(.error, check, "the package says \(stored) bytes, but there are \(computed)"))
    }

    /// The algorithm of the files' digests (FILEDIGESTALGO).
    private mutating func fileDigestAlgorithm() -> DigestAlgorithm? {
        switch reader.header.integer(.fileDigestAlgo) {
        case nil, 1: return .md5
        case 2: return .sha1
        case 8: return .sha256
        case 10: return .sha512
        case let number?:
            findings.append(
                Finding(.warning, "file-digest-algorithm", "digests of files by algorithm \(number) are not checked")
            )
            return nil
        }
    }
}

/// Takes digests of what is read through it.
final class DigestingSource: ByteSource {
    private let source: any ByteSource
    private var digests: [String: Digest] = [:]
    /// How many bytes were read.
    private(set) var count: UInt64 = 0

    init(_ source: any ByteSource) { self.source = source }

    /// Starts a digest, of bytes at hand and then of all that is read.
    func add(_ name: String, _ algorithm: DigestAlgorithm, after prefix: [UInt8] = []) {
        var digest = Digest(algorithm)
        digest.write(prefix.span.bytes)
        digests[name] = digest
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        let read = try source.read(into: buffer)
        count += UInt64(read)
        for name in Array(digests.keys) {
            digests[name]?.write(UnsafeRawBufferPointer(rebasing: buffer[..<read]).bytes)
        }
        return read
    }

    /// Reads to the end.
    func drain() throws(FormatError) {
        let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { scratch.deallocate() }
        while try read(into: scratch) > 0 {}
    }

    /// A digest of what was read so far, hexadecimal.
    func digest(_ name: String) -> String { digests[name]?.finalize().hexadecimal ?? "" }
}
