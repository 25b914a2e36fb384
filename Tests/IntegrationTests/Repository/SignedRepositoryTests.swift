import Foundation
import SystemPackage
import Testing

extension Acceptance {
    /// What a machine meets that trusts nothing but one key.
    @Suite struct SignedRepositoryTests {
        @Test("dnf installs the sample's packages by way of the release package, checking every signature")
        func dnf() async throws {
            let keys = try await SigningKeys(.rsa)
            let key = try await keys.publicKey(.rsa)
            let built = try await FlockerPackages.shared.packages(for: "rhel-9")
            let served = try TemporaryFolder()
            let repository = try served.write("", to: "centos/9/x86_64/.keep").removingLastComponent()
            try await WebServer.serving(served.path) { url in
                try await program([
                    "release-package", "--distribution=rhel-9", "--key", key.string, "--base-url", url,
                    "--destination-path", repository.string,
                ])
                try await output(of: "cp", built.paths + [repository.string])
                try await _ = StandIn.write(for: built.all, to: repository)
                let update = ["repository", "update", "--sign-key=rsa@example.com", repository.string]
                try await program(update, keys)

                let root = try Root(url, key: key)
                let unsigned = try await root.dnf(root.first, "install", "clusterhq-release")
                #expect(unsigned.status != 0)
                #expect("\(unsigned.output)\(unsigned.error)".contains("is not signed"))

                let rpms = try FileManager.default.contentsOfDirectory(atPath: repository.string)
                    .filter { $0.hasSuffix(".rpm") }.sorted()
                #expect(rpms.count == 5)
                try await program(
                    ["sign", "--key=rsa@example.com"] + rpms.map { repository.appending($0).string },
                    keys
                )
                try await program(update, keys)
                try await root.check(root.first, "install", "--refresh", "clusterhq-release")
                // From here on what the release package brought is all that the machine knows.
                try await root.check(root.brought, "install", "clusterhq-flocker-node", "clusterhq-flocker-cli")
                let queried = try await output(
                    of: "rpm",
                    ["--root", root.path.string, "-qa", "--qf", "%{NAME} %{VERSION}\n"]
                )
                let installed = Set(queried.split(separator: "\n").map(String.init))
                for (name, _) in FlockerPackages.names { #expect(installed.contains("\(name) 1.15.0"), "\(installed)") }
                #expect(
                    FileManager.default.fileExists(
                        atPath: root.path.appending("opt/flocker/bin/flocker-control").string
                    )
                )
                let link = root.path.appending("usr/sbin/flocker-control").string
                #expect(
                    try FileManager.default.destinationOfSymbolicLink(atPath: link).hasSuffix(
                        "opt/flocker/bin/flocker-control"
                    )
                )
            }
            try await keys.close()
        }

        private func program(_ arguments: [String], _ keys: SigningKeys? = nil) async throws {
            try await output(of: Program.path(), arguments, environment: keys?.environment ?? [:])
        }

        /// A root that is new to the repository.
        private struct Root {
            private let folder: TemporaryFolder
            let path: FilePath
            /// What an administrator writes to get the release package.
            let first: [String]
            /// What comes with it.
            let brought: [String]

            init(_ url: String, key: FilePath) throws {
                folder = try TemporaryFolder()
                path = folder.appending("root")
                // dnf makes every folder but that of its first log.
                try folder.write("", to: "log/.keep")
                let repository = try folder.write(
                    """
                    [first]
                    name=First
                    baseurl=\(url)/centos/9/x86_64/
                    gpgcheck=1
                    repo_gpgcheck=1
                    gpgkey=file://\(key)
                    """,
                    to: "first/first.repo"
                )
                first = ["--setopt=reposdir=\(repository.removingLastComponent())"]
                brought = [
                    "--setopt=reposdir=\(path)/etc/yum.repos.d",
                    // dnf looks for keys outside of the root that it installs into.
                    "--setopt=clusterhq.gpgkey=file://\(path)/etc/pki/rpm-gpg/RPM-GPG-KEY-clusterhq",
                ]
            }

            func dnf(_ place: [String], _ arguments: String...) async throws -> ToolResult {
                try await dnf(place + arguments)
            }

            func check(_ place: [String], _ arguments: String...) async throws {
                let result = try await dnf(place + arguments)
                try #require(result.status == 0, "\(result.output)\(result.error)")
            }

            private func dnf(_ arguments: [String]) async throws -> ToolResult {
                try await run(
                    "dnf",
                    [
                        "--installroot=\(path)", "--setopt=cachedir=\(folder.appending("cache"))",
                        "--setopt=logdir=\(folder.appending("log"))",
                        "--setopt=persistdir=\(folder.appending("persist"))", "--releasever=9", "--assumeyes",
                        "--setopt=module_platform_id=platform:el9", "--noplugins", "--setopt=tsflags=noscripts",
                    ] + arguments
                )
            }
        }
    }
}
