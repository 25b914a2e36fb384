/// Walks through the files of a payload, each checked against the header's list.
public struct RPMPayloadReader {
    /// A file of the payload.
    public struct Member: Sendable, Hashable {
        /// Which file of the header it is.
        public let index: Int
        /// The length of its data in bytes: the contents of a file, the target of a symbolic link, else 0. Of hard links
        /// only the last has data.
        public let size: UInt64
        /// What the archive itself says of the file, unless it is of the stripped form, which says nothing.
        let header: CpioHeader?
        /// Whether the name is written as PayloadFilesHavePrefix promises; true where there is none.
        let hasPrefix: Bool
    }

    private var archive: CpioReader
    private let files: [RPMFile]
    /// The places of the files in the list; made by the first file that is not the likely one, or that asks for another.
    private var numbers: [ArraySlice<UInt8>: Int]?
    /// The place behind that of the last file: nearly always the next one's.
    private var likely = 0
    private var seen: [Bool]

    /// Reads an archive that is not compressed, or no longer.
    public init(_ source: any ByteSource, files: [RPMFile]) {
        archive = CpioReader(source)
        self.files = files
        seen = [Bool](repeating: false, count: files.count)
    }

    /// How many bytes of the archive were taken so far.
    public var offset: UInt64 { archive.offset }

    /// The next file, or `nil` behind the last; then every file of the header was there.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/rpmPayloadUnknownFile``,
    ///   ``FormatError/Code/rpmPayloadDuplicateFile``, ``FormatError/Code/rpmPayloadSize``,
    ///   ``FormatError/Code/rpmPayloadMissingFile``, or those of a malformed archive.
    public mutating func next() throws(FormatError) -> Member? {
        let start = archive.offset
        guard let item = try archive.next() else {
            try archive.finish()
            if let index = files.indices.first(where: { files[$0].isShipped && !seen[$0] }) {
                throw FormatError(.rpmPayloadMissingFile, "'\(files[index].entry.path)' is not in the payload")
            }
            return nil
        }
        let index: Int
        var header: CpioHeader?
        var hasPrefix = true
        switch item {
        case .named(let found, let name):
            header = found
            hasPrefix = name.starts(with: [0x2E, 0x2F])
            guard let number = number(of: RPMPayloadReader.relative(name)) else {
                throw FormatError(
                    .rpmPayloadUnknownFile,
                    "'\(String(decoding: name, as: UTF8.self))' is in the payload but not in the header",
                    offset: start
                )
            }
            index = number
        case .numbered(let number):
            guard number < files.count else {
                throw FormatError(.rpmPayloadUnknownFile, "the header has no file \(number)", offset: start)
            }
            index = Int(number)
        }
        let isShipped = files[index].isShipped
        guard isShipped, !seen[index] else {
            throw FormatError(
                .rpmPayloadDuplicateFile,
                "'\(files[index].entry.path)' is in the payload " + (isShipped ? "twice" : "though it is a ghost"),
                offset: start
            )
        }
        seen[index] = true
        likely = index + 1
        let expected = size(of: index)
        if let header, UInt64(header.size) != expected {
            throw FormatError(
                .rpmPayloadSize,
                "'\(files[index].listed.entry.path)' has \(header.size) bytes in the payload and \(expected) in the header",
                offset: start
            )
        }
        archive.expectData(expected)
        return Member(index: index, size: expected, header: header, hasPrefix: hasPrefix)
    }

    /// Gives the data of the file that ``next()`` gave, piece by piece.
    public mutating func read(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        try archive.readData(body)
    }

    /// The place in the list of a file with a name that begins with no slash.
    private mutating func number(of name: ArraySlice<UInt8>) -> Int? {
        if likely < files.count, files[likely].listed.entry.path.bytes.dropFirst().equals(name) { return likely }
        // Of a few files each is looked at sooner than a dictionary is made.
        if files.count <= 16 {
            return files.indices.first { files[$0].listed.entry.path.bytes.dropFirst().equals(name) }
        }
        if numbers == nil {
            numbers = Dictionary(
                files.enumerated().map { ($0.element.entry.path.bytes.dropFirst(), $0.offset) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        return numbers?[name]
    }

    private mutating func size(of index: Int) -> UInt64 {
        guard files[index].carriesData else { return 0 }
        guard case .hardLink(let target) = files[index].listed.entry.kind else { return files[index].listed.entry.size }
        return number(of: target.bytes.dropFirst()).map { files[$0].listed.entry.size } ?? 0
    }

    /// A name without the `./` or `/` that it may begin with.
    private static func relative(_ name: [UInt8]) -> ArraySlice<UInt8> {
        if name.starts(with: [0x2E, 0x2F]) { return name.dropFirst(2) }
        return name.first == 0x2F ? name.dropFirst() : name[...]
    }
}

extension FormatError.Code {
    /// A file is in the payload but not in the header.
    public static let rpmPayloadUnknownFile = Self(rawValue: "rpm-payload-unknown-file")
    /// A file is in the payload twice, or is there though it is a ghost.
    public static let rpmPayloadDuplicateFile = Self(rawValue: "rpm-payload-duplicate-file")
    /// A file is as long in the payload as the header does not have it.
    public static let rpmPayloadSize = Self(rawValue: "rpm-payload-size")
    /// A file of the header is not in the payload.
    public static let rpmPayloadMissingFile = Self(rawValue: "rpm-payload-missing-file")
}
