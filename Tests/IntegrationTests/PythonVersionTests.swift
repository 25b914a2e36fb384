import Omnibus
import SystemPackage
import Testing

extension Acceptance {
    /// Bundles for interpreters of other times, run by one where the machine has it.
    @Suite struct PythonVersionTests {
        @Test(
            "an interpreter of version 2.7 fills a bundle through virtualenv",
            .enabled("there is a Python 2.7") { await Self.interpreter("2.7") != nil }
        )
        func python2() async throws {
            let interpreter = try #require(await Self.interpreter("2.7"))
            let folder = try TemporaryFolder()
            let manifest = try folder.write(
                """
                name: legacy-hello
                license: Apache-2.0
                maintainer: Example <packaging@example.com>
                summary: Says hello
                bundle:
                  prefix: /opt/legacy
                packages:
                  - name: legacy-hello
                    architecture: native
                    contents:
                      - bundle: true
                      - links: /usr/bin
                        scripts: [legacy-hello]
                    requires: ["${python}"]

                """,
                to: "manifest.yaml"
            )
            let packages = try await Program.build([
                "--manifest", manifest.string, "--python", interpreter.string, "--distribution=centos-7",
                "--destination-path", folder.appending("out").string, Fixtures.legacy.string,
            ])
            let package = try #require(packages.first)
            #expect(package.lastComponent?.string == "legacy-hello-0.3.2-1.x86_64.rpm")
            try await output(of: "rpm", ["-K", "--nosignature", package.string])
            let requires = try await output(of: "rpm", ["-qp", "--nosignature", "--requires", package.string])
            #expect(requires.split(separator: "\n").contains("python"))
            try await extract(package, into: folder)
            // The tree's own interpreter link leads to the distribution's, so the machine's runs it here.
            let hello = try await output(
                of: interpreter.string,
                ["-c", "import legacy_hello, six; legacy_hello.main()"],
                environment: ["PYTHONPATH": folder.appending("tree/opt/legacy/lib/python2.7/site-packages").string]
            )
            #expect(hello.hasPrefix("Hello"))
        }

        @Test(
            "the tree for CentOS 7 imports under Python 3.6",
            .enabled("there is a Python 3.6") { await Self.interpreter("3.6") != nil }
        )
        func python36() async throws {
            let interpreter = try #require(await Self.interpreter("3.6"))
            let packages = try await FlockerPackages.shared.packages(for: "centos-7")
            let folder = try TemporaryFolder()
            try await extract(packages.base, into: folder)
            let site = folder.appending("tree/opt/flocker/lib/python3.6/site-packages").string
            let modules = "treq, twisted.internet.reactor, yaml, psutil, cryptography.x509, jsonschema, zope.interface"
            try await output(
                of: interpreter.string,
                ["-W", "ignore", "-c", "import flocker.control, flocker.ca, \(modules)"],
                environment: ["PYTHONPATH": site]
            )
        }

        private func extract(_ package: FilePath, into folder: TemporaryFolder) async throws {
            try await output(of: "mkdir", [folder.appending("tree").string])
            try await output(
                of: "sh",
                ["-c", #"rpm2cpio "$1" | cpio --quiet --extract --make-directories"#, "sh", package.string],
                workingDirectory: folder.appending("tree")
            )
        }

        private static func interpreter(_ version: String) async -> FilePath? {
            try? await Interpreters.find(version, runner: CommandRunner())?.path
        }
    }
}
