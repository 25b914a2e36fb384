import Foundation

/// Stands before a server, counts what passes, and does to chosen requests what networks do.
final class FaultProxy: Sendable {
    /// What happens to a request; `Tests/Servers/fault-proxy` says it exactly.
    enum Fault: String, CaseIterable, Codable, Sendable {
        case cutBefore = "cut-before"
        case cutUpload = "cut-upload"
        case cutAfter = "cut-after"
        case cutAnswer = "cut-answer"
        case error500 = "error-500"
        case error500After = "error-500-after"
        case slowDown503 = "slow-down-503"
        case delay
        case hold
    }

    /// A request that came by, in the order in which they came.
    struct Request: Decodable, Sendable {
        let index: Int
        let method: String
        /// With the query.
        let path: String
        /// The bytes from the client, and those to it.
        let up: Int
        let down: Int
        /// What the client was answered; 0 if nothing.
        let status: Int
    }

    /// The address to use instead of the server's.
    let url: String
    private let process: ServerProcess

    /// Starts one before a server.
    init(before url: String) async throws {
        process = try await ServerProcess.start("fault-proxy", [url])
        self.url = process.facts["url"] ?? ""
    }

    /// Begins to count anew, with faults at some requests; the first request is 0.
    func begin(_ faults: [Int: Fault] = [:]) async throws {
        let plan = Dictionary(uniqueKeysWithValues: faults.map { (String($0.key), $0.value) })
        _ = try await process.ask(["faults": plan], for: [String: String].self)
    }

    /// What came by since.
    func requests() async throws -> [Request] {
        try await process.ask(["report": true], for: [String: [Request]].self)["requests"] ?? []
    }
}
