extension RPMReader {
    /// The digests of the compressed payload that stand in the header, by algorithm: what a signature of the header covers.
    var payloadDigestsInHeader: [(tag: RPMTag<RPMMainKind>, algorithm: DigestAlgorithm)] {
        var tags: [(tag: RPMTag<RPMMainKind>, algorithm: DigestAlgorithm)] = []
        // Whatever PAYLOADDIGESTALGO says: rpm 4.18 takes no notice of it, and rpm 6 calls the tag PAYLOADSHA256.
        if header.contains(.payloadDigest) { tags.append((.payloadDigest, .sha256)) }
        if header.contains(.payloadSHA512) { tags.append((.payloadSHA512, .sha512)) }
        if header.contains(.payloadSHA3_256) { tags.append((.payloadSHA3_256, .sha3_256)) }
        return tags
    }

    /// The same of the payload before compression.
    var archiveDigestsInHeader: [(tag: RPMTag<RPMMainKind>, algorithm: DigestAlgorithm)] {
        var tags: [(tag: RPMTag<RPMMainKind>, algorithm: DigestAlgorithm)] = []
        if header.contains(.payloadDigestAlt) { tags.append((.payloadDigestAlt, .sha256)) }
        if header.contains(.payloadSHA512Alt) { tags.append((.payloadSHA512Alt, .sha512)) }
        if header.contains(.payloadSHA3_256Alt) { tags.append((.payloadSHA3_256Alt, .sha3_256)) }
        return tags
    }
}

extension RPMReader {
    /// What a signature of this package vouches for. One of the header covers the payload through a digest there.
    func parts(signedBy signature: PackageSignature) -> Set<Verification.Part> {
        if signature.coverage == .headerAndPayload { return [.header, .payload, .files] }
        return payloadDigestsInHeader.isEmpty ? [.header] : [.header, .payload, .files]
    }
}

extension RPMVerifier {
    /// Whether digests of the payload take long enough for threads of their own.
    private var hasLargePayload: Bool { reader.payloadRange.count >= 1 << 20 }

    /// Reads the payload once, takes every digest of it and compares it with the list of files.
    ///
    /// - Returns: which digests of the header, and of the payload, were found to be right.
    mutating func checkPayload() throws(FormatError) -> (header: [DigestAlgorithm], payload: [DigestAlgorithm]) {
        let (signature, header) = (reader.signature, reader.header)
        let tags = reader.payloadDigestsInHeader
        let compressed = DigestingSource(
            reader.file.part(from: reader.payloadRange.lowerBound),
            tags.map { $0.algorithm },
            usesThreads: hasLargePayload
        )
        if !header.contains(.payloadDigest), header.contains(.payloadDigestAlt),
            (try? reader.payloadForm()) != CompressedForm.none
        {
            findings.error(
                "payload-digest-alone",
                "there is only a digest of the archive, which rpm compares with the compressed payload",
                at: .init(field: "PAYLOADDIGESTALT")
            )
        }
        if let number = header.integer(.payloadDigestAlgo), number != 8 {
            findings.warn(
                "payload-digest-algorithm",
                "digests of the payload are said to be by algorithm \(number), but rpm takes them for SHA-256",
                at: .init(field: "PAYLOADDIGESTALGO")
            )
        }
        // MD5 is of header and payload together, and nothing else here is MD5.
        if signature.contains(.md5) { compressed.add(.md5, after: reader.headerBytes) }
        do throws(FormatError) {
            try checkArchive(compressed)
        } catch {
            if error.code == .inputOutput || error.code == .cancelled { throw error }
            findings.add(Finding(error))
        }
        try compressed.drain()

        let size = UInt64(reader.headerBytes.count) + compressed.count
        compareSize("size", signature.integer(.longSize) ?? signature.integer(.size), size, isExpected: !isVersion6)
        compareSize("payload-size", header.integer(.payloadSize), compressed.count, isExpected: false)
        var (headerDigests, payloadDigests): ([DigestAlgorithm], [DigestAlgorithm]) = ([], [])
        for (tag, algorithm) in tags where isWellFormed(tag) {
            guard let stored = header.text(tag) else { continue }
            if compare("payload-digest", stored, compressed.digest(algorithm), field: tag.name) {
                payloadDigests.append(algorithm)
            }
        }
        if case .binary(let stored)? = signature[.md5],
            compare("header-payload-md5", stored.hexadecimal, compressed.digest(.md5), field: "MD5")
        {
            headerDigests.append(.md5)
            payloadDigests.append(.md5)
        }
        return (headerDigests, payloadDigests)
    }

    /// rpm since 4.14 finds the two oldest digests only in arrays of one string.
    private mutating func isWellFormed(_ tag: RPMTag<RPMMainKind>) -> Bool {
        guard let value = reader.header[tag], value.type != tag.type || value.count != 1 else { return true }
        findings.error("payload-digest-type", "the digest is no \(tag.type.name) of one", at: .init(field: tag.name))
        return false
    }

    private mutating func compareSize(_ check: String, _ stored: UInt64?, _ computed: UInt64, isExpected: Bool) {
        guard let stored else {
            if isExpected { findings.warn(check, "the package does not say that it has \(computed) bytes") }
            return
        }
        if stored != computed {
            findings.warn(check, "the package says \(stored) bytes, but there are \(computed)")
        }
    }

