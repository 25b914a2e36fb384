/// A loop whose turns several threads take at once, and whose results are handed on in order as they come.
///
/// Each thread takes what nobody has begun, and whoever finishes what is due hands it on. No thread sleeps and is woken for a
/// piece, which takes longer than to look at a small package.
package final class OrderedLoop<Value: Sendable>: Sendable {
    private struct State {
        /// How many turns somebody takes or has taken.
        var begun = 0
        /// How many turns' results were handed on.
        var handedOn = 0
        /// Results that somebody has to hand on, in no order.
        var waiting: [(turns: Range<Int>, result: Result<Value, any Error>)] = []
        var isHandingOn = false
        /// How the loop has ended.
        var end: Result<Void, any Error>?

        /// Takes the results that are due, for the caller to hand on.
        mutating func due() -> (turns: Range<Int>, result: Result<Value, any Error>)? {
            guard end == nil, let place = waiting.firstIndex(where: { $0.turns.lowerBound == handedOn }) else {
                isHandingOn = false
                return nil
            }
            isHandingOn = true
            return waiting.remove(at: place)
        }
    }

    private let state = Monitor(State())
    private let count: Int
    private let length: Int
    private let limit: Int
    private let body: @Sendable (Range<Int>) throws -> Value
    private let handOn: @Sendable (Value) throws -> Void

    private init(
        count: Int,
        threads: Int,
        _ body: @escaping @Sendable (Range<Int>) throws -> Value,
        handOn: @escaping @Sendable (Value) throws -> Void
    ) {
        self.count = count
        // Turns are shared out by eight, but few of them one by one. No thread gets far ahead of a turn that takes long, so
        // that memory does not grow with the number of turns.
        length = min(max(1, count / (threads * 8)), 8)
        limit = threads * 16
        self.body = body
        self.handOn = handOn
    }

    /// Runs the loop.
    ///
    /// - Parameters:
    ///   - count: how many turns.
    ///   - threads: how many threads take turns, the caller's among them.
    ///   - body: takes some turns in a row and makes their result.
    ///   - handOn: gets the next result; on any of the threads, but never on two at once.
    /// - Throws: what the first turn in order that fails throws, after the results in front of it were handed on; or what
    ///   `handOn` throws.
    package static func run(
        count: Int,
        threads: Int,
        _ body: @escaping @Sendable (Range<Int>) throws -> Value,
        handOn: @escaping @Sendable (Value) throws -> Void
    ) throws {
        guard count > 0 else { return }
        let threads = max(1, min(threads, count))
        let loop = OrderedLoop(count: count, threads: threads, body, handOn: handOn)
        for distance in 1..<max(1, threads) {
            // Each on a processor of its own: short turns are over before the system has seen that threads share one.
            _ = DetachedThread.start(processorsAway: distance) { loop.takeTurns() }
        }
        loop.takeTurns()
        try loop.state.wait { $0.end }.get()
    }

    private func takeTurns() {
        while let turns = begin() {
            let result = Result { try body(turns) }
            var due = state.change { state in
                state.waiting.append((turns, result))
                return state.isHandingOn ? nil : state.due()
            }
            while let (turns, result) = due {
                let outcome = Result { try handOn(result.get()) }
                due = state.change { state in
                    state.handedOn = turns.upperBound
                    if case .failure = outcome { state.end = outcome }
                    if state.handedOn == count, state.end == nil { state.end = outcome }
                    return state.due()
                }
            }
        }
    }

    /// The next turns to take, or `nil` where none are left.
    private func begin() -> Range<Int>? {
        state.wait { state -> Range<Int>?? in
            guard state.end == nil, state.begun < count else { return .some(nil) }
            guard state.begun - state.handedOn < limit else { return nil }
            let turns = state.begun..<min(state.begun + length, count)
            state.begun = turns.upperBound
            return turns
        }
    }
}
