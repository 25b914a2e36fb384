/// Walks through a package's payload, front to back, each file checked against what the package lists.
public struct PayloadWalk {
    /// A file of the payload.
    public struct Member: Sendable, Hashable {
        /// The file.
        public let file: PackagedFile
        /// The length of the data that follow here: the contents of a file, an rpm's text of a symbolic link, else 0. Of an
        /// rpm's hard links only the last has data, of a .deb's the first.
        public let dataSize: UInt64
    }

    // One of the two is there. They are changed in place: a copy would share buffers and make each change copy them.
    private var rpm: RPMPayloadReader?
    private var deb: DebianDataArchive?
    private var files: [RPMFile] = []

    /// Starts at the beginning of a package's payload.
    ///
    /// - Parameters:
    ///   - package: the package.
    ///   - limits: what the payload may cost at most.
    /// - Throws: ``FormatError`` where the payload's compression is not known.
    public init(_ package: PackageFile, limits: PayloadLimits = PayloadLimits()) throws(FormatError) {
        switch package.reader {
        case .rpm(let reader):
            rpm = try reader.payload(limits: limits)
            files = try reader.files
        case .deb(let reader): deb = try reader.dataArchive(limits: limits)
        }
    }

    /// The next file, or `nil` behind the last, when the payload was found to be complete. Data that were not read are
    /// passed over.
    ///
    /// - Throws: ``FormatError`` as ``RPMPayloadReader/next()`` does, or with a `deb-` or `tar-` code.
    public mutating func next() throws(FormatError) -> Member? {
        if let member = try rpm?.next() { return Member(file: files[member.index].listed, dataSize: member.size) }
        guard let entry = try deb?.next() else { return nil }
        var dataSize: UInt64 = 0
        if case .file(_, let length) = entry.kind { dataSize = length }
        let file = PackagedFile(entry: entry, name: entry.path.bytes, size: deb?.size(of: entry) ?? 0)
        return Member(file: file, dataSize: dataSize)
    }

    /// Gives the data of the file that ``next()`` gave, piece by piece.
    ///
    /// - Throws: ``FormatError`` where the payload is damaged, or what `body` throws.
    public mutating func read(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        try rpm?.read(body)
        try deb?.readData(body)
    }
}
