import Foundation
import Omnibus
import PackageFormats
import Subprocess
import SystemPackage
import Testing

/// dnf and zypper with a root of their own and our repository alone.
@Suite("Yum repositories and their clients", .serialized)
struct YumClientTests {
    /// A root that knows one repository.
    struct Root {
        let folder: TemporaryFolder
        let options: [String]
        var root: FilePath { folder.appending("root") }

        init(_ url: String, key: FilePath?) async throws {
            folder = try TemporaryFolder()
            try folder.write("", to: "log/.keep")
            try folder.write(
                """
                [sample]
                name=Sample
                baseurl=\(url)
                enabled=1
                gpgcheck=0
                repo_gpgcheck=\(key == nil ? 0 : 1)
                \(key.map { "gpgkey=file://\($0)" } ?? "")
                metadata_expire=0
                """,
                to: "repos/sample.repo"
            )
            options = [
                "--installroot=\(folder.appending("root"))", "--setopt=reposdir=\(folder.appending("repos"))",
                "--setopt=cachedir=\(folder.appending("cache"))", "--setopt=logdir=\(folder.appending("log"))",
                "--setopt=persistdir=\(folder.appending("persist"))", "--releasever=9", "--assumeyes", "--quiet",
                "--setopt=module_platform_id=platform:el9", "--noplugins",
            ]
        }

        func dnf(_ arguments: String...) async throws -> ToolResult { try await run("dnf", options + arguments) }

        func check(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
            let result = try await run("dnf", options + arguments)
            try #require(result.status == 0, "\(result.output)\(result.error)", sourceLocation: sourceLocation)
            return result.lines
        }

        func installed() throws -> [String?] {
            try ["sample-bundle", "sample-tool"].map { name in
                let file = root.appending("opt/\(name)/version")
                guard FileManager.default.fileExists(atPath: file.string) else { return nil }
                return String(decoding: try bytes(of: file), as: UTF8.self).trimmingCharacters(
                    in: .whitespacesAndNewlines
                )
            }
        }
    }

    @Test("dnf installs, updates, downgrades and asks from a signed repository", arguments: [false, true])
    func dnf(overHTTP: Bool) async throws {
        let keys = try await SigningKeys(.rsa)
        let signer = try keys.signer()
        let folder = try TemporaryFolder()
        try RepositorySamples.writeInstallableRPMs("1.0", to: folder.path)
        try RepositorySamples.writeRPMs(12, to: folder.path)
        _ = try await RepositoryMetadataTests.update(folder.path, .yum) { $0.signer = signer }
        let key = try await keys.publicKey(.rsa)
        if overHTTP {
            try await WebServer.serving(folder.path) { try await Self.use($0, folder, signer, key) }
        } else {
            try await Self.use("file://\(folder.path)", folder, signer, key)
        }
        try await keys.close()
    }

    private static func use(_ url: String, _ folder: TemporaryFolder, _ signer: GPGSigner, _ key: FilePath) async throws
    {
        let root = try await Root(url, key: key)
        _ = try await root.check("install", "sample-tool")
        #expect(try root.installed() == ["1.0", "1.0"])

        try RepositorySamples.writeInstallableRPMs("1.1", to: folder.path)
        let summary = try await RepositoryMetadataTests.update(folder.path, .yum) { $0.signer = signer }
        #expect(summary.packages == 16)
        _ = try await root.check("upgrade", "--refresh")
        #expect(try root.installed() == ["1.1", "1.1"])
        _ = try await root.check("downgrade", "sample-tool-1.0", "sample-bundle-1.0")
        #expect(try root.installed() == ["1.0", "1.0"])

        for name in ["sample-tool-1.1-1.noarch", "sample-6-2.0~rc1-6.el9.noarch", "sample-9-10.2.3.1-0.el9.noarch"] {
            let file = folder.appending("\(name).rpm").string
            for (ask, query) in [("--list", "-l"), ("--provides", "--provides"), ("--conflicts", "--conflicts")] {
                let theirs = Set(
                    try await output(of: "rpm", ["-qp", query, file]).split(separator: "\n").map(String.init)
                )
                #expect(Set(try await root.check("repoquery", ask, name)) == theirs, "\(name) \(ask)")
            }
            let theirs = try await output(of: "rpm", ["-qp", "--requires", file]).split(separator: "\n").map(
                String.init
            )
            let ours = Set(try await root.check("repoquery", "--requires", name))
            #expect(ours.isSubset(of: theirs))
            for line in theirs where !ours.contains(line) {
                // What metadata leave out: features of rpm, what the package has itself, older versions of one library.
                let provided = line.hasPrefix("rpmlib(") || line.hasPrefix("libc.so.6") || line.hasPrefix("sample = ")
                #expect(provided || line.hasPrefix("/usr/bin/sample-") || line.hasPrefix("config("), "\(line)")
            }
        }
    }

    @Test("dnf refuses metadata that were tampered with, and a repository signed by another key")
    func tampered() async throws {
        let keys = try await SigningKeys(.rsa, .edwards)
        let signer = try keys.signer()
        let (key, other) = (try await keys.publicKey(.rsa), try await keys.publicKey(.edwards))
        let folder = try TemporaryFolder()
        try RepositorySamples.writeInstallableRPMs("1.0", to: folder.path)
        _ = try await RepositoryMetadataTests.update(folder.path, .yum) { $0.signer = signer }
        let stranger = try await Root("file://\(folder.path)", key: other).dnf("install", "sample-tool")
        #expect(stranger.status != 0)
        try await output(of: "sh", ["-c", "printf '<!-- -->' >> '\(folder.path)/repodata/repomd.xml'"])
        let changed = try await Root("file://\(folder.path)", key: key).dnf("install", "sample-tool")
        #expect(changed.status != 0)
        try await keys.close()
    }

    @Test("zypper lists and installs from the same repository")
    func zypper() async throws {
        let folder = try TemporaryFolder()
        try RepositorySamples.writeInstallableRPMs("1.0", to: folder.path)
        _ = try await RepositoryMetadataTests.update(folder.path, .yum)
        let root = try TemporaryFolder()
        let zypper = try await Self.zypper(in: root)
        let options = ["--root", root.path.string, "--non-interactive", "--no-gpg-checks"]
        try await output(of: zypper, options + ["addrepo", "file://\(folder.path)", "sample"])
        try await output(of: zypper, options + ["refresh"])
        let found = try await output(of: zypper, options + ["search", "--details", "sample-"])
        #expect(found.contains("sample-bundle") && found.contains("1.0-1"))
        let plan = try await output(of: zypper, options + ["install", "--dry-run", "sample-tool"])
        #expect(plan.contains("sample-bundle") && plan.contains("sample-tool"))
    }

    /// zypper, which Debian cannot install beside dnf's plugins: then it is unpacked, its library being there.
    private static func zypper(in folder: TemporaryFolder) async throws -> String {
        if try await run("sh", ["-c", "command -v zypper"]).status == 0 { return "zypper" }
        let place = try folder.write("", to: "zypper/.keep").removingLastComponent()
        try await output(of: "apt-get", ["download", "--quiet", "zypper"], workingDirectory: place)
        try await output(of: "sh", ["-c", "dpkg-deb --extract zypper_*.deb ."], workingDirectory: place)
        return place.appending("usr/bin/zypper").string
    }
}
