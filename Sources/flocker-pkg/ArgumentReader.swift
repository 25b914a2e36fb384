import ArgumentParser

/// Reads arguments as ``FlockerPkg`` does, in a part of the time: a package is often read faster than a command line.
struct ArgumentReader: ParsableCommand {
    /// The parser (1.8) asks first whether a script for a shell's completion is wanted, which takes as long as all the rest,
    /// but not of a program that is a part of another.
    static let configuration = {
        var configuration = FlockerPkg.configuration
        configuration._superCommandName = ""
        return configuration
    }()

    /// The command of a line that has a name and files and nothing else, for which no parser is needed.
    static func plain(_ arguments: [String]) -> (any PlainCommand.Type)? {
        let commands: [any PlainCommand.Type] = [InspectCommand.self, VerifyCommand.self]
        guard arguments.count > 1, !arguments.contains(where: { $0.hasPrefix("-") }) else { return nil }
        return commands.first { $0.configuration.commandName == arguments[0] }
    }

    /// The command that arguments are for.
    ///
    /// - Throws: what ``FlockerPkg`` throws for them.
    static func command(_ arguments: [String]) throws -> any ParsableCommand {
        // The parser's time grows with the square of the number of values, so that most of a long row of files goes past it.
        let plain = arguments.reversed().prefix { !$0.hasPrefix("-") }.count
        // The first of them can be the command's name and the value of an option.
        let spared = plain - 8
        if spared > 0, var command = try parsed(Array(arguments.dropLast(spared))) as? any FilesCommand {
            command.packages += arguments.suffix(spared)
            return command
        }
        return try parsed(arguments)
    }

    private static func parsed(_ arguments: [String]) throws -> any ParsableCommand {
        // Errors and help name the program as it is.
        if let command = try? parseAsRoot(arguments), command is any ReportingCommand { return command }
        return try FlockerPkg.parseAsRoot(arguments)
    }
}
