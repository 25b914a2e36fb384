import PackageFormats
import SystemPackage

/// Checks an apt repository, flat or pooled.
struct AptVerifier {
    let verification: RepositoryVerification
    let fetcher: RepositoryFetcher
    let kind: RepositoryUpdate.Kind
    let watch: @Sendable (Int, Int) -> Void

    func report() async throws(OmnibusError) -> RepositoryVerification.Report {
        var report = RepositoryVerification.Report(kind: kind)
        var records: [RepositoryRecord] = []
        for prefix in try prefixes() { try await check(prefix, &report, &records) }
        report.packages = Set(records.map(\.location)).count
        report.findings += try await PackageComparison(fetcher: fetcher, verification: verification, watch: watch)
            .compare(records, suffix: ".deb", below: kind == .apt ? [AptLayout.pool] : [""])
        return report
    }

    /// The folders of the releases to look at, with a slash at the end.
    private func prefixes() throws(OmnibusError) -> [String] {
        guard kind == .apt else { return [""] }
        if let suite = verification.suite { return ["dists/\(suite)/"] }
        guard case .folder(let folder) = fetcher.source else { return ["dists/stable/"] }
        var found: [String] = []
        for name in try FileSystem.names(in: folder.appending("dists")) {
            let path = folder.appending("dists").appending(name)
            if AptLayout.releaseNames.contains(where: { FileSystem.exists(path.appending($0)) }) {
                found.append("dists/\(name)/")
            }
        }
        guard !found.isEmpty else {
            throw OmnibusError("repository-missing", .missingInput, "no folder below dists holds a Release")
        }
        return found
    }

    private func check(
        _ prefix: String,
        _ report: inout RepositoryVerification.Report,
        _ records: inout [RepositoryRecord]
    ) async throws(OmnibusError) {
        let inline = try await fetcher.bytes("\(prefix)InRelease")
        let plain = try await fetcher.bytes("\(prefix)Release")
        guard let root = inline ?? plain else {
            throw OmnibusError(
                "repository-missing",
                .missingInput,
                "there is neither \(prefix)InRelease nor \(prefix)Release"
            )
        }
        try await checkSignatures(prefix, inline: inline, plain: plain, &report)
        let release: AptRelease
        do throws(FormatError) {
            release = try AptRelease(parsing: root)
        } catch {
            report.findings.append(Finding(.error, error.code.rawValue, "\(prefix)Release: \(error)"))
            return
        }
        checkDates(release, prefix, &report)
        let groups = Dictionary(grouping: release.files) { Self.base($0.path) }
        for base in groups.keys.sorted() {
            var isRead = false
            for file in (groups[base] ?? []).sorted(by: { $0.path < $1.path }) {
                try await check(file, base: base, prefix, release, groups[base] ?? [], &report, &records, &isRead)
            }
        }
    }

    /// A path without the suffix of a compression.
    private static func base(_ path: String) -> String {
        let suffix = [".gz", ".xz", ".zst", ".bz2", ".lzma"].first(where: path.hasSuffix) ?? ""
        return String(path.dropLast(suffix.utf8.count))
    }

    private static func form(_ path: String) -> CompressedForm {
        switch path.split(separator: ".").last {
        case "gz": .gzip
        case "xz": .xz
        case "zst": .zstd
        case "bz2": .bzip2
        case "lzma": .lzma
        default: .none
        }
    }

