/// The compressed forms that packages come in; more than the writers make.
public enum CompressedForm: String, Sendable, Hashable, CaseIterable {
    /// gzip (RFC 1952).
    case gzip
    /// bzip2.
    case bzip2
    /// xz.
    case xz
    /// The older format of LZMA Utils, `.lzma`.
    case lzma
    /// zstd (RFC 8878).
    case zstd
    /// Not compressed.
    case none
}

/// Gives what a compressed source holds.
///
/// Several members, streams or frames in a row are read as one, as gzip, xz and zstd themselves do, unless one is all there
/// may be; anything else behind the last is an error. Memory is bounded by the format's window, at most 128 MiB.
public final class DecodingSource: ByteSource {
    private let form: CompressedForm
    private let source: any ByteSource
    /// Made or taken when the first bytes are there.
    private var decoder: (any StreamDecoder)?
    private let decoders: DecoderPool?
    private let limit: UInt64
    private let allowsSeveral: Bool
    private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private var start = 0
    private var end = 0
    private var sourceEnded = false
    private var betweenMembers = false
    private var followsMember = false
    private var produced: UInt64 = 0

    /// A source of what `source` holds in compressed form.
    ///
    /// - Parameters:
    ///   - form: the compression.
    ///   - source: what is compressed.
    ///   - limit: how many bytes may come out, against small files that grow without end.
    ///   - allowsSeveral: whether a member, stream or frame may follow another.
    ///   - decoders: decompressors to use again, where many streams are read.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/codec`` where the library has no memory.
    public init(
        _ form: CompressedForm,
        _ source: any ByteSource,
        limit: UInt64 = .max,
        allowsSeveral: Bool = true,
        decoders: DecoderPool? = nil
    ) throws(FormatError) {
        self.form = form
        self.source = source
        self.limit = limit
        self.allowsSeveral = allowsSeveral
        self.decoders = decoders
    }

    /// The decoder of this stream, whose first bytes are at hand.
    private func startDecoder() throws(FormatError) -> any StreamDecoder {
        let beginning = UnsafeRawBufferPointer(rebasing: input[start..<end])
        if let idle = try decoders?.take(form, for: beginning) { return idle }
        return switch form {
        case .gzip: try GzipDecoder()
        case .bzip2: try Bzip2Decoder()
        case .xz: try LzmaDecoder(.xz)
        case .lzma: try LzmaDecoder(.alone)
        case .zstd, .none: try ZstdDecoder()
        }
    }

    deinit {
        input.deallocate()
        if let decoder { decoders?.give(decoder, form) }
    }

    /// The next decompressed bytes.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/limitExceeded`` or one of ``FormatError/Code/corruptStream``,
    ///   ``FormatError/Code/streamFormat``, ``FormatError/Code/streamChecksum``, ``FormatError/Code/streamLength``,
    ///   ``FormatError/Code/streamTruncated`` and ``FormatError/Code/trailingStream``.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        let count = form == .none ? try source.read(into: buffer) : try decode(into: buffer)
        produced += UInt64(count)
        guard produced <= limit else {
            throw FormatError(.limitExceeded, "decompresses to more than the \(limit) bytes that are allowed")
        }
        return count
    }

    private func decode(into buffer: UnsafeMutableRawBufferPointer) throws(FormatError) -> Int {
        while true {
            if start == end, !sourceEnded {
                start = 0
                end = try source.read(into: input)
                sourceEnded = end == 0
            }
            let decoder = if let decoder { decoder } else { try startDecoder() }
            self.decoder = decoder
            if betweenMembers {
                if start == end { return 0 }
                guard allowsSeveral else {
                    throw FormatError(.trailingStream, "there are data behind the end of the compressed stream")
                }
                betweenMembers = false
                followsMember = true
                try decoder.restart()
            }
            let step: (consumed: Int, produced: Int, ended: Bool)
            do throws(FormatError) {
                step = try decoder.decode(UnsafeRawBufferPointer(rebasing: input[start..<end]), into: buffer)
            } catch {
                guard followsMember, error.code == .streamFormat else { throw error }
                throw FormatError(.trailingStream, "there are data behind the end of the compressed stream")
            }
            start += step.consumed
            betweenMembers = step.ended
            if step.produced > 0 { return step.produced }
            guard !step.ended, step.consumed == 0 else { continue }
            if sourceEnded { throw FormatError(.streamTruncated, "the compressed data end too early") }
            // A decoder that neither takes nor gives anything would go on for ever.
            if start < end { throw FormatError(.corruptStream, "the compressed data lead nowhere") }
        }
    }
}

/// One step of a decompression library.
protocol StreamDecoder: AnyObject {
    /// Takes some of the input and fills some of the output; `ended` says that a member is complete.
    func decode(
        _ input: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws(FormatError) -> (consumed: Int, produced: Int, ended: Bool)

    /// Gets ready for another member, whatever became of the last one.
    func restart() throws(FormatError)

    /// Whether a stream that begins with these bytes comes out as it does of a new decoder, be it damaged or not.
    func suits(_ beginning: UnsafeRawBufferPointer) -> Bool

    /// How many bytes it holds, or a little more.
    var size: Int { get }
}

extension StreamDecoder {
    func suits(_ beginning: UnsafeRawBufferPointer) -> Bool { true }
}

extension FormatError.Code {
    /// Something stands behind the one compressed stream that there may be.
    public static let trailingStream = Self(rawValue: "trailing-stream")
    /// Compressed data do not hold together.
    public static let corruptStream = Self(rawValue: "corrupt-stream")
    /// Compressed data do not begin as their format does.
    public static let streamFormat = Self(rawValue: "stream-format")
    /// What compressed data hold is not what their checksum says.
    public static let streamChecksum = Self(rawValue: "stream-checksum")
    /// What compressed data hold has another length than they say.
    public static let streamLength = Self(rawValue: "stream-length")
    /// Compressed data end too early.
    public static let streamTruncated = Self(rawValue: "stream-truncated")
}
