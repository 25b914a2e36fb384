@preconcurrency import Glibc
import Subprocess
import Synchronization
public import SystemPackage

/// One call of another program. Arguments go to it as they are: no shell ever sees them.
public struct Command: Sendable, Hashable {
    /// A name to look up on `PATH`, or a path.
    public var program: String
    /// The arguments after the program's name.
    public var arguments: [String]
    /// Variables set for this call only, on top of the runner's.
    public var environment: [String: String]
    /// Where the program runs; the caller's own directory if `nil`.
    public var workingDirectory: FilePath?
    /// What the program reads from standard input, such as a passphrase; nothing if `nil`.
    public var input: Input?
    /// How to get the program, shown when it is not there.
    public var installHint: String?

    /// What a program reads from standard input.
    public enum Input: Sendable, Hashable {
        /// Bytes at hand.
        case bytes([UInt8])
        /// A file, from a place in it, in bytes, to its end.
        case file(FilePath, from: UInt64)
    }

    /// Makes a call from its parts.
    public init(
        _ program: String,
        _ arguments: [String] = [],
        environment: [String: String] = [:],
        workingDirectory: FilePath? = nil,
        input: Input? = nil,
        installHint: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.input = input
        self.installHint = installHint
    }

    /// The program's name without its directory.
    public var name: String { FilePath(program).lastComponent?.string ?? program }
}

/// What a program left behind when it ended.
public struct CommandResult: Sendable, Hashable {
    /// The exit status; 128 + the signal's number if a signal ended it.
    public var status: Int32
    /// The first MiB of standard output.
    public var output: [UInt8]
    /// The last lines of standard output and standard error as they came, credentials in URLs blanked.
    public var lastLines: [String]

    /// Standard output as text, without the white space around it; bytes that are no UTF-8 are replaced.
    public var text: String { String(decoding: output, as: UTF8.self).trimmingWhitespace() }
    /// Whether the exit status is 0.
    public var isSuccess: Bool { status == 0 }
}

/// Starts other programs in a small, known environment, and ends them with everything they started when the task is
/// cancelled.
public struct CommandRunner: Sendable {
    /// Takes one line that a program wrote.
    public typealias LineHandler = @Sendable (String) -> Void

    /// Every variable that a program sees.
    public var environment: [String: String]

    /// Makes a runner; without an environment it takes the caller's, reduced to what tools need.
    public init(environment: [String: String] = CommandRunner.reducedEnvironment()) {
        self.environment = environment
    }

    /// Finds a program: a name on the runner's `PATH`, or a path if it can be executed.
    public func find(_ program: String) -> FilePath? {
        candidates(for: program).first { path in
            var status = stat()
            return stat(path.string, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                && access(path.string, X_OK) == 0
        }
    }

    private func candidates(for program: String) -> [FilePath] {
        guard !program.contains("/") else { return [FilePath(program)] }
        guard !program.isEmpty else { return [] }
        return (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
            .map { FilePath(String($0)).appending(program) }
    }

    /// Runs a program to its end.
    ///
    /// - Returns: the result, whatever the exit status.
    /// - Throws: `tool-missing` if there is no such program, `tool-not-startable` if the system refuses to start it,
    ///   `cancelled` if the task was cancelled; the program and its children are dead by then.
    public func run(_ command: Command, onLine: LineHandler? = nil) async throws(OmnibusError) -> CommandResult {
        guard let executable = find(command.program) else {
            throw OmnibusError(
                "tool-missing",
                .unavailable,
                "The program \(command.program) is not there or cannot be executed",
                hint: command.installHint
            )
        }
        guard !Task.isCancelled else { throw .cancelled }
        var options = PlatformOptions()
        // A group of its own, so that compilers which a build tool started die with it.
        options.processGroupID = 0
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(100)),
        ]
        let variables = environment.merging(command.environment) { $1 }
        let configuration = Configuration(
            executable: .path(executable),
            arguments: Arguments(command.arguments),
            environment: .custom(variables.map { Array("\($0.key)=\($0.value)\0".utf8) }),
            workingDirectory: command.workingDirectory,
            platformOptions: options
        )
        let log = OutputLog(onLine: onLine)
        let status: Int32
        do {
            switch command.input {
            case nil: status = try await CommandRunner.execute(configuration, input: .none, log)
            case .bytes(let bytes): status = try await CommandRunner.execute(configuration, input: .array(bytes), log)
            case .file(let path, let offset):
                let file = try FileDescriptor.open(path, .readOnly, options: .closeOnExec)
                defer { try? file.close() }
                try file.seek(offset: Int64(clamping: offset), from: .start)
                status = try await CommandRunner.execute(
                    configuration,
                    input: .fileDescriptor(file, closeAfterSpawningProcess: false),
                    log
                )
            }
        } catch {
            guard !Task.isCancelled else { throw .cancelled }
            throw OmnibusError("tool-not-startable", .unavailable, "\(executable) could not be run: \(error)")
        }
        guard !Task.isCancelled else { throw .cancelled }
        return log.result(status: status)
    }

