public import SystemPackage

/// A package of either format that was opened: what it says of itself, its files, and whether it is whole.
///
/// Opening reads what describes the package and never the payload.
public struct PackageFile: Sendable {
    /// The formats of packages.
    public enum Format: String, Sendable, Hashable {
        /// rpm.
        case rpm
        /// Debian's.
        case deb
    }

    /// The reader of the package's own format, for what only that format has.
    public enum Reader: Sendable {
        /// Of an rpm.
        case rpm(RPMReader)
        /// Of a .deb.
        case deb(DebianReader)
    }

    /// The reader of the package's own format.
    public let reader: Reader

    /// Opens a package of either format.
    ///
    /// - Parameters:
    ///   - path: the package.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` naming the file, with code ``FormatError/Code/unknownFormat`` for what is neither, or as
    ///   ``RPMReader/init(reading:decoders:)`` and ``DebianReader/init(reading:decoders:)`` do.
    public init(opening path: FilePath, decoders: DecoderPool? = nil) throws(FormatError) {
        try self.init(reading: InputFile(opening: path), decoders: decoders)
    }

    /// Reads a package of either format.
    ///
    /// - Parameters:
    ///   - file: the package.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` as ``init(opening:decoders:)`` does.
    public init(reading file: InputFile, decoders: DecoderPool? = nil) throws(FormatError) {
        let start = try file.bytes(at: 0, count: RPMFront.beginning)
        switch try PackageFile.format(of: file, beginningWith: start) {
        case .rpm: reader = .rpm(try RPMReader(reading: file, first: start, decoders: decoders))
        case .deb: reader = .deb(try DebianReader(reading: file, decoders: decoders))
        }
    }

    /// The format that a file begins as.
    ///
    /// - Throws: ``FormatError`` naming the file, with code ``FormatError/Code/unknownFormat`` for what is neither.
    public static func format(of file: InputFile) throws(FormatError) -> Format {
        try format(of: file, beginningWith: file.bytes(at: 0, count: ArArchive.magic.count))
    }

    private static func format(of file: InputFile, beginningWith start: [UInt8]) throws(FormatError) -> Format {
        if start.starts(with: RPMLead.magic) { return .rpm }
        // Damage to the last bytes is for the reader to name, and so is the format of before 1995.
        if start.starts(with: ArArchive.magic.prefix(7)) || start.starts(with: DebianFile.obsoleteMagic) { return .deb }
        throw FormatError(.unknownFormat, "is neither an rpm nor a .deb", path: file.path.string, offset: 0)
    }

    /// The file.
    public var file: InputFile {
        switch reader {
        case .rpm(let reader): reader.file
        case .deb(let reader): reader.file.file
        }
    }

    /// The format.
    public var format: Format {
        switch reader {
        case .rpm: .rpm
        case .deb: .deb
        }
    }

    /// The major version of the format: 3, 4 or 6 of rpm, 2 of .deb.
    public var formatVersion: Int {
        switch reader {
        case .rpm(let reader): reader.formatVersion
        case .deb: 2
        }
    }

    /// Whether this is a source package.
    public var isSource: Bool {
        switch reader {
        case .rpm(let reader): reader.isSource
        case .deb: false
        }
    }

    /// What the payload is packed with.
    public var payload: PayloadDescription {
        switch reader {
        case .rpm(let reader): reader.payloadDescription
        case .deb(let reader): reader.payloadDescription
        }
    }

    /// How many bytes the package says that its files take up, or `nil` where it says nothing.
    public var installedSize: UInt64? {
        switch reader {
        case .rpm(let reader): reader.header.integer(.longSize) ?? reader.header.integer(.size)
        case .deb(let reader): reader.installedSize
        }
    }

    /// How many files the package lists, or `nil` where only reading the payload tells.
    public var fileCount: Int? {
        switch reader {
        case .rpm(let reader): reader.header.count(of: reader.header.contains(.baseNames) ? .baseNames : .oldFileNames)
        case .deb: nil
        }
    }

