import Foundation
import Synchronization
import SystemPackage
import Testing

/// A server of `Tests/Servers`, which runs until it is let go or this process ends, however it ends.
final class ServerProcess: Sendable {
    /// What the server says of itself when it is ready.
    let facts: [String: String]
    private let pipes: Mutex<Pipes>

    private struct Pipes: @unchecked Sendable {
        let process: Process
        let input: FileHandle
        let output: FileHandle

        /// A line that the server writes.
        func line() -> Data {
            var line = Data()
            while true {
                let byte = output.readData(ofLength: 1)
                guard let first = byte.first, first != UInt8(ascii: "\n") else { return line }
                line.append(first)
            }
        }
    }

    private init(_ pipes: sending Pipes, _ facts: [String: String]) {
        self.pipes = Mutex(pipes)
        self.facts = facts
    }

    deinit { pipes.withLock { try? $0.input.close() } }

    /// Starts a server and waits until it is ready.
    static func start(_ name: String, _ arguments: [String] = []) async throws -> ServerProcess {
        try await blocking {
            let process = Process()
            let (input, output) = (Pipe(), Pipe())
            process.executableURL = URL(filePath: "/usr/bin/env")
            let script = Fixtures.folder.removingLastComponent().appending("Tests/Servers").appending(name)
            process.arguments = ["python3", script.string] + arguments
            process.standardInput = input
            process.standardOutput = output
            try process.run()
            let pipes = Pipes(
                process: process,
                input: input.fileHandleForWriting,
                output: output.fileHandleForReading
            )
            let facts = try JSONDecoder().decode([String: String].self, from: pipes.line())
            try #require(facts["error"] == nil, "\(name): \(facts["error"] ?? "")")
            return ServerProcess(pipes, facts)
        }
    }

    /// Sends a line and waits for the line that answers it.
    func ask<Answer: Decodable & Sendable>(_ message: some Encodable & Sendable, for _: Answer.Type) async throws
        -> Answer
    {
        let line = try JSONEncoder().encode(message) + Data("\n".utf8)
        return try await Self.blocking {
            try self.pipes.withLock { pipes in
                try pipes.input.write(contentsOf: line)
                return try JSONDecoder().decode(Answer.self, from: pipes.line())
            }
        }
    }

    /// Runs what waits on a thread of its own.
    private static func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
        -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Swift.Result(catching: body)) }
        }
    }
}
