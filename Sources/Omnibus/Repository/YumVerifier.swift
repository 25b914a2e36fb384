import PackageFormats
import SystemPackage

/// Checks a yum repository.
struct YumVerifier {
    let verification: RepositoryVerification
    let fetcher: RepositoryFetcher
    let watch: @Sendable (Int, Int) -> Void

    func report() async throws(OmnibusError) -> RepositoryVerification.Report {
        var report = RepositoryVerification.Report(kind: .yum)
        guard let bytes = try await fetcher.bytes("repodata/repomd.xml") else {
            throw OmnibusError("repository-missing", .missingInput, "there is no repodata/repomd.xml")
        }
        try await checkSignature(of: bytes, &report)
        let index: YumIndex
        do throws(FormatError) {
            index = try YumIndex(parsing: bytes)
        } catch {
            report.findings.append(Finding(.error, error.code.rawValue, "repomd.xml: \(error)"))
            return report
        }
        if let revision = Int64(index.revision), revision > verification.now + 86_400 {
            report.findings.append(Finding(.warning, "revision", "the revision \(revision) lies in the future"))
        }
        var records: [RepositoryRecord] = []
        var identifiers: [YumDocument: [String]] = [:]
        for document in YumDocument.allCases where index.document(document.rawValue) == nil {
            report.findings.append(Finding(.error, "document-missing", "repomd.xml lists no '\(document.rawValue)'"))
        }
        for entry in index.documents {
            guard let file = try await fetcher.file(entry.location) else {
                report.findings.append(
                    Finding(.error, "document-missing", "\(entry.location) is listed, but not there")
                )
                continue
            }
            defer { fetcher.discard(file) }
            report.documents += 1
            do throws(FormatError) {
                try check(file, entry, &records, &identifiers)
            } catch {
                report.findings.append(Finding(.error, error.code.rawValue, "\(entry.location): \(error.message)"))
            }
        }
        let order = records.map(\.sha256)
        for document in [YumDocument.filelists, .other] {
            guard let names = identifiers[document], identifiers[.primary] != nil, names != order else { continue }
            report.findings.append(
                Finding(
                    .error,
                    "document-order",
                    "\(document.rawValue) lists other packages than primary, or in other order"
                )
            )
        }
        report.packages = Set(order).count
        report.findings += try await PackageComparison(fetcher: fetcher, verification: verification, watch: watch)
            .compare(records, suffix: ".rpm")
        return report
    }

    /// Compares a document with its entry, and takes those apart that list packages.
    private func check(
        _ file: InputFile,
        _ entry: YumIndex.Document,
        _ records: inout [RepositoryRecord],
        _ identifiers: inout [YumDocument: [String]]
    ) throws(FormatError) {
        guard let algorithm = entry.algorithm else {
            throw FormatError(.unsupported, "the checksum '\(entry.checksumType)' is not known")
        }
        if let size = entry.size, size != file.size {
            throw FormatError(.repositoryMetadata, "has \(file.size) bytes where \(size) are listed")
        }
        let compressed = DigestingSource(file.part(from: 0), [algorithm])
        guard let form = entry.form else {
            try compressed.drain()
            try compare(compressed.hexadecimal(algorithm), entry.checksum, "checksum")
            return
        }
        let limit = entry.openSize ?? max(64 << 20, file.size.multipliedReportingOverflow(by: 1000).partialValue)
        let open = DigestingSource(try DecodingSource(form, compressed, limit: limit), [algorithm])
        // The checksum first: what is wrong already need not make sense.
        let whole = DigestingSource(file.part(from: 0), [algorithm])
        try whole.drain()
        try compare(whole.hexadecimal(algorithm), entry.checksum, "checksum")
        if let document = YumDocument(rawValue: entry.type) {
            let reader = YumDocumentReader(document, open)
            var found: [RepositoryRecord] = []
            var names: [String] = []
            while try reader.next({ (element) throws(FormatError) in
                guard document == .primary else {
                    names.append(YumDocumentReader.packageID(of: element) ?? "")
                    return
                }
                guard let record = YumDocumentReader.head(of: element) else {
                    throw FormatError(.repositoryMetadata, "a package lacks what clients need, or has no SHA-256")
                }
                try RepositoryRecord.checkLocation(record.location)
                found.append(record)
                names.append(record.sha256)
            }) {}
            if document == .primary { records = found }
            identifiers[document] = names
        }
        try open.drain()
        if let sum = entry.openChecksum { try compare(open.hexadecimal(algorithm), sum, "open-checksum") }
        if let size = entry.openSize, size != open.count {
            throw FormatError(.repositoryMetadata, "holds \(open.count) bytes where \(size) are listed")
        }
    }

    private func compare(_ found: String?, _ listed: String, _ name: String) throws(FormatError) {
        guard found == listed else {
            throw FormatError(.repositoryMetadata, "the \(name) is \(found ?? "unknown") where \(listed) is listed")
        }
    }

    private func checkSignature(
        of bytes: [UInt8],
        _ report: inout RepositoryVerification.Report
    ) async throws(OmnibusError) {
        guard let signature = try await fetcher.bytes("repodata/repomd.xml.asc") else {
            if verification.signatures != nil {
                report.findings.append(Finding(.error, "signature-missing", "there is no repodata/repomd.xml.asc"))
            }
            return
        }
        report.signature = .unchecked
        guard let checker = verification.signatures else { return }
        let complaint = try await checker.complaint(aboutSignature: signature, of: bytes)
        report.signature = complaint == nil ? .good : .bad
        if let complaint { report.findings.append(Finding(.error, "signature", "repomd.xml: \(complaint)")) }
    }
}
