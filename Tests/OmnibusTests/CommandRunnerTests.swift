import Synchronization
import SystemPackage
import Testing

@testable import Omnibus

@Suite struct CommandRunnerTests {
    let runner = CommandRunner()

    @Test("Arguments arrive as they are, whatever a shell would make of them")
    func arguments() async throws {
        let strange = ["a b", "$HOME", "*", ";exit 1", "", "\"'"]
        let result = try await runner.check(Command("printf", ["%s|"] + strange))
        #expect(String(decoding: result.output, as: UTF8.self) == strange.map { "\($0)|" }.joined())
    }

    @Test("A program sees the runner's variables and the call's, nothing else")
    func environment() async throws {
        let bare = CommandRunner(environment: ["PATH": runner.environment["PATH"] ?? "", "A": "1", "B": "2"])
        let lines = try await bare.check(Command("env", environment: ["B": "3"])).text.split(separator: "\n")
        #expect(Set(lines.filter { !$0.hasPrefix("PATH=") && !$0.hasPrefix("_=") }) == ["A=1", "B=3"])
    }

    @Test("The reduced environment has one locale and no variable of a foreign kind")
    func reducedEnvironment() {
        let reduced = CommandRunner.reducedEnvironment()
        #expect(reduced["LC_ALL"] == "C.UTF-8")
        #expect(reduced["PATH"] != nil)
        #expect(reduced.keys.allSatisfy { !$0.hasPrefix("PYTHON") && $0 != "LD_PRELOAD" })
    }

    @Test("A missing program is named, with how to get it")
    func missing() async {
        await #expect(
            throws: OmnibusError(
                "tool-missing",
                .unavailable,
                "The program no-such-tool is not there or cannot be executed",
                hint: "install it"
            )
        ) { try await runner.run(Command("no-such-tool", installHint: "install it")) }
    }

    @Test("A failure carries the last lines of both streams, without passwords")
    func failure() async throws {
        let script = "echo https://bob:secret@example.org/simple; echo oops >&2; exit 3"
        let error = await #expect(throws: OmnibusError.self) {
            try await runner.check(Command("sh", ["-c", script]), failure: "x-failed", category: .badInput)
        }
        let message = try #require(error).message
        #expect(error?.code == "x-failed")
        #expect(error?.category == .badInput)
        #expect(message.contains("status 3"))
        #expect(message.contains("oops"))
        #expect(message.contains("https://***@example.org/simple"))
        #expect(!message.contains("secret"))
    }

    @Test("Lines are handed on while the program runs, carriage returns count as line ends")
    func lines() async throws {
        let lines = Mutex<[String]>([])
        try await runner.check(Command("printf", ["1%%\r2%%\nlast"])) { line in lines.withLock { $0.append(line) } }
        #expect(lines.withLock { $0 } == ["1%", "2%", "last"])
    }

    @Test("Endless output and endless lines are bounded")
    func bounded() async throws {
        let result = try await runner.check(Command("sh", ["-c", "head -c 3000000 /dev/zero | tr '\\0' x; seq 1 100"]))
        #expect(result.output.count == 1 << 20)
        #expect(result.lastLines.count == 20)
        #expect(result.lastLines.last == "100")
        #expect(result.lastLines.allSatisfy { $0.utf8.count <= 4096 })
    }

    @Test("Cancelling ends the program and what it started")
    func cancellation() async throws {
        let runner = runner
        let started = Mutex("")
        let task = Task {
            try await runner.run(Command("sh", ["-c", "sleep 600 & echo $!; wait"])) { line in
                started.withLock { $0 = line }
            }
        }
        while started.withLock({ $0 }).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        task.cancel()
        await #expect(throws: OmnibusError.cancelled) { try await task.value }
        let child = started.withLock { $0 }
        var isAlive = true
        for _ in 0..<100 where isAlive {
            try await Task.sleep(for: .milliseconds(20))
            isAlive = try await runner.run(Command("kill", ["-0", child])).isSuccess
        }
        #expect(!isAlive)
    }

    @Test(
        "Credentials in URLs are blanked, everything else stays",
        arguments: [
            ("a https://u:p@h/x b ssh://git@h", "a https://***@h/x b ssh://***@h"),
            ("no url: a@b", "no url: a@b"),
            ("http://h/a@b", "http://h/a@b"),
            ("://", "://"),
            ("", ""),
        ]
    )
    func credentials(text: String, expected: String) {
        #expect(text.hidingCredentials() == expected)
    }
}
