import Foundation
import Subprocess
import SystemPackage

/// A web server for one test, on a port of its own.
enum WebServer {
    private static let script = """
        import functools, http.server, subprocess, sys, threading
        folder, log, *command = sys.argv[1:]
        lock = threading.Lock()
        class Handler(http.server.SimpleHTTPRequestHandler):
            def log_message(self, *arguments): pass
            def do_GET(self):
                with lock:
                    if log:
                        with open(log, "a") as lines: print(self.path, file=lines)
                    if command and ("Packages" in self.path or "by-hash" in self.path):
                        once = command[:]
                        command.clear()
                        subprocess.run(once, check=True)
                super().do_GET()
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=folder))
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    /// Serves a folder while `body` runs, which gets the base URL.
    ///
    /// - Parameters:
    ///   - folder: what is served.
    ///   - command: a program that the server runs to its end once, before it answers the first request that names
    ///     `Packages` or `by-hash`.
    ///   - log: a file that gets a line with the path of every request.
    static func serving<Result: Sendable>(
        _ folder: FilePath,
        running command: [String] = [],
        log: FilePath? = nil,
        _ body: @Sendable @escaping (String) async throws -> Result
    ) async throws -> Result {
        try await Subprocess.run(
            .name("python3"),
            arguments: Arguments(["-c", script, folder.string, log?.string ?? ""] + command),
            input: .none,
            output: .sequence,
            error: .discarded
        ) { execution in
            var port = ""
            reading: for try await buffer in execution.standardOutput {
                port += String(decoding: buffer.withUnsafeBytes { Array($0) }, as: UTF8.self)
                if port.contains("\n") { break reading }
            }
            do {
                let result = try await body("http://127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))")
                try execution.send(signal: .kill)
                return result
            } catch {
                try execution.send(signal: .kill)
                throw error
            }
        }.closureResult
    }

    /// What programs need in order to reach the server, whatever proxies the machine is set up with.
    static let environment: [String: String?] = ["NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"]
}
