public import PackageFormats
public import SystemPackage

extension GPGSigner {
    /// Signs an rpm in place, replacing the signatures that it has. It is checked first, digest by digest.
    ///
    /// - Returns: what the signature says of itself.
    /// - Throws: ``OmnibusError`` with code `deb-not-signed` for a .deb, with the code of what is wrong with the package, or as
    ///   ``binarySignature(of:)`` does.
    @discardableResult
    public func sign(_ path: FilePath) async throws(OmnibusError) -> OpenPGPSignature {
        // A link stays a link.
        let file = FileSystem.resolved(path) ?? path
        let signer = try Self.packageSigner(of: file)
        let signature = try await binarySignature(of: signer.signedBytes)
        do throws(FormatError) {
            try signer.attach(signature)
            return try OpenPGPSignature.decode(signature).signature
        } catch {
            throw OmnibusError(error, doing: "the signature of \(path)")
        }
    }

    /// Signs an rpm that was written and has no name yet.
    ///
    /// - Returns: what the signature says of itself.
    /// - Throws: ``OmnibusError`` as ``sign(_:)`` does.
    @discardableResult
    func sign(_ output: OutputFile) async throws(OmnibusError) -> OpenPGPSignature {
        let bytes: [UInt8]
        do throws(FormatError) {
            bytes = try RPMSigner(RPMReader(reading: output.reopened())).signedBytes
        } catch {
            throw OmnibusError(error, doing: "the signature of \(output.path)")
        }
        let signature = try await binarySignature(of: bytes)
        do throws(FormatError) {
            try RPMSigner.attach(signature, to: output)
            return try OpenPGPSignature.decode(signature).signature
        } catch {
            throw OmnibusError(error, doing: "the signature of \(output.path)")
        }
    }

    /// What a package's signature has to be of, checked first, for a key that is on another machine.
    ///
    /// - Throws: ``OmnibusError`` as ``sign(_:)`` does.
    public static func packageSigner(of path: FilePath) throws(OmnibusError) -> RPMSigner {
        do throws(FormatError) {
            if try PackageFile.format(of: InputFile(opening: path)) == .rpm { return try RPMSigner(checking: path) }
        } catch {
            throw OmnibusError(error, doing: "the signature")
        }
        throw OmnibusError(
            "deb-not-signed",
            .badInput,
            "\(path) is a .deb, which no tool of Debian's checks a signature in",
            hint: "sign the repository: apt trusts its InRelease, and by that every package"
        )
    }
}
