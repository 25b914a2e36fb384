import CDeflate
import CZlib
import Glibc

/// A block of bytes and what deflate makes of it: blocks that end at a byte and of which none is the stream's last, so
/// that the outputs of several can stand behind one another (RFC 1951, 3.2.3).
///
/// libdeflate compresses two to four times as fast as zlib at the same size, but only whole streams. Their final bit is
/// found by inflating the stream with zlib up to its last block, which also proves that it gives the input back.
final class DeflateBlock: OrderedWork, @unchecked Sendable {
    // The buffers belong to whoever holds the block: first the producer, then one worker, then the producer again.
    private let input: UnsafeMutableRawPointer
    private let output: UnsafeMutableRawPointer
    private let capacity: Int
    private let outputCapacity: Int
    private let compressor: OpaquePointer

    private(set) var inputCount = 0
    private(set) var checksum: UInt32 = 0
    private(set) var failure: FormatError?
    private var outputCount = 0

    init(level: Int, capacity: Int) throws(FormatError) {
        guard let compressor = libdeflate_alloc_compressor(Int32(clamping: level)) else {
            throw FormatError(.codec, "gzip: no memory for level \(level)", field: "compression")
        }
        self.compressor = compressor
        self.capacity = capacity
        // Five bytes more for the empty stored block that fills the last byte up.
        outputCapacity = libdeflate_deflate_compress_bound(compressor, capacity) + 8
        input = .allocate(byteCount: capacity, alignment: 64)
        output = .allocate(byteCount: outputCapacity, alignment: 64)
    }

    deinit {
        input.deallocate()
        output.deallocate()
        libdeflate_free_compressor(compressor)
    }

    var isFull: Bool { inputCount == capacity }
    var isEmpty: Bool { inputCount == 0 }

    func reset() {
        inputCount = 0
        outputCount = 0
        failure = nil
    }

    /// Takes as many bytes as there is room for and says how many.
    func append(_ bytes: RawSpan) -> Int {
        let count = min(bytes.byteCount, capacity - inputCount)
        bytes.withUnsafeBytes { source in
            guard let start = source.baseAddress else { return }
            input.advanced(by: inputCount).copyMemory(from: start, byteCount: count)
        }
        inputCount += count
        return count
    }

    /// Gives the compressed bytes.
    func withOutput(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        let buffer = UnsafeRawBufferPointer(start: output, count: outputCount)
        try body(buffer.bytes)
    }

    /// Compresses the input.
    func process() { process(inflatingBy: 1 << 16) }

    /// Compresses the input, and inflates the result `window` bytes at a time.
    func process(inflatingBy window: Int) {
        checksum = libdeflate_crc32(0, input, inputCount)
        outputCount = libdeflate_deflate_compress(compressor, input, inputCount, output, outputCapacity - 5)
        guard outputCount > 0 else {
            failure = FormatError(.codec, "gzip: the compressed block does not fit", field: "compression")
            return
        }
        if !openEnd(inflatingBy: window) {
            failure = FormatError(.codec, "gzip: a compressed block does not give its input back", field: "compression")
        }
    }

    /// Clears the bit that marks the last block and adds an empty stored block to end at a byte.
    private func openEnd(inflatingBy window: Int) -> Bool {
        let bytes = output.assumingMemoryBound(to: UInt8.self)
        var stream = z_stream()
        guard czlib_inflate_init2(&stream, -15) == Z_OK else { return false }
        defer { inflateEnd(&stream) }
        return withUnsafeTemporaryAllocation(byteCount: window, alignment: 64) { scratch in
            stream.next_in = bytes
            stream.avail_in = UInt32(clamping: outputCount)
            // The bit of the first block is the first of the stream. Cleared before inflate sees it, the last block
            // ends like any other, and inflate says at which bit.
            var isLast = bytes[0] & 1 == 1
            bytes[0] &= ~1
            var compared = 0
            while true {
                stream.next_out = scratch.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(clamping: scratch.count)
                guard inflate(&stream, Z_BLOCK) == Z_OK else { return false }
                let count = scratch.count - Int(stream.avail_out)
                guard let inflated = scratch.baseAddress, count <= inputCount - compared,
                    memcmp(inflated, input + compared, count) == 0
                else { return false }
                compared += count
                guard stream.data_type & 128 != 0 else { continue }
                let position = outputCount - Int(stream.avail_in)
                let unused = Int(stream.data_type & 7)
                if isLast {
                    guard stream.avail_in == 0, compared == inputCount else { return false }
                    close(unusedBits: unused, of: bytes)
                    return true
                }
                // The next block's bit is the first unused one of the last byte taken, or the first of the next byte.
                let place = unused == 0 ? position : position - 1
                guard place < outputCount else { return false }
                let bit: UInt8 = unused == 0 ? 1 : UInt8(truncatingIfNeeded: 0x100 >> unused)
                isLast = bytes[place] & bit != 0
                bytes[place] &= ~bit
            }
        }
    }

    private func close(unusedBits: Int, of bytes: UnsafeMutablePointer<UInt8>) {
        let tail: [UInt8] = unusedBits >= 3 ? [0, 0, 0xFF, 0xFF] : [0, 0, 0, 0xFF, 0xFF]
        for byte in tail {
            bytes[outputCount] = byte
            outputCount += 1
        }
    }
}
