/// How long to wait between attempts, and when to give up: exponential, with full jitter, so that those who failed together
/// do not come back together.
struct RetrySchedule: Sendable {
    /// The bounds.
    struct Policy: Sendable {
        /// How many times at most.
        var attempts = 8
        /// How many times a server is looked for that cannot be reached at all: it may be the wrong address.
        var searches = 5
        /// The first wait's bound, in milliseconds; each further one is twice as long.
        var base = 100
        /// The longest wait, in milliseconds.
        var longest = 10_000
        /// How long after the first failure the last attempt may begin, in seconds.
        var total = 120
    }

    private let policy: Policy
    private var failures = 0
    private var deadline: ContinuousClock.Instant?

    init(_ policy: Policy) { self.policy = policy }

    /// Waits before the next attempt.
    ///
    /// - Parameters:
    ///   - error: why there has to be another.
    ///   - least: what the server asked for, in seconds.
    /// - Returns: false where there is to be none.
    mutating func wait(after error: OmnibusError?, atLeast least: Int = 0) async throws(OmnibusError) -> Bool {
        failures += 1
        let now = ContinuousClock.now
        let deadline = self.deadline ?? now.advanced(by: .seconds(policy.total))
        self.deadline = deadline
        guard failures < (error?.code == "store-unreachable" ? policy.searches : policy.attempts) else { return false }
        let bound = min(policy.longest, policy.base << min(failures - 1, 16))
        let pause = Duration.milliseconds(Int.random(in: 0...bound) + min(max(least, 0), 30) * 1000)
        guard now.advanced(by: pause) < deadline else { return false }
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw .cancelled
        }
        return true
    }
}
