/// What stands before an rpm's payload: the lead and the two headers, read and checked.
struct RPMFront {
    let lead: RPMLead
    let signature: RPMSignatureHeader
    /// The signature header's bytes.
    let signatureBytes: [UInt8]
    let header: RPMMainHeader
    /// The main header's bytes, which digests are made of.
    let headerBytes: [UInt8]
    /// Where the main header lies in the file; the payload begins at its end.
    let headerRange: Range<UInt64>

    /// Reads up to the payload, and not one byte of that.
    ///
    /// - Throws: ``FormatError`` with the codes of ``RPMLead/init(decoding:)`` and ``RPMHeader/init(decoding:offset:)``, or
    ///   with ``FormatError/Code/rpmHeaderPadding``.
    init(reading file: InputFile) throws(FormatError) {
        lead = try RPMLead(decoding: file.bytes(at: 0, count: RPMLead.byteCount))
        (signature, signatureBytes) = try RPMFront.header(in: file, at: UInt64(RPMLead.byteCount))
        let signatureEnd = UInt64(RPMLead.byteCount + signatureBytes.count)
        let start = (signatureEnd + 7) / 8 * 8
        let padding = try file.bytes(at: signatureEnd, count: Int(start - signatureEnd))
        guard padding.count == Int(start - signatureEnd), padding.allSatisfy({ $0 == 0 }) else {
            throw FormatError(
                .rpmHeaderPadding,
                "the signature header is not padded with zeros to a multiple of 8 bytes",
                offset: signatureEnd
            )
        }
        (header, headerBytes) = try RPMFront.header(in: file, at: start)
        headerRange = start..<(start + UInt64(headerBytes.count))
    }

    private static func header<Kind>(
        in file: InputFile,
        at start: UInt64
    ) throws(FormatError) -> (header: RPMHeader<Kind>, bytes: [UInt8]) {
        let intro = try file.bytes(at: start, count: RPMHeaderLayout.introSize)
        let size = try RPMHeader<Kind>.byteCount(intro: intro, offset: start)
        // Only what is there is read, so that a header which promises much costs nothing.
        let bytes = try file.bytes(at: start, count: size)
        return (try RPMHeader<Kind>(decoding: bytes, offset: start), bytes)
    }

    /// Whether headers are those of a source package: they say so, or nothing says from which source package it was built
    /// and its files have no directory.
    static func isSource(_ header: RPMMainHeader, _ lead: RPMLead) -> Bool {
        if header[.sourcePackage] != nil { return true }
        guard header[.sourceRPM] == nil else { return false }
        return header.strings(.dirNames).map { $0.count == 1 && !$0.hasText }
            ?? (lead.type == RPMLead.Kind.source.rawValue)
    }
}

extension FormatError.Code {
    /// The bytes between the two headers are not as they should be.
    public static let rpmHeaderPadding = Self(rawValue: "rpm-header-padding")
}
