public import SystemPackage

/// Reads .deb files, format 2.0 (deb(5)), as far as dpkg reads them, and nothing that would leave the root.
public struct DebianReader: Sendable {
    /// The control stanza, every field as it stands there.
    public let control: ControlStanza

    let file: DebianFile
    let members: DebianControlArchive
    /// Whether the control stanza is UTF-8.
    let isUTF8: Bool

    /// Opens a package and reads its control archive; the data are not looked at.
    ///
    /// - Parameters:
    ///   - path: the package.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` as ``init(reading:decoders:)`` does, or with code ``FormatError/Code/inputOutput``.
    public init(opening path: FilePath, decoders: DecoderPool? = nil) throws(FormatError) {
        try self.init(reading: InputFile(opening: path), decoders: decoders)
    }

    /// Reads a package's control archive; the data are not looked at.
    ///
    /// - Parameters:
    ///   - input: the package.
    ///   - decoders: decompressors to use again, where many packages are read.
    /// - Throws: ``FormatError`` naming the file, with an `ar-`, `deb-`, `tar-` or `control-` code, or one of the codecs'.
    public init(reading input: InputFile, decoders: DecoderPool? = nil) throws(FormatError) {
        do throws(FormatError) {
            file = try DebianFile(input, decoders: decoders)
            members = try DebianControlArchive(reading: file.controlArchive())
            guard let text = members["control"] else {
                throw FormatError(.controlMemberMissing, "the member is missing", field: "control")
            }
            let parsed = try ControlFile(parsing: text)
            guard let stanza = parsed.stanzas.first, parsed.stanzas.count == 1 else {
                let count = parsed.stanzas.count
                throw FormatError(.controlStanzas, "has \(count) stanzas instead of one", field: "control")
            }
            control = stanza
            isUTF8 = parsed.isUTF8
        } catch {
            throw error.at(path: input.path.string)
        }
    }

    /// The package as the model has it; what its files hold stays in the file.
    ///
    /// Scripts come back the ``Script/Calling-swift.enum/native`` way, whatever they were written as.
    ///
    /// - Throws: ``FormatError``; the data are read to their end.
    public func package() throws(FormatError) -> Package { try contents().package }

    /// The package as far as the control archive describes it: without files, and without the changelog, which is one.
    ///
    /// - Throws: ``FormatError`` naming the file, for a field or member that dpkg does not take.
    public func metadata() throws(FormatError) -> Package {
        do throws(FormatError) {
            var package = try DebianMetadata.package(from: control, date: file.date)
            for member in members.members {
                switch member.name {
                case "preinst": package.scripts[.preInstall] = DebianReader.script(member.bytes)
                case "postinst": package.scripts[.postInstall] = DebianReader.script(member.bytes)
                case "prerm": package.scripts[.preRemove] = DebianReader.script(member.bytes)
                case "postrm": package.scripts[.postRemove] = DebianReader.script(member.bytes)
                case "triggers": package.triggers = try DebianTriggers.parse(member.bytes)
                case "config", "shlibs", "symbols", "templates":
                    package.debian.controlMembers[member.name] = member.bytes
                default: break
                }
            }
            return package
        } catch {
            throw error.at(path: file.file.path.string)
        }
    }

    /// The package with everything in it, and its files in the order of the archive with the digests of md5sums.
    ///
    /// - Parameter limits: what reading the data may cost at most.
    /// - Throws: ``FormatError`` naming the file; the data are read to their end.
    public func contents(
        limits: PayloadLimits = PayloadLimits()
    ) throws(FormatError) -> (package: Package, files: [PackagedFile]) {
        var package = try metadata()
        do throws(FormatError) {
            var files: [PackagedFile] = []
            let conffiles = try DebianLists.conffiles(members["conffiles"] ?? [])
            let configuration = Set(conffiles.lazy.filter { !$0.removesOnUpgrade }.map(\.path))
            var digests: [PackagePath: String] = [:]
            for sum in try DebianLists.sums(members["md5sums"] ?? []) { digests[sum.path] = sum.digest }
            var documents = DebianDocumentation(of: package.name)
            var archive = try dataArchive(limits: limits)
            while var entry = try archive.next() {
                try documents.read(entry, from: &archive)
                if configuration.contains(entry.path) { entry.flags = [.config, .noReplace] }
                let digest = digests[entry.path].map { PackagedFile.ContentDigest(.md5, $0) }
                files.append(
                    PackagedFile(entry: entry, name: entry.path.bytes, size: archive.size(of: entry), digest: digest)
                )
            }
            package.entries = files.map(\.entry).sorted { $0.path < $1.path }
            let own = try DebianVersion(package.version).text
            package.changelog = documents.changelog.map { entry in
                var entry = entry
                if entry.version == own { entry.version = nil }
                return entry
            }
            package.debian.copyright = documents.copyright
            return (package, files)
        } catch {
            throw error.at(path: file.file.path.string)
        }
    }

    /// The entries of the data, front to back.
    func dataArchive(limits: PayloadLimits) throws(FormatError) -> DebianDataArchive {
        DebianDataArchive(try file.source(file.data, limits: limits), maximumEntries: limits.entries)
    }

    /// What the data are packed with.
    public var payloadDescription: PayloadDescription {
        PayloadDescription(archive: "tar", compression: file.data.form.rawValue)
    }

    /// Installed-Size in bytes, or `nil` where it is missing or no number.
    public var installedSize: UInt64? {
        guard let kibibytes = control["Installed-Size"].flatMap({ UInt64($0) }) else { return nil }
        let bytes = kibibytes.multipliedReportingOverflow(by: 1024)
        return bytes.overflow ? nil : bytes.partialValue
    }

    /// The signatures of debsigs and dpkg-sig: members whose names begin with `_gpg` and that hold one.
    public var signatures: [PackageSignature] {
        file.extraMembers.filter { $0.name.hasPrefix("_gpg") }.compactMap { member in
            guard member.size <= DebianReader.maximumSignatureSize,
                let stored = try? file.file.bytes(at: member.offset, count: Int(clamping: member.size))
            else { return nil }
            let isList = stored.starts(with: Array("-----BEGIN PGP SIGNED MESSAGE-----".utf8))
            let packets = OpenPGPArmor.decode(stored, .signature) ?? stored
            guard let packet = try? OpenPGPSignature.decode(packets).signature else { return nil }
            return PackageSignature(
                slot: member.name,
                coverage: isList ? .list : .members,
                packet: packet,
                bytes: isList ? stored : packets
            )
        }
    }

    private static let maximumSignatureSize: UInt64 = 1 << 20

    /// Gives the bytes that a signature of this package is of, piece by piece.
    public func readSigned(
        by signature: PackageSignature,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        guard signature.coverage == .list else {
            try file.readMembers(body)
            return
        }
        try body(signature.bytes.span.bytes)
    }

    /// A script by its `#!` line; without one the shell runs it.
    private static func script(_ bytes: [UInt8]) -> Script {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("#!") else { return Script(text, calling: .native) }
        let line = text.utf8.prefix { $0 != 0x0A }
        let words = Substring(line.dropFirst(2)).trimmingBlanks.split(separator: " ", maxSplits: 1).map(String.init)
        return Script(
            String(Substring(text.utf8.dropFirst(line.count + 1))),
            interpreter: words.isEmpty ? ["/bin/sh"] : words,
            calling: .native
        )
    }
}

extension FormatError.Code {
    /// The control file of a package has no stanza, or more than one.
    public static let controlStanzas = Self(rawValue: "control-stanzas")
}
