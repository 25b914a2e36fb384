import Foundation
import SystemPackage
import Testing

/// The packages that set machines up for a repository.
@Suite struct ReleasePackageTests {
    private func make(_ arguments: [String], in folder: TemporaryFolder) async throws -> [FilePath] {
        let all = ["release-package", "--destination-path", folder.path.string] + arguments
        return try await output(of: Program.path(), all).split(separator: "\n").map { FilePath(String($0)) }
    }

    private func setup(of rpm: FilePath) async throws -> String {
        try await output(
            of: "sh",
            ["-c", #"rpm2cpio "$1" | cpio --quiet --extract --to-stdout '*.repo'"#, "sh", rpm.string]
        )
    }

    @Test("an rpm names the hosted repositories, the one for testing disabled")
    func rpm() async throws {
        let folder = try TemporaryFolder()
        let packages = try await make(["--distribution=centos-7"], in: folder)
        #expect(packages.map(\.lastComponent?.string) == ["clusterhq-release-1-7.el7.noarch.rpm"])
        let package = try #require(packages.first)
        #expect(
            try await setup(of: package) == """
                [clusterhq]
                name=ClusterHQ
                baseurl=https://s3.amazonaws.com/clusterhq-archive/centos/$releasever/$basearch/
                enabled=1
                gpgcheck=0

                [clusterhq-testing]
                name=ClusterHQ testing
                baseurl=https://s3.amazonaws.com/clusterhq-archive/centos-testing/$releasever/$basearch/
                enabled=0
                gpgcheck=0

                """
        )
        let files = try await output(
            of: "rpm",
            ["-qp", "--nosignature", "--qf", "[%{FILENAMES} %{FILEFLAGS:fflags}\n]", package.string]
        )
        #expect(files == "/etc/yum.repos.d/clusterhq.repo cn\n")
    }

    @Test("Red Hat's machines find the tree of CentOS, whatever they call their release")
    func redHat() async throws {
        let folder = try TemporaryFolder()
        let packages = try await make(["--distribution=rhel-7", "--distribution=rhel-9"], in: folder)
        #expect(packages.map { $0.removingLastComponent().lastComponent?.string } == ["rhel-7", "rhel-9"])
        for (package, release) in zip(packages, ["7", "9"]) {
            #expect(try await setup(of: package).contains("/clusterhq-archive/centos/\(release)/$basearch/\n"))
        }
    }

    @Test("with a key everything is checked, and the key comes along in the form that each tool reads")
    func key() async throws {
        let keys = try await SigningKeys(.rsa)
        let folder = try TemporaryFolder()
        let key = try await keys.publicKey(.rsa)
        let rpm = try #require(
            try await make(
                ["--distribution=fedora-42", "--key", key.string, "--base-url=https://example.com/x/"],
                in: folder
            )
            .first
        )
        let text = try await setup(of: rpm)
        #expect(text.contains("baseurl=https://example.com/x/fedora/$releasever/$basearch/\n"))
        #expect(text.contains("gpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file:///etc/pki/rpm-gpg/RPM-GPG-KEY-clusterhq\n"))
        let armoured = try folder.write(
            try await output(
                of: "sh",
                ["-c", #"rpm2cpio "$1" | cpio --quiet --extract --to-stdout '*RPM-GPG-KEY*'"#, "sh", rpm.string]
            ),
            to: "key.asc"
        )
        let database = try TemporaryFolder()
        try await output(of: "rpmkeys", ["--dbpath", database.path.string, "--import", armoured.string])
        let shown = try await keys.gpg(["--show-keys", "--with-colons", armoured.string])
        #expect(shown.contains("rsa@example.com"))

        let deb = try #require(try await make(["--distribution=ubuntu-24.04", "--key", key.string], in: folder).first)
        try await output(of: "dpkg-deb", ["--extract", deb.string, folder.appending("deb").string])
        let ring = folder.appending("deb/usr/share/keyrings/clusterhq-archive-keyring.gpg")
        #expect(try await output(of: "gpg", ["--show-keys", "--with-colons", ring.string]).contains("rsa@example.com"))
        let sources = try String(
            contentsOfFile: folder.appending("deb/etc/apt/sources.list.d/clusterhq.sources").string,
            encoding: .utf8
        )
        #expect(sources.contains("\nSigned-By: /usr/share/keyrings/clusterhq-archive-keyring.gpg\n"))
        #expect(sources.contains("\nURIs: https://s3.amazonaws.com/clusterhq-archive/ubuntu/24.04/$(ARCH)/\n"))
        try await keys.close()
    }

    @Test("old releases of apt get a .list, and their configuration files are conffiles")
    func old() async throws {
        let folder = try TemporaryFolder()
        let deb = try #require(try await make(["--distribution=ubuntu-14.04"], in: folder).first)
        #expect(deb.lastComponent?.string == "clusterhq-release_1-7+ubuntu14.04_all.deb")
        #expect(
            try await output(of: "dpkg-deb", ["--info", deb.string, "conffiles"])
                == "/etc/apt/sources.list.d/clusterhq.list\n"
        )
    }

    @Test("what is no key, and a manifest with no repository, are refused")
    func refused() async throws {
        let folder = try TemporaryFolder()
        let text = try folder.write("no key", to: "text").string
        let manifest = try folder.write(PlainTree.manifest(tree: "tree"), to: "manifest.yaml").string
        for (arguments, code) in [
            (["--key", text], "public-key"), (["--manifest", manifest], "repository-unknown"),
            (["--base-url", "https://x/%{x}$(y)"], "repository-url"),
        ] {
            let refused = try await Program.run(
                "release-package",
                "--format=json",
                "--distribution=rhel-9",
                "-d",
                folder.path.string,
                arguments[0],
                arguments[1]
            )
            #expect(refused.status == (code == "repository-url" ? 64 : 65))
            #expect(refused.output.contains("\"code\": \"\(code)\""), "\(refused.output)")
        }
    }
}
