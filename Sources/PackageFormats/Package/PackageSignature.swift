/// A signature that is inside a package.
public struct PackageSignature: Sendable, Hashable {
    /// What the signed bytes are.
    public enum Coverage: String, Sendable, Hashable {
        /// An rpm's main header; the digests in it vouch for the payload.
        case header
        /// An rpm's main header and the compressed payload behind it.
        case headerAndPayload = "header+payload"
        /// The bytes of the three members of a .deb, one behind the other (debsigs(1)).
        case members
        /// A text inside the signature that lists digests of a .deb's members (dpkg-sig(1)).
        case list
    }

    /// Where it was found: the tag of an rpm's signature header, or the member of a .deb.
    public var slot: String
    /// What the signed bytes are.
    public var coverage: Coverage
    /// The OpenPGP packet, or `nil` where the bytes are no signature that is understood.
    public var packet: OpenPGPSignature?
    /// The signature's bytes: a binary packet, or of ``Coverage/list`` the signed text.
    public var bytes: [UInt8]

    /// Makes a signature from its parts.
    public init(slot: String, coverage: Coverage, packet: OpenPGPSignature?, bytes: [UInt8]) {
        self.slot = slot
        self.coverage = coverage
        self.packet = packet
        self.bytes = bytes
    }
}

extension PackageSignature {
    /// What can be said of the signature without a key.
    func check(into findings: inout FindingList) {
        let place = Finding.Place(field: slot)
        guard let packet else {
            findings.error("signature-packet", "the signature is no OpenPGP signature packet", at: place)
            return
        }
        if coverage == .list {
            findings.warn(
                "signature-list",
                "the signature is of a list of MD5 and SHA-1 digests, which is not relied on",
                at: place
            )
        } else if (try? OpenPGPSignature.decode(bytes).length) != bytes.count {
            findings.error("signature-packet", "there is something behind the signature packet", at: place)
        } else if packet.type != 0 {
            findings.error(
                "signature-type",
                "the signature is of type \(packet.type), not one of a binary document",
                at: place
            )
        }
        if packet.hasWeakHash {
            findings.warn(
                "signature-hash",
                "the signature is of a \(packet.hashName) digest, which can be forged",
                at: place
            )
        }
    }
}
