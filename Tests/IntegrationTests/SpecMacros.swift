/// What a distribution's macros stand for, as far as generated spec files use them, for an rpm that has none of them.
enum SpecMacros {
    /// The definitions of a distribution, as arguments for rpm's tools; none for the portable file.
    static func defines(for distribution: String, option: String = "--define") -> [String] {
        guard !distribution.isEmpty else { return [] }
        let suse = distribution.hasPrefix("opensuse")
        var macros = [
            "__python3 /usr/bin/python3", "__python2 /usr/bin/python2", "python3_pkgversion 3",
            "python3_sitelib /usr/lib/python3.9/site-packages",
            "python3_sitearch /usr/lib64/python3.9/site-packages", "_unitdir /usr/lib/systemd/system",
            "systemd_post() systemctl preset %*", "systemd_preun() systemctl disable %*",
            "systemd_postun_with_restart() systemctl try-restart %*", "systemd_postun() systemctl daemon-reload",
            "systemd_requires Requires(post): systemd",
        ]
        if suse {
            macros += [
                "python_expand(-) echo %*", "pyproject_wheel echo wheel", "pyproject_install echo install",
                "fdupes echo fdupes",
                "python_build echo build", "python_install echo install",
            ]
        } else {
            macros += [
                "dist .x", "py3_build echo build", "py3_install echo install", "pyproject_buildrequires echo requires",
                "pyproject_wheel echo wheel", "pyproject_install echo install", "pyproject_save_files() echo %*",
                "pyproject_check_import echo import", "pyproject_files files", "python_provide() Provides: x-%1",
            ]
        }
        return macros.flatMap { [option, $0] }
    }
}
