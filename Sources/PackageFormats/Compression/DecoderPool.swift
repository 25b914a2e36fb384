import CZstd
import Synchronization

/// Decompressors that one stream is done with, for the next one: worth having where many small packages are read.
///
/// libzstd asks the processor what it can do whenever a decompressor is made, and on a virtual machine each such question
/// takes as long as decompressing some kilobytes. The other forms' decompressors are made anew each time.
public final class DecoderPool: Sendable {
    /// A decompressor that takes up more bytes than this, as a large window makes it, is not kept.
    private static let largestKept = 4 << 20

    private let idle = Mutex<[ZstdContext]>([])

    /// A pool with nothing in it, for any number of threads. It keeps at most as many decompressors as were in use at once.
    public init() {}

    /// One that was given back, as good as new, or `nil` if there is none.
    func take() -> ZstdContext? { idle.withLock { $0.popLast() } }

    /// Keeps one, whatever became of its last stream.
    func give(_ context: ZstdContext) {
        ZSTD_DCtx_reset(context.pointer, ZSTD_reset_session_only)
        guard ZSTD_sizeof_DCtx(context.pointer) <= DecoderPool.largestKept else { return }
        idle.withLock { $0.append(context) }
    }
}

/// A decompressor of libzstd.
///
/// It goes from thread to thread, but one stream has it at a time.
final class ZstdContext: @unchecked Sendable {
    let pointer: OpaquePointer

    init() throws(FormatError) {
        guard let pointer = ZSTD_createDCtx() else { throw .noMemory("zstd") }
        self.pointer = pointer
        ZSTD_DCtx_setParameter(pointer, ZSTD_d_windowLogMax, 27)
    }

    deinit { ZSTD_freeDCtx(pointer) }
}
