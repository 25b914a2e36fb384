/// The signature header of an unsigned package with the padding behind it.
struct RPMSignatureBlock {
    /// The signature header and its padding, which ends where the main header begins.
    let bytes: [UInt8]

    /// The length of lead, signature header and padding in bytes, which is known before anything is written.
    ///
    /// - Parameter isLong: whether sizes take 64 bits.
    static func frontSize(of profile: RPMProfile, isLong: Bool) throws(FormatError) -> Int {
        let length = try header(Contents(isLong: isLong), profile: profile).encode().count
        return RPMLead.byteCount + length + padding(after: length)
    }

    private static func padding(after length: Int) -> Int { (8 - length % 8) % 8 }

    /// What the tags say.
    private struct Contents {
        /// Whether sizes take 64 bits.
        var isLong: Bool
        var sha1 = String(repeating: "0", count: 40)
        var sha256 = String(repeating: "0", count: 64)
        var md5 = [UInt8](repeating: 0, count: 16)
        var size: UInt64 = 0
        var archiveSize: UInt64 = 0
    }

    /// Takes the digests of a header and, where the profile asks for it, of header and payload.
    ///
    /// - Parameters:
    ///   - header: the main header's bytes.
    ///   - archiveSize: the length of the uncompressed payload.
    ///   - isLong: whether sizes take 64 bits.
    ///   - payloadStart: where the payload begins in `output`, behind the room for everything before it.
    init(
        header: [UInt8],
        archiveSize: UInt64,
        isLong: Bool,
        profile: RPMProfile,
        output: OutputFile,
        payloadStart: Int
    ) throws(FormatError) {
        var contents = Contents(isLong: isLong)
        contents.sha256 = Digest.of(header, .sha256).hexadecimal
        contents.size = UInt64(header.count) + output.size - UInt64(payloadStart)
        contents.archiveSize = archiveSize
        if profile.legacyDigests {
            contents.sha1 = Digest.of(header, .sha1).hexadecimal
            var digest = Digest(.md5)
            digest.write(header.span.bytes)
            try output.readBack(from: UInt64(payloadStart)) { digest.write($0) }
            contents.md5 = digest.finalize()
        }
        let encoded = try RPMSignatureBlock.header(contents, profile: profile).encode()
        bytes = encoded + [UInt8](repeating: 0, count: RPMSignatureBlock.padding(after: encoded.count))
    }

    private static func header(_ contents: Contents, profile: RPMProfile) -> RPMSignatureHeader {
        var header = RPMSignatureHeader()
        header[.sha256] = .text(contents.sha256)
        if profile.legacyDigests {
            header[.sha1] = .text(contents.sha1)
            header[.md5] = .binary(contents.md5)
        }
        if contents.isLong {
            header[.longSize] = .int64([contents.size])
            header[.longArchiveSize] = .int64([contents.archiveSize])
        } else {
            header[.size] = .int32([UInt32(truncatingIfNeeded: contents.size)])
            header[.payloadSize] = .int32([UInt32(truncatingIfNeeded: contents.archiveSize)])
        }
        header[.reservedSpace] = .binary([UInt8](repeating: 0, count: max(0, profile.reservedSpace)))
        return header
    }
}
