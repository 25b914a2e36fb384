public import SystemPackage

/// An rpm file whose headers were read and checked. What they say is taken from them on demand, and so is the payload.
public struct RPMReader: Sendable {
    /// The file.
    public let file: InputFile
    private let front: RPMFront
    /// What the payload is decompressed with.
    private let decoders: DecoderPool?

    /// The file's name.
    public var path: FilePath { file.path }
    /// The lead.
    public var lead: RPMLead { front.lead }
    /// The signature header.
    public var signature: RPMSignatureHeader { front.signature }
    /// The main header.
    public var header: RPMMainHeader { front.header }
    /// Where the main header lies in the file: what signatures of the header cover.
    public var headerRange: Range<UInt64> { front.headerRange }
    /// Where the payload lies in the file.
    public var payloadRange: Range<UInt64> { headerRange.upperBound..<max(headerRange.upperBound, file.size) }

    /// The main header's bytes, which digests are made of.
    var headerBytes: [UInt8] { front.headerBytes }
    /// The signature header's bytes.
    var signatureBytes: [UInt8] { front.signatureBytes }

    /// Opens a package and reads everything but its payload.
    ///
    /// - Parameters:
    ///   - path: the package.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` as ``init(reading:decoders:)`` does, or with code ``FormatError/Code/inputOutput``.
    public init(opening path: FilePath, decoders: DecoderPool? = nil) throws(FormatError) {
        try self.init(reading: InputFile(opening: path), decoders: decoders)
    }

    /// Reads everything of a package but its payload: not one byte behind the main header is touched.
    ///
    /// - Parameters:
    ///   - file: the package.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` that names the file, with the codes of ``RPMLead/init(decoding:)`` and
    ///   ``RPMHeader/init(decoding:offset:)``, or with ``FormatError/Code/rpmHeaderPadding``.
    public init(reading file: InputFile, decoders: DecoderPool? = nil) throws(FormatError) {
        try self.init(reading: file, first: nil, decoders: decoders)
    }

    /// The same where somebody read the first bytes already.
    init(reading file: InputFile, first: [UInt8]?, decoders: DecoderPool?) throws(FormatError) {
        do throws(FormatError) {
            self.file = file
            self.decoders = decoders
            front = try RPMFront(reading: file, first: first)
        } catch {
            throw error.at(path: file.path.string)
        }
    }

    /// The files, in the order of the header.
    ///
    /// - Throws: ``FormatError`` that names the file, with code ``FormatError/Code/rpmTagMissing``,
    ///   ``FormatError/Code/rpmTagCount``, ``FormatError/Code/rpmDirectoryIndex``, ``FormatError/Code/invalidPath`` or
    ///   ``FormatError/Code/duplicatePath`` for tags that do not fit together.
    public var files: [RPMFile] {
        get throws(FormatError) {
            do throws(FormatError) {
                return try RPMFile.files(in: header)
            } catch {
                throw error.at(path: file.path.string)
            }
        }
    }

    /// The package in the neutral model without its files.
    ///
    /// - Throws: ``FormatError`` that names the file, with code ``FormatError/Code/rpmTagMissing``,
    ///   ``FormatError/Code/rpmTagCount`` and the like for tags that do not fit.
    public var metadata: Package {
        get throws(FormatError) {
            var package = try overview
            do throws(FormatError) {
                package.changelog = try RPMMetadata.changelog(in: header, of: package)
                return package
            } catch {
                throw error.at(path: file.path.string)
            }
        }
    }

    /// ``metadata`` without the changelog, of which only the form is checked.
    var overview: Package {
        get throws(FormatError) {
            do throws(FormatError) {
                var package = try RPMMetadata.package(in: header)
                try RPMMetadata.checkChangelog(in: header)
                package.scripts = RPMScripts.scripts(in: header)
                package.triggers = try RPMTriggers.triggers(in: header)
                package.relations = try RPMDependencies.relations(in: header, of: package)
                return package
            } catch {
                throw error.at(path: file.path.string)
            }
        }
    }

    /// Checks what reading ``metadata`` would, without making texts of it all.
    ///
    /// - Returns: what the package is called.
    /// - Throws: ``FormatError`` as ``metadata`` does.
    func checkMetadata() throws(FormatError) -> (name: String, version: EVR) {
        do throws(FormatError) {
            let identity = try RPMMetadata.identity(in: header)
            try RPMMetadata.checkChangelog(in: header)
            _ = try RPMTriggers.triggers(in: header)
            try RPMDependencies.check(header)
            return identity
        } catch {
            throw error.at(path: file.path.string)
        }
    }

