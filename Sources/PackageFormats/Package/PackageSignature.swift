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
