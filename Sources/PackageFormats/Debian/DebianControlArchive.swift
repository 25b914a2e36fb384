/// The control archive of a .deb file: what dpkg knows about a package beside its files (deb(5)).
struct DebianControlArchive: Sendable {
    /// A member of the archive.
    struct Member: Sendable {
        var name: String
        var bytes: [UInt8]
        var mode: UInt16 = 0o644
    }

    /// The members, sorted by name.
    let members: [Member]

    /// The members that a package may bring along itself.
    private static let additional = ["config", "shlibs", "symbols", "templates"]
    /// The members that dpkg runs.
    static let programs = ["config", "postinst", "postrm", "preinst", "prerm"]
    /// Every member that dpkg or debconf knows.
    static let known = programs + ["conffiles", "control", "md5sums", "shlibs", "symbols", "templates", "triggers"]

    /// Everything but the md5sums, which are known only when the data are written.
    ///
    /// - Throws: ``FormatError`` for what cannot be written; see ``DebianMetadata`` and ``MaintainerScripts``.
    init(_ package: Package, _ payload: DebianPayload) throws(FormatError) {
        var members: [Member] = []
        let needsSetcap = payload.entries.contains { $0.capabilities != nil }
        let isThere = package.relations.contains { relation in
            if case .single(let target) = relation.expression, relation.kind == .requires {
                target.name == MaintainerScripts.capabilityPackage
            } else {
                false
            }
        }
        let stanza = try DebianMetadata.stanza(
            of: package,
            installedSize: payload.installedSize,
            adding: needsSetcap && !isThere ? [Relation(.requires, MaintainerScripts.capabilityPackage)] : []
        )
        members.append(Member(name: "control", bytes: ControlFile([stanza]).render()))
        for script in try MaintainerScripts(package).members {
            members.append(Member(name: script.name, bytes: script.bytes, mode: 0o755))
        }
        // An empty list of conffiles makes some tools stumble.
        let lists = [
            ("conffiles", payload.conffiles), ("triggers", Array(try DebianTriggers.render(package.triggers).utf8)),
        ]
        for (name, bytes) in lists where !bytes.isEmpty { members.append(Member(name: name, bytes: bytes)) }
        for (name, bytes) in package.debian.controlMembers {
            guard DebianControlArchive.additional.contains(name) else {
                throw FormatError(.unsupported, "'\(name)' is no control member that can be added", field: name)
            }
            let isProgram = DebianControlArchive.programs.contains(name)
            guard !isProgram || bytes.starts(with: Array("#!/".utf8)) else {
                throw FormatError(.invalidValue, "the script has no '#!' line", field: name)
            }
            members.append(Member(name: name, bytes: bytes, mode: isProgram ? 0o755 : 0o644))
        }
        self.members = members.sorted { $0.name < $1.name }
    }

    /// The archive, compressed.
    func encode(md5sums: [UInt8], _ compression: Compression, date: Int64) throws(FormatError) -> [UInt8] {
        let sums = md5sums.isEmpty ? [] : [Member(name: "md5sums", bytes: md5sums)]
        var archive = TarWriter(ByteBuffer())
        var header = TarHeader()
        header.kind = .directory
        header.name = Array("./".utf8)
        header.mode = 0o755
        header.modificationTime = date
        try archive.begin(header)
        header.kind = .file
        for member in (members + sums).sorted(by: { $0.name < $1.name }) {
            header.name = Array("./\(member.name)".utf8)
            header.mode = member.mode
            header.size = UInt64(member.bytes.count)
            try archive.append(header, member.bytes)
        }
        try archive.finish()
        return try compression.encode(archive.sink.bytes)
    }
}

extension DebianControlArchive {
    /// The most that all members together may have in bytes: md5sums of half a million files need as much.
    static let maximumSize = 1 << 26

    private static let maximumCount = 100

    /// Reads the members of an archive.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlMember``, ``FormatError/Code/controlMemberPath`` or
    ///   ``FormatError/Code/controlMemberDuplicate`` for anything but files beside each other, each name once,
    ///   ``FormatError/Code/limitExceeded``, or a `tar-` code.
    init(reading reader: TarReader) throws(FormatError) {
        var archive = reader
        var members: [Member] = []
        var room = DebianControlArchive.maximumSize
        while let header = try DebianControlArchive.next(of: &archive) {
            var name = header.name[...]
            if name.starts(with: [0x2E, 0x2F]) { name = name.dropFirst(2) }
            if header.kind == .directory, name.isEmpty || name.elementsEqual([0x2E]) { continue }
            let text = String(decoding: name, as: UTF8.self)
            guard !name.isEmpty, !name.contains(0x2F), text != "..", text != "." else {
                throw FormatError(
                    .controlMemberPath,
                    "'\(header.shownName)' is no name of a member",
                    field: header.shownName
                )
            }
            guard header.kind == .file else {
                throw FormatError(.controlMember, "'\(header.shownName)' is no plain file", field: "control.tar")
            }
            guard !members.contains(where: { $0.name == text }) else {
                throw FormatError(.controlMemberDuplicate, "'\(text)' is there twice", field: "control.tar")
            }
            guard members.count < DebianControlArchive.maximumCount else {
                throw FormatError(.limitExceeded, "there are too many members", field: "control.tar")
            }
            let bytes = try archive.data(limit: room)
            room -= bytes.count
            members.append(Member(name: text, bytes: bytes, mode: header.mode))
        }
        self.members = members
    }

    private static func next(of archive: inout TarReader) throws(FormatError) -> TarHeader? {
        do throws(FormatError) {
            return try archive.next()
        } catch {
            throw FormatError(error.code, error.message, offset: error.offset, field: error.field ?? "control.tar")
        }
    }

    /// The bytes of a member, or `nil` where it is missing.
    subscript(name: String) -> [UInt8]? { members.first { $0.name == name }?.bytes }
}

extension FormatError.Code {
    /// A control archive has no file `control`.
    public static let controlMemberMissing = Self(rawValue: "control-member-missing")
    /// A control archive holds a name twice.
    public static let controlMemberDuplicate = Self(rawValue: "control-member-duplicate")
    /// A control archive holds something below a directory, or outside of it.
    public static let controlMemberPath = Self(rawValue: "control-member-path")
    /// A control archive holds something that is no plain file.
    public static let controlMember = Self(rawValue: "control-member")
}
