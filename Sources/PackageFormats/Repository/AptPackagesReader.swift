/// Takes a `Packages` index apart into its stanzas, as they stand.
public final class AptPackagesReader {
    private let scanner: RecordScanner
    private var isComplete = false

    /// Begins to read an index.
    ///
    /// - Parameter source: its bytes, decompressed.
    public init(_ source: any ByteSource) { scanner = RecordScanner(source) }

    /// Gives the next stanza, which ends in one line feed; false where none is left.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/repositoryMetadata`` where the index does not end in a line
    ///   feed, or ``FormatError/Code/limitExceeded``.
    public func next(_ body: (UnsafeRawBufferPointer) throws(FormatError) -> Void) throws(FormatError) -> Bool {
        while true {
            while scanner.pending.first == 0x0A { _ = scanner.take(1) }
            if !scanner.pending.isEmpty { break }
            guard try scanner.more() else { return false }
        }
        if let stanza = try scanner.record(endingIn: "\n\n") {
            try body(UnsafeRawBufferPointer(rebasing: stanza.dropLast()))
            return true
        }
        let rest = scanner.take(scanner.pending.count)
        guard rest.last == 0x0A else {
            throw FormatError(.repositoryMetadata, "the index of packages has no line feed at its end")
        }
        try body(rest)
        return true
    }

    /// Reads what tells packages apart from a stanza.
    ///
    /// - Throws: ``FormatError`` with a `control-` code, or ``FormatError/Code/repositoryMetadata`` for a stanza that lacks
    ///   what every client needs.
    public static func head(of stanza: UnsafeRawBufferPointer) throws(FormatError) -> RepositoryRecord {
        var fields: [String: String] = [:]
        var rest = stanza[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != 0x0A }
            rest = rest[min(line.endIndex + 1, rest.endIndex)...]
            guard let first = line.first, first != 0x20, first != 0x09 else { continue }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw FormatError(.controlSyntax, "a line has no ':' behind a field's name")
            }
            // Most lines are of no interest, and this is done for every package there is.
            guard [4, 6, 7, 8, 12].contains(colon - line.startIndex),
                wanted.contains(where: { $0.utf8.elementsEqual(line[..<colon]) })
            else { continue }
            let name = String(decoding: line[..<colon], as: UTF8.self)
            let value = String(Substring(String(decoding: line[(colon + 1)...], as: UTF8.self)).trimmingBlanks)
            guard fields.updateValue(value, forKey: name) == nil else {
                throw FormatError(.controlDuplicateField, "the field is there twice", field: name)
            }
        }
        guard let name = fields["Package"], let architecture = fields["Architecture"],
            let location = fields["Filename"], let size = fields["Size"].flatMap({ UInt64($0) })
        else {
            throw FormatError(
                .repositoryMetadata,
                "a stanza lacks its package, architecture, file name or size",
                field: fields["Package"]
            )
        }
        // apt-ftparchive and dpkg-scanpackages begin paths with `./`.
        let clean = location.hasPrefix("./") ? String(location.dropFirst(2)) : location
        try RepositoryRecord.checkLocation(clean)
        return RepositoryRecord(
            name: name,
            version: try DebianVersion(parsing: fields["Version"] ?? "").evr,
            architecture: architecture,
            location: clean,
            size: size,
            modificationTime: nil,
            sha256: fields["SHA256"]?.lowercased() ?? "",
            texts: []
        )
    }

    private static let wanted = ["Package", "Version", "Architecture", "Filename", "Size", "SHA256"]
}