    /// Decompresses the payload and compares it with the list of files.
    private mutating func checkArchive(_ compressed: DigestingSource) throws(FormatError) {
        let (signature, header) = (reader.signature, reader.header)
        let tags = reader.archiveDigestsInHeader
        let archive = DigestingSource(
            try reader.archive(from: compressed, limits: limits),
            tags.map { $0.algorithm },
            usesThreads: hasLargePayload
        )
        try checkMembers(RPMPayloadReader(archive, files: files))
        try archive.drain()
        for (tag, algorithm) in tags where isWellFormed(tag) {
            guard let stored = header.text(tag) else { continue }
            _ = compare("payload-digest-alt", stored, archive.digest(algorithm), field: tag.name)
        }
        let stored =
            signature.integer(.longArchiveSize) ?? signature.integer(.payloadSize)
            ?? header.integer(.archiveSize)
        compareSize("archive-size", stored, archive.count, isExpected: !isVersion6)
        compareSize("archive-size", header.integer(.payloadSizeAlt), archive.count, isExpected: false)
    }

    private mutating func checkMembers(_ archive: RPMPayloadReader) throws(FormatError) {
        var payload = archive
        let number = reader.header.integer(.fileDigestAlgo) ?? 1
        let algorithm = DigestAlgorithm(rpmNumber: number)
        var isEveryFileRight = true
        if algorithm == nil, files.contains(where: { !$0.digest.isEmpty }) {
            isEveryFileRight = false
            findings.error(
                "file-digest-algorithm",
                "digests of files by algorithm \(number) cannot be checked",
                at: .init(field: "FILEDIGESTALGO")
            )
        }
        // Not the verifier's own, which would be copied file by file while findings are added.
        let files = files
        var unpacked = [Bool](repeating: false, count: files.count)
        var looked: UInt64 = 0
        while let member = try payload.next() {
            if payload.offset - looked >= 1 << 16 {
                try FormatError.checkCancellation()
                looked = payload.offset
            }
            let index = member.index
            unpacked[index] = true
            let parent = parents[index].flatMap { files[$0].listed.entry.kind == .directory ? $0 : nil }
            checkPlacement(of: member, in: files, isBehindDirectory: parent.map { unpacked[$0] } ?? true)
            let path = files[index].listed.entry.path
            switch files[index].listed.entry.kind {
            case .symbolicLink(let target):
                var found: [UInt8] = []
                try payload.read { (bytes) throws(FormatError) in
                    bytes.withUnsafeBytes { found.append(contentsOf: $0) }
                }
                if found != target {
                    findings.error(
                        "link-target",
                        "'\(path)' leads elsewhere in payload and header",
                        at: .init(file: path)
                    )
                }
            case .file, .hardLink:
                guard files[index].carriesData, let algorithm else { continue }
                guard !files[index].digest.isEmpty else {
                    isEveryFileRight = false
                    findings.error("file-digest-missing", "'\(path)' has no digest", at: .init(file: path))
                    continue
                }
                var digest = Digest(algorithm)
                try payload.read { digest.write($0) }
                let computed = digest.finalize()
                if !computed.isHexadecimal(files[index].digest) {
                    isEveryFileRight = false
                    findings.error(
                        "file-digest",
                        "'\(path)' has the digest \(computed.hexadecimal), not \(files[index].digest.prefix(128))",
                        at: .init(file: path)
                    )
                }
            default: continue
            }
        }
        if isEveryFileRight { covered.append(.files) }
    }

    /// What today's rpm takes from the header alone and rpm 4.11 from the archive, and the order that it needs.
    private mutating func checkPlacement(
        of member: RPMPayloadReader.Member,
        in files: [RPMFile],
        isBehindDirectory: Bool
    ) {
        if !isBehindDirectory {
            findings.warn(
                "payload-order",
                "'\(files[member.index].listed.entry.path)' comes before its directory, which rpm 4.11 refuses",
                at: .init(file: files[member.index].listed.entry.path)
            )
        }
        guard let header = member.header else { return }
        if !member.hasPrefix, !reader.isSource {
            findings.warn(
                "payload-name",
                "'\(files[member.index].listed.entry.path)' does not begin with './' in the payload",
                at: .init(file: files[member.index].listed.entry.path)
            )
        }
        if header.mode != UInt32(files[member.index].listed.entry.typeBits | files[member.index].listed.entry.mode)
            || Int64(header.modificationTime) != files[member.index].listed.entry.modificationTime
        {
            findings.warn(
                "payload-metadata",
                "'\(files[member.index].listed.entry.path)' has another mode or time in the payload than in the header",
                at: .init(file: files[member.index].listed.entry.path)
            )
        }
        var isLink = header.linkCount > 1
        if case .hardLink = files[member.index].listed.entry.kind { isLink = true }
        if isLink, header.inode != files[member.index].inode {
            findings.warn(
                "payload-links",
                "'\(files[member.index].listed.entry.path)' is another hard link in the payload than in the header",
                at: .init(file: files[member.index].listed.entry.path)
            )
        }
    }
}
