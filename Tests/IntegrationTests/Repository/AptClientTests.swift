import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// apt of a Debian 12 that knows our repository alone.
@Suite("Apt repositories and apt", .serialized)
struct AptClientTests {
    /// Points a root's apt to one repository.
    static func configure(
        _ root: DebianRoot,
        url: String,
        _ kind: RepositoryUpdate.Kind,
        key: FilePath?
    ) async throws {
        let folder = try TemporaryFolder()
        let place = kind == .apt ? "Suites: stable\nComponents: main" : "Suites: /"
        let trust = key == nil ? "Trusted: yes" : "Signed-By: /usr/share/keyrings/sample.asc"
        let sources = try folder.write("Types: deb\nURIs: \(url)\n\(place)\n\(trust)\n", to: "sample.sources")
        try await DebianRoot.asRoot("cp", [sources.string, "\(root.path)/etc/apt/sources.list.d/sample.sources"])
        try await DebianRoot.asRoot("rm", ["-f", "\(root.path)/etc/apt/sources.list"])
        if let key { try await DebianRoot.asRoot("cp", [key.string, "\(root.path)/usr/share/keyrings/sample.asc"]) }
    }

    static func version(_ root: DebianRoot, _ name: String) throws -> String? {
        let file = root.path.appending("opt/\(name)/version")
        guard FileManager.default.fileExists(atPath: file.string) else { return nil }
        return String(decoding: try bytes(of: file), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func packages(_ folder: TemporaryFolder, _ kind: RepositoryUpdate.Kind) async throws -> FilePath {
        let packages = kind == .apt ? folder.appending("pool/main/s") : folder.path
        try await output(of: "mkdir", ["-p", packages.string])
        return packages
    }

    @Test(
        "apt installs, upgrades and pins, and refuses what was tampered with",
        arguments: [RepositoryUpdate.Kind.apt, .aptFlat]
    )
    func signed(kind: RepositoryUpdate.Kind) async throws {
        let keys = try await SigningKeys(.rsa)
        let signer = try keys.signer()
        let key = try await keys.publicKey(.rsa)
        let folder = try TemporaryFolder()
        let packages = try await Self.packages(folder, kind)
        try RepositorySamples.writeInstallableDebs("1.0", to: packages)
        _ = try await RepositoryMetadataTests.update(folder.path, kind) { $0.signer = signer }
        let root = try await DebianRoot()
        do {
            try await WebServer.serving(folder.path) { url in
                try await Self.configure(root, url: url, kind, key: key)
                try await root.output(of: "apt-get", ["update", "--error-on=any"])
                try await root.output(of: "apt-get", ["install", "--yes", "sample-tool"])
                #expect(try Self.version(root, "sample-bundle") == "1.0")

                try RepositorySamples.writeInstallableDebs("1.1", to: packages)
                _ = try await RepositoryMetadataTests.update(folder.path, kind) { $0.signer = signer }
                try await root.output(of: "apt-get", ["update", "--error-on=any"])
                try await root.output(of: "apt-get", ["dist-upgrade", "--yes"])
                #expect(try Self.version(root, "sample-tool") == "1.1")

                let pin = try folder.write(
                    "Package: sample-bundle sample-tool\nPin: version 1.0-1\nPin-Priority: 1001\n",
                    to: ".pin"
                )
                try await DebianRoot.asRoot("cp", [pin.string, "\(root.path)/etc/apt/preferences.d/sample.pref"])
                try await root.output(of: "apt-get", ["dist-upgrade", "--yes", "--allow-downgrades"])
                #expect(try Self.version(root, "sample-tool") == "1.0")

                try await Self.tamper(root, folder, packages, kind)
            }
        } catch {
            try await root.remove()
            throw error
        }
        try await root.remove()
        try await keys.close()
    }

    /// A package, an index or a release that is not the one signed is not used.
    private static func tamper(
        _ root: DebianRoot,
        _ folder: TemporaryFolder,
        _ packages: FilePath,
        _ kind: RepositoryUpdate.Kind
    ) async throws {
        let deb = packages.appending("sample-tool_1.1-1_all.deb").string
        try await output(of: "sh", ["-c", "printf x | dd of='\(deb)' bs=1 seek=200 conv=notrunc status=none"])
        try await DebianRoot.asRoot("rm", ["\(root.path)/etc/apt/preferences.d/sample.pref"])
        // What was fetched before would do as well.
        try await root.output(of: "apt-get", ["clean"])
        let package = try await root.run("apt-get", ["install", "--yes", "sample-tool=1.1-1"])
        #expect(package.status != 0)
        #expect((package.output + package.error).contains("Hash Sum mismatch"))

        try await DebianRoot.asRoot("sh", ["-c", "rm -rf '\(root.path)'/var/lib/apt/lists/*"])
        try await output(
            of: "sh",
            [
                "-c",
                "find '\(folder.path)' -path '*by-hash*' -type f -o -name 'Packages*' -type f | while read f; do printf x | dd of=\"$f\" bs=1 seek=20 conv=notrunc status=none; done",
            ]
        )
        let index = try await root.run("apt-get", ["update", "--error-on=any"])
        #expect(index.status != 0)
        let release = folder.appending(kind == .apt ? "dists/stable/InRelease" : "InRelease").string
        try await output(of: "sed", ["-i", "s/^Date: .*/Date: Mon, 19 Oct 2015 00:00:00 UTC/", release])
        try await DebianRoot.asRoot("sh", ["-c", "rm -rf '\(root.path)'/var/lib/apt/lists/*"])
        let signature = try await root.run("apt-get", ["update", "--error-on=any"])
        #expect(signature.status != 0)
        #expect((signature.output + signature.error).contains("BADSIG"))
    }

    @Test("a run in the middle of a client's update breaks nothing", arguments: [RepositoryUpdate.Kind.apt, .aptFlat])
    func concurrentUpdate(kind: RepositoryUpdate.Kind) async throws {
        let folder = try TemporaryFolder()
        let packages = try await Self.packages(folder, kind)
        try RepositorySamples.writeInstallableDebs("1.0", to: packages)
        _ = try await RepositoryMetadataTests.update(folder.path, kind)
        try RepositorySamples.writeInstallableDebs("1.1", to: packages)
        let root = try await DebianRoot()
        let update = ["repository", "update", "--type", kind.rawValue, folder.path.string]
        do {
            try await WebServer.serving(folder.path, running: [Program.path()] + update) { url in
                try await Self.configure(root, url: url, kind, key: nil)
                try await root.output(of: "apt-get", ["update", "--error-on=any"])
                // What the client has is the state whose release it read first.
                let first = try await root.output(of: "apt-cache", ["policy", "sample-tool"])
                #expect(first.contains("1.0-1") && !first.contains("1.1-1"))
                try await root.output(of: "apt-get", ["update", "--error-on=any"])
                let second = try await root.output(of: "apt-cache", ["policy", "sample-tool"])
                #expect(second.contains("1.1-1"))
            }
        } catch {
            try await root.remove()
            throw error
        }
        try await root.remove()
    }
}