    private static func execute(
        _ configuration: Configuration,
        input: some InputProtocol,
        _ log: OutputLog
    ) async throws -> Int32 {
        let result = try await Subprocess.run(
            configuration,
            input: input,
            output: .sequence,
            error: .sequence
        ) { execution in
            async let output: Void = log.follow(execution.standardOutput, keeping: true)
            async let errors: Void = log.follow(execution.standardError, keeping: false)
            _ = try await (output, errors)
        }
        return switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): 128 + signal
        }
    }

    /// Runs a program that has to succeed.
    ///
    /// - Parameters:
    ///   - command: the program and its arguments.
    ///   - code: what a failure is called.
    ///   - category: what kind of failure it is.
    ///   - fetches: whether it asks a package index, which may be what fails.
    ///   - onLine: takes what it says.
    /// - Throws: as ``run(_:onLine:)``, and `code` with the program's own last lines if the exit status is not 0, or
    ///   `index-unreachable` where they say that no index answers.
    @discardableResult
    public func check(
        _ command: Command,
        failure code: String = "tool-failed",
        category: OmnibusError.Category = .failure,
        fetches: Bool = false,
        onLine: LineHandler? = nil
    ) async throws(OmnibusError) -> CommandResult {
        let result = try await run(command, onLine: onLine)
        guard result.isSuccess else {
            let said = result.lastLines.map { "\n  \($0)" }.joined()
            let isOffline = fetches && result.saysThatNoIndexAnswers
            throw OmnibusError(
                isOffline ? "index-unreachable" : code,
                isOffline ? .unavailable : category,
                "\(command.name) ended with status \(result.status)" + (said.isEmpty ? "" : ":\(said)")
            )
        }
        return result
    }
}

extension CommandResult {
    /// Whether uv or pip failed because they reached no server.
    var saysThatNoIndexAnswers: Bool {
        let marks = [
            "error sending request", "dns error", "Could not connect", "operation timed out", "network timeout",
            "Read timed out", "connection broken by", "Failed to establish a new connection",
            "Temporary failure in name resolution",
        ]
        return lastLines.contains { line in marks.contains { line.contains($0) } }
    }
}

extension CommandRunner {
    private static let keptNames: Set<String> = [
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC", "GNUPGHOME", "PYENV_ROOT",
    ]
    private static let keptPrefixes = ["PIP_", "UV_", "SETUPTOOLS_SCM_"]

    /// The caller's environment without what would make a build depend on who runs it: search paths, proxies,
    /// certificates and package index settings stay, the locale becomes `C.UTF-8`.
    public static func reducedEnvironment() -> [String: String] {
        var kept: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            next += 1
            let text = String(cString: entry)
            guard let equals = text.firstIndex(of: "=") else { continue }
            let name = String(text[..<equals])
            guard keptNames.contains(name) || keptPrefixes.contains(where: name.hasPrefix) else { continue }
            kept[name] = String(text[text.index(after: equals)...])
        }
        kept["LC_ALL"] = "C.UTF-8"
        if kept["PATH"] == nil { kept["PATH"] = "/usr/local/bin:/usr/bin:/bin" }
        return kept
    }
}

extension OmnibusError {
    /// The task was cancelled, for example by Ctrl-C.
    static var cancelled: OmnibusError { OmnibusError("cancelled", .failure, "Cancelled") }
}

/// What a running program has written so far: both streams feed it at once.
private final class OutputLog: Sendable {
    private struct State {
        var output: [UInt8] = []
        var lastLines: [String] = []
    }

    private static let outputLimit = 1 << 20
    private static let lineLimit = 4096
    private static let lineCount = 20

    private let state = Mutex(State())
    private let onLine: CommandRunner.LineHandler?

    init(onLine: CommandRunner.LineHandler?) { self.onLine = onLine }

    func follow(_ stream: SubprocessOutputSequence, keeping: Bool) async throws {
        var line: [UInt8] = []
        for try await buffer in stream {
            let bytes = buffer.withUnsafeBytes { Array($0) }
            if keeping {
                state.withLock { $0.output += bytes.prefix(max(0, Self.outputLimit - $0.output.count)) }
            }
            for byte in bytes {
                if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                    end(&line)
                } else if line.count < Self.lineLimit {
                    line.append(byte)
                }
            }
        }
        end(&line)
    }

    private func end(_ line: inout [UInt8]) {
        let text = String(decoding: line, as: UTF8.self).trimmingWhitespace(leading: false).hidingCredentials()
        line.removeAll(keepingCapacity: true)
        guard !text.isEmpty else { return }
        state.withLock { state in
            state.lastLines.append(text)
            if state.lastLines.count > Self.lineCount { state.lastLines.removeFirst() }
        }
        onLine?(text)
    }

    func result(status: Int32) -> CommandResult {
        state.withLock { CommandResult(status: status, output: $0.output, lastLines: $0.lastLines) }
    }
}

extension String {
    /// The text without white space at its ends.
    func trimmingWhitespace(leading: Bool = true) -> String {
        var rest = self[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        while leading, let first = rest.first, first.isWhitespace { rest.removeFirst() }
        return String(rest)
    }

    /// The text with what stands before the `@` of every URL blanked: package indexes carry passwords there.
    func hidingCredentials() -> String {
        var result: [UInt8] = []
        var rest = Array(utf8)[...]
        let mark = Array("://".utf8)
        while let colon = rest.firstIndex(of: UInt8(ascii: ":")) {
            guard rest[colon...].starts(with: mark) else {
                result += rest[...colon]
                rest = rest[(colon + 1)...]
                continue
            }
            let authority = rest[(colon + mark.count)...].prefix { !" /?#'\"<>".utf8.contains($0) }
            result += rest[..<authority.startIndex]
            rest = rest[authority.startIndex...]
            guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { continue }
            result += Array("***".utf8)
            rest = rest[at...]
        }
        return String(decoding: result + rest, as: UTF8.self)
    }
}
