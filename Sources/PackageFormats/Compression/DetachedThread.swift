internal import Glibc

/// A thread of the operating system that runs one closure.
package final class DetachedThread: Sendable {
    private let body: @Sendable () -> Void

    private init(_ body: @escaping @Sendable () -> Void) { self.body = body }

    /// Starts a thread.
    ///
    /// - Parameter body: what it does.
    /// - Returns: whether the system had a thread left.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(DetachedThread(body))
        let result = pthread_create(
            &thread,
            nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<DetachedThread>.fromOpaque(argument).takeRetainedValue().body()
                return nil
            },
            box.toOpaque()
        )
        if result == 0 { pthread_detach(thread) } else { box.release() }
        return result == 0
    }
}
