/// `Release`, the root of an apt repository: what it is, and what its indexes are checked by.
public struct AptRelease: Sendable, Hashable {
    /// A file that the repository has, or that one of its compressed files holds.
    public struct File: Sendable, Hashable {
        /// SHA-256, hexadecimal.
        public var sha256: String
        /// The size in bytes.
        public var size: UInt64
        /// The path below the folder of `Release`.
        public var path: String

        /// Makes an entry from its parts.
        public init(sha256: String, size: UInt64, path: String) {
            self.sha256 = sha256
            self.size = size
            self.path = path
        }
    }

    /// A field before the checksums.
    public struct Field: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Its value.
        public var value: String

        /// Makes a field from its parts.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The fields before the checksums, in order, such as `Origin`, `Suite` or `Date`.
    public var fields: [Field]
    /// The files.
    public var files: [File]

    /// Makes a release from its parts.
    public init(fields: [Field], files: [File]) {
        self.fields = fields
        self.files = files
    }

    /// The value of a field, or `nil`.
    public subscript(name: String) -> String? {
        fields.first { $0.name.isSameField(as: name) }?.value
    }

    /// Whether clients may fetch indexes by their checksum (`Acquire-By-Hash`).
    public var allowsByHash: Bool { self["Acquire-By-Hash"]?.lowercased() == "yes" }

    /// Reads `Release`, or `InRelease` with its signature around it, which is not checked here.
    ///
    /// - Throws: ``FormatError`` with a `control-` code, ``FormatError/Code/repositoryMetadata`` for one that lacks what
    ///   every client needs, or ``FormatError/Code/repositoryLocation``.
    public init(parsing bytes: [UInt8]) throws(FormatError) {
        let file = try ControlFile(parsing: AptRelease.signedText(bytes) ?? bytes)
        guard let stanza = file.stanzas.first, file.stanzas.count == 1 else {
            throw FormatError(.repositoryMetadata, "there are \(file.stanzas.count) stanzas instead of one")
        }
        guard let list = stanza["SHA256"] else {
            throw FormatError(
                .repositoryMetadata,
                "there are no SHA-256 sums, which every client wants",
                field: "SHA256"
            )
        }
        files = []
        for line in list.split(separator: "\n") {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
            guard words.count == 3, words[0].utf8.count == 64, let size = UInt64(words[1]) else {
                throw FormatError(.repositoryMetadata, "'\(line)' is no checksum, size and path", field: "SHA256")
            }
            try RepositoryRecord.checkLocation(String(words[2]))
            files.append(File(sha256: words[0].lowercased(), size: size, path: String(words[2])))
        }
        let sums = ["MD5Sum", "SHA1", "SHA256", "SHA512"]
        fields = stanza.fields.filter { field in !sums.contains { $0.isSameField(as: field.name) } }
            .map { Field($0.name, $0.value) }
    }

    /// The file's bytes.
    ///
    /// - Throws: ``FormatError`` with a `control-` code for a field that cannot be written.
    public func encode() throws(FormatError) -> [UInt8] {
        var stanza = ControlStanza()
        for field in fields { try stanza.append(field.name, field.value) }
        let width = files.map { "\($0.size)".utf8.count }.max() ?? 0
        var list = ""
        for file in files {
            try RepositoryRecord.checkLocation(file.path)
            let size = "\(file.size)"
            list += "\n\(file.sha256) \(String(repeating: " ", count: width - size.utf8.count))\(size) \(file.path)"
        }
        if !list.isEmpty { try stanza.append("SHA256", list) }
        var bytes: [UInt8] = []
        stanza.render(into: &bytes)
        // A repository without any index still has the field that says so.
        if list.isEmpty { bytes += Array("SHA256:\n".utf8) }
        return bytes
    }

    /// The text inside a cleartext signature (RFC 4880, 7), dashes unescaped; `nil` where there is no signature.
    public static func signedText(_ bytes: [UInt8]) -> [UInt8]? {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        guard let first = lines.first, first.elementsEqual("-----BEGIN PGP SIGNED MESSAGE-----".utf8),
            let start = lines.firstIndex(where: \.isEmpty),
            let end = lines.firstIndex(where: { $0.elementsEqual("-----BEGIN PGP SIGNATURE-----".utf8) }), start < end
        else { return nil }
        var text: [UInt8] = []
        for line in lines[(start + 1)..<end] {
            text += line.starts(with: "- ".utf8) ? line.dropFirst(2) : line
            text.append(0x0A)
        }
        return text
    }
}

/// Dates as `Release` writes them: RFC 1123, always UTC.
public enum AptDate {
    /// `Mon, 19 Oct 2015 00:00:00 UTC`.
    ///
    /// - Parameter seconds: Unix seconds.
    public static func text(_ seconds: Int64) -> String {
        "\(CivilDate(unixSeconds: seconds).mailDate.dropLast(" +0000".utf8.count)) UTC"
    }

    /// Unix seconds of a date in that form, with `UTC`, `GMT` or an offset at its end; `nil` for anything else.
    public static func seconds(_ text: String) -> Int64? {
        let isNamed = text.hasSuffix(" UTC") || text.hasSuffix(" GMT")
        return CivilDate.unixSeconds(mailDate: isNamed ? "\(text.dropLast(4)) +0000" : text[...])
    }
}
