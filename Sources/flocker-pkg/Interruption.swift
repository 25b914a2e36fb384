import Dispatch
import Glibc
import Omnibus

/// Turns the first Ctrl-C, or a polite request to end, into the cancelling of the work, so that it can clean up.
enum Interruption {
    /// Those that the program was not started to ignore, as `nohup` does.
    private static var signals: [Int32] {
        [SIGINT, SIGTERM, SIGHUP].filter { number in
            var action = sigaction()
            sigaction(number, nil, &action)
            // Functions cannot be compared, addresses can.
            let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            return handler != unsafeBitCast(SIG_IGN, to: Int.self)
        }
    }

    /// Lets the first of them end the program, where nothing is to be cleaned up. Watching takes threads, which take longer
    /// to start than some packages to be looked at.
    static func ending() {
        for number in signals {
            signal(number) { _ in
                // Nothing else may be called here.
                let words: StaticString = "error: Cancelled\n"
                write(STDERR_FILENO, words.utf8Start, words.utf8CodeUnitCount)
                _exit(130)
            }
        }
    }

    /// Runs work that the first of them cancels, and then ends the program.
    static func watching(
        _ work: sending @escaping () async throws -> Void,
        end: @escaping @Sendable (Result<Void, any Error>) -> Never
    ) -> Never {
        let task = Task {
            do {
                try await work()
                end(.success(()))
            } catch {
                end(.failure(error))
            }
        }
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
        withExtendedLifetime(sources) { dispatchMain() }
    }
}
