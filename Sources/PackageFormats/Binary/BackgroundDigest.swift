/// A digest that is taken on a thread of its own, so that whoever gives the bytes can go on with other work.
///
/// Short input never starts the thread.
final class BackgroundDigest {
    /// The state of the digest. Only one thread touches it at a time: the worker that processes pieces in their order,
    /// and the owner before the first and behind the last.
    private final class State: @unchecked Sendable {
        var digest: Digest
        init(_ algorithm: DigestAlgorithm) { digest = Digest(algorithm) }
    }

    /// Bytes on their way to the thread; neither side changes them meanwhile.
    private final class Piece: OrderedWork, @unchecked Sendable {
        private let state: State
        private(set) var bytes: [UInt8]

        init(_ bytes: [UInt8], for state: State) {
            self.bytes = bytes
            self.state = state
        }

        func process() {
            let bytes = bytes
            state.digest.write(bytes.span.bytes)
        }

        func takeBytes() -> [UInt8] {
            defer { bytes = [] }
            return bytes
        }
    }

    private let state: State
    private let usesThread: Bool
    private var workers: OrderedWorkers<Piece>?
    private var spares: [[UInt8]] = []

    init(_ algorithm: DigestAlgorithm, usesThread: Bool = true) {
        state = State(algorithm)
        self.usesThread = usesThread
    }

    /// Takes the next bytes; more are going to follow.
    func write(_ bytes: [UInt8]) {
        guard usesThread else {
            state.digest.write(bytes.span.bytes)
            return
        }
        // One thread, or pieces would change their order.
        let workers = self.workers ?? OrderedWorkers(threads: 1)
        self.workers = workers
        for done in workers.submit(Piece(bytes, for: state)) { spares.append(done.takeBytes()) }
    }

    /// An array that is no longer needed, to be filled again instead of a new one.
    func spare() -> [UInt8]? { spares.popLast() }

    /// Takes the last bytes, waits for the thread and gives the digest.
    func finalize(after last: [UInt8]) -> [UInt8] {
        while workers?.next() != nil {}
        workers = nil
        state.digest.write(last.span.bytes)
        return state.digest.finalize()
    }
}
