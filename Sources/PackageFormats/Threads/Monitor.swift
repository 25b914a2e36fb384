internal import Glibc
internal import Synchronization

/// A value that threads change one at a time, and whose changes by others they may wait for.
///
/// Who waits blocks its thread, which Swift's own pool of threads is not made for. Who only changes the value spins for a
/// moment instead of sleeping, which a mutex of the C library does not: a thread that is woken often goes on on the processor
/// of the one that woke it, where the two take turns.
final class Monitor<Value>: @unchecked Sendable {
    private let state: Mutex<State>
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    private struct State: @unchecked Sendable {
        // Every access is in a change or a wait.
        var value: Value
        /// How many threads wait; only changed under `mutex`, so that none of them misses a change.
        var waiting = 0
    }

    init(_ value: sending Value) {
        state = Mutex(State(value: value))
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(changed, nil)
    }

    deinit {
        pthread_cond_destroy(changed)
        pthread_mutex_destroy(mutex)
        changed.deallocate()
        mutex.deallocate()
    }

    /// Changes the value, for whoever waits to see.
    func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result {
        let (result, isAwaited) = state.withLock { (body(&$0.value), $0.waiting > 0) }
        if isAwaited {
            pthread_mutex_lock(mutex)
            pthread_cond_broadcast(changed)
            pthread_mutex_unlock(mutex)
        }
        return result
    }

    /// Takes something from the value, when it is there. Nobody is told of a change that this makes.
    func wait<Result: Sendable>(_ body: (inout Value) -> Result?) -> Result {
        if let result = state.withLock({ body(&$0.value) }) { return result }
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while true {
            let result = state.withLock { state -> Result? in
                if let result = body(&state.value) { return result }
                state.waiting += 1
                return nil
            }
            if let result { return result }
            pthread_cond_wait(changed, mutex)
            state.withLock { $0.waiting -= 1 }
        }
    }
}
