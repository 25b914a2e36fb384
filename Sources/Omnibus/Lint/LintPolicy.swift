public import PackageFormats

/// What rpmlint and lintian say of packages like these that is so on purpose, and why.
public enum LintPolicy {
    /// A finding that is expected.
    public struct Exemption: Sendable, Hashable {
        /// rpmlint's or lintian's name for it.
        public let tag: String
        /// Why it is expected.
        public let reason: String
        /// Whether it holds for every package, or only for one that carries a bundle.
        public let scope: Scope
    }

    /// Which packages an exemption is for.
    public enum Scope: Sendable, Hashable {
        /// Every package.
        case everyPackage
        /// One with files in `/opt`.
        case bundle
        /// One whose links lead into another package.
        case links
    }

    /// What rpmlint 2 may say.
    public static let rpmlint: [Exemption] = [
        .init("no-signature", .everyPackage, "packages are signed when they are published"),
        .init("no-documentation", .everyPackage, "the product is documented elsewhere"),
        .init("no-manual-page-for-binary", .everyPackage, "the scripts explain themselves with --help"),
        .init("invalid-license", .everyPackage, "rpmlint knows no license unless a distribution configures its list"),
        .init("no-%check-section", .everyPackage, "there is no spec file"),
        .init("filelist-forbidden", .everyPackage, "a distribution's own policy for its own packages"),
        .init("name-repeated-in-summary", .everyPackage, "the product's name belongs in the summary"),
        .init("dangling-symlink", .everyPackage, "the target lives in the package that carries the bundle"),
        .init("symlink-should-be-relative", .everyPackage, "links lead to fixed places in other packages"),
        .init("requires-on-release", .links, "the packages of a product belong to one build"),
        .init("no-dependency-on", .links, "rpmlint looks for a package of translations, which there is none of"),
        .init("binary-or-shlib-calls-gethostbyname", .bundle, "wheels are installed as their publishers made them"),
        .init("dangling-relative-symlink", .links, "the target lives in the package that carries the bundle"),
        .init("suse-filelist-forbidden-opt", .bundle, "the bundle lives in /opt on purpose"),
        .init("dir-or-file-in-opt", .bundle, "the bundle lives in /opt on purpose"),
        .init("zero-length", .bundle, "empty modules and markers of Python packages"),
        .init("wrong-script-interpreter", .bundle, "scripts run the bundle's own Python"),
        .init("non-executable-script", .bundle, "modules of third parties with a first line for scripts"),
        .init("env-script-interpreter", .bundle, "scripts of third parties"),
        .init("script-without-shebang", .bundle, "files of third parties"),
        .init("non-standard-executable-perm", .bundle, "libraries of third parties"),
        .init("spurious-executable-perm", .bundle, "files of third parties"),
        .init("hidden-file-or-dir", .bundle, "markers of Python packages"),
        .init("version-control-internal-file", .bundle, "leftovers in packages of third parties"),
        .init("backup-file-in-package", .bundle, "leftovers in packages of third parties"),
        .init("unstripped-binary-or-object", .bundle, "wheels are installed as their publishers made them"),
        .init("devel-file-in-non-devel-package", .bundle, "wheels bring headers"),
        .init("binary-or-shlib-defines-rpath", .bundle, "wheels find their own libraries so"),
        .init("shared-library-without-dependency-information", .bundle, "wheels link statically"),
        .init("shared-lib-without-dependency-information", .bundle, "wheels link statically"),
        .init("missing-PT_GNU_STACK-section", .bundle, "wheels are installed as their publishers made them"),
        .init("missing-hash-section", .bundle, "wheels are installed as their publishers made them"),
        .init("missing-gnu-hash-section", .bundle, "wheels are installed as their publishers made them"),
        .init("position-independent-executable-suggested", .bundle, "wheels bring programs"),
        .init("statically-linked-binary", .bundle, "wheels bring programs"),
        .init("call-to-mktemp", .bundle, "code of third parties"),
        .init("call-to-mkstemp", .bundle, "code of third parties"),
        .init("crypto-policy-non-compliance", .bundle, "wheels bring their own TLS libraries"),
        .init("no-soname", .bundle, "extension modules have none"),
        .init("invalid-soname", .bundle, "libraries inside wheels"),
        .init("linked-against-opt-library", .bundle, "libraries inside wheels"),
        .init("private-shared-object-provides", .bundle, "the bundle provides nothing"),
        .init("pem-certificate", .bundle, "certificate stores of third parties"),
        .init("pem-private-key", .bundle, "keys for the tests of third parties"),
        .init("file-not-in-%lang", .bundle, "translations inside Python packages"),
        .init("files-duplicate", .bundle, "Python packages repeat files"),
        .init("files-duplicated-waste", .bundle, "Python packages repeat files"),
        .init("file-contains-date-and-time", .bundle, "code of third parties"),
        .init("python-bytecode-inconsistent-mtime", .bundle, "compiled modules are checked by content, not by time"),
        .init("python-bytecode-wrong-magic-value", .bundle, "the target's Python is another than rpmlint's"),
        .init("python-pyc-multiple-versions", .bundle, "the target's Python is another than rpmlint's"),
        .init("python-tests-in-site-packages", .bundle, "Python packages bring their tests"),
        .init("python-doc-in-site-packages", .bundle, "Python packages bring their documentation"),
        .init("python-src-in-site-packages", .bundle, "Python packages bring their sources"),
        .init("python-egg-info-distutils-style", .bundle, "old Python packages"),
        .init("python-missing-require", .bundle, "the dependencies are inside"),
        .init("python-leftover-require", .bundle, "the dependencies are inside"),
        .init("python-sphinx-doctrees-leftover", .bundle, "Python packages bring their documentation"),
        .init("wrong-file-end-of-line-encoding", .bundle, "files of third parties"),
        .init("wrong-script-end-of-line-encoding", .bundle, "files of third parties"),
        .init("incorrect-fsf-address", .bundle, "licenses of third parties"),
        .init("non-ghost-in-run", .bundle, "the bundle owns nothing there"),
        .init("htaccess-file", .bundle, "files of third parties"),
        .init("doc-file-dependency", .bundle, "files of third parties"),
        .init("non-readable", .bundle, "files of third parties"),
        .init("file-not-utf8", .bundle, "files of third parties"),
        .init("read-error", .bundle, "files that rpmlint's own Python cannot parse"),
        .init("only-non-binary-in-usr-lib", .links, "units and service definitions live in /usr/lib"),
    ]

