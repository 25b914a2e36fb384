import Foundation
import PackageFormats
import Synchronization
import SystemPackage
import Testing

@testable import Omnibus

extension PublishToS3Tests {
    /// Many who publish at the same moment.
    @Suite("Many at once") struct Crowd {
        private static let publishers = 20

        /// What somebody saw who looked at a repository all the time.
        private struct Sight: Sendable {
            var looks = 0
            /// The looks at which the packages were fetched too.
            var wholeLooks = 0
            /// How many packages the states had, of which each has one more than the one before.
            var states: Set<Int> = []
            var failures: [String] = []
        }

        /// Looks at a repository, as `repository verify` does, until there is nothing more to come.
        private static func look(
            at bucket: HostedBucket,
            _ kind: RepositoryUpdate.Kind,
            until isDone: @Sendable (_ looks: Int) -> Bool
        ) async -> Sight {
            var sight = Sight()
            var most = 0
            var isLast = false
            while !isLast {
                // What stands there in the end is looked at too.
                isLast = isDone(sight.looks + sight.failures.count)
                do {
                    // Packages never change: those that were there at one look need not be fetched at the next.
                    let isWhole = isLast || sight.looks % 5 == 4
                    let report = try await bucket.verification(kind, packages: isWhole).run()
                    sight.looks += 1
                    if isWhole { sight.wholeLooks += 1 }
                    sight.failures += report.findings.filter { $0.severity == .error }.map(\.message)
                    if report.packages < most { sight.failures.append("\(report.packages) packages after \(most)") }
                    most = report.packages
                    sight.states.insert(most)
                } catch {
                    sight.failures.append("\(error)")
                }
            }
            return sight
        }

        @Test(
            "twenty programs lose nothing, and every state that a client fetches meanwhile is whole",
            arguments: [RepositoryUpdate.Kind.yum, .aptFlat]
        )
        func crowd(kind: RepositoryUpdate.Kind) async throws {
            let rounds = Extent.rounds.number(usual: 1)
            let bucket = try await HostedBucket()
            let folder = try TemporaryFolder()
            let first = try RepositorySamples.writeTiny("first", kind, to: folder.path)
            _ = try await bucket.publish([first], kind)
            let progress = Mutex((looks: 0, isDone: false))
            defer { progress.withLock { $0.isDone = true } }
            let client = Task {
                await Self.look(at: bucket, kind) { looks in
                    progress.withLock { progress in
                        progress.looks = looks
                        return progress.isDone
                    }
                }
            }
            let start = ContinuousClock.now
            var attempts: [Int] = []
            while progress.withLock({ $0.looks }) == 0 { try await Task.sleep(for: .milliseconds(20)) }
            for round in 0..<rounds {
                let paths = try (0..<Self.publishers).map { number in
                    try RepositorySamples.writeTiny("p\(round)-\(number)", kind, to: folder.path)
                }
                attempts += try await withThrowingTaskGroup(of: Int.self) { group in
                    for path in paths {
                        group.addTask { try await bucket.publish([path], kind).attempts }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            let duration = ContinuousClock.now - start
            progress.withLock { $0.isDone = true }
            let sight = await client.value
            #expect(sight.failures == [])
            #expect(sight.states.count > (Extent.rounds.text == nil ? 1 : rounds))
            #expect(sight.wholeLooks > 0)
            #expect(attempts.contains { $0 > 1 })
            let report = try await bucket.verification(kind).run()
            #expect(report.packages == rounds * Self.publishers + 1)
            #expect(report.findings == [])
            Extent.rounds.report(
                """
                \(kind): \(rounds) rounds of \(Self.publishers) in \(duration), \(report.packages) packages listed, \
                \(attempts.reduce(0, +)) roots tried, at most \(attempts.max() ?? 0) by one; \(sight.looks) looks, \
                \(sight.wholeLooks) with packages, at \(sight.states.count) states, \(sight.failures.count) failures
                """
            )
        }
    }
}
