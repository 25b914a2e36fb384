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
        var values = [String?](repeating: nil, count: wanted.count)
        var start = 0
        while start < stanza.count {
            let end = stanza.firstIndex(of: "\n", from: start) ?? stanza.count
            let line = stanza[start..<end]
            start = end + 1
            guard let first = line.first, !first.isBlank else { continue }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw FormatError(.controlSyntax, "a line has no ':' behind a field's name")
            }
            // Most lines are of no interest, and this is done for every package there is.
            let length = colon - line.startIndex
            let field = wanted.firstIndex { $0.utf8.count == length && $0.utf8.elementsEqual(line[..<colon]) }
            guard let field else { continue }
            guard values[field] == nil else {
                throw FormatError(.controlDuplicateField, "the field is there twice", field: wanted[field])
            }
            values[field] = String(decoding: line[(colon + 1)...].trimmingBlanks, as: UTF8.self)
        }
        func value(_ name: String) -> String? { wanted.firstIndex(of: name).flatMap { values[$0] } }
        guard let name = value("Package"), let architecture = value("Architecture"),
            let location = value("Filename"), let size = value("Size").flatMap({ UInt64($0) })
        else {
            throw FormatError(
                .repositoryMetadata,
                "a stanza lacks its package, architecture, file name or size",
                field: value("Package")
            )
        }
        // apt-ftparchive and dpkg-scanpackages begin paths with `./`.
        let clean = location.hasPrefix("./") ? String(location.dropFirst(2)) : location
        try RepositoryRecord.checkLocation(clean)
        return RepositoryRecord(
            name: name,
            version: try DebianVersion(parsing: value("Version") ?? "").evr,
            architecture: architecture,
            location: clean,
            size: size,
            modificationTime: nil,
            sha256: value("SHA256")?.lowercased() ?? "",
            texts: []
        )
    }

    private static let wanted = ["Package", "Version", "Architecture", "Filename", "Size", "SHA256"]
}
