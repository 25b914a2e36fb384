import PackageFormats

/// A source distribution or wheel in an index, as the pages of the index describe it.
public struct PythonFile: Sendable, Hashable, Codable {
    /// The file's name.
    public var name: String
    /// The project's name, normalised (PEP 503).
    public var project: String
    /// The version as the metadata writes it.
    public var version: String
    /// SHA-256 of the file, hexadecimal.
    public var sha256: String
    /// The file's size in bytes.
    public var size: UInt64
    /// The Python versions that it runs on (`Requires-Python`), or `nil` for any.
    public var requiresPython: String?
    /// SHA-256 of the metadata that stands beside a wheel as `NAME.metadata` (PEP 658), or `nil`.
    public var metadataSHA256: String?
    /// Why installers pass over it unless it is asked for by its version (PEP 592); empty where no reason was given, `nil`
    /// where they do not.
    public var yanked: String?

    /// Whether a name is that of a source distribution or wheel.
    static func isDistribution(_ name: String) -> Bool {
        (name.hasSuffix(".whl") || Self.stem(ofSource: name) != nil) && isSound(name)
    }

    /// Reads what a file says of itself.
    ///
    /// - Returns: the description, and for a wheel its metadata.
    /// - Throws: ``OmnibusError`` with code `python-file` for what is no source distribution or wheel, or says to be
    ///   another one than its name does; `zip-invalid`, `tar-invalid` for damaged archives.
    static func describe(_ file: InputFile, named name: String) throws(OmnibusError) -> (PythonFile, metadata: [UInt8]?)
    {
        func unfit(_ reason: String) -> OmnibusError {
            OmnibusError("python-file", .badInput, "\(name) \(reason)")
        }
        guard isDistribution(name) else {
            throw unfit("is no name of a source distribution (.tar.gz, .zip) or wheel (.whl)")
        }
        let isWheel = name.hasSuffix(".whl")
        guard let bytes = try metadata(in: file, named: name) else { throw unfit("has no metadata inside") }
        let metadata = CoreMetadata(parsing: bytes)
        guard let project = metadata["name"], PythonSource.name(of: project) == project,
            let version = metadata["version"], !version.isEmpty, version.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw unfit("gives no name and version in its metadata") }
        let stem = Self.stem(ofSource: name) ?? name.split(separator: "-").prefix(2).joined(separator: "-")
        guard comparable(stem) == comparable("\(project)-\(version)") else {
            throw unfit("says in its metadata that it is \(project) \(version)")
        }
        let sha256: String
        do throws(FormatError) {
            sha256 = try file.sha256()
        } catch {
            throw OmnibusError(error, doing: name)
        }
        let described = PythonFile(
            name: name,
            project: PythonSource.normalized(project),
            version: version,
            sha256: sha256,
            size: file.size,
            requiresPython: metadata["requires-python"],
            metadataSHA256: isWheel ? Digest.of(bytes, .sha256).hexadecimal : nil
        )
        return (described, isWheel ? bytes : nil)
    }

    /// The longest metadata that are read, in bytes, and how much of a source distribution is unpacked in search of them.
    private static let (metadataLimit, searchLimit): (Int, UInt64) = (8 << 20, 4 << 30)

    private static func metadata(in file: InputFile, named name: String) throws(OmnibusError) -> [UInt8]? {
        let suffix = name.hasSuffix(".whl") ? ".dist-info/METADATA" : "/PKG-INFO"
        func isMetadata(_ member: String) -> Bool { member.hasSuffix(suffix) && member.count { $0 == "/" } == 1 }
        let isZip = !name.hasSuffix(".tar.gz")
        do throws(FormatError) {
            guard isZip else {
                let tar = try DecodingSource(.gzip, file.part(from: 0), limit: searchLimit)
                return try TarArchive.firstFile(in: tar, limit: metadataLimit, where: isMetadata)
            }
            let archive = try ZipArchive(file)
            guard let member = archive.members.first(where: { isMetadata($0.name) }) else { return nil }
            return try archive.bytes(of: member, limit: metadataLimit)
        } catch {
            let code = isZip ? "zip-invalid" : "tar-invalid"
            throw OmnibusError(code, .badInput, "\(name) cannot be read: \(error.message)")
        }
    }

    private static func stem(ofSource name: String) -> String? {
        for suffix in [".tar.gz", ".zip"] where name.hasSuffix(suffix) { return String(name.dropLast(suffix.count)) }
        return nil
    }

    /// Names and versions are spelled differently in file names of different ages.
    private static func comparable(_ text: String) -> String {
        PythonSource.normalized(String(text.map { $0 == "+" ? "-" : $0 }))
    }

    private static func isSound(_ name: String) -> Bool {
        name.utf8.count <= 240 && name.utf8.first.map { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "-") } == true
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || "._+-!".utf8.contains(byte)
            }
    }

    /// Whether a description that came from a store can be written into pages and keys.
    var isSound: Bool {
        func isDigest(_ text: String) -> Bool {
            text.utf8.count == 64
                && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
        return Self.isDistribution(name) && PythonSource.name(of: project) == project
            && PythonSource.normalized(project) == project && isDigest(sha256) && metadataSHA256.map(isDigest) != false
    }
}
