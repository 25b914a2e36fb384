internal import Glibc
public import SystemPackage

/// Puts an OpenPGP signature into an rpm, as rpmsign(8) does. Making the signature is another program's work: it has to be
/// a detached one, binary or armoured, of ``signedBytes``.
///
/// A signature is of the main header, whose digests vouch for the payload. It goes into DSA (267) or RSA (268), by the kind
/// of the key, or into OPENPGP (278) of an rpm of format 6; rpm 4.14 and later check it before anything is installed. Room
/// that is kept free in the signature header takes it, so that nothing behind that header moves.
public struct RPMSigner: Sendable {
    private let package: RPMReader

    /// Makes a signer of a package whose headers were read.
    public init(_ package: RPMReader) { self.package = package }

    /// Makes a signer of a package on disk that is whole: a signature would vouch for whatever damage there is.
    ///
    /// - Throws: ``FormatError`` as ``RPMReader/init(opening:decoders:)`` does, or with the code of the first fault that
    ///   ``RPMVerifier`` finds.
    public init(checking path: FilePath) throws(FormatError) {
        package = try RPMReader(opening: path)
        let verification = try RPMVerifier(package).verification()
        guard let fault = verification.findings.first(where: { $0.severity == .error }) else { return }
        throw FormatError(
            FormatError.Code(rawValue: fault.check),
            "is damaged and is not signed: \(fault.message)",
            path: path.string
        )
    }

    /// The bytes that the signature has to be of: the main header from its magic to its end.
    public var signedBytes: [UInt8] { package.headerBytes }

    /// Puts a signature into the package's file in place of all that were there. The file is replaced by a new one with the
    /// same mode, so that there is never a half-written one.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/signaturePacket`` for what is no such signature,
    ///   ``FormatError/Code/inputOutput`` or ``FormatError/Code/cannotCreate``.
    public func attach(_ signature: [UInt8]) throws(FormatError) {
        let front = try front(with: signature)
        let output = try OutputFile(creating: package.path)
        try output.write(front)
        var rest = StreamReader(package.file.part(from: package.headerRange.lowerBound))
        try rest.read(package.file.size - package.headerRange.lowerBound) { (piece) throws(FormatError) in
            try FormatError.checkCancellation()
            try output.write(piece)
        }
        let status = try FileStatus(following: package.path)
        fchmod(output.descriptor, mode_t(status.mode))
        try output.commit()
    }

    /// Puts a signature into a package that was written and has no name yet.
    ///
    /// - Throws: ``FormatError`` as ``attach(_:)`` does, or with code ``FormatError/Code/limitExceeded`` where
    ///   ``RPMProfile/reservedSpace`` is too small for it.
    public static func attach(_ signature: [UInt8], to output: OutputFile) throws(FormatError) {
        let package = try RPMReader(reading: output.reopened())
        let front = try RPMSigner(package).front(with: signature)
        guard front.count == Int(package.headerRange.lowerBound) else {
            throw FormatError(
                .limitExceeded,
                "a signature of \(signature.count) bytes does not fit into the reserved space",
                path: output.path.string
            )
        }
        try output.overwrite(front, at: 0)
    }

    /// Lead, signature header and padding with a signature in it: as long as they were if there is room.
    private func front(with signature: [UInt8]) throws(FormatError) -> [UInt8] {
        let bytes = OpenPGPArmor.decode(signature, .signature) ?? signature
        let (packet, length) = try OpenPGPSignature.decode(bytes)
        guard length == bytes.count, packet.type == 0, packet.version > 3 else {
            throw FormatError(.signaturePacket, "has to be one detached signature of a binary document")
        }
        guard !packet.hasWeakHash else {
            throw FormatError(.signaturePacket, "is made with \(packet.hashName), which rpm does not accept any more")
        }
        var header = package.signature
        let isVersion6 = package.formatVersion >= 6
        let spare = isVersion6 ? RPMTag<RPMSignatureKind>.reserved : .reservedSpace
        for tag in [RPMTag<RPMSignatureKind>.dsa, .rsa, .openPGP, .pgp, .gpg, spare] { header[tag] = nil }
        if isVersion6 {
            header[.openPGP] = .stringArray(PackedStrings([Base64.encode(bytes)]))
        } else {
            header[packet.isByRSA ? .rsa : .dsa] = .binary(bytes)
        }
        let withoutSpare = try header.encode().count
        if withoutSpare != package.signatureBytes.count {
            let room = package.signatureBytes.count - withoutSpare - RPMHeaderLayout.indexEntrySize
            // A new header gets the room that rpmbuild leaves.
            header[spare] = .binary([UInt8](repeating: 0, count: room > 0 ? room : RPMProfile().reservedSpace))
        }
        let encoded = try header.encode()
        let padding = (8 - encoded.count % 8) % 8
        return try package.file.bytes(at: 0, count: RPMLead.byteCount) + encoded + [UInt8](repeating: 0, count: padding)
    }
}

extension OpenPGPSignature {
    /// Whether an RSA key made it.
    fileprivate var isByRSA: Bool { (1...3).contains(publicKeyAlgorithm) }
}
