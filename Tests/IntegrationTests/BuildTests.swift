import SystemPackage
import Testing

extension Acceptance {
    /// What `build` writes for the sample project, read by rpm and dpkg.
    @Suite struct BuildTests {
        private let version = "1.15.0-1"

        @Test("three packages with the names and architectures of the format", arguments: FlockerPackages.distributions)
        func names(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let expected = FlockerPackages.names.map {
                FlockerPackages.fileName($0.0, native: $0.1, version: version, for: distribution)
            }
            #expect(packages.all.compactMap { $0.lastComponent?.string } == expected)
        }

        @Test("one run prints one path a line and writes nothing else")
        func onlyPackages() async throws {
            let paths = try await FlockerPackages.shared.printedPaths()
            #expect(paths.count == 3 * FlockerPackages.distributions.count)
            let folder = try #require(paths.first).removingLastComponent().removingLastComponent()
            let found = try await output(of: "find", [folder.string, "-type", "f"])
            #expect(Set(found.split(separator: "\n").map { FilePath(String($0)) }) == Set(paths))
        }

        // MARK: rpm

        @Test("rpm finds every digest right", arguments: FlockerPackages.rpmDistributions)
        func digests(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            for path in packages.paths {
                let verdict = try await output(of: "rpm", ["-K", "--nosignature", path])
                #expect(verdict.hasSuffix(": digests OK\n"))
            }
        }

        @Test("rpm shows who made it and what it is", arguments: FlockerPackages.rpmDistributions)
        func rpmTags(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let format = "%{NAME}|%{EPOCHNUM}|%{VERSION}|%{RELEASE}|%{URL}|%{VENDOR}|%{PACKAGER}|%{GROUP}|%{BUILDHOST}"
            let tags = try await output(of: "rpm", ["-qp", "--nosignature", "--qf", format + "\n"] + packages.paths)
            let rest = "0|1.15.0|1|https://clusterhq.com|ClusterHQ|ClusterHQ <contact@clusterhq.com>"
            #expect(
                tags.split(separator: "\n").map(String.init)
                    == FlockerPackages.names.map { "\($0.0)|\(rest)|Applications/System|localhost" }
            )
        }

        private func relations(_ kind: String, _ package: FilePath) async throws -> [String] {
            try await output(of: "rpm", ["-qp", "--nosignature", kind, package.string])
                .split(separator: "\n").map(String.init)
        }

        @Test(
            "rpm's relations: the interpreter, an ssh client, and the very same build of the base package",
            arguments: [
                ("centos-7", "python3"), ("centos-stream-9", "python3"), ("rhel-9", "python3"),
            ]
        )
        func rpmRelations(distribution: String, python: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let base = try await relations("--requires", packages.base)
            #expect(base.contains { $0 == python || $0.hasPrefix(python + " ") })
            #expect(base.contains { $0.hasPrefix("rpmlib(") })
            let provided = try await relations("--provides", packages.base)
            #expect(provided.contains("clusterhq-python-flocker = 1.15.0-1"))
            #expect(provided.contains("clusterhq-python-flocker(x86-64) = 1.15.0-1"))
            // What is private to the bundle must not be offered to, or asked of, the distribution.
            #expect(!provided.contains { $0.contains(".so") })
            let client = try await relations("--requires", packages.client)
            #expect(client.contains("openssh-clients"))
            #expect(client.contains("clusterhq-python-flocker = 1.15.0-1"))
            let node = try await relations("--requires", packages.node)
            for wanted in ["openssh-clients", "lshw", "/usr/sbin/iptables", "clusterhq-python-flocker = 1.15.0-1"] {
                #expect(node.contains(wanted))
            }
        }

