public import SystemPackage

/// An rpm file whose headers were read and checked. Its payload is read on demand.
public struct RPMReader {
    /// The file.
    public let path: FilePath
    /// The lead.
    public let lead: RPMLead
    /// The signature header.
    public let signature: RPMSignatureHeader
    /// The main header.
    public let header: RPMMainHeader
    /// Where the main header lies in the file: what signatures of the header cover.
    public let headerRange: Range<UInt64>
    /// Where the payload lies in the file.
    public let payloadRange: Range<UInt64>
    /// The files, in the order of the header.
    public let files: [RPMFile]
    /// The package in the neutral model; the contents of its files are in the payload.
    public let package: Package

    let input: InputFile
    /// The main header's bytes, which digests are made of.
    let headerBytes: [UInt8]
    /// The signature header's bytes.
    let signatureBytes: [UInt8]

    /// Opens a package and reads everything but its payload.
    ///
    /// - Throws: ``FormatError`` that names the file, with the codes of ``RPMLead/init(decoding:)`` and
    ///   ``RPMHeader/init(decoding:offset:)``, or with ``FormatError/Code/rpmHeaderPadding``,
    ///   ``FormatError/Code/rpmTagMissing``, ``FormatError/Code/rpmTagCount`` and the like for tags that do not fit.
    public init(opening path: FilePath) throws(FormatError) {
        do {
            try self.init(path, InputFile(opening: path))
        } catch {
            throw error.at(path: path.string)
        }
    }

    private init(_ path: FilePath, _ input: InputFile) throws(FormatError) {
        self.path = path
        self.input = input
        var reader = StreamReader(input.part(from: 0))
        lead = try RPMLead(decoding: RPMReader.bytes(&reader, RPMLead.byteCount))
        (signature, signatureBytes) = try RPMReader.header(&reader)
        while reader.offset % 8 != 0 {
            let offset = reader.offset
            guard try RPMReader.bytes(&reader, 1) == [0] else {
                throw FormatError(
                    .rpmHeaderPadding,
                    "the signature header is not padded with zeros to a multiple of 8 bytes",
                    offset: offset
                )
            }
        }
        let start = reader.offset
        (header, headerBytes) = try RPMReader.header(&reader)
        headerRange = start..<reader.offset
        payloadRange = reader.offset..<max(reader.offset, input.size)
        files = try RPMFile.files(in: header)
        var package = try RPMMetadata.package(in: header)
        package.entries = files.map(\.entry).sorted { $0.path < $1.path }
        package.relations = try RPMDependencies.relations(in: header, of: package)
        package.scripts = RPMScripts.scripts(in: header)
        package.triggers = try RPMTriggers.triggers(in: header)
        self.package = package
    }

    /// As many bytes as there are, up to `count`, so that the decoder itself says what is missing.
    private static func bytes(_ reader: inout StreamReader, _ count: Int) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count, try !reader.isAtEnd() { bytes += try reader.bytes(1) }
        return bytes
    }

    private static func header<Kind>(
        _ reader: inout StreamReader
    ) throws(FormatError) -> (header: RPMHeader<Kind>, bytes: [UInt8]) {
        let start = reader.offset
        let intro = try bytes(&reader, RPMHeaderLayout.introSize)
        let size = try RPMHeader<Kind>.byteCount(intro: intro, offset: start)
        let rest: [UInt8]
        do {
            rest = try reader.bytes(size - intro.count)
        } catch  where error.code == .truncated {
            throw FormatError(
                .rpmHeaderTruncated,
                "the \(Kind.title) ends before its \(size) bytes",
                offset: error.offset
            )
        }
        return (try RPMHeader<Kind>(decoding: intro + rest, offset: start), intro + rest)
    }

    /// The payload's compression as the header or, where it says nothing, the payload itself has it.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` for a compression that is not known.
    public func payloadForm() throws(FormatError) -> CompressedForm {
        if let name = header.text(.payloadCompressor) {
            guard let form = CompressedForm(rawValue: name) else {
                throw FormatError(
                    .unsupported,
                    "the payload is compressed with '\(name)'",
                    path: path.string,
                    field: "PAYLOADCOMPRESSOR"
                )
            }
            return form
        }
        // rpm takes a package that names no compression for one with gzip, but reads it when it is not.
        var reader = StreamReader(input.part(from: payloadRange.lowerBound))
        return try RPMReader.bytes(&reader, 2) == [0x1F, 0x8B] ? .gzip : .none
    }

    /// A reader of the files in the payload.
    ///
    /// - Throws: ``FormatError`` as ``payloadForm()`` does.
    public func payload() throws(FormatError) -> RPMPayloadReader {
        let source = try DecodingSource(payloadForm(), input.part(from: payloadRange.lowerBound))
        return RPMPayloadReader(source, files: files)
    }
}

extension FormatError.Code {
    /// The bytes between the two headers are not as they should be.
    public static let rpmHeaderPadding = Self(rawValue: "rpm-header-padding")
}
