/// Writes a package's files as a compressed cpio archive, taking every digest on the way: each file is read once.
struct RPMPayload {
    /// What only writing the payload can tell.
    struct Summary {
        /// The digests of all files behind one another, zeros for what has no contents.
        var fileDigests: [UInt8]
        /// The length of the archive before compression, in bytes.
        var archiveSize: UInt64
        /// SHA-256 of the archive before compression.
        var archiveDigest: [UInt8]
        /// SHA-256 of what is in the file.
        var payloadDigest: [UInt8]
    }

    /// Compressed bytes on their way into the file.
    private struct CompressedSink: ByteSink {
        let output: OutputFile
        var digest = Digest(.sha256)

        mutating func write(_ bytes: RawSpan) throws(FormatError) {
            digest.write(bytes)
            try output.write(bytes)
        }
    }

    private let files: RPMFileList
    private let encoder: any Encoder
    private var sink: CompressedSink
    private let digest: BackgroundDigest
    private var size: UInt64 = 0
    private var fileDigests: [UInt8]
    /// What was not passed on yet, so that digest and encoder see few and large pieces.
    private var buffer: [UInt8] = []

    private static let bufferSize = 1 << 18
    /// A buffer is passed on when it is full, and what fills it may be as long as one read.
    private static let bufferCapacity = bufferSize * 2 + (1 << 13)

    private init(_ files: RPMFileList, encoder: any Encoder, usesThread: Bool, output: OutputFile) {
        self.files = files
        digest = BackgroundDigest(.sha256, usesThread: usesThread)
        self.encoder = encoder
        sink = CompressedSink(output: output)
        fileDigests = [UInt8](repeating: 0, count: files.entries.count * RPMFileList.digestAlgorithm.byteCount)
        buffer.reserveCapacity(Int(clamping: min(files.archiveSize, UInt64(RPMPayload.bufferCapacity))))
    }

    /// Writes the payload behind whatever the file holds already.
    static func write(
        _ files: RPMFileList,
        compression: Compression,
        threads: Int,
        to output: OutputFile,
        progress: (@Sendable (UInt64) -> Void)? = nil
    ) throws(FormatError) -> Summary {
        let encoder = try compression.makeEncoder(threads: threads, size: files.archiveSize)
        var payload = RPMPayload(files, encoder: encoder, usesThread: threads > 1, output: output)
        var reader = ContentReader()
        for index in files.payloadOrder {
            try payload.append(index, reading: &reader)
            progress?(payload.size)
        }
        CpioHeader.trailer.append(name: Cpio.trailerName, to: &payload.buffer)
        return try payload.finish()
    }

    private mutating func append(_ index: Int, reading reader: inout ContentReader) throws(FormatError) {
        let original = files.entries[files.originals[index]]
        let size = files.carriesData(index) ? original.size : 0
        if files.needsLongSizes {
            CpioHeader.appendStripped(UInt32(index), to: &buffer)
        } else {
            var header = CpioHeader()
            header.inode = UInt32(files.firstLinks[index] + 1)
            header.mode = UInt32(original.typeBits | original.mode)
            header.linkCount = UInt32(files.linkCount(index))
            header.modificationTime = UInt32(clamping: original.modificationTime)
            header.size = UInt32(clamping: size)
            switch original.kind {
            case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
                header.deviceMajor = major
                header.deviceMinor = minor
            default: break
            }
            header.append(prefix: RPMPayload.namePrefix, name: files.entries[index].path.bytes, to: &buffer)
        }
        switch original.kind {
        case .file(let content, let size) where files.carriesData(index):
            try append(content, size: size, of: original.path, digestAt: files.originals[index], reading: &reader)
        case .symbolicLink(let target):
            buffer.append(contentsOf: target)
        default: break
        }
        buffer.append(contentsOf: repeatElement(0, count: Cpio.padding(after: size)))
        if buffer.count >= RPMPayload.bufferSize { try flush() }
    }

    /// The dot before absolute paths that rpmlib(PayloadFilesHavePrefix) promises.
    private static let namePrefix: [UInt8] = [0x2E]

    private mutating func append(
        _ content: Entry.FileContent,
        size: UInt64,
        of path: PackagePath,
        digestAt place: Int,
        reading reader: inout ContentReader
    ) throws(FormatError) {
        var fileDigest = Digest(RPMFileList.digestAlgorithm)
        try reader.read(content, size: size, of: path) { (bytes) throws(FormatError) in
            fileDigest.write(bytes)
            bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
            if buffer.count >= RPMPayload.bufferSize { try flush() }
        }
        let start = place * RPMFileList.digestAlgorithm.byteCount
        fileDigests.replaceSubrange(
            start..<(start + RPMFileList.digestAlgorithm.byteCount),
            with: fileDigest.finalize()
        )
    }

    private mutating func flush() throws(FormatError) {
        let pending = buffer
        buffer = digest.spare() ?? []
        buffer.removeAll(keepingCapacity: true)
        buffer.reserveCapacity(RPMPayload.bufferCapacity)
        size += UInt64(pending.count)
        digest.write(pending)
        try encoder.write(pending.span.bytes, to: &sink)
    }

    private mutating func finish() throws(FormatError) -> Summary {
        let last = buffer
        size += UInt64(last.count)
        try encoder.write(last.span.bytes, to: &sink)
        try encoder.finish(to: &sink)
        return Summary(
            fileDigests: fileDigests,
            archiveSize: size,
            archiveDigest: digest.finalize(after: last),
            payloadDigest: sink.digest.finalize()
        )
    }
}
