import Foundation
import PackageFormats
import SystemPackage
import Testing

/// Packages signed by gpg are what rpm takes for signed.
@Suite struct SigningTests {
    private let program: String

    init() throws { program = try Program.path() }

    private func package(
        in folder: TemporaryFolder,
        profile: RPMProfile = RPMProfile(compression: .zstd)
    ) throws -> FilePath {
        try RPMWriter(profile: profile).write(RPMSamples.installable(), to: folder.path)
    }

    private func sign(
        _ arguments: [String],
        with keys: SigningKeys,
        passphrase: String? = nil
    ) async throws -> ToolResult {
        guard let passphrase else { return try await run(program, ["sign"] + arguments, environment: keys.environment) }
        let file = try keys.folder.write(passphrase + "\n", to: "passphrase")
        let script = #"exec 9<"$1"; shift; exec "$@" --passphrase-fd 9"#
        return try await run(
            "sh",
            ["-c", script, "sh", file.string, program, "sign"] + arguments,
            environment: keys.environment
        )
    }

    @Test("rpm accepts the signature of either kind of key, and the file keeps its size and mode")
    func accepted() async throws {
        let keys = try await SigningKeys(.rsa, .edwards)
        for kind in [SigningKeys.Kind.rsa, .edwards] {
            let folder = try TemporaryFolder()
            let file = try package(in: folder)
            try await output(of: "chmod", ["640", file.string])
            let before = try bytes(of: file)
            let signed = try await sign(["--key", kind.rawValue, file.string], with: keys)
            #expect(signed.status == 0, "\(signed.error)")
            #expect(signed.lines == [file.string])
            #expect(try bytes(of: file).count == before.count)
            #expect(try await output(of: "stat", ["--format=%a", file.string]) == "640\n")

            let trusted = try await keys.rpmkeys(file, trusting: kind)
            #expect(trusted.status == 0)
            #expect(trusted.output.hasSuffix(": digests signatures OK\n"))
            #expect(try await keys.rpmkeys(file, trusting: kind == .rsa ? .edwards : .rsa).status == 1)
        }
        try await keys.close()
    }

    @Test("a second signature takes the place of the first")
    func replaced() async throws {
        let keys = try await SigningKeys(.rsa, .edwards)
        let folder = try TemporaryFolder()
        let file = try package(in: folder)
        let size = try bytes(of: file).count
        for kind in [SigningKeys.Kind.edwards, .rsa, .edwards] {
            #expect(try await sign(["--key", kind.rawValue, file.string], with: keys).status == 0)
        }
        #expect(try bytes(of: file).count == size)
        #expect(try await keys.rpmkeys(file, trusting: .edwards).status == 0)
        let tags = try await output(of: "rpm", ["-qp", "--nosignature", "--qf", "%{RSAHEADER}", file.string])
        #expect(tags == "(none)")
        try await keys.close()
    }

    @Test("a package with no room for a signature gets a new signature header")
    func moved() async throws {
        let keys = try await SigningKeys(.rsa)
        let folder = try TemporaryFolder()
        let file = try package(in: folder, profile: RPMProfile(compression: .gzip, reservedSpace: 0))
        let size = try bytes(of: file).count
        #expect(try await sign(["--key", "rsa@example.com", file.string], with: keys).status == 0)
        #expect(try bytes(of: file).count > size)
        #expect(try await keys.rpmkeys(file, trusting: .rsa).status == 0)
        try await keys.close()
    }

    @Test("a key on another machine signs what --prepare prints, and --attach puts it in", arguments: [true, false])
    func split(armoured: Bool) async throws {
        let keys = try await SigningKeys(.rsa)
        let folder = try TemporaryFolder()
        let file = try package(in: folder)
        let blob = folder.appending("blob")
        try await output(
            of: "sh",
            ["-c", #""$1" sign --prepare "$2" > "$3""#, "sh", program, file.string, blob.string]
        )
        let signature = folder.appending("signature").string
        try await keys.gpg(
            ["--batch", "--output", signature, armoured ? "--armor" : "--no-armor", "--detach-sign", blob.string]
        )
        #expect(try await sign(["--attach", signature, file.string], with: keys).status == 0)
        #expect(try await keys.rpmkeys(file, trusting: .rsa).status == 0)

        let other = try folder.write("no signature", to: "other").string
        let refused = try await sign(["--format=json", "--attach", other, file.string], with: keys)
        #expect(refused.status == 65)
        #expect(refused.output.contains(#""code": "signature-packet""#))
        try await keys.close()
    }

    @Test("a passphrase comes through a descriptor; a wrong one, and keys that cannot sign, are told apart")
    func keys() async throws {
        let keys = try await SigningKeys(.locked, .expired)
        let folder = try TemporaryFolder()
        let file = try package(in: folder)
        let before = try bytes(of: file)
        let cases: [(SigningKeys.Kind, String?, code: String, status: Int32)] = [
            (.locked, "wrong", "signing-passphrase", 65), (.expired, nil, "signing-key-unusable", 65),
            (.rsa, nil, "signing-key-unknown", 66),
        ]
        for (kind, passphrase, code, status) in cases {
            let refused = try await sign(
                ["--format=json", "--key", kind.rawValue, file.string],
                with: keys,
                passphrase: passphrase
            )
            #expect(refused.status == status)
            #expect(refused.output.contains("\"code\": \"\(code)\""), "\(refused.output)\(refused.error)")
            #expect(try bytes(of: file) == before)
        }
        let signed = try await sign(
            ["--key", "locked@example.com", file.string],
            with: keys,
            passphrase: SigningKeys.passphrase
        )
        #expect(signed.status == 0, "\(signed.error)")
        #expect(try await keys.rpmkeys(file, trusting: .locked).status == 0)
        try await keys.close()
    }

    @Test("a damaged package and a deb are not signed")
    func refused() async throws {
        let keys = try await SigningKeys(.rsa)
        let folder = try TemporaryFolder()
        let file = try package(in: folder)
        var damaged = try bytes(of: file)
        damaged[damaged.count - 20] ^= 1
        try damaged.write(to: URL(filePath: file.string))
        let deb = try DebianWriter().write(RPMSamples.plain(name: "plain"), to: folder.path)
        for (path, code) in [(file, "corrupt-stream"), (deb, "deb-not-signed")] {
            let refused = try await sign(["--format=json", "--key", "rsa@example.com", path.string], with: keys)
            #expect(refused.status == 65)
            #expect(refused.output.contains("\"code\": \"\(code)\""), "\(refused.output)")
        }
        #expect(try bytes(of: file) == damaged)
        try await keys.close()
    }

    @Test("a build signs its rpms, and says where the old rpm cannot read the signature")
    func build() async throws {
        let keys = try await SigningKeys(.rsa, .edwards)
        let folder = try TemporaryFolder()
        try folder.write("content\n", to: "tree/file")
        let manifest = try folder.write(PlainTree.manifest(tree: "tree"), to: "manifest.yaml")
        let arguments = [
            "--manifest", manifest.string, "--distribution=rhel-9", "--distribution=centos-7", "--destination-path",
            folder.path.string,
        ]
        let packages = try await Program.build(
            arguments + ["--sign-key=rsa@example.com"],
            environment: keys.environment
        )
        for package in packages { #expect(try await keys.rpmkeys(package, trusting: .rsa).status == 0) }
        let warned = try await run(
            program,
            ["build"] + arguments + ["--sign-key=edwards@example.com"],
            environment: keys.environment
        )
        #expect(warned.status == 0)
        #expect(warned.error.contains("warning: centos-7: its rpm reads only signatures by RSA keys"))
        try await keys.close()
    }
}
