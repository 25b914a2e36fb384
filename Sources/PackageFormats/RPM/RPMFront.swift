/// What stands before an rpm's payload: the lead and the two headers, read and checked.
///
/// It never changes, and is a class so that a reader is handed on as one reference, not as the dozen that are in here.
final class RPMFront: Sendable {
    let lead: RPMLead
    let signature: RPMSignatureHeader
    /// The signature header's bytes.
    let signatureBytes: [UInt8]
    let header: RPMMainHeader
    /// The main header's bytes, which digests are made of.
    let headerBytes: [UInt8]
    /// Where the main header lies in the file; the payload begins at its end.
    let headerRange: Range<UInt64>

    /// How many bytes are read first: the lead, and the beginning of the signature header, which says how long that is.
    static let beginning = RPMLead.byteCount + RPMHeaderLayout.introSize

    /// Reads up to the payload, and not one byte of that.
    ///
    /// - Parameters:
    ///   - file: the package.
    ///   - first: its first ``beginning`` bytes, or all, where somebody read them already.
    /// - Throws: ``FormatError`` with the codes of ``RPMLead/init(decoding:)`` and ``RPMHeader/init(decoding:offset:)``, or
    ///   with ``FormatError/Code/rpmHeaderPadding``.
    init(reading file: InputFile, first: [UInt8]? = nil) throws(FormatError) {
        let signatureStart = RPMLead.byteCount
        var first = first ?? []
        if first.isEmpty { first = try file.bytes(at: 0, count: Self.beginning) }
        lead = try RPMLead(decoding: first)
        let signatureSize = try RPMSignatureHeader.byteCount(
            in: first,
            at: signatureStart,
            offset: UInt64(signatureStart)
        )
        let paddedSize = (signatureSize + 7) / 8 * 8
        // Up to the beginning of the main header. Only what is there is read, so that a header which promises much costs
        // nothing.
        let second = try file.bytes(at: UInt64(signatureStart), count: paddedSize + RPMHeaderLayout.introSize)
        signatureBytes = Array(second.prefix(signatureSize))
        signature = try RPMSignatureHeader(decoding: signatureBytes, offset: UInt64(signatureStart))
        let padding = second.dropFirst(signatureSize).prefix(paddedSize - signatureSize)
        guard padding.count == paddedSize - signatureSize, padding.allSatisfy({ $0 == 0 }) else {
            throw FormatError(
                .rpmHeaderPadding,
                "the signature header is not padded with zeros to a multiple of 8 bytes",
                offset: UInt64(signatureStart + signatureSize)
            )
        }
        let start = UInt64(signatureStart + paddedSize)
        let size = try RPMMainHeader.byteCount(in: second, at: paddedSize, offset: start)
        headerBytes = try file.bytes(at: start, count: size)
        header = try RPMMainHeader(decoding: headerBytes, offset: start)
        headerRange = start..<(start + UInt64(headerBytes.count))
    }

    /// Whether headers are those of a source package: they say so, or nothing says from which source package it was built
    /// and its files have no directory.
    static func isSource(_ header: RPMMainHeader, _ lead: RPMLead) -> Bool {
        if header.contains(.sourcePackage) { return true }
        guard !header.contains(.sourceRPM) else { return false }
        return header.strings(.dirNames).map { $0.count == 1 && !$0.hasText }
            ?? (lead.type == RPMLead.Kind.source.rawValue)
    }
}

extension FormatError.Code {
    /// The bytes between the two headers are not as they should be.
    public static let rpmHeaderPadding = Self(rawValue: "rpm-header-padding")
}
