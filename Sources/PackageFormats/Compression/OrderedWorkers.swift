import Glibc

/// Work that any thread may do, whose results are wanted in the order it was handed in.
protocol OrderedWork: AnyObject, Sendable {
    func process()
}

/// Threads that share a short queue of work.
///
/// The work blocks on the processor for long stretches, which Swift's own pool of threads is not made for.
final class OrderedWorkers<Work: OrderedWork> {
    private let state: State
    private let limit: Int
    private let hasThreads: Bool

    /// What the threads share; every access is under its mutex.
    private final class State: @unchecked Sendable {
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        /// Work in order: `started` of it is taken by threads, the front is handed out when done.
        var queue: [(work: Work, done: Bool)] = []
        var started = 0
        var ending = false

        init() {
            pthread_mutex_init(mutex, nil)
            pthread_cond_init(changed, nil)
        }

        deinit {
            pthread_cond_destroy(changed)
            pthread_mutex_destroy(mutex)
            changed.deallocate()
            mutex.deallocate()
        }

        func locked<Result>(_ body: () -> Result) -> Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return body()
        }

        func work() {
            while let work = take() {
                work.process()
                locked {
                    if let index = queue.firstIndex(where: { $0.work === work }) { queue[index].done = true }
                    pthread_cond_broadcast(changed)
                }
            }
        }

        private func take() -> Work? {
            locked {
                while started == queue.count, !ending { pthread_cond_wait(changed, mutex) }
                guard started < queue.count else { return nil }
                started += 1
                return queue[started - 1].work
            }
        }
    }

    init(threads: Int) {
        state = State()
        // One piece more than threads, so that none waits while a result is written.
        limit = threads + 1
        let state = state
        let started = (0..<threads).count { _ in DetachedThread.start { state.work() } }
        hasThreads = started > 0
    }

    deinit {
        state.locked {
            state.ending = true
            pthread_cond_broadcast(state.changed)
        }
    }

    /// Hands work in; gives what is done by now, waiting for the oldest if too much is under way.
    func submit(_ work: Work) -> [Work] {
        if !hasThreads { work.process() }
        state.locked {
            state.queue.append((work, !hasThreads))
            pthread_cond_broadcast(state.changed)
        }
        var done: [Work] = []
        while state.locked({ state.queue.count }) >= limit, let first = next() { done.append(first) }
        return done
    }

    /// Waits for the oldest work and gives it; `nil` if none is left.
    func next() -> Work? {
        state.locked {
            while let first = state.queue.first {
                if first.done {
                    state.queue.removeFirst()
                    state.started -= 1
                    return first.work
                }
                pthread_cond_wait(state.changed, state.mutex)
            }
            return nil
        }
    }
}
