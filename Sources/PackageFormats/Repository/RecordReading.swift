public import SystemPackage

/// Reads many packages with several threads and hands out what was read in the order in which it was asked for.
public struct RecordReading: Sendable {
    /// A package to read.
    public struct File: Sendable, Hashable {
        /// Where it is.
        public var path: FilePath
        /// Its path below the folder that clients look it up in.
        public var location: String
        /// When it was changed, in Unix seconds.
        public var modificationTime: Int64

        /// Makes a request from its parts.
        public init(path: FilePath, location: String, modificationTime: Int64) {
            self.path = path
            self.location = location
            self.modificationTime = modificationTime
        }
    }

    /// Makes the record of one package.
    public typealias Reader = @Sendable (File) throws(FormatError) -> RepositoryRecord

    /// How many packages a thread takes at once.
    private static let batchSize = 16

    private let threads: Int
    private let reader: Reader

    /// Makes a reader of rpms.
    ///
    /// - Parameter threads: how many to use.
    public static func rpm(threads: Int) -> RecordReading {
        RecordReading(threads: threads) { (file) throws(FormatError) in
            try .rpm(
                reading: open(file.path),
                location: file.location,
                modificationTime: file.modificationTime
            )
        }
    }

    /// Makes a reader of debs.
    ///
    /// - Parameter threads: how many to use.
    public static func deb(threads: Int) -> RecordReading {
        let decoders = DecoderPool()
        return RecordReading(threads: threads) { (file) throws(FormatError) in
            try .deb(reading: open(file.path), location: file.location, decoders: decoders)
        }
    }

    /// Packages up to this size in bytes are read in one step.
    private static let heldSize = 1 << 18

    private static func open(_ path: FilePath) throws(FormatError) -> InputFile {
        try InputFile(opening: path).held(upTo: heldSize)
    }

    private init(threads: Int, reader: @escaping Reader) {
        self.threads = max(1, min(threads, 64))
        self.reader = reader
    }

    /// Packages that one thread reads in a row.
    private final class Batch: OrderedWork, @unchecked Sendable {
        // Written by the one thread that processes the batch, read when it is done.
        private(set) var results: [Result<RepositoryRecord, FormatError>] = []
        private let files: ArraySlice<File>
        private let reader: Reader

        init(_ files: ArraySlice<File>, _ reader: @escaping Reader) {
            self.files = files
            self.reader = reader
        }

        func process() {
            results.reserveCapacity(files.count)
            for file in files {
                do throws(FormatError) {
                    results.append(.success(try reader(file)))
                } catch {
                    results.append(.failure(error))
                }
            }
        }
    }

    /// Reads packages.
    ///
    /// - Parameters:
    ///   - files: what to read.
    ///   - body: takes the place in `files` and the record, or what was wrong; what it throws ends the reading.
    /// - Throws: ``FormatError`` of `body`, or with code ``FormatError/Code/cancelled``.
    public func read(
        _ files: [File],
        _ body: (Int, Result<RepositoryRecord, FormatError>) throws(FormatError) -> Void
    ) throws(FormatError) {
        let workers = OrderedWorkers<Batch>(threads: threads)
        var done = 0
        func hand(_ batch: Batch) throws(FormatError) {
            for result in batch.results {
                try FormatError.checkCancellation()
                try body(done, result)
                done += 1
            }
        }
        for start in stride(from: 0, to: files.count, by: RecordReading.batchSize) {
            let slice = files[start..<min(start + RecordReading.batchSize, files.count)]
            for batch in workers.submit(Batch(slice, reader)) { try hand(batch) }
        }
        while let batch = workers.next() { try hand(batch) }
    }
}
