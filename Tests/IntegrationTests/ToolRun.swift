import Subprocess
import SystemPackage
import Testing

/// What a program said and how it ended.
struct ToolResult: Sendable, Equatable {
    /// The exit status; 128 + the signal's number if a signal ended it.
    let status: Int32
    /// Standard output; bytes that are no UTF-8 are replaced.
    let output: String
    /// Standard error, likewise.
    let error: String

    /// The lines of standard output.
    var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// Runs a program to its end: a name on `PATH`, or a path.
///
/// - Parameter environment: variables on top of this process's own; those without a value are taken out.
func run(
    _ tool: String,
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    workingDirectory: FilePath? = nil
) async throws -> ToolResult {
    var updates: [Environment.Key: String?] = [:]
    for (name, value) in environment { updates[Environment.Key(stringLiteral: name)] = .some(value) }
    let result = try await Subprocess.run(
        tool.contains("/") ? .path(FilePath(tool)) : .name(tool),
        arguments: Arguments(arguments),
        environment: .inherit.updating(updates),
        workingDirectory: workingDirectory,
        output: .string(limit: 64 << 20),
        error: .string(limit: 64 << 20)
    )
    let status: Int32 =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    return ToolResult(status: status, output: result.standardOutput, error: result.standardError)
}

/// Runs a program that has to succeed, and gives its output.
@discardableResult
func output(
    of tool: String,
    _ arguments: [String] = [],
    environment: [String: String?] = [:],
    workingDirectory: FilePath? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
) async throws -> String {
    let result = try await run(
        tool,
        arguments,
        environment: environment,
        workingDirectory: workingDirectory
    )
    try #require(
        result.status == 0,
        "\(tool) \(arguments.joined(separator: " ")) ended with \(result.status):\n\(result.output)\(result.error)",
        sourceLocation: sourceLocation
    )
    return result.output
}
