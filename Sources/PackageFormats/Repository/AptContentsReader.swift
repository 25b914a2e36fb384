/// Takes a `Contents` index apart into its lines, in the form that it is written in here: a path, two blanks, and the
/// packages that have it, separated by commas.
public final class AptContentsReader {
    /// A path and the packages that have it.
    public struct Line: Sendable, Hashable {
        /// The path's bytes, without the leading slash.
        public var path: [UInt8]
        /// What stands for each package: `SECTION/PACKAGE`, or its name alone.
        public var owners: [String]

        /// The name of a package, from what stands for it.
        public static func package(_ owner: String) -> Substring {
            owner.utf8.lastIndex(of: UInt8(ascii: "/")).map { owner[owner.utf8.index(after: $0)...] } ?? owner[...]
        }
    }

    private let scanner: RecordScanner
    private var last: [UInt8] = []

    /// Begins to read an index.
    ///
    /// - Parameter source: its bytes, decompressed.
    public init(_ source: any ByteSource) { scanner = RecordScanner(source) }

    /// The next line, or `nil` where none is left.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/repositoryMetadata`` for a line in another form, or whose path
    ///   does not come behind the one before in the order of their bytes, or ``FormatError/Code/limitExceeded``.
    public func next() throws(FormatError) -> Line? {
        guard let record = try scanner.record(endingIn: "\n") else {
            guard scanner.pending.isEmpty else {
                throw FormatError(.repositoryMetadata, "the index of files has no line feed at its end")
            }
            return nil
        }
        let line = record.dropLast()
        guard let blank = line.lastIndex(where: \.isBlank), blank > line.startIndex + 1, blank + 1 < line.endIndex
        else {
            throw FormatError(.repositoryMetadata, "a line of the index of files has no path or no package")
        }
        let path = Array(line[..<(blank - 1)])
        // With other filling nobody could tell where a path ends that itself ends in a blank.
        guard line[blank] == 0x20, line[blank - 1] == 0x20, path.last?.isBlank == false else {
            throw FormatError(.repositoryMetadata, "a line of the index of files is filled in another way")
        }
        guard last.lexicographicallyPrecedes(path) else {
            throw FormatError(.repositoryMetadata, "the index of files is not in order")
        }
        last = path
        let owners = line[(blank + 1)...].split(separator: UInt8(ascii: ",")).map {
            String(decoding: $0, as: UTF8.self)
        }
        return Line(path: path, owners: owners)
    }
}
