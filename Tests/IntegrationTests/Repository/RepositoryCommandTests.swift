import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// `flocker-pkg repository` as people use it, with what is wrong with folders.
@Suite("The repository command")
struct RepositoryCommandTests {
    /// The bytes of everything that is published.
    private static func state(_ folder: FilePath) async throws -> String {
        try await output(
            of: "sh",
            [
                "-c",
                "cd '\(folder)' && find . -type f ! -name '*.rpm' ! -name '*.deb' | LC_ALL=C sort | xargs sha256sum",
            ]
        )
    }

    private static func repository(_ kind: RepositoryUpdate.Kind) async throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let packages = kind == .apt ? folder.appending("pool/main") : folder.path
        try await output(of: "mkdir", ["-p", packages.string])
        if kind == .yum {
            try RepositorySamples.writeInstallableRPMs("1.0", to: packages)
        } else {
            try RepositorySamples.writeInstallableDebs("1.0", to: packages)
        }
        _ = try await RepositoryMetadataTests.update(folder.path, kind)
        return folder
    }

    @Test("update finds out the kind, prints one line, and JSON on demand")
    func results() async throws {
        let folder = try TemporaryFolder()
        try RepositorySamples.writeInstallableRPMs("1.0", to: folder.path)
        let text = try await Program.run("repository", "update", folder.path.string)
        #expect(text.output == "\(folder.path)/repodata/repomd.xml: 2 packages, 2 read, 0 unchanged, 0 removed\n")
        #expect(text.error.isEmpty)
        let json = try await Program.run("repository", "verify", "--format=json", folder.path.string)
        let report = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(report["verdict"] as? String == "ok" && report["packages"] as? Int == 2)
        let empty = try TemporaryFolder()
        let refused = try await Program.run("repository", "update", empty.path.string)
        #expect(refused.status == 64 && refused.error.contains("holds no packages"))
        let missing = try await Program.run("repository", "update", "/nowhere/at/all")
        #expect(missing.status == 66)
    }

    @Test(
        "a broken package stops everything and is named, or is left out on demand",
        arguments: RepositoryUpdate.Kind.allCases
    )
    func broken(kind: RepositoryUpdate.Kind) async throws {
        let folder = try await Self.repository(kind)
        let suffix = kind == .yum ? "rpm" : "deb"
        let packages = kind == .apt ? folder.appending("pool/main") : folder.path
        let good = kind == .yum ? "sample-tool-1.0-1.noarch.rpm" : "sample-tool_1.0-1_all.deb"
        try await output(
            of: "sh",
            ["-c", "cd '\(packages)' && head -c 300 '\(good)' > broken.\(suffix) && echo no > text.\(suffix)"]
        )
        let before = try await Self.state(folder.path)
        let stopped = try await Program.run("repository", "update", "--type", kind.rawValue, folder.path.string)
        #expect(stopped.status == 65)
        #expect(stopped.error.contains("broken.\(suffix)") && stopped.error.contains("text.\(suffix)"))
        #expect(stopped.error.contains("hint: ") && stopped.error.contains("--skip-broken"))
        #expect(try await Self.state(folder.path) == before)
        let skipped = try await Program.run(
            "repository",
            "update",
            "--type",
            kind.rawValue,
            "--skip-broken",
            folder.path.string
        )
        #expect(skipped.status == 0, "\(skipped.error)")
        #expect(skipped.output.contains("2 packages") && skipped.output.contains("2 left out"))
        #expect(skipped.error.contains("broken.\(suffix)"))
    }

    @Test(
        "two packages that claim to be the same are named, or the newest is listed",
        arguments: [RepositoryUpdate.Kind.yum, .aptFlat]
    )
    func duplicates(kind: RepositoryUpdate.Kind) async throws {
        let folder = try await Self.repository(kind)
        let (suffix, name) = kind == .yum ? ("rpm", "sample-tool-1.0-1.noarch") : ("deb", "sample-tool_1.0-1_all")
        // The same build once more, with another changelog inside.
        var package = try RepositorySamples.installable("1.0")[1]
        package.summary = "Another one"
        let other = folder.appending("again.\(suffix)")
        if kind == .yum {
            try RPMWriter(threads: 1).write(package, at: other)
        } else {
            try DebianWriter(threads: 1).write(package, at: other)
        }
        try await output(of: "touch", ["-d", "2020-01-01", folder.appending("\(name).\(suffix)").string])
        let before = try await Self.state(folder.path)
        let stopped = try await Program.run("repository", "update", folder.path.string)
        #expect(stopped.status == 65)
        #expect(stopped.error.contains("again.\(suffix)") && stopped.error.contains("\(name).\(suffix)"))
        #expect(try await Self.state(folder.path) == before)
        let kept = try await Program.run("repository", "update", "--on-duplicate", "keep-newest", folder.path.string)
        #expect(kept.status == 0 && kept.output.contains("2 packages"))
        let report = try await RepositoryVerification(of: .folder(folder.path)).run()
        #expect(report.isSound)
        #expect(report.findings.map(\.check) == ["unlisted-package"])
        #expect(report.findings[0].message.contains("\(name).\(suffix)"))
    }

    @Test("links to folders, loops and foreign files harm nothing")
    func links() async throws {
        let folder = try await Self.repository(.yum)
        let outside = try TemporaryFolder()
        try RepositorySamples.writeRPMs(1, to: outside.path)
        try await output(
            of: "sh",
            [
                "-c",
                "cd '\(folder.path)' && ln -s . loop && ln -s .. up && ln -s '\(outside.path)' outside && "
                    + "ln -s nowhere dead.rpm && ln -s '\(outside.path)'/sample-0* linked.rpm && mkfifo pipe.rpm && "
                    + "echo text > README && mkdir folder.rpm",
            ]
        )
        let result = try await Program.run("repository", "update", folder.path.string)
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("3 packages"))
        for name in ["loop", "up", "outside", "dead.rpm"] { #expect(result.error.contains("/\(name) is a link to")) }
    }

    @Test(
        "file names that no index can hold are refused, those that have to be escaped are not",
        arguments: [("new\nline.rpm", false), ("a & <b> \"c\" 'd' #1 %41 ü.rpm", true), ("tab\there.rpm", false)]
    )
    func names(name: String, isFine: Bool) async throws {
        let folder = try await Self.repository(.yum)
        try RepositorySamples.writeRPMs(1, to: folder.path)
        try await output(of: "sh", ["-c", "cd '\(folder.path)' && mv sample-0-* \"$1\"", "sh", name])
        let result = try await Program.run("repository", "update", folder.path.string)
        #expect(result.status == (isFine ? 0 : 65), "\(result.error)")
        guard isFine else { return }
        #expect(try await RepositoryVerification(of: .folder(folder.path)).run().findings.isEmpty)
        try await WebServer.serving(folder.path) { url in
            let report = try await RepositoryVerification(of: RepositorySource(url)).run()
            #expect(report.findings.isEmpty && report.packages == 3)
        }
    }

    @Test(
        "metadata that are there and cannot be trusted are not built upon, unless everything is made anew",
        arguments: [
            (RepositoryUpdate.Kind.yum, "printf '<repomd>' > repodata/repomd.xml"),
            (.yum, "printf x >> \"$(ls repodata/*-primary.xml.gz)\""),
            (.yum, "rm repodata/*-other.xml.gz"),
            (.yum, "sed -i 's|repodata/\\([0-9a-f]*-primary\\)|../../\\1|' repodata/repomd.xml"),
            (.yum, "sed -i 's/<open-size>[0-9]*/<open-size>10/' repodata/repomd.xml"),
            (.aptFlat, "printf 'x' > Release"), (.aptFlat, "rm -r by-hash Packages*"),
            (.aptFlat, "for f in by-hash/SHA256/* Packages*; do printf x >> \"$f\"; done"),
        ]
    )
    func untrusted(kind: RepositoryUpdate.Kind, damage: String) async throws {
        let folder = try await Self.repository(kind)
        try await output(of: "sh", ["-c", "cd '\(folder.path)' && \(damage)"])
        let before = try await Self.state(folder.path)
        let type = "--type=\(kind.rawValue)"
        let refused = try await Program.run("repository", "update", type, folder.path.string)
        #expect(refused.status == 65, "\(refused.error)")
        #expect(refused.error.contains("--rebuild"))
        #expect(try await Self.state(folder.path) == before)
        #expect(try await Program.run("repository", "verify", type, folder.path.string).status == 1)
        let rebuilt = try await Program.run("repository", "update", type, "--rebuild", folder.path.string)
        #expect(rebuilt.status == 0, "\(rebuilt.error)")
        #expect(try await RepositoryVerification(of: .folder(folder.path)).run().isSound)
    }

    @Test(
        "verify finds what clients would stumble over",
        arguments: [
            (RepositoryUpdate.Kind.yum, "rm sample-tool-1.0-1.noarch.rpm", "package-missing"),
            (.yum, "printf x >> sample-tool-1.0-1.noarch.rpm", "package-size"),
            (.yum, "printf x | dd of=sample-tool-1.0-1.noarch.rpm bs=1 seek=999 conv=notrunc", "package-checksum"),
            (.yum, "rm repodata/*-filelists.xml.gz", "document-missing"),
            (.yum, "printf x >> \"$(ls repodata/*-other.xml.gz)\"", "repository-metadata"),
            (.aptFlat, "rm sample-tool_1.0-1_all.deb", "package-missing"),
            (.aptFlat, "rm -r by-hash Packages.gz", "index-missing"),
            (.aptFlat, "rm -r by-hash; printf '\\n' >> Packages.gz", "index-checksum"),
            (.aptFlat, "sed -i 's/^Date:.*/Date: Mon, 19 Oct 2099 00:00:00 UTC/' Release", "release-date"),
        ]
    )
    func findings(kind: RepositoryUpdate.Kind, damage: String, check: String) async throws {
        let folder = try await Self.repository(kind)
        #expect(try await Program.run("repository", "verify", folder.path.string).status == 0)
        try await output(of: "sh", ["-c", "cd '\(folder.path)' && \(damage)"])
        let result = try await Program.run("repository", "verify", folder.path.string)
        #expect(result.status == 1)
        #expect(result.output.contains("failed") && result.output.contains("(\(check))"), "\(result.output)")
        try await WebServer.serving(folder.path) { url in
            let report = try await RepositoryVerification(of: RepositorySource(url)).run()
            #expect(report.findings.contains { $0.check == check && $0.severity == .error })
        }
    }

    @Test(
        "a signed repository is verified by its key, and is not made an unsigned one",
        arguments: RepositoryUpdate.Kind.allCases
    )
    func signed(kind: RepositoryUpdate.Kind) async throws {
        let keys = try await SigningKeys(.rsa, .edwards)
        let folder = try await Self.repository(kind)
        let update = ["repository", "update", "--type", kind.rawValue]
        let signing = ["--sign-key", SigningKeys.Kind.rsa.rawValue, folder.path.string]
        let made = try await run(Program.path(), update + signing, environment: keys.environment)
        #expect(made.status == 0, "\(made.error)")
        let key = try await keys.publicKey(.rsa)
        let good = try await Program.run("repository", "verify", "--keyring", key.string, folder.path.string)
        #expect(good.status == 0 && good.output.contains("signature: good"), "\(good.output)")
        let other = try await keys.publicKey(.edwards)
        let bad = try await Program.run("repository", "verify", "--keyring", other.string, folder.path.string)
        #expect(bad.status == 1 && bad.output.contains("not in the keyring"), "\(bad.output)")

        let before = try await Self.state(folder.path)
        let refused = try await run(Program.path(), update + [folder.path.string])
        #expect(refused.status == 64 && refused.error.contains("--sign-key"))
        let unknown = ["--sign-key", "nobody@example.com", folder.path.string]
        let failed = try await run(Program.path(), update + unknown, environment: keys.environment)
        #expect(failed.status == 66, "\(failed.error)")
        #expect(try await Self.state(folder.path) == before)
        try await keys.close()
    }
}
