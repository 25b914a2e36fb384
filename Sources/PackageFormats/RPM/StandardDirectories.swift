/// Directories that the `filesystem` package of every rpm distribution owns.
///
/// A package that lists one of them with another mode or owner cannot be installed, and modes differ between
/// distributions (`/usr/bin` is 0755 here and 0555 there), so that a writer leaves them out.
enum StandardDirectories {
    static func contains(_ path: PackagePath) -> Bool { path.isRoot || paths.contains(path.bytes) }

    private static let paths: Set<[UInt8]> = {
        let children: [(String, String)] = [
            ("", "afs bin boot dev etc home lib lib64 media mnt opt proc root run sbin srv sys tmp usr var"),
            ("/etc", "X11 X11/applnk X11/fontpath.d X11/xinit bash_completion.d opt skel sysconfig xdg xdg/autostart"),
            ("/usr", "bin games include lib lib64 libexec local sbin share src tmp"),
            ("/usr/lib", "X11 debug games locale modules sysimage"),
            ("/usr/lib64", "X11 games pm-utils"),
            ("/usr/local", "bin etc games include lib lib64 libexec sbin share src"),
            ("/usr/local/share", "applications info man"),
            ("/usr/share", "X11 X11/fonts aclocal appdata applications augeas augeas/lenses backgrounds"),
            ("/usr/share", "bash-completion bash-completion/completions bash-completion/helpers"),
            ("/usr/share", "desktop-directories dict doc empty fish fish/vendor_completions.d fonts games gnome help"),
            ("/usr/share", "icons idl info licenses locale man metainfo mime-info misc omf pixmaps sounds themes"),
            ("/usr/share", "wayland-sessions xsessions zsh zsh/site-functions"),
            ("/usr/share/man", "man1 man2 man3 man4 man5 man6 man7 man8 man9 mann"),
            ("/usr/src", "debug kernels"),
            ("/var", "adm cache db empty games gopher kerberos lib local lock log mail nis opt preserve run spool"),
            ("/var", "tmp yp lib/games lib/misc spool/lpd spool/mail"),
        ]
        var paths: Set<[UInt8]> = []
        for (parent, names) in children {
            for name in names.split(separator: " ") { paths.insert(Array("\(parent)/\(name)".utf8)) }
        }
        return paths
    }()
}
