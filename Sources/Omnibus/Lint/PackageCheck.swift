public import PackageFormats

/// Finds in a package, before it is written, what rpmlint, lintian and its users would complain about.
public enum PackageCheck {
    /// Checks a package.
    ///
    /// - Returns: what is wrong, errors first.
    public static func findings(in package: Package) -> [Finding] {
        var findings = texts(of: package) + scripts(of: package)
        var owned: Set<PackagePath> = []
        for entry in package.entries { owned.insert(entry.path) }
        for entry in package.entries { findings += check(entry, owned: owned) }
        return findings.filter { $0.severity == .error } + findings.filter { $0.severity == .warning }
    }

    private static func texts(of package: Package) -> [Finding] {
        var findings: [Finding] = []
        func complain(_ severity: Finding.Severity, _ check: String, _ message: String) {
            findings.append(Finding(severity, check, "\(package.name): \(message)"))
        }
        let summary = package.summary
        if summary.count > 79 { complain(.warning, "summary-too-long", "the summary is longer than 79 characters") }
        if summary.hasSuffix(".") { complain(.warning, "summary-ends-with-dot", "the summary ends with a full stop") }
        if summary.first?.isLowercase == true {
            complain(.warning, "summary-not-capitalized", "the summary begins with a small letter")
        }
        if package.url.map({ !$0.hasPrefix("http://") && !$0.hasPrefix("https://") }) == true {
            complain(.warning, "invalid-url", "the home page is no http or https address")
        }
        if !package.maintainer.contains("@") {
            complain(.warning, "maintainer-without-address", "the maintainer has no mail address")
        }
        return findings
    }

    private static func scripts(of package: Package) -> [Finding] {
        var findings: [Finding] = []
        for event in Scripts.Event.allCases {
            guard let script = package.scripts[event] else { continue }
            if script.body.utf8.contains(0x0D) {
                findings.append(
                    Finding(
                        .error,
                        "script-line-ends",
                        "\(package.name): the \(event.rawValue) script has CR line ends"
                    )
                )
            }
            if script.body.allSatisfy(\.isWhitespace) {
                findings.append(
                    Finding(.warning, "script-empty", "\(package.name): the \(event.rawValue) script is empty")
                )
            }
        }
        return findings
    }

    private static func check(_ entry: Entry, owned: Set<PackagePath>) -> [Finding] {
        var findings: [Finding] = []
        func complain(_ severity: Finding.Severity, _ check: String, _ message: String) {
            findings.append(Finding(severity, check, "\(entry.path): \(message)"))
        }
        let path = entry.path.bytes
        let isConfig = entry.flags.contains(.config)
        let inEtc = path.starts(with: Self.etc)
        if !Self.allowedTops.contains(where: path.starts(with:)) {
            complain(.error, "path-not-for-packages", "packages install nothing there")
        }
        if case .directory = entry.kind, Self.standardDirectories.contains(String(decoding: path, as: UTF8.self)) {
            complain(.error, "standard-directory", "the distribution's own packages own this directory")
        }
        if path.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
            complain(.warning, "path-control-character", "the path holds a control character")
        }
        if case .symbolicLink(let target) = entry.kind {
            if let inside = try? PackagePath(bytes: target), owned.contains(inside.parent), !owned.contains(inside) {
                complain(.error, "dangling-symlink", "links to \(inside), which the package should have and has not")
            }
            return findings
        }
        if entry.mode & 0o002 != 0, entry.mode & 0o1000 == 0 {
            complain(.error, "world-writable", "everybody may write to it")
        }
        if entry.mode & 0o6000 != 0 { complain(.warning, "setuid", "runs with the rights of another user or group") }
        if case .file = entry.kind {
            if inEtc, !isConfig {
                complain(.warning, "file-in-etc-not-config", "is not marked as a configuration file")
            }
            if isConfig, !inEtc { complain(.warning, "config-outside-etc", "is a configuration file outside /etc") }
        }
        return findings
    }

    private static let etc = Array("/etc/".utf8)
    private static let allowedTops = [
        "/bin/", "/boot/", "/etc/", "/lib/", "/lib64/", "/opt/", "/sbin/", "/srv/", "/usr/", "/var/",
    ]
    .map { Array($0.utf8) }
    private static let standardDirectories: Set<String> = [
        "/bin", "/boot", "/etc", "/lib", "/lib64", "/opt", "/sbin", "/srv", "/usr", "/usr/bin", "/usr/include",
        "/usr/lib",
        "/usr/lib64", "/usr/libexec", "/usr/local", "/usr/sbin", "/usr/share", "/usr/share/doc", "/usr/share/man",
        "/var",
        "/var/cache", "/var/lib", "/var/log", "/var/spool", "/var/tmp", "/usr/lib/systemd", "/usr/lib/systemd/system",
    ]
}
