/// Every tag of the signature header, by number.
extension RPMTag<RPMSignatureKind> {
    /// The region that marks what belongs to the header.
    public static var headerSignatures: Self { Self(62, "HEADERSIGNATURES", .binary) }
    /// OpenPGP signature of the header by a DSA, ECDSA or EdDSA key.
    public static var dsa: Self { Self(267, "DSA", .binary) }
    /// OpenPGP signature of the header by an RSA key.
    public static var rsa: Self { Self(268, "RSA", .binary) }
    /// SHA-1 of the header, hexadecimal.
    public static var sha1: Self { Self(269, "SHA1", .string) }
    /// Length of header and payload from 4 GiB on.
    public static var longSize: Self { Self(270, "LONGSIZE", .int64) }
    /// Length of the uncompressed payload from 4 GiB on.
    public static var longArchiveSize: Self { Self(271, "LONGARCHIVESIZE", .int64) }
    /// SHA-256 of the header, hexadecimal.
    public static var sha256: Self { Self(273, "SHA256", .string) }
    /// IMA signatures of the files, hexadecimal.
    public static var fileSignatures: Self { Self(274, "FILESIGNATURES", .stringArray) }
    /// Length of each IMA signature.
    public static var fileSignatureLength: Self { Self(275, "FILESIGNATURELENGTH", .int32) }
    /// fs-verity signatures of the files, base64.
    public static var veritySignatures: Self { Self(276, "VERITYSIGNATURES", .stringArray) }
    /// Digest of the fs-verity signatures.
    public static var veritySignatureAlgorithm: Self { Self(277, "VERITYSIGNATUREALGO", .int32) }
    /// OpenPGP signatures of the header, base64 (v6).
    public static var openPGP: Self { Self(278, "OPENPGP", .stringArray) }
    /// SHA3-256 of the header, hexadecimal (v6).
    public static var sha3_256: Self { Self(279, "SHA3_256", .string) }
    /// Room for signatures (v6).
    public static var reserved: Self { Self(999, "RESERVED", .binary) }
    /// Length of header and payload.
    public static var size: Self { Self(1000, "SIZE", .int32) }
    /// OpenPGP signature of header and payload by an RSA key.
    public static var pgp: Self { Self(1002, "PGP", .binary) }
    /// MD5 of header and payload.
    public static var md5: Self { Self(1004, "MD5", .binary) }
    /// OpenPGP signature of header and payload by a DSA, ECDSA or EdDSA key.
    public static var gpg: Self { Self(1005, "GPG", .binary) }
    /// Length of the uncompressed payload.
    public static var payloadSize: Self { Self(1007, "PAYLOADSIZE", .int32) }
    /// Room for signatures.
    public static var reservedSpace: Self { Self(1008, "RESERVEDSPACE", .binary) }

    static var table: [Self] {
        [
            .headerSignatures, .dsa, .rsa, .sha1, .longSize, .longArchiveSize, .sha256, .fileSignatures,
            .fileSignatureLength, .veritySignatures, .veritySignatureAlgorithm, .openPGP, .sha3_256, .reserved, .size,
            .pgp, .md5, .gpg, .payloadSize, .reservedSpace,
        ]
    }
}
