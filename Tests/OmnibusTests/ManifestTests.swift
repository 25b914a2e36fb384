import Omnibus
import PackageFormats
import Testing

@Suite struct ManifestTests {
    static let plainTree = """
        name: site-docs
        version: 2.1.0
        version-scheme: plain
        license: MIT
        maintainer: Ada Lovelace <ada@example.org>
        summary: Handbook of the site
        packages:
          - name: site-docs
            contents:
              - tree: build/html
                to: /usr/share/doc/site-docs/html/
                exclude: ["*.map"]
              - file: site.conf
                to: /etc/site-docs.conf
                type: config-noreplace
                mode: 0640
                group: adm
              - symlink: /usr/share/site-docs
                target: doc/site-docs/html

        """

    @Test("The built-in manifest is written as YAML that reads back equal")
    func flockerRoundTrip() throws {
        let text = try Manifest.flocker.yaml()
        #expect(try Manifest(yaml: text) == Manifest.flocker)
        #expect(text.contains("\n- name: clusterhq-flocker-node\n"))
    }

    @Test("A manifest with every kind of value reads back equal", arguments: [plainTree, Self.everything])
    func roundTrip(text: String) throws {
        let manifest = try Manifest(yaml: text)
        #expect(try Manifest(yaml: manifest.yaml()) == manifest)
    }