    /// Compares one file of the release, and reads it where it lists packages and no other form of it was read.
    private func check(
        _ entry: AptRelease.File,
        base: String,
        _ prefix: String,
        _ release: AptRelease,
        _ forms: [AptRelease.File],
        _ report: inout RepositoryVerification.Report,
        _ records: inout [RepositoryRecord],
        _ isRead: inout Bool
    ) async throws(OmnibusError) {
        let folder = entry.path.split(separator: "/").dropLast().map { "\($0)/" }.joined()
        var candidates: [(path: String, isPlain: Bool)] = [(entry.path, true)]
        if release.allowsByHash { candidates.insert(("\(folder)by-hash/SHA256/\(entry.sha256)", false), at: 0) }
        var good: InputFile?
        var isThere = false
        for (path, isPlain) in candidates {
            guard let file = try await fetcher.file(prefix + path) else { continue }
            isThere = true
            let matches: Bool
            do throws(FormatError) {
                matches = file.size == entry.size ? try file.sha256() == entry.sha256 : false
            } catch {
                throw OmnibusError(error, doing: path)
            }
            report.documents += 1
            if matches {
                if good == nil { good = file } else { fetcher.discard(file) }
                continue
            }
            fetcher.discard(file)
            // Whoever knows by-hash, as apt does since 1.2, never asks for the plain name.
            let isHarmless = isPlain && good != nil
            report.findings.append(
                Finding(
                    isHarmless ? .warning : .error,
                    "index-checksum",
                    "\(prefix)\(path) is not the file that the release lists"
                        + (isHarmless ? "; only clients without by-hash stumble over it" : "")
                )
            )
        }
        guard let good else {
            // Uncompressed indexes have to be listed, but need not be there.
            let isOptional = entry.path == base && forms.count > 1
            if !isThere, !isOptional {
                report.findings.append(
                    Finding(.error, "index-missing", "\(prefix)\(entry.path) is listed, but not there")
                )
            }
            return
        }
        defer { fetcher.discard(good) }
        guard base.split(separator: "/").last == "Packages" else { return }
        do throws(FormatError) {
            let limit = max(64 << 20, good.size.multipliedReportingOverflow(by: 1000).partialValue)
            let open = DigestingSource(
                try DecodingSource(Self.form(entry.path), good.part(from: 0), limit: limit),
                [.sha256]
            )
            let reader = AptPackagesReader(open)
            var found: [RepositoryRecord] = []
            while try reader.next({ (stanza) throws(FormatError) in
                found.append(try AptPackagesReader.head(of: stanza))
            }) {}
            if let uncompressed = forms.first(where: { $0.path == base }),
                uncompressed.sha256 != open.hexadecimal(.sha256)
            {
                throw FormatError(.repositoryMetadata, "does not hold what the release lists uncompressed")
            }
            for record in found where record.sha256.isEmpty {
                throw FormatError(
                    .repositoryMetadata,
                    "\(record.location) has no SHA-256, without which apt refuses it"
                )
            }
            // All forms hold the same; the first one read counts.
            if !isRead { records += found }
            isRead = true
        } catch {
            report.findings.append(Finding(.error, error.code.rawValue, "\(prefix)\(entry.path): \(error.message)"))
        }
    }

    private func checkDates(
        _ release: AptRelease,
        _ prefix: String,
        _ report: inout RepositoryVerification.Report
    ) {
        func add(_ severity: Finding.Severity, _ message: String) {
            report.findings.append(Finding(severity, "release-date", "\(prefix)Release: \(message)"))
        }
        guard let date = release["Date"].flatMap({ AptDate.seconds($0) }) else {
            add(.warning, "there is no date that apt reads")
            return
        }
        if date > verification.now + 10 { add(.error, "the date lies in the future, which apt refuses") }
        if let text = release["Valid-Until"] {
            guard let end = AptDate.seconds(text) else {
                add(.error, "Valid-Until is no date")
                return
            }
            if end < verification.now { add(.error, "it was valid until \(text); apt refuses it") }
        }
    }

    private func checkSignatures(
        _ prefix: String,
        inline: [UInt8]?,
        plain: [UInt8]?,
        _ report: inout RepositoryVerification.Report
    ) async throws(OmnibusError) {
        let detached = try await fetcher.bytes("\(prefix)Release.gpg")
        if inline != nil || detached != nil { report.signature = .unchecked }
        if let inline, let plain, let text = AptRelease.signedText(inline), text != plain {
            report.findings.append(
                Finding(.warning, "release-differs", "\(prefix)InRelease and \(prefix)Release do not say the same")
            )
        }
        guard let checker = verification.signatures else { return }
        var complaints: [Finding] = []
        if let inline, let complaint = try await checker.complaint(aboutClearsigned: inline) {
            complaints.append(Finding(.error, "signature", "\(prefix)InRelease: \(complaint)"))
        }
        if let plain, let detached, let complaint = try await checker.complaint(aboutSignature: detached, of: plain) {
            // apt looks at this pair only where there is no InRelease.
            complaints.append(
                Finding(inline == nil ? .error : .warning, "signature", "\(prefix)Release.gpg: \(complaint)")
            )
        }
        if inline == nil, detached == nil {
            complaints.append(Finding(.error, "signature-missing", "\(prefix)Release is not signed"))
        }
        report.findings += complaints
        report.signature = complaints.contains { $0.severity == .error } ? .bad : .good
    }
}
