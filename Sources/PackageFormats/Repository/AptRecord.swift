import SystemPackage

extension RepositoryRecord {
    /// Fields that an index adds; where a package has one of them itself, it does not count.
    private static let indexFields = ["Filename", "Size", "MD5sum", "SHA1", "SHA256", "SHA512"]

    /// Reads a deb and makes its stanza of `Packages`: the control file's fields with name, size and SHA-256 of the file.
    ///
    /// Only the control archive is unpacked. MD5, SHA-1 and SHA-512 are left out: apt takes SHA-256 since 2008 and wants
    /// no weaker one today.
    ///
    /// - Parameters:
    ///   - file: the package.
    ///   - location: its path below the folder that `Filename` refers to.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` naming the file, with a code of ``DebianReader``, ``FormatError/Code/repositoryLocation``,
    ///   or ``FormatError/Code/repositoryControl`` for control data that no index can hold.
    public static func deb(
        reading file: InputFile,
        location: String,
        decoders: DecoderPool? = nil
    ) throws(FormatError) -> RepositoryRecord {
        do throws(FormatError) {
            try checkLocation(location)
            let sha256 = try file.sha256()
            let reader = try DebianReader(reading: file, decoders: decoders)
            guard reader.isUTF8 else {
                throw FormatError(.repositoryControl, "the control file is not UTF-8", field: "control")
            }
            let control = reader.control
            guard let name = control["Package"], DebianName.isInstallable(name) else {
                throw FormatError(.repositoryControl, "the package has no name that dpkg takes", field: "Package")
            }
            guard let architecture = control["Architecture"], DebianName.isArchitecture(architecture) else {
                throw FormatError(.repositoryControl, "the package names no architecture", field: "Architecture")
            }
            let version = try DebianVersion(parsing: control["Version"] ?? "")
            return RepositoryRecord(
                name: name,
                version: version.evr,
                architecture: architecture,
                location: location,
                size: file.size,
                modificationTime: nil,
                sha256: sha256,
                texts: [stanza(control, location: location, size: file.size, sha256: sha256)]
            )
        } catch {
            throw error.at(path: file.path.string)
        }
    }

    /// The control file's fields, those of the index before the description, which people read last.
    private static func stanza(
        _ control: ControlStanza,
        location: String,
        size: UInt64,
        sha256: String
    ) -> [UInt8] {
        let own = control.fields.filter { field in
            !indexFields.contains { $0.isSameField(as: field.name) } && !field.value.isEmpty
        }
        let isLast: (ControlStanza.Field) -> Bool = { $0.name.isSameField(as: "Description") }
        let isFirst: (ControlStanza.Field) -> Bool = { $0.name.isSameField(as: "Package") }
        // All fields were checked when they were read, as the location was.
        var bytes: [UInt8] = []
        for field in own where isFirst(field) { field.render(into: &bytes) }
        for field in own where !isLast(field) && !isFirst(field) { field.render(into: &bytes) }
        bytes += "Filename: \(location)\nSize: \(size)\nSHA256: \(sha256)\n".utf8
        for field in own where isLast(field) { field.render(into: &bytes) }
        // The empty line that ends a stanza.
        bytes.append(0x0A)
        return bytes
    }

    /// What `Contents` lists of a deb: the paths of everything but directories, without the leading slash, and the name
    /// that stands behind each, `SECTION/PACKAGE`.
    ///
    /// - Parameters:
    ///   - file: the package.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` naming the file; its data are read to their end.
    public static func installedPaths(
        ofDeb file: InputFile,
        decoders: DecoderPool? = nil
    ) throws(FormatError) -> (owner: String, paths: [[UInt8]]) {
        do throws(FormatError) {
            var paths: [[UInt8]] = []
            let reader = try DebianReader(reading: file, decoders: decoders)
            var archive = try reader.dataArchive(limits: PayloadLimits())
            while let entry = try archive.next() {
                if case .directory = entry.kind { continue }
                paths.append(Array(entry.path.bytes.dropFirst()))
            }
            let (section, name) = (reader.control["Section"] ?? "", reader.control["Package"] ?? "")
            // A comma or blank in a section would make other packages of it.
            let isPlain = !section.isEmpty && !section.utf8.contains { $0.isBlank || $0 == 0x0A || $0 == 0x2C }
            return (isPlain ? "\(section)/\(name)" : name, paths)
        } catch {
            throw error.at(path: file.path.string)
        }
    }
}

extension FormatError.Code {
    /// A package's control data are none that an index of packages can hold.
    public static let repositoryControl = Self(rawValue: "repository-control")
}