        @Test("rpm's file lists: the bundle, links, and service files", arguments: FlockerPackages.rpmDistributions)
        func rpmFiles(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let format = "[%{FILEMODES:perms} %{FILEUSERNAME} %{FILEGROUPNAME} %{FILENAMES} %{FILELINKTOS}\n]"
            func list(_ path: FilePath) async throws -> [String] {
                try await output(of: "rpm", ["-qp", "--nosignature", "--qf", format, path.string])
                    .split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
            }
            let base = try await list(packages.base)
            #expect(base.contains("drwxr-xr-x root root /opt/flocker"))
            #expect(base.contains("-rwxr-xr-x root root /opt/flocker/bin/flocker-ca"))
            #expect(base.allSatisfy { $0.contains(" root root /opt/flocker") })
            // Nobody but root may change what runs as root.
            #expect(
                !base.contains { !$0.hasPrefix("l") && ($0.dropFirst(5).first == "w" || $0.dropFirst(8).first == "w") }
            )
            let client = try await list(packages.client)
            #expect(
                client
                    == ["flocker", "flocker-ca", "flocker-deploy"].map {
                        "lrwxrwxrwx root root /usr/bin/\($0) /opt/flocker/bin/\($0)"
                    }
            )
            let node = try await list(packages.node)
            #expect(node.contains("lrwxrwxrwx root root /usr/sbin/flocker-control /opt/flocker/bin/flocker-control"))
            #expect(node.contains("-rw-r--r-- root root /usr/lib/systemd/system/flocker-control.service"))
            #expect(node.contains("-rw-r--r-- root root /usr/lib/firewalld/services/flocker-control-api.xml"))
            #expect(node.contains("drwxr-xr-x root root /var/lib/flocker"))
            #expect(!node.contains { $0.contains("/etc/ufw") || $0.contains("/etc/init/") })
            let config = try await output(of: "rpm", ["-qpc", "--nosignature", packages.node.string])
            #expect(config == "/etc/rsyslog.d/flocker.conf\n")
        }

        @Test("rpm's scripts run the product's own and care for its services")
        func rpmScripts() async throws {
            let packages = try await FlockerPackages.shared.packages(for: "rhel-9")
            let scripts = try await output(of: "rpm", ["-qp", "--nosignature", "--scripts", packages.node.string])
            #expect(scripts.contains("postinstall"))
            #expect(scripts.contains("firewall-cmd"))
            #expect(scripts.contains("flocker-control.service"))
        }

        // MARK: deb

        @Test("dpkg's control fields are right", arguments: FlockerPackages.debDistributions)
        func control(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            for (path, (name, isNative)) in zip(packages.all, FlockerPackages.names) {
                func field(_ field: String) async throws -> String {
                    try await output(of: "dpkg-deb", ["--field", path.string, field])
                        .split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
                }
                #expect(try await field("Package") == name)
                #expect(try await field("Version") == version)
                #expect(try await field("Architecture") == (isNative ? "amd64" : "all"))
                #expect(try await field("Section") == "admin")
                #expect(try await field("Homepage") == "https://clusterhq.com")
                #expect(try await field("Maintainer") == "ClusterHQ <contact@clusterhq.com>")
                let depends = try await field("Depends")
                if isNative {
                    #expect(depends.contains("python3"))
                } else {
                    #expect(depends.contains("clusterhq-python-flocker (= 1.15.0-1)"))
                    #expect(depends.contains("openssh-client"))
                }
            }
            let node = try await output(of: "dpkg-deb", ["--field", packages.node.string, "Depends"])
            #expect(node.contains("lshw") && node.contains("iptables"))
        }

        @Test("dpkg's file lists: the bundle, links, and service files", arguments: FlockerPackages.debDistributions)
        func debFiles(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            func list(_ path: FilePath) async throws -> [String] {
                try await output(of: "dpkg-deb", ["--contents", path.string]).split(separator: "\n").map(String.init)
            }
            let base = try await list(packages.base)
            #expect(base.allSatisfy { $0.contains(" root/root ") })
            #expect(base.contains { $0.hasPrefix("drwxr-xr-x") && $0.hasSuffix(" ./opt/flocker/") })
            #expect(base.contains { $0.hasPrefix("-rwxr-xr-x") && $0.hasSuffix(" ./opt/flocker/bin/flocker-ca") })
            let client = try await list(packages.client)
            #expect(
                client.compactMap {
                    $0.hasPrefix("l") ? $0.split(separator: " ").suffix(3).joined(separator: " ") : nil
                }
                    == ["flocker", "flocker-ca", "flocker-deploy"].map { "./usr/bin/\($0) -> /opt/flocker/bin/\($0)" }
            )
            let node = try await list(packages.node)
            #expect(node.contains { $0.hasSuffix(" ./usr/sbin/flocker-control -> /opt/flocker/bin/flocker-control") })
            #expect(node.contains { $0.hasSuffix("/lib/systemd/system/flocker-control.service") })
            #expect(node.contains { $0.hasSuffix(" ./etc/ufw/applications.d/flocker-control") })
            #expect(!node.contains { $0.contains("firewalld") || $0.contains("/etc/init/") })
            let conffiles = try await output(of: "dpkg-deb", ["--info", packages.node.string, "conffiles"])
            #expect(
                Set(conffiles.split(separator: "\n")) == [
                    "/etc/ufw/applications.d/flocker-control", "/etc/rsyslog.d/flocker.conf",
                ]
            )
        }

        @Test("every file has its md5sum", arguments: ["debian-12"])
        func md5sums(distribution: String) async throws {
            let packages = try await FlockerPackages.shared.packages(for: distribution)
            let folder = try TemporaryFolder()
            try await output(of: "dpkg-deb", ["--raw-extract", packages.base.string, folder.path.string])
            try await output(of: "md5sum", ["--check", "--quiet", "DEBIAN/md5sums"], workingDirectory: folder.path)
        }
    }
}
