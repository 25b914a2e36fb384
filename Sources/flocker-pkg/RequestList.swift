import Omnibus
import Synchronization

/// Requests in the order in which they are made, from any thread.
final class RequestList: Sendable {
    private let requests = Mutex<[DryRunStore.Request]>([])

    func add(_ request: DryRunStore.Request) { requests.withLock { $0.append(request) } }

    var all: [DryRunStore.Request] { requests.withLock { $0 } }
}
