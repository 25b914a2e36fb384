/// The outer structure of a .deb file (deb(5)): which members it has, and what they are compressed with.
struct DebianFile: Sendable {
    /// An archive in the file.
    struct Part: Sendable {
        var member: ArArchive.Member
        var form: CompressedForm
    }

    let control: Part
    let data: Part
    /// The date of the file's first member in Unix seconds.
    let date: Int64
    /// What only some readers stumble over.
    let warnings: [Finding]
    let file: InputFile
    /// Members whose names begin with `_`, which dpkg passes over: signatures.
    let extraMembers: [ArArchive.Member]
    private let version: ArArchive.Member
    private let decoders: DecoderPool?

    /// What a file of the format before 2.0 begins with.
    static let obsoleteMagic = Array("0.939".utf8)

    /// Reads the headers of the members.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/debianFirstMember``, ``FormatError/Code/debianMember``,
    ///   ``FormatError/Code/debianMissingMember``, ``FormatError/Code/debianEmptyMember``, ``FormatError/Code/debianFormatVersion``,
    ///   ``FormatError/Code/debianFormatLine``, ``FormatError/Code/debianFormatNumber``,
    ///   ``FormatError/Code/debianObsolete`` or ``FormatError/Code/debianCompression``, or an `ar-` code.
    init(_ file: InputFile, decoders: DecoderPool? = nil) throws(FormatError) {
        self.file = file
        self.decoders = decoders
        if try file.bytes(at: 0, count: 5) == DebianFile.obsoleteMagic {
            throw FormatError(.debianObsolete, "is in the format that dpkg left behind in 1995", offset: 0)
        }
        let archive = try ArArchive.members(of: file)
        var warnings = archive.warnings
        guard let first = archive.members.first, first.name == "debian-binary" else {
            let isElsewhere = archive.members.contains { $0.name == "debian-binary" }
            throw FormatError(
                isElsewhere ? .debianFirstMember : .debianMissingMember,
                "does not begin with 'debian-binary'",
                field: "debian-binary"
            )
        }
        try DebianFile.checkVersion(try file.bytes(at: first.offset, count: Int(min(first.size, 4096))))
        date = first.date
        version = first
        var parts: [Part] = []
        var extra: [ArArchive.Member] = []
        for member in archive.members.dropFirst() {
            if member.name.hasPrefix("_") {
                if parts.count < 2 {
                    let message = "'\(member.name)' stands before the data, which some readers do not expect"
                    warnings.append(Finding(.warning, "deb-extra-member", message))
                }
                extra.append(member)
                continue
            }
            let expected = ["control.tar", "data.tar"]
            guard parts.count < 2, member.name.hasPrefix(expected[parts.count]) else {
                if parts.isEmpty, member.name.hasPrefix(expected[1]) { break }
                throw FormatError(
                    .debianMember,
                    "'\(member.name)' is not what belongs here",
                    offset: member.offset,
                    field: member.name
                )
            }
            guard let form = DebianFile.form(ofMember: member.name, prefix: expected[parts.count]) else {
                throw FormatError(
                    .debianCompression,
                    "dpkg does not read '\(member.name)'",
                    offset: member.offset,
                    field: member.name
                )
            }
            guard member.size > 0 else {
                throw FormatError(
                    .debianEmptyMember,
                    "'\(member.name)' is empty",
                    offset: member.offset,
                    field: member.name
                )
            }
            parts.append(Part(member: member, form: form))
        }
        guard parts.count == 2 else {
            let missing = parts.isEmpty ? "control.tar" : "data.tar"
            throw FormatError(.debianMissingMember, "the member is missing", field: missing)
        }
        (control, data) = (parts[0], parts[1])
        extraMembers = extra
        self.warnings = warnings
    }

    /// `MAJOR.MINOR` and a line feed; the minor number and further lines are for the future.
    private static func checkVersion(_ bytes: [UInt8]) throws(FormatError) {
        let line = bytes.prefix { $0 != 0x0A }
        let numbers = line.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard line.count < bytes.count else {
            throw FormatError(.debianFormatLine, "the line with the format does not end", field: "debian-binary")
        }
        let isVersion =
            numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x30...0x39).contains($0) } }
        guard isVersion, let minor = numbers.last, Int32(String(decoding: minor, as: UTF8.self)) != nil else {
            throw FormatError(
                .debianFormatNumber,
                "the format is no number, or too large a one",
                field: "debian-binary"
            )
        }
        guard let major = numbers.first, major.elementsEqual([UInt8(ascii: "2")]) else {
            throw FormatError(.debianFormatVersion, "the format is not 2.x", field: "debian-binary")
        }
    }

    /// The compression that a member's name tells, `nil` for one that dpkg does not read there.
    static func form(ofMember name: String, prefix: String) -> CompressedForm? {
        switch (name.dropFirst(prefix.count), prefix) {
        case ("", _): CompressedForm.none
        case (".gz", _): .gzip
        case (".xz", _): .xz
        case (".zst", _): .zstd
        case (".bz2", "data.tar"): .bzip2
        case (".lzma", "data.tar"): .lzma
        default: nil
        }
    }

    /// What an archive holds, decompressed.
    func source(_ part: Part, limits: PayloadLimits = PayloadLimits()) throws(FormatError) -> DecodingSource {
        try DecodingSource(
            part.form,
            file.part(from: part.member.offset, count: part.member.size),
            limit: limits.bytes(unpackedFrom: part.member.size),
            // dpkg 1.21 reads the first stream only of every other form, and says nothing of what stands behind it.
            allowsSeveral: part.form == .gzip,
            decoders: decoders
        )
    }

    /// The control archive.
    func controlArchive() throws(FormatError) -> TarReader { TarReader(try source(control)) }

    /// Gives the bytes of the three members that make a package, one behind the other, which debsigs signs.
    func readMembers(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        for member in [version, control.member, data.member] {
            var reader = StreamReader(file.part(from: member.offset, count: member.size))
            try reader.read(member.size, body)
        }
    }
}

extension FormatError.Code {
    /// A .deb file does not begin with `debian-binary`.
    public static let debianFirstMember = Self(rawValue: "deb-first-member")
    /// A .deb file holds a member that does not belong there.
    public static let debianMember = Self(rawValue: "deb-member")
    /// A .deb file lacks a member.
    public static let debianMissingMember = Self(rawValue: "deb-missing-member")
    /// A member of a .deb file has no bytes.
    public static let debianEmptyMember = Self(rawValue: "deb-empty-member")
    /// A .deb file says that it has another format than 2.x.
    public static let debianFormatVersion = Self(rawValue: "deb-format-version")
    /// The line that says which format a .deb file has does not end.
    public static let debianFormatLine = Self(rawValue: "deb-format-line")
    /// What says which format a .deb file has is no number.
    public static let debianFormatNumber = Self(rawValue: "deb-format-number")
    /// A .deb file is in the format from before 1995.
    public static let debianObsolete = Self(rawValue: "deb-obsolete")
    /// A member of a .deb file is compressed in a way that dpkg does not read there.
    public static let debianCompression = Self(rawValue: "deb-compression")
}
