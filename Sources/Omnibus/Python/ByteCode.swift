import SystemPackage

/// Compiles the modules of a bundle with a Python of the target's version, so that starting an application neither
/// compiles them every time nor, as root, leaves files that no package owns.
///
/// The result depends on the sources alone: the paths in it are those on the target; from Python 3.7 on it is valid by
/// the source's hash (PEP 552), before that by the time that every packaged file gets. Each group of files is compiled
/// by a fresh process, as what a process compiled earlier shows in how it writes what comes later.
struct ByteCode: Sendable {
    let runner: CommandRunner
    let interpreter: PythonInterpreter
    let sourceDateEpoch: Int64
    let jobs: Int

    // Has to run under every Python from 2.7 on.
    private static let program = """
        import marshal, os, struct, sys
        jobs, epoch, stage, prefix, listing = sys.argv[1:]
        stamp = struct.pack("<I", int(epoch) & 0xFFFFFFFF)
        if sys.version_info < (3,):
            import imp
            magic = imp.get_magic()
        else:
            import importlib.util
            magic = importlib.util.MAGIC_NUMBER

        def build(name):
            path = os.path.join(stage, name)
            with open(path, "rb") as stream:
                source = stream.read()
            try:
                code = compile(source, os.path.join(prefix, name), "exec", 0, True)
            except Exception:
                return  # Some packages carry modules for other Pythons; nobody imports them here.
            if sys.version_info < (3,):
                target, head = path + "c", stamp
            else:
                target = importlib.util.cache_from_source(path)
                if sys.version_info < (3, 7):
                    head = stamp + struct.pack("<I", len(source) & 0xFFFFFFFF)
                else:
                    head = struct.pack("<I", 3) + importlib.util.source_hash(source)
                # The same folder may be another group's, too.
                os.makedirs(os.path.dirname(target), 0o755, exist_ok=True)
            with open(target, "wb") as stream:
                stream.write(magic + head + marshal.dumps(code))

        def reap():
            if os.wait()[1] != 0:
                sys.exit("compiling failed")

        with open(listing, "rb") as stream:
            names = stream.read().decode("utf-8", "surrogateescape" if sys.version_info > (3,) else "strict")
        names = [str(name) for name in names.split("\\n") if name]
        running = 0
        for start in range(0, len(names), 64):
            if running == int(jobs):
                reap()
                running -= 1
            sys.stdout.flush()
            if os.fork() == 0:
                status = 1
                try:
                    for name in names[start:start + 64]:
                        build(name)
                    status = 0
                finally:
                    if status:
                        import traceback
                        traceback.print_exc()
                        sys.stderr.flush()
                    os._exit(status)
            running += 1
        while running:
            reap()
            running -= 1
        """

    /// Compiles every `.py` in the site-packages directory of a bundle.
    func compile(
        stage: FilePath,
        prefix: FilePath,
        target: PythonTarget,
        work: WorkDirectory
    ) async throws(OmnibusError) {
        let root = target.sitePackages
        let names = try FileTree(stage.pushing(root)).entries
            .filter { $0.kind == .file && $0.path.hasSuffix(".py") && !$0.path.contains("\n") }
            .map { "\(root)/\($0.path)\n" }
        let listing = try work.fresh("modules").appending("list")
        try FileSystem.write(Array(names.joined().utf8), to: listing)
        let command = Command(
            interpreter.path.string,
            [
                "-s", "-S", "-B", "-W", "ignore", "-c", Self.program, String(max(1, jobs)),
                String(sourceDateEpoch), stage.string, prefix.string, listing.string,
            ],
            environment: ["PYTHONHASHSEED": "0"]
        )
        try await runner.check(command, failure: "byte-code-failed")
        // The umask has had its say in what the program made.
        let tree = try FileTree(stage.pushing(root))
        for entry in tree.entries {
            if entry.name == "__pycache__" { try FileSystem.setMode(tree.path(of: entry), 0o755) }
            if entry.name.hasSuffix(".pyc") { try FileSystem.setMode(tree.path(of: entry), 0o644) }
        }
    }
}
