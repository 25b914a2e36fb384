import SystemPackage
import Testing

@testable import PackageFormats

@Suite("OpenPGP signatures in packages")
struct OpenPGPTests {
    @Test(
        "key, algorithm and coverage are read from what rpmsign wrote",
        arguments: [
            ("gold-signed-rsa.rpm", ["RSA"], "RSA"), ("gold-signed-eddsa.rpm", ["DSA"], "EdDSA"),
            ("gold-signed-rsa-v3v4.rpm", ["RSA", "PGP"], "RSA"),
            ("gold-signed-eddsa-v3v4.rpm", ["DSA", "GPG"], "EdDSA"),
        ] as [(String, [String], String)]
    )
    func signed(name: String, slots: [String], algorithm: String) throws {
        let package = try PackageFile(opening: RPMFixtures.folder.appending(name))
        let signatures = package.signatures
        #expect(signatures.map(\.slot) == slots)
        #expect(signatures.map(\.coverage) == [.header, .headerAndPayload].prefix(slots.count).map { $0 })
        for signature in signatures {
            let packet = try #require(signature.packet)
            #expect(packet.version == 4 && packet.type == 0)
            #expect(packet.publicKeyName == algorithm)
            #expect(packet.keyID?.utf8.count == 16)
            #expect(packet.fingerprint.map { $0.hasSuffix(packet.keyID ?? "-") } ?? true)
            #expect(packet.creationTime != nil)
            var count: UInt64 = 0
            try package.readSigned(by: signature) { count += UInt64($0.byteCount) }
            let size = package.file.size
            guard case .rpm(let reader) = package.reader else { continue }
            #expect(
                count == (signature.coverage == .header ? reader.headerRange.upperBound : size)
                    - reader.headerRange.lowerBound
            )
        }
        let result = try package.verify()
        #expect(result.verdict == .ok)
        #expect(result.signatureStatus == .unknownKey)
    }

    private static func packet() throws -> [UInt8] {
        try #require(PackageFile(opening: RPMFixtures.folder.appending("gold-signed-rsa.rpm")).signatures.first).bytes
    }

    @Test("every truncation of a packet is an error")
    func truncation() throws {
        let packet = try Self.packet()
        for length in 0..<packet.count {
            let error = DebianFixture.error { () throws(FormatError) in
                _ = try OpenPGPSignature.decode(Array(packet.prefix(length)))
            }
            #expect(error?.code == .signaturePacket)
        }
        #expect(try OpenPGPSignature.decode(packet + [1, 2, 3]).length == packet.count)
    }

    @Test(
        "packets of other kinds and forms are refused",
        arguments: [
            [0x00], [0x80], [0x99, 0, 1, 0], [0x8B, 1, 4], [0xC2, 224, 4], [0x88, 1, 5], [0xC2, 255, 0, 0, 0, 1, 9],
        ] as [[UInt8]]
    )
    func other(bytes: [UInt8]) {
        let error = DebianFixture.error { () throws(FormatError) in _ = try OpenPGPSignature.decode(bytes) }
        #expect(error?.code == .signaturePacket)
    }

    @Test(
        "base64 is read as it is written",
        arguments: [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9v\nYmFy", "foobar"), ("Zg", "f")]
    )
    func base64(text: String, bytes: String) { #expect(Base64.decode(text.utf8) == Array(bytes.utf8)) }

    @Test("what is no base64 is refused", arguments: ["Z", "Zg=", "Zg==Zg==", "Z-==", "Zm9v=", "===="])
    func noBase64(text: String) { #expect(Base64.decode(text.utf8) == nil) }

    @Test("armour is taken off, and what is none refused")
    func armour() {
        let text = "-----BEGIN PGP SIGNATURE-----\r\nVersion: x\r\n\r\nZm9v\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n"
        #expect(OpenPGPArmor.decode(Array(text.utf8), .signature) == Array("foo".utf8))
        #expect(OpenPGPArmor.decode(Array("-----BEGIN PGP SIGNATURE-----\n\nZm9v\n".utf8), .signature) == nil)
    }
}
