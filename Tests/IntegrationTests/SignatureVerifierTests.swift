import Omnibus
import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Signatures in packages")
struct SignatureVerifierTests {
    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Fixtures")
    private static let rsa = folder.appending("rpm/keys/gold-rsa.asc")
    private static let eddsa = folder.appending("rpm/keys/gold-eddsa.asc")

    private func verify(_ path: FilePath, with keyring: FilePath) async throws -> Verification {
        try await SignatureVerifier.with(keyring: keyring) { (verifier) async throws(OmnibusError) in
            try await verifier.verify(path)
        }
    }

    private func path(_ name: String) -> FilePath { Self.folder.appending(name) }

    @Test(
        "what rpmsign signed is good with the key that signed, and fails with another",
        arguments: ["gold-signed-rsa", "gold-signed-rsa-v3v4", "gold-signed-eddsa", "gold-signed-eddsa-v3v4"]
    )
    func rpmsign(name: String) async throws {
        let (own, other) = name.contains("rsa") ? (Self.rsa, Self.eddsa) : (Self.eddsa, Self.rsa)
        let good = try await verify(path("rpm/\(name).rpm"), with: own)
        #expect(good.signatureStatus == .good)
        #expect(good.verdict == .ok, "\(good.findings)")
        let unknown = try await verify(path("rpm/\(name).rpm"), with: other)
        #expect(unknown.signatureStatus == .unknownKey)
        #expect(unknown.verdict == .failed)
        #expect(unknown.findings.contains { $0.check == "signature-unknown-key" })
    }

    @Test(
        "an unsigned package fails where a signature is asked for",
        arguments: [
            "rpm/gold-empty-0-0.noarch.rpm", "deb/15-omnibus-lintian-clean.deb",
        ]
    )
    func unsigned(name: String) async throws {
        let result = try await verify(path(name), with: Self.rsa)
        #expect(result.signatureStatus == .none)
        #expect(result.verdict == .failed)
        #expect(result.findings.map(\.check).contains("signature-none"))
    }

    @Test("a signature that was moved to another package is bad", arguments: [268, 1002] as [UInt32])
    func moved(tag: UInt32) async throws {
        let folder = try TemporaryFolder()
        let signed = try RPMReader(opening: path("rpm/gold-signed-rsa-v3v4.rpm"))
        var assembly = try RPMAssembly(path("rpm/gold-plain-1.2.3-4.noarch.rpm"))
        let item = try #require(signed.signature.items.first { $0.number == tag })
        assembly.signature.append(item)
        assembly.signature.sort { $0.number < $1.number }
        let moved = folder.path.appending("moved.rpm")
        try assembly.assembled().withUnsafeBytes { bytes in
            let file = try FileDescriptor.open(moved, .writeOnly, options: .create, permissions: .ownerReadWrite)
            _ = try file.closeAfter { try file.writeAll(bytes) }
        }
        let result = try await verify(moved, with: Self.rsa)
        #expect(result.signatureStatus == .bad)
        #expect(result.verdict == .failed)
        #expect(result.findings.contains { $0.check == "signature-bad" })
    }

    /// A key of its own for one test, as gpg makes it.
    private func makeKey(in folder: TemporaryFolder, expires: String = "never") async throws -> [String] {
        let home = folder.path.appending("gnupg").string
        try await output(of: "mkdir", ["-m", "700", home])
        let options = [
            "--homedir", home, "--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "",
        ]
        try await output(
            of: "gpg",
            options + [
                "--faked-system-time", "20200101T000000", "--quick-gen-key", "Test <test@example.invalid>", "rsa2048",
                "sign", expires,
            ]
        )
        return options
    }

