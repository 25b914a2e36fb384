internal import Glibc

/// A thread of the operating system that runs one closure.
package final class DetachedThread: Sendable {
    private let body: @Sendable () -> Void

    private init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - distance: how many processors behind the caller's it begins on. Without one that is up to the system, which may
    ///     let it wait behind the caller for milliseconds while other processors have nothing to do.
    ///   - body: what it does.
    /// - Returns: whether the system had a thread left.
    package static func start(processorsAway distance: Int? = nil, _ body: @escaping @Sendable () -> Void) -> Bool {
        if let distance, let allowed = ProcessorSet.allowed, let processors = allowed.away(distance) {
            let isStarted = start(on: processors) {
                allowed.takeThread()
                body()
            }
            // A system may not let programs choose.
            if isStarted { return true }
        }
        return start(on: nil, body)
    }

    private static func start(on processors: ProcessorSet?, _ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        var attributes = pthread_attr_t()
        guard pthread_attr_init(&attributes) == 0 else { return false }
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        if let processors, !processors.isWhereThreadsBegin(&attributes) { return false }
        let box = Unmanaged.passRetained(DetachedThread(body))
        let result = pthread_create(
            &thread,
            &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<DetachedThread>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            box.toOpaque()
        )
        if result != 0 { box.release() }
        return result == 0
    }
}