    /// What lintian may say.
    public static let lintian: [Exemption] = [
        .init("initial-upload-closes-no-bugs", .everyPackage, "the package is not made for Debian's archive"),
        .init(
            "debian-revision-not-well-formed",
            .everyPackage,
            "the revision carries the product's own pre-release mark"
        ),
        .init("no-manual-page", .everyPackage, "the scripts explain themselves with --help"),
        .init("maintainer-script-calls-systemctl", .links, "the product's script tells other services of its files"),
        .init(
            "package-supports-alternative-init-but-no-init.d-script",
            .everyPackage,
            "the product runs under systemd"
        ),
        .init("dir-or-file-in-opt", .bundle, "the bundle lives in /opt on purpose"),
        .init("wrong-path-for-interpreter", .bundle, "scripts run the bundle's own Python"),
        .init("python3-script-but-no-python3-dep", .bundle, "scripts run the bundle's own Python"),
        .init("python-script-but-no-python-dep", .bundle, "scripts run the bundle's own Python"),
        .init("unusual-interpreter", .bundle, "scripts of third parties"),
        .init("script-not-executable", .bundle, "modules of third parties with a first line for scripts"),
        .init("executable-not-elf-or-script", .bundle, "files of third parties"),
        .init("unstripped-binary-or-object", .bundle, "wheels are installed as their publishers made them"),
        .init("binary-has-unneeded-section", .bundle, "wheels are installed as their publishers made them"),
        .init("unstripped-static-library", .bundle, "wheels are installed as their publishers made them"),
        .init("embedded-library", .bundle, "wheels bring their libraries"),
        .init("custom-library-search-path", .bundle, "wheels find their own libraries so"),
        .init("library-not-linked-against-libc", .bundle, "wheels bring their libraries"),
        .init("shared-library-lacks-prerequisites", .bundle, "wheels link statically"),
        .init("shared-library-is-executable", .bundle, "wheels are installed as their publishers made them"),
        .init("hardening-no-fortify-functions", .bundle, "wheels are installed as their publishers made them"),
        .init("hardening-no-relro", .bundle, "wheels are installed as their publishers made them"),
        .init("hardening-no-bindnow", .bundle, "wheels are installed as their publishers made them"),
        .init("hardening-no-pie", .bundle, "wheels bring programs"),
        .init("shared-library-lacks-stack-section", .bundle, "wheels are installed as their publishers made them"),
        .init("executable-stack-in-shared-library", .bundle, "wheels are installed as their publishers made them"),
        .init("spelling-error-in-binary", .bundle, "code of third parties"),
        .init("arch-dependent-file-not-in-arch-specific-directory", .bundle, "the bundle keeps Python's own layout"),
        .init("package-contains-empty-directory", .bundle, "Python packages bring them"),
        .init(
            "package-contains-documentation-outside-usr-share-doc",
            .bundle,
            "Python packages bring their documentation"
        ),
        .init("extra-license-file", .bundle, "licenses of third parties stay beside their code"),
        .init("package-installs-python-pycache-dir", .bundle, "compiled modules belong to the bundle"),
        .init("package-installs-python-bytecode", .bundle, "compiled modules belong to the bundle"),
        .init("source-contains-data-from-ieee-data-oui-db", .bundle, "files of third parties"),
        .init("repeated-path-segment", .bundle, "Python packages are laid out so"),
        .init("national-encoding", .bundle, "files of third parties"),
        .init("embedded-javascript-library", .bundle, "files of third parties"),
        .init("privacy-breach-generic", .bundle, "documentation of third parties"),
        .init("package-contains-vcs-control-file", .bundle, "leftovers in packages of third parties"),
        .init("package-contains-vcs-control-dir", .bundle, "leftovers in packages of third parties"),
        .init("macos-ds-store-file-in-package", .bundle, "leftovers in packages of third parties"),
        .init("python-module-in-wrong-location", .bundle, "the bundle keeps Python's own layout"),
        .init("font-in-non-font-package", .bundle, "files of third parties"),
        .init("truetype-font-prohibits-installable-embedding", .bundle, "files of third parties"),
        .init("duplicate-font-file", .bundle, "files of third parties"),
        .init("gzip-file-is-not-multi-arch-same-safe", .bundle, "files of third parties"),
        .init("image-file-in-usr-lib", .bundle, "files of third parties"),
        .init("elf-error", .bundle, "wheels are installed as their publishers made them"),
        .init("ldconfig-symlink-missing-for-shlib", .bundle, "no library is public"),
        .init("sharedobject-in-library-directory-missing-soname", .bundle, "no library is public"),
        .init("tiff-compression-not-recommended", .bundle, "files of third parties"),
    ]

    /// The exemptions that hold for a package.
    public static func exemptions(_ list: [Exemption], for package: Package) -> [Exemption] {
        let hasBundle = package.entries.contains { $0.path.bytes.starts(with: Array("/opt/".utf8)) }
        return list.filter { $0.scope == .everyPackage || ($0.scope == .bundle) == hasBundle }
    }
}

extension LintPolicy.Exemption {
    fileprivate init(_ tag: String, _ scope: LintPolicy.Scope, _ reason: String) {
        self.tag = tag
        self.scope = scope
        self.reason = reason
    }
}
