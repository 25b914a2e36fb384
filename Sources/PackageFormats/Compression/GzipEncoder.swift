import CZlib

/// One gzip member made of blocks that are compressed in parallel.
///
/// Every block of ``blockSize`` bytes is compressed by itself and ends at a byte, so the bytes do not depend on the
/// number of threads. Short input never starts a thread.
final class GzipEncoder: Encoder {
    /// The length of a block in bytes. Larger ones lose less where a block cannot refer to the one before it.
    static let blockSize = 1 << 21

    private let level: Int
    private let threads: Int
    private var workers: OrderedWorkers<DeflateBlock>?
    private var current: DeflateBlock
    private var wroteHeader = false
    private var checksum: UInt = 0
    private var length: UInt64 = 0

    init(level: Int, threads: Int) throws(FormatError) {
        self.level = level
        self.threads = max(1, min(threads, 64))
        current = try DeflateBlock(level: level, capacity: GzipEncoder.blockSize)
    }

    func write(_ bytes: RawSpan, to sink: inout some ByteSink) throws(FormatError) {
        var rest = bytes.byteCount
        while rest > 0 {
            if current.isFull { current = try submit(current, to: &sink) }
            rest -= current.append(bytes.extracting(last: rest))
        }
    }

    func finish(to sink: inout some ByteSink) throws(FormatError) {
        if let workers {
            if !current.isEmpty {
                for block in workers.submit(current) { try emit(block, to: &sink) }
            }
            while let block = workers.next() { try emit(block, to: &sink) }
            self.workers = nil
        } else {
            current.process()
            try emit(current, to: &sink)
        }
        // An empty last block in fixed codes closes the stream.
        var trailer: [UInt8] = [0x03, 0x00]
        for shift in stride(from: 0, to: 32, by: 8) { trailer.append(UInt8(truncatingIfNeeded: checksum >> shift)) }
        for shift in stride(from: 0, to: 32, by: 8) { trailer.append(UInt8(truncatingIfNeeded: length >> shift)) }
        try sink.write(trailer)
    }

    /// Hands a full block to the workers and gives back an empty one.
    private func submit(_ block: DeflateBlock, to sink: inout some ByteSink) throws(FormatError) -> DeflateBlock {
        let workers = self.workers ?? OrderedWorkers(threads: threads)
        self.workers = workers
        var spare: DeflateBlock?
        for done in workers.submit(block) {
            try emit(done, to: &sink)
            spare = done
        }
        guard let spare else { return try DeflateBlock(level: level, capacity: GzipEncoder.blockSize) }
        spare.reset()
        return spare
    }

    private func emit(_ block: DeflateBlock, to sink: inout some ByteSink) throws(FormatError) {
        if !wroteHeader {
            wroteHeader = true
            // No name and no time; XFL 2 says "slowest", as gzip -9 and lintian have it; OS 3 is Unix (RFC 1952, 2.3).
            let effort: UInt8 = level == 9 ? 2 : level == 1 ? 4 : 0
            try sink.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, effort, 3])
        }
        try FormatError.checkCancellation()
        if let failure = block.failure { throw failure }
        try block.withOutput { (bytes) throws(FormatError) in try sink.write(bytes) }
        checksum = crc32_combine(checksum, UInt(block.checksum), block.inputCount)
        length &+= UInt64(block.inputCount)
    }
}
