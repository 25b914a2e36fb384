import Foundation
import Glibc
import SystemPackage
import Testing

/// A small Debian 12 in a folder, to install packages into.
final class DebianRoot: Sendable {
    private static let suite = "bookworm"
    private static let included = ["python3", "ca-certificates", "openssh-client", "iptables", "lshw"]

    private let folder: TemporaryFolder
    let path: FilePath

    /// A fresh copy of a system that is made once and kept in the user's cache.
    init() async throws {
        let original = try await Self.original.value
        folder = try TemporaryFolder()
        path = folder.appending("root")
        try await Self.asRoot("cp", ["--archive", "--reflink=auto", original.string, path.string])
    }

    /// Gives the folder back to the user who runs the tests; what root owns cannot be removed otherwise.
    func remove() async throws { try await Self.asRoot("rm", ["-rf", path.string]) }

    /// Runs a program of the system inside it.
    func run(_ tool: String, _ arguments: [String] = []) async throws -> ToolResult {
        let (program, before) = Self.rootPrefix("chroot", [path.string, "/usr/bin/env", "-i"])
        return try await IntegrationTests.run(
            program,
            before + [
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root", "DEBIAN_FRONTEND=noninteractive",
                tool,
            ] + arguments
        )
    }

    /// Runs a program of the system inside it, which has to succeed.
    @discardableResult
    func output(
        of tool: String,
        _ arguments: [String] = [],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> String {
        let result = try await run(tool, arguments)
        try #require(
            result.status == 0,
            "\(tool) \(arguments.joined(separator: " ")) ended with \(result.status):\n\(result.output)\(result.error)",
            sourceLocation: sourceLocation
        )
        return result.output
    }

    /// Everything in it but what package managers keep for themselves, each with type, mode, owner and link target.
    func listing() async throws -> Set<String> {
        let own = [
            "./var/lib/dpkg", "./var/lib/apt", "./var/lib/rpm", "./var/cache", "./var/log", "./tmp", "./packages",
        ]
        let arguments = [path.string, "-xdev", "-printf", "./%P %y %m %U:%G %l\n"]
        let all = try await Self.asRoot("find", arguments)
        return Set(all.split(separator: "\n").map(String.init).filter { line in !own.contains { line.hasPrefix($0) } })
    }

    /// Runs a program as root: directly, or by sudo.
    @discardableResult
    static func asRoot(_ tool: String, _ arguments: [String]) async throws -> String {
        let (program, before) = rootPrefix(tool, arguments)
        return try await IntegrationTests.output(of: program, before)
    }

    /// The program and arguments that run a program as root.
    static func rootPrefix(_ tool: String, _ arguments: [String]) -> (String, [String]) {
        geteuid() == 0 ? (tool, arguments) : ("sudo", ["--non-interactive", tool] + arguments)
    }

    private static let original = Task { try await makeOriginal() }

    private static func makeOriginal() async throws -> FilePath {
        let cache = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
        let folder = FilePath(try #require(cache).path).appending("flocker-pkg-tests")
        let root = folder.appending("\(suite)-\(included.joined(separator: "-"))")
        if access(root.string, F_OK) == 0 { return root }
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        let unfinished = "\(root).\(getpid())"
        for left in try FileManager.default.contentsOfDirectory(atPath: folder.string).map(folder.appending) {
            // Named after a process that was killed.
            guard left.stem == root.lastComponent?.string, let process = left.extension.flatMap(pid_t.init) else {
                continue
            }
            if process == getpid() || kill(process, 0) != 0 { try await asRoot("rm", ["-rf", left.string]) }
        }
        let mirror = try await mirror()
        let (bootstrap, arguments) = rootPrefix(
            "debootstrap",
            ["--variant=minbase", "--include=\(included.joined(separator: ","))", suite, unfinished, mirror]
        )
        let made = try await run(bootstrap, arguments)
        if made.status == 0 {
            // Tests of another process may have been faster.
            let (move, arguments) = rootPrefix("mv", ["--no-target-directory", unfinished, root.string])
            _ = try await run(move, arguments)
        }
        try await asRoot("rm", ["-rf", unfinished])
        try #require(made.status == 0, "debootstrap ended with \(made.status):\n\(made.output)\(made.error)")
        return root
    }

    /// The Debian mirror that this machine is set to use, if it is one of Debian.
    private static func mirror() async throws -> String {
        let sources = try await run("sh", ["-c", "cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null"])
        let words = sources.output.split(whereSeparator: \.isWhitespace).map(String.init)
        let own = words.first { $0.hasPrefix("http") && $0.hasSuffix("/debian") }
        return own ?? "http://deb.debian.org/debian"
    }

    private static func run(_ tool: String, _ arguments: [String]) async throws -> ToolResult {
        try await IntegrationTests.run(tool, arguments)
    }
}
