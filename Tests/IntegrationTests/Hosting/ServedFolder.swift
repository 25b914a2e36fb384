import SystemPackage

/// Python's web server over a folder, for as long as one program runs.
enum ServedFolder {
    private static let script = """
        import functools, http.server, subprocess, sys, threading
        class Quiet(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *arguments): pass
        handler = functools.partial(Quiet, directory=sys.argv[1])
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = "http://127.0.0.1:%d" % server.server_port
        sys.exit(subprocess.call([a.replace("@URL@", url) for a in sys.argv[2:]]))
        """

    /// Runs a program, `@URL@` in its arguments replaced by the server's address.
    static func serving(
        _ folder: FilePath,
        to tool: String,
        _ arguments: [String],
        environment: [String: String?] = [:]
    ) async throws -> ToolResult {
        try await run("python3", ["-c", script, folder.string, tool] + arguments, environment: environment)
    }
}
