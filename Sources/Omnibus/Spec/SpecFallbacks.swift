import PackageFormats

/// Definitions that stand for a distribution's macros where it has none, so that the same spec file builds everywhere.
enum SpecFallbacks {
    static func lines(hasServices: Bool) -> [SpecLine] {
        var lines: [SpecLine] = [.comment("What the distribution does not define is defined here.")]
        lines += SpecDefinition("__python3", "/usr/bin/python3").ifUndefined
        for (macro, path) in [("python3_sitelib", "purelib"), ("python3_sitearch", "platlib")] {
            lines += SpecDefinition(macro, SpecText(source: directory(of: path))).ifUndefined
        }
        let wheel =
            "%{__python3} -m pip wheel --no-deps --no-build-isolation --no-index --disable-pip-version-check "
            + "--wheel-dir pyproject-wheeldir ."
        lines += SpecDefinition("pyproject_wheel", SpecText(source: wheel), isLazy: true).ifUndefined
        // pip's records would name the build root; rpm has its own.
        let install = """
            DEB_PYTHON_INSTALL_LAYOUT=deb_system %{__python3} -m pip install --root %{buildroot} --prefix %{_prefix} \
            --no-deps --no-index --no-compile --ignore-installed --no-warn-script-location --root-user-action=ignore \
            --disable-pip-version-check pyproject-wheeldir/*.whl
            find %{buildroot} -path '*.dist-info/direct_url.json' -delete
            find %{buildroot} -path '*.dist-info/RECORD' -delete
            find %{buildroot} -path '*.dist-info/REQUESTED' -delete
            %{__python3} -m compileall -q -s %{buildroot} -p / --invalidation-mode unchecked-hash %{buildroot}%{python3_sitelib}
            """
        lines += SpecDefinition("pyproject_install", SpecText(source: install), isLazy: true).ifUndefined
        return hasServices ? lines + SpecSection.systemdFallbacks : lines
    }

    /// Where the interpreter looks for the distribution's modules; Debian has a directory of its own for them.
    private static func directory(of path: String) -> String {
        let program =
            "import sysconfig as s; "
            + "n = [x for x in ('deb_system', 'rpm_prefix', 'posix_prefix') if x in s.get_scheme_names()][0]; "
            + "print(s.get_path('\(path)', n, dict(base='/usr', platbase='/usr')))"
        return "%(%{__python3} -Ic \"\(program)\" 2>/dev/null)"
    }
}