    /// The package in the neutral model; the contents of its files are in the payload.
    ///
    /// - Throws: ``FormatError`` as ``files`` and ``metadata`` do.
    public var package: Package {
        get throws(FormatError) { try contents().package }
    }

    /// The package in the neutral model, and its files in the order of the header.
    func contents() throws(FormatError) -> (package: Package, files: [PackagedFile]) {
        var package = try metadata
        let files = try files.map(\.listed)
        package.entries = files.map(\.entry)
        // A header may list them in any order.
        package.entries.sort { $0.path < $1.path }
        return (package, files)
    }

    /// Whether this is a source package: it says so, or nothing says from which source package it was built and its files
    /// have no directory.
    public var isSource: Bool { RPMFront.isSource(header, lead) }

    /// The version of the package format: 6 or 4, or 3 for a header without an immutable region.
    public var formatVersion: Int {
        if let version = header.integer(.rpmFormat) { return Int(clamping: version) }
        return header.hasRegion ? 4 : 3
    }

    /// The signatures of the header, and of header and payload, in the order of their tags.
    public var signatures: [PackageSignature] {
        var signatures: [PackageSignature] = []
        func add(_ tag: RPMTag<RPMSignatureKind>, _ coverage: PackageSignature.Coverage, _ bytes: [UInt8]) {
            signatures.append(
                PackageSignature(
                    slot: tag.name,
                    coverage: coverage,
                    packet: try? OpenPGPSignature.decode(bytes).signature,
                    bytes: bytes
                )
            )
        }
        for tag in [RPMTag<RPMSignatureKind>.dsa, .rsa] {
            if case .binary(let bytes)? = signature[tag] { add(tag, .header, bytes) }
        }
        for text in signature.strings(.openPGP) ?? PackedStrings() {
            add(.openPGP, .header, Base64.decode(text) ?? [])
        }
        for tag in [RPMTag<RPMSignatureKind>.pgp, .gpg] {
            if case .binary(let bytes)? = signature[tag] { add(tag, .headerAndPayload, bytes) }
        }
        return signatures
    }

    /// Gives the bytes that a signature of this package is of, piece by piece.
    public func readSigned(
        by signature: PackageSignature,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        let end = signature.coverage == .header ? headerRange.upperBound : payloadRange.upperBound
        var reader = StreamReader(file.part(from: headerRange.lowerBound))
        try reader.read(end - headerRange.lowerBound, body)
    }

    /// What the payload is packed with.
    public var payloadDescription: PayloadDescription {
        let level = header.text(.payloadFlags)
        return PayloadDescription(
            archive: header.text(.payloadFormat) ?? "cpio",
            compression: header.text(.payloadCompressor) ?? (try? payloadForm())?.rawValue ?? "none",
            level: level?.isEmpty ?? true ? nil : level
        )
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
        return try file.bytes(at: payloadRange.lowerBound, count: 2) == [0x1F, 0x8B] ? .gzip : .none
    }

    /// A reader of the files in the payload.
    ///
    /// - Parameter limits: what the payload may cost at most.
    /// - Throws: ``FormatError`` as ``payloadForm()`` and ``files`` do.
    public func payload(limits: PayloadLimits = PayloadLimits()) throws(FormatError) -> RPMPayloadReader {
        try payload(from: file.part(from: payloadRange.lowerBound), limits: limits)
    }

    /// A reader of the files in a payload whose compressed bytes come from elsewhere.
    func payload(from compressed: any ByteSource, limits: PayloadLimits) throws(FormatError) -> RPMPayloadReader {
        try RPMPayloadReader(archive(from: compressed, limits: limits), files: files)
    }

    /// The payload's archive, decompressed.
    func archive(from compressed: any ByteSource, limits: PayloadLimits) throws(FormatError) -> DecodingSource {
        let form = try payloadForm()
        return try DecodingSource(
            form,
            compressed,
            limit: limits.bytes(unpackedFrom: payloadRange.upperBound - payloadRange.lowerBound),
            // rpm reads the first stream only, and would not notice what stands behind it.
            allowsSeveral: form != .xz && form != .bzip2 && form != .lzma,
            decoders: decoders
        )
    }
}
