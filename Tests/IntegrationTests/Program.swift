import Glibc
import SystemPackage
import Testing

/// The built `flocker-pkg`, which lies beside the program that runs the tests.
enum Program {
    static func path() throws -> String {
        let folder = try FilePath(#require(realpath("/proc/self/exe"))).removingLastComponent()
        let program = folder.appending("flocker-pkg").string
        try #require(access(program, X_OK) == 0, "\(program) is missing: build it with 'swift build'")
        return program
    }

    /// Runs it, whatever the outcome.
    static func run(_ arguments: String..., environment: [String: String?] = [:]) async throws -> ToolResult {
        try await IntegrationTests.run(path(), arguments, environment: environment)
    }

    /// Runs `build`, which has to succeed, and gives the paths that it printed.
    @discardableResult
    static func build(
        _ arguments: [String],
        environment: [String: String?] = [:],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> [FilePath] {
        let text = try await output(
            of: path(),
            ["build"] + arguments,
            environment: environment,
            sourceLocation: sourceLocation
        )
        return text.split(separator: "\n").map { FilePath(String($0)) }
    }

    private static func realpath(_ path: String) -> String? {
        guard let resolved = Glibc.realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// What the repository has for tests.
enum Fixtures {
    static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Fixtures")

    /// The sample project, a checkout of Flocker.
    static let flocker = folder.appending("flocker")
    /// A project of Python 2.7's time.
    static let legacy = folder.appending("legacy")
}
