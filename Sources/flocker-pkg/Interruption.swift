import Dispatch
import Glibc
import Omnibus

/// Turns the first Ctrl-C, or a polite request to end, into the cancelling of the work, so that it can clean up.
enum Interruption {
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// Lets the first of them end the program, where nothing is to be cleaned up. Watching takes threads, which take longer to
    /// start than some packages to be looked at.
    static func ending() {
        for number in signals { signal(number) { _ in _exit(130) } }
    }

    /// Runs work that the first of them cancels.
    static func watching(_ work: sending @escaping () async throws -> Void) async throws {
        let task = Task { try await work() }
        let sources = signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                // Who asks twice does not want to wait.
                if task.isCancelled { _exit(130) }
                task.cancel()
            }
            source.resume()
            return source
        }
        defer { for source in sources { source.cancel() } }
        try await task.value
    }
}
