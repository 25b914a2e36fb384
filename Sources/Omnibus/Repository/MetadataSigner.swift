/// Signs the root of a repository, so that clients can tell whose it is.
public protocol MetadataSigner: Sendable {
    /// Signs bytes apart from them.
    ///
    /// - Returns: an ASCII-armoured signature (RFC 4880, 11.4), as `repomd.xml.asc` and `Release.gpg` are.
    /// - Throws: ``OmnibusError`` where there is no key, or none that can sign.
    func detachedSignature(of bytes: [UInt8]) async throws(OmnibusError) -> [UInt8]

    /// Signs a text and puts the signature around it.
    ///
    /// - Returns: the cleartext signature (RFC 4880, 7), as `InRelease` is.
    /// - Throws: ``OmnibusError`` where there is no key, or none that can sign.
    func clearsigned(_ text: [UInt8]) async throws(OmnibusError) -> [UInt8]

    /// The public key, ASCII-armoured, that clients check with.
    ///
    /// - Throws: ``OmnibusError`` where there is none.
    func publicKey() async throws(OmnibusError) -> [UInt8]
}

/// Checks signatures of the root of a repository.
public protocol MetadataSignatureChecker: Sendable {
    /// Checks a signature apart from the bytes that it is of.
    ///
    /// - Returns: `nil` for a good signature by a trusted key that has not expired, else what is wrong with it.
    /// - Throws: ``OmnibusError`` where signatures cannot be checked at all.
    func complaint(aboutSignature signature: [UInt8], of bytes: [UInt8]) async throws(OmnibusError) -> String?

    /// Checks a text that is signed in itself.
    ///
    /// - Returns: `nil` for a good signature by a trusted key that has not expired, else what is wrong with it.
    /// - Throws: ``OmnibusError`` where signatures cannot be checked at all.
    func complaint(aboutClearsigned text: [UInt8]) async throws(OmnibusError) -> String?
}