    @Test("Flocker resolves for every distribution", arguments: Distribution.all)
    func flockerResolves(distribution: Distribution) throws {
        let resolved = try Manifest.flocker.resolved(for: distribution)
        #expect(
            resolved.packages.map(\.name)
                == ["clusterhq-python-flocker", "clusterhq-flocker-cli", "clusterhq-flocker-node"]
        )
        #expect(resolved.packages.map(\.architecture) == [.native, .independent, .independent])
        #expect(resolved.bundle?.prefix == "/opt/flocker")
        #expect(resolved.bundle?.python == distribution.defaultPython)
        let facts = Manifest.Relation.Facts(
            distribution: distribution,
            python: distribution.defaultPython,
            evr: EVR(version: "0.3.0", release: "1")
        )
        for package in resolved.packages {
            for relation in package.relations { _ = try relation.filled(with: facts) }
        }
    }

    @Test(
        "The node package's files fit the init system and firewall of the distribution",
        arguments: [
            ("centos-7", ["/usr/lib/systemd/system", "/usr/lib/firewalld/services", "/etc/rsyslog.d"]),
            ("ubuntu-14.04", ["/etc/init", "/etc/ufw/applications.d", "/etc/rsyslog.d"]),
            ("debian-12", ["/lib/systemd/system", "/etc/ufw/applications.d", "/etc/rsyslog.d"]),
            ("debian-13", ["/usr/lib/systemd/system", "/etc/ufw/applications.d", "/etc/rsyslog.d"]),
        ]
    )
    func flockerFiles(name: String, directories: [String]) throws {
        let resolved = try Manifest.flocker.resolved(for: .named(name))
        let node = try #require(resolved.packages.last)
        let targets = node.contents.compactMap { content -> String? in
            guard case .files(_, let to) = content.item else { return nil }
            return to
        }
        #expect(targets == directories)
        for content in node.contents {
            guard case .files(_, let to) = content.item else { continue }
            #expect((content.attributes.kind == .configNoReplace) == to.hasPrefix("/etc/"), "\(to)")
        }
    }

    @Test(
        "Relations name what the distribution calls it",
        arguments: [
            ("centos-7", ["openssh-clients", "lshw", "/usr/sbin/iptables"], ["python3", "python(abi)"]),
            ("rhel-10", ["openssh-clients", "lshw", "iptables-nft"], ["python3", "python(abi)"]),
            ("debian-12", ["openssh-client", "lshw", "iptables"], ["python3.11"]),
        ]
    )
    func flockerRelations(name: String, node: [String], base: [String]) throws {
        let distribution = try Distribution.named(name)
        let resolved = try Manifest.flocker.resolved(for: distribution)
        let evr = EVR(version: "0.3.0", release: "0.dev.1")
        let facts = Manifest.Relation.Facts(
            distribution: distribution,
            python: resolved.bundle?.python,
            evr: evr
        )
        func required(_ package: Manifest.Resolved.Package) throws -> [Relation] {
            try package.relations.map { try $0.filled(with: facts) }
        }
        let pin = Relation(.requires, "clusterhq-python-flocker", .equal, "0.3.0-0.dev.1")
        #expect(try required(resolved.packages[2]) == node.map { Relation(.requires, $0) } + [pin])
        #expect(
            try required(resolved.packages[0]).map { relation in
                guard case .single(let target) = relation.expression else { return "" }
                return target.name
            } == base
        )
    }

    @Test("A fourth package is added in YAML alone")
    func fourthPackage() throws {
        let text = try Manifest.flocker.yaml().replacing(
            "\noverrides:",
            with: """

                - name: clusterhq-flocker-docker-plugin
                  architecture: independent
                  summary: Flocker plugin for Docker
                  contents:
                    - links: /usr/sbin
                      scripts: flocker-docker-plugin
                  requires:
                    - ${self:clusterhq-flocker-node}
                  services: flocker-docker-plugin
                overrides:
                """
        )
        let resolved = try Manifest(yaml: text).resolved(for: .named("ubuntu-24.04"))
        let plugin = try #require(resolved.packages.last)
        #expect(resolved.packages.count == 4)
        #expect(plugin.name == "clusterhq-flocker-docker-plugin")
        #expect(plugin.contents.map(\.item) == [.links(directory: "/usr/sbin", scripts: ["flocker-docker-plugin"])])
        #expect(plugin.services == [Manifest.Service("flocker-docker-plugin.service")])
        #expect(plugin.maintainer == "ClusterHQ <contact@clusterhq.com>")
    }

    @Test("A plain tree needs no bundle")
    func plain() throws {
        let resolved = try Manifest(yaml: Self.plainTree).resolved(for: .named("rhel-9"))
        #expect(resolved.bundle == nil)
        let package = try #require(resolved.packages.first)
        #expect(
            package.contents.map(\.item) == [
                .tree(source: "build/html", to: "/usr/share/doc/site-docs/html", exclude: ["*.map"]),
                .file(source: "site.conf", to: "/etc/site-docs.conf"),
                .symlink(path: "/usr/share/site-docs", target: "doc/site-docs/html"),
            ]
        )
        #expect(package.contents[1].attributes == .init(kind: .configNoReplace, mode: 0o640, group: "adm"))
        #expect(package.description == package.summary)
        #expect(try resolved.versionScheme.evr(of: #require(resolved.version)).description == "2.1.0-1")
    }

    @Test("The particular override goes before the general one, and what it does not name stays")
    func overrides() throws {
        let manifest = try Manifest(yaml: Self.everything)
        func package(_ name: String) throws -> Manifest.Resolved.Package {
            try #require(try manifest.resolved(for: .named(name)).packages.first)
        }
        #expect(try package("debian-12").relations.map(\.text) == ["libc6 | musl", "dbus"])
        #expect(try package("rhel-9").relations.map(\.text) == ["glibc >= 2.34", "(foo if bar)"])
        #expect(try package("rhel-8").relations.map(\.text) == ["glibc", "(foo if bar)"])
        #expect(try package("rhel-8").summary == "Everything, for version eight")
        #expect(try package("rhel-9").summary == "Everything at once")
        #expect(try package("rhel-9").license == "MIT")
        #expect(try package("centos-7").license == "MIT (short name)")
        #expect(try manifest.resolved(for: .named("rocky-8")).bundle?.python?.version == "3.11")
        #expect(try manifest.resolved(for: .named("rhel-9")).bundle?.requirements == ["psutil>=5", "PyYAML"])
        #expect(try manifest.resolved(for: .named("rhel-9")).packages.count == 1)
        #expect(try manifest.resolved(for: .named("fedora-43")).packages.count == 2)
    }

    @Test("A target in the unit directory is an error where systemd does not run")
    func noUnits() throws {
        var manifest = try Manifest(yaml: Self.plainTree)
        manifest.packages[0].base.contents = [.init(.files(pattern: "*.service", to: "${unit-directory}"))]
        let error = #expect(throws: OmnibusError.self) { try manifest.resolved(for: .named("ubuntu-14.04")) }
        #expect(error?.code == "manifest-placeholder")
    }

    @Test("A pin on a package that the distribution does not get is an error")
    func lostSibling() throws {
        var manifest = Manifest.flocker
        manifest.packages[0].condition = .init(except: ["suse"])
        _ = try manifest.resolved(for: .named("debian-12"))
        let error = #expect(throws: OmnibusError.self) { try manifest.resolved(for: .named("leap-15.6")) }
        #expect(error?.code == "manifest-relation")
    }

    @Test("A distribution that gets no package is an error")
    func noPackage() throws {
        var manifest = try Manifest(yaml: Self.plainTree)
        manifest.packages[0].condition = .init(only: ["suse"])
        let error = #expect(throws: OmnibusError.self) { try manifest.resolved(for: .named("debian-12")) }
        #expect(error?.code == "manifest-no-package")
    }

    static let everything = #"""
        name: Everything
        version: "1.10"
        release: 2
        license: MIT
        url: https://example.org/
        vendor: Example
        maintainer: Ada Lovelace <ada@example.org>
        summary: Everything at once
        description: |
          First paragraph.

          Second: with "quotes", # and ${dollar}.
        bundle:
          prefix: /opt/every thing
          requirements: [psutil>=5, PyYAML]
          requirement-files: requirements/release.txt
          exclude: ["**/tests"]
          own-scripts: every-*
        packages:
          - name: everything
            architecture: native
            group: Applications/System
            section: admin
            priority: extra
            contents:
              - bundle: true
              - links: ${prefix}/links
                scripts: [every-one, "every-t*"]
                only: rpm
                except: [suse, fedora-20]
              - directory: /var/lib/everything
                mode: 0750
                user: every
            requires:
              - libc6 | musl
              - relation: dbus
                when: [pre-install, post-install]
                only: debian
            scripts:
              pre-install: exit 0
              post-install: |
                #!/bin/sh
                case "$1" in *) echo "&all" ;; esac
              post-remove: {file: admin/remove.sh, optional: true, interpreter: /bin/bash}
              purge: {text: "true", interpreter: /bin/bash}
            services:
              - everything
              - {unit: every.timer, enable: true, restart: false, only: systemd}
            overrides:
              rhel-9:
                requires: glibc >= 2.34
              redhat:
                requires: [glibc]
                conflicts: (foo if bar)
              rocky-8:
                summary: Everything, for version eight
          - name: everything-extra
            only: [fedora-43]
            contents: []
        changelog:
          - date: 2024-02-29
            author: Ada Lovelace <ada@example.org>
            version: 1.9rc1
            changes: [Leap, "Don't #fall"]
        overrides:
          centos-7: {license: MIT (short name)}
          rhel-8:
            bundle: {python: "3.11"}

        """#
}
