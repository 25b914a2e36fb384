import Synchronization

/// Decompressors that one stream is done with, for the next one: worth having where many small packages are read.
///
/// A decompressor is dear to make next to what it takes to decompress some kilobytes: the system has to give it the memory
/// for a window, and libzstd asks the processor what it can do, which a virtual machine answers slowly.
public final class DecoderPool: Sendable {
    /// A decompressor that takes up more bytes than this is not kept: enough for the windows of the levels that rpm's and
    /// dpkg's own tools use.
    private static let largestKept = 20 << 20

    /// A decompressor that nobody uses, so that any thread may have it next.
    private struct Idle: @unchecked Sendable {
        let form: CompressedForm
        let decoder: any StreamDecoder
    }

    private let idle = Mutex<[Idle]>([])

    /// A pool with nothing in it, for any number of threads. It keeps at most as many decompressors of a form as were in use
    /// at once.
    public init() {}

    /// One that was given back and does with a stream what a new one would, or `nil` if there is none.
    ///
    /// - Parameters:
    ///   - form: the compression.
    ///   - beginning: the first bytes of the stream.
    func take(
        _ form: CompressedForm,
        for beginning: UnsafeRawBufferPointer
    ) throws(FormatError) -> (any StreamDecoder)? {
        let idle = idle.withLock { idle in
            idle.lastIndex { $0.form == form }.map { idle.remove(at: $0) }
        }
        // One that does not suit makes room for one that does.
        guard let decoder = idle?.decoder, decoder.suits(beginning) else { return nil }
        try decoder.restart()
        return decoder
    }

    /// Keeps one, whatever became of its last stream, which the caller no longer uses.
    func give(_ decoder: any StreamDecoder, _ form: CompressedForm) {
        guard decoder.size <= DecoderPool.largestKept else { return }
        let idle = Idle(form: form, decoder: decoder)
        self.idle.withLock { $0.append(idle) }
    }
}
