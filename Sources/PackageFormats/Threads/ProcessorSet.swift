internal import CLinux
internal import Glibc

/// Processors that a thread may run on.
struct ProcessorSet: Sendable, Equatable {
    /// A bit a processor, as many as Linux can have.
    private var words = [UInt](repeating: 0, count: 8192 / UInt.bitWidth)

    private var size: Int { words.count * MemoryLayout<UInt>.size }

    /// Those of the thread that asks, or `nil` where the system does not say.
    static var allowed: ProcessorSet? {
        var set = ProcessorSet()
        return sched_getaffinity(0, set.size, &set.words) == 0 ? set : nil
    }

    private init() {}

    private init(_ processor: Int) {
        words[processor / UInt.bitWidth] = 1 << (processor % UInt.bitWidth)
    }

    /// The one so many behind that of the thread that asks, or `nil` if there is only one.
    func away(_ distance: Int) -> ProcessorSet? {
        var processors: [Int] = []
        for (place, word) in words.enumerated() where word != 0 {
            for bit in 0..<UInt.bitWidth where word >> bit & 1 == 1 { processors.append(place * UInt.bitWidth + bit) }
        }
        guard processors.count > 1 else { return nil }
        let own = processors.firstIndex(of: Int(sched_getcpu())) ?? 0
        return ProcessorSet(processors[(own + distance) % processors.count])
    }

    /// Lets threads begin here; whether they can.
    func isWhereThreadsBegin(_ attributes: inout pthread_attr_t) -> Bool {
        pthread_attr_setaffinity_np(&attributes, size, words) == 0
    }

    /// Lets the thread that asks run on these from now on. Nothing depends on it.
    func takeThread() { sched_setaffinity(0, size, words) }
}
