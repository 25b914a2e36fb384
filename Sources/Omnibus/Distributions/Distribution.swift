public import PackageFormats

/// A release of a Linux distribution: everything about it that a package for it has to respect.
///
/// The known ones stand in ``all``; find one with ``named(_:)``. A value can be copied and changed, for instance to try
/// another compression.
public struct Distribution: Sendable, Hashable {
    /// The name that the command line and manifests use, such as `centos-7`.
    public var name: String
    /// The name without its release, such as `centos`; with ``release`` it makes the path of the hosted repository.
    public var project: String
    /// The release, such as `7` or `15.6`.
    public var release: String
    /// Other names under which ``named(_:)`` finds it: rebuilds that run the same packages, and code names.
    public var aliases: [String]
    /// The kind of package that it installs.
    public var packageType: PackageType
    /// The tradition that it stands in, which decides package names and paths.
    public var family: Family
    /// What rpm expands `%{?dist}` to, with its dot, such as `.el7`; `nil` for deb, and for openSUSE, which defines none.
    public var distTag: String?
    /// The machines that it runs on, among x86_64 and aarch64.
    public var architectures: [Architecture]
    /// The Python interpreters that it ships, the default one among them.
    public var pythons: [Python]
    /// The C library: a bundle must need no newer one.
    public var glibc: Glibc
    /// The version of rpm or dpkg that it was first released with, which decides what a package may hold.
    public var packageManagerVersion: String
    /// The package that brings `ssh`.
    public var sshClient: String
    /// What to require in order to have `iptables`: a package, or a path where packages of several names bring it.
    public var iptables: String
    /// The program that starts services.
    public var initSystem: InitSystem
    /// Where packages put systemd units, or `nil` where systemd does not run.
    public var unitDirectory: String?
    /// How a package's files are compressed: the rpm payload, or `data.tar`.
    public var payloadCompression: Compression
    /// How `control.tar` of a deb is compressed; `nil` for rpm.
    public var controlCompression: Compression?
    /// Whether an rpm needs SHA-1 of the header and MD5 of header and payload beside SHA-256: rpm 4.11 checks nothing newer.
    public var needsLegacyDigests: Bool
    /// Whether recommends, suggests, supplements and enhances are understood (rpm since 4.12, dpkg always).
    public var understandsWeakDependencies: Bool
    /// Whether boolean dependencies such as `(a or b)` are understood (rpm since 4.12); a deb writes alternatives with `|`.
    public var understandsRichDependencies: Bool
    /// How its repository metadata is compressed, every form in which an index is published, the preferred one first.
    public var metadataCompression: [Compression.Algorithm]

    /// The kind of package that a distribution installs.
    public enum PackageType: String, Sendable, Hashable, CaseIterable {
        /// Installed by rpm.
        case rpm
        /// Installed by dpkg.
        case deb
    }

    /// The tradition that a distribution stands in.
    public enum Family: String, Sendable, Hashable, CaseIterable {
        /// Fedora, Red Hat Enterprise Linux, CentOS, their rebuilds, and Amazon Linux.
        case redHat = "redhat"
        /// openSUSE and SUSE Linux Enterprise.
        case suse
        /// Debian and Ubuntu.
        case debian
    }

    /// The program that starts services.
    public enum InitSystem: String, Sendable, Hashable, CaseIterable {
        /// systemd, with unit files.
        case systemd
        /// Upstart, with job files in `/etc/init`.
        case upstart
    }

    /// The version of the GNU C library.
    public struct Glibc: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// 2, so far.
        public var major: Int
        /// The number after the dot.
        public var minor: Int

        /// Makes a version from its numbers.
        public init(_ major: Int, _ minor: Int) {
            self.major = major
            self.minor = minor
        }

        /// `2.17`.
        public var description: String { "\(major).\(minor)" }

        /// Older sorts first.
        public static func < (a: Self, b: Self) -> Bool { (a.major, a.minor) < (b.major, b.minor) }
    }

    /// An interpreter that the distribution ships.
    public struct Python: Sendable, Hashable {
        /// `X.Y`, such as `3.9`.
        public var version: String
        /// The package that provides the interpreter with its standard library.
        public var package: String
        /// The interpreter's path on the target, such as `/usr/bin/python3.9`.
        public var interpreter: String
        /// Whether it is the one that a bundle is made for when nothing else is asked: the target of `/usr/bin/python3`.
        public var isDefault: Bool
        /// The capability that ties a package to this very `X.Y`: `python(abi) = 3.9` for rpm, whose `python3` follows
        /// the distribution's upgrades; the package itself for deb, whose package names carry `X.Y`.
        public var abiRequirement: String
    }
}

extension Distribution {
    /// What its makers call it, without the release, such as `CentOS`.
    public var title: String {
        switch project {
        case "centos": "CentOS"
        case "centos-stream": "CentOS Stream"
        case "rhel": "Red Hat Enterprise Linux"
        case "amazonlinux": "Amazon Linux"
        case "opensuse-leap": "openSUSE Leap"
        default: project.prefix(1).uppercased() + project.dropFirst()
        }
    }
}

extension Distribution: CustomStringConvertible {
    /// The name.
    public var description: String { name }
}