    @Test("keyrings are taken armoured, binary and as gpg's own keybox")
    func keyrings() async throws {
        let folder = try TemporaryFolder()
        let home = folder.path.appending("home").string
        try await output(of: "mkdir", ["-m", "700", home])
        let options = ["--homedir", home, "--batch", "--no-tty", "--quiet"]
        try await output(of: "gpg", options + ["--import", Self.rsa.string])
        let binary = folder.path.appending("keys.gpg")
        try await output(of: "gpg", options + ["--output", binary.string, "--export"])
        for keyring in [Self.rsa, binary, folder.path.appending("home/pubring.kbx")] {
            #expect(try await verify(path("rpm/gold-signed-rsa.rpm"), with: keyring).signatureStatus == .good)
        }
        await #expect(throws: OmnibusError.self) {
            _ = try await verify(path("rpm/gold-signed-rsa.rpm"), with: path("rpm/README.md"))
        }
        await #expect(throws: OmnibusError.self) {
            _ = try await verify(path("rpm/gold-signed-rsa.rpm"), with: path("rpm/no-such-keyring"))
        }
    }

    @Test("a .deb's signature covers its three members", arguments: [true, false])
    func debsigs(isArmoured: Bool) async throws {
        let folder = try TemporaryFolder()
        let options = try await makeKey(in: folder)
        let keyring = folder.path.appending("key.gpg")
        try await output(of: "gpg", options + ["--output", keyring.string, "--export"])
        let reader = try DebianReader(opening: path("deb/01-plain-gz.deb"))
        var members: [UInt8] = []
        try reader.file.readMembers { piece in piece.withUnsafeBytes { members.append(contentsOf: $0) } }
        let data = folder.path.appending("members")
        func write(_ bytes: [UInt8], _ path: FilePath) throws {
            let file = try FileDescriptor.open(
                path,
                .writeOnly,
                options: [.create, .truncate],
                permissions: .ownerReadWrite
            )
            _ = try file.closeAfter { try file.writeAll(bytes) }
        }
        try write(members, data)
        let detached = folder.path.appending("signature")
        try await output(
            of: "gpg",
            options + ["--digest-algo", "SHA256", "--output", detached.string] + (isArmoured ? ["--armor"] : [])
                + ["--detach-sign", data.string]
        )
        let signature = try InputFile(opening: detached)
        let bytes = try signature.bytes(at: 0, count: Int(signature.size))
        let original = try reader.file.file.bytes(at: 0, count: Int(reader.file.file.size))
        let member = try ArArchive.header(name: "_gpgorigin", size: UInt64(bytes.count), date: 0) + bytes
        let signed = folder.path.appending("golden-plain_1.0-1_all.deb")
        try write(original + member + (bytes.count % 2 == 1 ? [0x0A] : []), signed)
        let result = try await verify(signed, with: keyring)
        #expect(result.signatureStatus == .good)
        #expect(result.verdict == .ok, "\(result.findings)")
        #expect(result.signatures.map(\.slot) == ["_gpgorigin"])
        // Another member's byte makes it bad.
        var damaged = original
        damaged[130] ^= 1
        try write(damaged + member + (bytes.count % 2 == 1 ? [0x0A] : []), signed)
        #expect(try await verify(signed, with: keyring).verdict == .failed)
    }

    @Test("a key that has expired is not relied on")
    func expired() async throws {
        let folder = try TemporaryFolder()
        let options = try await makeKey(in: folder, expires: "20200201T000000")
        let keyring = folder.path.appending("key.gpg")
        try await output(of: "gpg", options + ["--output", keyring.string, "--export"])
        let package = path("rpm/gold-empty-0-0.noarch.rpm")
        let reader = try RPMReader(opening: package)
        let data = folder.path.appending("header")
        let file = try FileDescriptor.open(data, .writeOnly, options: .create, permissions: .ownerReadWrite)
        _ = try file.closeAfter { try file.writeAll(reader.headerBytes) }
        let detached = folder.path.appending("signature")
        try await output(
            of: "gpg",
            options + [
                "--faked-system-time", "20200115T000000", "--output", detached.string, "--detach-sign", data.string,
            ]
        )
        let signature = try InputFile(opening: detached)
        var items = reader.signature.items
        items.append(.init(number: 268, value: .binary(try signature.bytes(at: 0, count: Int(signature.size)))))
        items.sort { $0.number < $1.number }
        var front = try RPMSignatureHeader(items: items).encode()
        while front.count % 8 != 0 { front.append(0) }
        let payload = try reader.file.bytes(at: reader.payloadRange.lowerBound, count: 1 << 20)
        let signed = folder.path.appending("signed.rpm")
        let output = try FileDescriptor.open(signed, .writeOnly, options: .create, permissions: .ownerReadWrite)
        let lead = try reader.file.bytes(at: 0, count: 96)
        _ = try output.closeAfter { try output.writeAll(lead + front + reader.headerBytes + payload) }
        let result = try await verify(signed, with: keyring)
        #expect(result.signatureStatus == .bad)
        #expect(
            result.findings.contains { $0.check == "signature-bad" && $0.message.contains("expired") },
            "\(result.findings)"
        )
    }
}
