import ArgumentParser
import Glibc

/// Where the program begins and ends.
///
/// Tasks begin only for a command that needs them: the threads that run them take longer to start than a package to be
/// looked at.
@main
enum Program {
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        // Arguments that cannot be read are an error in the form that they ask for.
        var asJSON = zip(arguments, arguments.dropFirst() + [""]).contains { one, next in
            one == "--format=json" || one == "--format" && next == "json"
        }
        do {
            if let command = ArgumentReader.plain(arguments) {
                Interruption.ending()
                try command.run(on: Array(arguments.dropFirst()))
            } else {
                var command = try ArgumentReader.command(arguments)
                asJSON = (command as? any ReportingCommand)?.reporting.format == .json
                if let work = (command as? any TracelessCommand)?.plainWork {
                    Interruption.ending()
                    try work()
                } else if var command = command as? any AsyncParsableCommand {
                    let asJSON = asJSON
                    Interruption.watching {
                        try await command.run()
                    } end: {
                        end($0, asJSON: asJSON)
                    }
                } else {
                    try command.run()
                }
            }
            end(.success(()), asJSON: asJSON)
        } catch {
            end(.failure(error), asJSON: asJSON)
        }
    }

    private static func end(_ result: Result<Void, any Error>, asJSON: Bool) -> Never {
        do {
            try result.get()
            if let error = Standard.outputError { throw error }
            exit(EXIT_SUCCESS)
        } catch let status as ExitCode where !status.isSuccess && status != .validationFailure {
            if let error = Standard.outputError { ErrorPresentation(error, asJSON: false).exit() }
            // Everything else was said where it happened.
            exit(status.rawValue)
        } catch {
            ErrorPresentation(error, asJSON: asJSON).exit()
        }
    }
}