    /// The signatures in the package; nothing is said about whether they are good.
    public var signatures: [PackageSignature] {
        switch reader {
        case .rpm(let reader): reader.signatures
        case .deb(let reader): reader.signatures
        }
    }

    /// Gives the bytes that one of ``signatures`` is of, piece by piece.
    ///
    /// - Throws: ``FormatError`` where the file cannot be read, or what `body` throws.
    public func readSigned(
        by signature: PackageSignature,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        switch reader {
        case .rpm(let reader): try reader.readSigned(by: signature, body)
        case .deb(let reader): try reader.readSigned(by: signature, body)
        }
    }

    /// What one of ``signatures`` vouches for, if it is good.
    public func parts(signedBy signature: PackageSignature) -> Set<Verification.Part> {
        switch reader {
        case .rpm(let reader): reader.parts(signedBy: signature)
        case .deb: signature.coverage == .members ? [.header, .payload, .files] : []
        }
    }

    /// The package in the neutral model without its files: all that can be known without reading the payload.
    ///
    /// - Throws: ``FormatError`` where the header or the control archive does not hold together.
    public func metadata() throws(FormatError) -> Package {
        switch reader {
        case .rpm(let reader): try reader.metadata
        case .deb(let reader): try reader.metadata()
        }
    }

    /// The same without the changelog, which may be longer than all the rest.
    package func overview() throws(FormatError) -> Package {
        switch reader {
        case .rpm(let reader): try reader.overview
        case .deb(let reader): try reader.metadata()
        }
    }

    /// The package in the neutral model, and its files in the order of the package. Of a .deb the payload is read.
    ///
    /// - Parameter limits: what reading the payload may cost at most.
    /// - Throws: ``FormatError`` where the package does not hold together.
    public func contents(
        limits: PayloadLimits = PayloadLimits()
    ) throws(FormatError) -> (package: Package, files: [PackagedFile]) {
        switch reader {
        case .rpm(let reader): try reader.contents()
        case .deb(let reader): try reader.contents(limits: limits)
        }
    }

    /// Checks everything that the format lets one check; signatures are listed and not judged.
    ///
    /// - Parameter limits: what reading the payload may cost at most.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput`` where the file cannot be read, or
    ///   ``FormatError/Code/cancelled``.
    public func verify(limits: PayloadLimits = PayloadLimits()) throws(FormatError) -> Verification {
        do throws(FormatError) {
            switch reader {
            case .rpm(let reader): return try RPMVerifier(reader, limits: limits).verification()
            case .deb(let reader): return try DebianVerifier(reader, limits: limits).verification()
            }
        } catch {
            if error.code == .inputOutput || error.code == .cancelled { throw error }
            return Verification(findings: [Finding(error)])
        }
    }

    /// Packages up to this size in bytes are read in one step to be checked.
    private static let heldSize = 1 << 16

    /// Opens and checks a package. A file that cannot be read as one is a failed verification.
    ///
    /// - Parameters:
    ///   - path: the package.
    ///   - limits: what reading the payload may cost at most.
    ///   - decoders: decompressors to use again, where many packages are checked.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/inputOutput`` where the file cannot be read at all, or
    ///   ``FormatError/Code/cancelled``.
    public static func verify(
        _ path: FilePath,
        limits: PayloadLimits = PayloadLimits(),
        decoders: DecoderPool? = nil
    ) throws(FormatError) -> Verification {
        let package: PackageFile
        do throws(FormatError) {
            package = try PackageFile(reading: InputFile(opening: path).held(upTo: heldSize), decoders: decoders)
        } catch {
            if error.code == .inputOutput { throw error }
            return Verification(findings: [Finding(error)])
        }
        return try package.verify(limits: limits)
    }
}

extension FormatError.Code {
    /// A file begins neither as an rpm nor as a .deb.
    public static let unknownFormat = Self(rawValue: "unknown-format")
}
