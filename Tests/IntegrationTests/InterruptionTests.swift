import Foundation
import Subprocess
import SystemPackage
import Testing

extension Acceptance {
    /// A run that is ended from outside leaves nothing that looks like a package.
    @Suite struct InterruptionTests {
        @Test(
            "a run that is killed or interrupted in the middle of compression leaves no file, and the next one succeeds",
            arguments: ["rhel-9", "debian-12"],
            [Signal.kill, .interrupt, .terminate]
        )
        func compression(distribution: String, signal: Signal) async throws {
            let folder = try TemporaryFolder()
            try await output(of: "mkdir", [folder.appending("tree").string, folder.appending("tmp").string])
            // Bytes that no compressor gets through quickly.
            try await output(
                of: "dd",
                [
                    "if=/dev/urandom", "of=\(folder.appending("tree/random"))", "bs=1M", "count=100", "status=none",
                ]
            )
            let manifest = try folder.write(PlainTree.manifest(tree: "tree"), to: "manifest.yaml")
            let out = folder.appending("out")
            func arguments(_ compression: String) -> [String] {
                [
                    "--manifest", manifest.string, "--distribution", distribution, "--compression", compression,
                    "--destination-path", out.string,
                ]
            }
            let environment: [String: String?] = ["TMPDIR": folder.appending("tmp").string]

            let ended = try await Subprocess.run(
                .path(FilePath(Program.path())),
                arguments: Arguments(["build"] + arguments("xz:9")),
                environment: .inherit.updating(["TMPDIR": folder.appending("tmp").string]),
                input: .none,
                output: .discarded,
                error: .discarded
            ) { execution in
                // Well into the tree's one file, whose compression takes a quarter of a minute at least.
                while try Self.bytes("rchar", of: execution.processIdentifier.value) < 40 << 20 {
                    try await Task.sleep(for: .milliseconds(20))
                }
                try execution.send(signal: signal)
            }
            switch ended.terminationStatus {
            case .signaled(let number): #expect(signal == .kill && number == 9)
            case .exited(let code): #expect(signal != .kill && code == 130)
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: out.string) == [])
            // Nobody can tidy up after SIGKILL.
            let left = try FileManager.default.contentsOfDirectory(atPath: folder.appending("tmp").string)
            #expect(signal == .kill || left == [])

            let built = try await Program.build(arguments("none"), environment: environment)
            #expect(built.count == 1)
            let names = try FileManager.default.contentsOfDirectory(atPath: out.string)
            #expect(names == built.compactMap { $0.lastComponent?.string })
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.appending("tmp").string) == left)
        }

        @Test("a run that is interrupted while dependencies are installed leaves nothing")
        func installation() async throws {
            let folder = try TemporaryFolder()
            try await output(of: "mkdir", [folder.appending("tmp").string])
            let ended = try await Subprocess.run(
                .path(FilePath(Program.path())),
                arguments: [
                    "build", "--distribution=rhel-9", "--destination-path", folder.appending("out").string,
                    Fixtures.flocker.string,
                ],
                environment: .inherit.updating(["TMPDIR": folder.appending("tmp").string]),
                input: .none,
                output: .discarded,
                error: .discarded
            ) { execution in
                while try FileManager.default.contentsOfDirectory(atPath: folder.appending("tmp").string).isEmpty {
                    try await Task.sleep(for: .milliseconds(20))
                }
                try await Task.sleep(for: .milliseconds(500))
                try execution.send(signal: .interrupt)
            }
            #expect(ended.terminationStatus == .exited(130))
            #expect(try folder.everything().filter { $0 != "tmp" && $0 != "out" } == [])
        }

        @Test(
            "a run that only looks at packages ends at once",
            .timeLimit(.minutes(5)),
            arguments: ["inspect", "verify"],
            [Signal.interrupt, .terminate]
        )
        func looking(command: String, signal: Signal) async throws {
            let status = try await looking([Program.path(), command], signal) { _ in }
            #expect(status == .exited(130))
        }

        @Test("a signal that a run was started to ignore does not end it", .timeLimit(.minutes(5)))
        func ignoring() async throws {
            let script = #"trap "" HUP; exec "$0" "$@""#
            let status = try await looking(["sh", "-c", script, Program.path(), "verify"], .terminalClosed) { pipe in
                var lines = 0
                var piece = [UInt8](repeating: 0, count: 1 << 16)
                while true {
                    let count = try piece.withUnsafeMutableBytes { try pipe.read(into: $0) }
                    guard count > 0 else { break }
                    lines += piece[..<count].count { $0 == UInt8(ascii: "\n") }
                }
                #expect(lines == Self.lookedAt)
            }
            #expect(status == .exited(0))
        }

        /// Many more packages than a pipe has room for what is said of them.
        private static let lookedAt = 3000

        /// Sends a signal to a command that looks at packages, once it has come to a halt because nobody reads what it says.
        private func looking(
            _ command: [String],
            _ signal: Signal,
            afterwards: (FileDescriptor) throws -> Void
        ) async throws -> TerminationStatus {
            let pipe = try FileDescriptor.pipe()
            defer { try? pipe.readEnd.close() }
            let package = Fixtures.folder.appending("rpm/gold-comp-gz-1-1.noarch.rpm").string
            return try await Subprocess.run(
                command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
                arguments: Arguments(Array(command.dropFirst()) + Array(repeating: package, count: Self.lookedAt)),
                input: .none,
                output: .fileDescriptor(pipe.writeEnd, closeAfterSpawningProcess: true),
                error: .discarded
            ) { execution in
                while try Self.bytes("wchar", of: execution.processIdentifier.value) < 32 << 10 {
                    try await Task.sleep(for: .milliseconds(20))
                }
                try execution.send(signal: signal)
                try afterwards(pipe.readEnd)
            }.terminationStatus
        }

        /// How much a process has read (`rchar`) or written (`wchar`) until now, which says how far it is.
        private static func bytes(_ counter: String, of process: pid_t) throws -> Int {
            let text = try String(contentsOfFile: "/proc/\(process)/io", encoding: .utf8)
            let line = text.split(separator: "\n").first { $0.hasPrefix("\(counter):") }
            return try #require(line.flatMap { Int($0.dropFirst(7)) })
        }
    }
}
