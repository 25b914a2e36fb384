import Glibc
import Synchronization
import Testing

@testable import PackageFormats

@Suite struct OrderedLoopTests {
    private struct Failure: Error, Equatable { var turn: Int }

    @Test(
        "every turn is taken once and results come in order, never two at once",
        arguments: [0, 1, 2, 7, 100, 1000],
        [1, 2, 3, 16]
    )
    func order(count: Int, threads: Int) throws {
        let results = Mutex<[Int]>([])
        let isBusy = Atomic(false)
        try OrderedLoop<[Int]>.run(count: count, threads: threads) { turns in
            // Some take much longer than others.
            if turns.contains(where: { $0 % 37 == 0 }) { usleep(2000) }
            return Array(turns)
        } handOn: { turns in
            let wasBusy = isBusy.exchange(true, ordering: .acquiringAndReleasing)
            #expect(!wasBusy)
            results.withLock { $0 += turns }
            isBusy.store(false, ordering: .releasing)
        }
        #expect(results.withLock { $0 } == Array(0..<count))
    }

    @Test("the first turn in order that fails is thrown, after what is in front of it", arguments: [1, 2, 5])
    func failure(threads: Int) throws {
        let results = Mutex<[Int]>([])
        let error = #expect(throws: Failure.self) {
            try OrderedLoop<[Int]>.run(count: 200, threads: threads) { turns in
                if turns.contains(70) { usleep(5000) }
                if let turn = turns.first(where: { $0 == 70 || $0 == 90 }) { throw Failure(turn: turn) }
                return Array(turns)
            } handOn: { turns in
                results.withLock { $0 += turns }
            }
        }
        #expect(error == Failure(turn: 70))
        let handedOn = results.withLock { $0 }
        #expect(handedOn == Array(0..<handedOn.count))
        #expect(handedOn.count > 70 - 8 && handedOn.count <= 70)
    }

    @Test("what handing on throws ends the loop")
    func handingOnFails() {
        #expect(throws: Failure(turn: 40)) {
            try OrderedLoop<Range<Int>>.run(count: 1000, threads: 3) {
                $0
            } handOn: { turns in
                if turns.contains(40) { throw Failure(turn: 40) }
                #expect(turns.upperBound <= 40)
            }
        }
    }

    @Test("no thread gets far ahead of a turn that takes long")
    func limit() throws {
        let furthest = Mutex(0)
        let first = Monitor(false)
        try OrderedLoop<Int>.run(count: 10_000, threads: 2) { turns in
            if turns.lowerBound == 0 {
                // The other thread has come as far as it may when it takes nothing more for a while.
                var seen = -1
                while furthest.withLock({ $0 }) != seen {
                    seen = furthest.withLock { $0 }
                    usleep(50_000)
                }
                first.change { $0 = true }
                #expect(seen <= 2 * 16 + 8)
            }
            furthest.withLock { $0 = max($0, turns.upperBound) }
            return turns.count
        } handOn: { _ in
        }
        #expect(first.wait { $0 ? true : nil })
        #expect(furthest.withLock { $0 } == 10_000)
    }

    @Test("threads that wait for one another's changes miss none")
    func monitor() {
        let (count, rounds) = (4, 2000)
        let turn = Monitor((next: 0, ended: 0))
        for thread in 0..<count {
            let started = DetachedThread.start {
                for round in 0..<rounds {
                    _ = turn.wait { $0.next == round * count + thread ? true : nil }
                    turn.change { $0.next += 1 }
                }
                turn.change { $0.ended += 1 }
            }
            #expect(started)
        }
        #expect(turn.wait { $0.ended == count ? $0.next : nil } == count * rounds)
    }

    @Test("a thread that begins on another processor may run on all that the caller may")
    func processors() throws {
        let allowed = try #require(ProcessorSet.allowed)
        let seen = Monitor<ProcessorSet?>(nil)
        for distance in 1...3 {
            #expect(DetachedThread.start(processorsAway: distance) { seen.change { $0 = ProcessorSet.allowed } })
            #expect(seen.wait { $0 } == allowed)
            seen.change { $0 = nil }
        }
    }
}
