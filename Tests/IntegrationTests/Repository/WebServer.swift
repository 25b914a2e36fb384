import Foundation
import Subprocess
import SystemPackage

/// A web server for one test, on a port of its own.
enum WebServer {
    /// Serves a folder while `body` runs, which gets the base URL.
    ///
    /// - Parameters:
    ///   - folder: what is served.
    ///   - command: a program that the server runs to its end once, before it answers the first request that names
    ///     `Packages` or `by-hash`.
    static func serving(
        _ folder: FilePath,
        running command: [String] = [],
        _ body: @Sendable @escaping (String) async throws -> Void
    ) async throws {
        let script = """
            import functools, http.server, subprocess, sys
            command = sys.argv[2:]
            class Handler(http.server.SimpleHTTPRequestHandler):
                def log_message(self, *arguments): pass
                def do_GET(self):
                    if command and ("Packages" in self.path or "by-hash" in self.path):
                        once = command[:]
                        command.clear()
                        subprocess.run(once, check=True)
                    super().do_GET()
            server = http.server.HTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=sys.argv[1]))
            print(server.server_port, flush=True)
            server.serve_forever()
            """
        _ = try await Subprocess.run(
            .name("python3"),
            arguments: Arguments(["-c", script, folder.string] + command),
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
                try await body("http://127.0.0.1:\(port.trimmingCharacters(in: .whitespacesAndNewlines))")
                try execution.send(signal: .kill)
            } catch {
                try execution.send(signal: .kill)
                throw error
            }
        }
    }
}
