/// Work that any thread may do, whose results are wanted in the order it was handed in.
protocol OrderedWork: AnyObject, Sendable {
    func process()
}

/// Threads that share a short queue of work, which comes as it goes and whose results the thread that hands it in takes.
final class OrderedWorkers<Work: OrderedWork> {
    private let queue = Monitor(Queue())
    private let limit: Int
    private let hasThreads: Bool

    private struct Queue {
        /// Work in order: `started` of it is taken by threads, the front is handed out when done.
        var pieces: [(work: Work, done: Bool)] = []
        var started = 0
        var isEnding = false
    }

    /// Starts threads; without any, work is done where it is handed in.
    init(threads: Int) {
        // One piece more than threads, so that none waits while a result is written.
        limit = threads + 1
        let queue = queue
        let started = (0..<threads).count { _ in DetachedThread.start { OrderedWorkers.work(on: queue) } }
        hasThreads = started > 0
    }

    deinit { queue.change { $0.isEnding = true } }

    private static func work(on queue: Monitor<Queue>) {
        while let work = take(from: queue) {
            work.process()
            queue.change { queue in
                if let index = queue.pieces.firstIndex(where: { $0.work === work }) { queue.pieces[index].done = true }
            }
        }
    }

    private static func take(from queue: Monitor<Queue>) -> Work? {
        queue.wait { queue -> Work?? in
            guard queue.started < queue.pieces.count else { return queue.isEnding ? .some(nil) : nil }
            queue.started += 1
            return queue.pieces[queue.started - 1].work
        }
    }

    /// Hands work in; gives what is done by now, waiting for the oldest if too much is under way.
    func submit(_ work: Work) -> [Work] {
        if !hasThreads { work.process() }
        var count = queue.change { queue in
            queue.pieces.append((work, !hasThreads))
            return queue.pieces.count
        }
        var done: [Work] = []
        while count >= limit, let first = next() {
            done.append(first)
            count -= 1
        }
        return done
    }

    /// Waits for the oldest work and gives it; `nil` if none is left.
    func next() -> Work? {
        queue.wait { queue -> Work?? in
            guard let first = queue.pieces.first else { return .some(nil) }
            guard first.done else { return nil }
            queue.pieces.removeFirst()
            queue.started -= 1
            return first.work
        }
    }
}
