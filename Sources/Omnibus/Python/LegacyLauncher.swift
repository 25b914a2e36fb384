import SystemPackage

/// `bin/python` of a bundle for a Python that knows no `pyvenv.cfg` (before 3.3).
///
/// Such a Python finds its packages next to its own binary, whatever link it is called by, so virtualenv gave every
/// environment a copy of the binary. A copy of this machine's need not run on the target. This script is run by the
/// target's own interpreter instead, hides the system's packages, adds the bundle's, and then does what `python` does
/// with its arguments.
enum LegacyLauncher {
    /// The script's text.
    static func script(for target: PythonTarget) -> String {
        """
        #!\(target.interpreterPath) -s
        import os
        import site
        import sys
        import __main__

        shown = os.path.abspath(__file__)
        prefix = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
        del sys.path[0]
        sys.path[:] = [p for p in sys.path if not set(p.split(os.sep)) & {"site-packages", "dist-packages"}]
        site.addsitedir(os.path.join(prefix, "lib", "python\(target.version)", "site-packages"))
        sys.executable = shown


        def run(code, argv, directory, filename=None):
            sys.argv[:] = argv
            sys.path.insert(0, directory)
            space = __main__.__dict__
            for name in [n for n in space if n not in ("__builtins__", "__name__")]:
                del space[name]
            space.update(__doc__=None, __package__=None)
            if filename is not None:
                space["__file__"] = filename
            exec code in space


        def main(argv, unbuffered=False):
            import sys
            while argv and argv[0].startswith("-") and argv[0] != "-":
                option = argv.pop(0)
                letters = option[1:]
                while letters:
                    letter, letters = letters[0], letters[1:]
                    if letter == "V" or option == "--version":
                        sys.stderr.write("Python %d.%d.%d\\n" % sys.version_info[:3])
                        return
                    if letter == "u":
                        unbuffered = True
                    elif letter == "B":
                        sys.dont_write_bytecode = True
                    elif letter in "cm":
                        if not letters and not argv:
                            sys.exit("Argument expected for the -%s option" % letter)
                        value = letters or argv.pop(0)
                        if unbuffered:
                            flush()
                        if letter == "c":
                            return run(compile(value + "\\n", "<string>", "exec"), ["-c"] + argv, "")
                        import runpy
                        sys.argv[:] = [value] + argv
                        sys.path.insert(0, "")
                        runpy._run_module_as_main(value)
                        return
                    elif letter in "WQ":
                        if not letters and argv:
                            argv.pop(0)
                        break
            if unbuffered:
                flush()
            if argv and argv[0] != "-":
                directory = os.path.dirname(os.path.realpath(argv[0]))
                with open(argv[0]) as stream:
                    code = compile(stream.read() + "\\n", argv[0], "exec", 0, 1)
                run(code, argv, directory, argv[0])
            elif sys.stdin.isatty():
                import code
                sys.path.insert(0, "")
                code.interact()
            else:
                run(compile(sys.stdin.read() + "\\n", "<stdin>", "exec", 0, 1), argv or [""], "")


        def flush():
            sys.stdout = os.fdopen(1, "w", 0)
            sys.stderr = os.fdopen(2, "w", 0)


        main(sys.argv[1:])

        """
    }
}
