public import SystemPackage

/// Reads .deb files, format 2.0 (deb(5)), as far as dpkg reads them, and nothing that would leave the root.
public struct DebianReader {
    /// The control stanza, every field as it stands there.
    public let control: ControlStanza

    let file: DebianFile
    let members: DebianControlArchive
    /// Whether the control stanza is UTF-8.
    let isUTF8: Bool

    /// Opens a package and reads its control archive; the data are not looked at.
    ///
    /// - Throws: ``FormatError`` naming the file, with an `ar-`, `deb-`, `tar-` or `control-` code, or one of the codecs'.
    public init(opening path: FilePath) throws(FormatError) {
        do throws(FormatError) {
            file = try DebianFile(InputFile(opening: path))
            members = try DebianControlArchive(reading: file.source(file.control))
            guard let text = members["control"] else {
                throw FormatError(.controlMember, "the member is missing", field: "control")
            }
            let parsed = try ControlFile(parsing: text)
            guard let stanza = parsed.stanzas.first, parsed.stanzas.count == 1 else {
                let count = parsed.stanzas.count
                throw FormatError(.controlStanzas, "has \(count) stanzas instead of one", field: "control")
            }
            control = stanza
            isUTF8 = parsed.isUTF8
        } catch {
            throw error.at(path: path.string)
        }
    }

    /// The package as the model has it; what its files hold stays in the file.
    ///
    /// Scripts come back the ``Script/Calling-swift.enum/native`` way, whatever they were written as.
    ///
    /// - Throws: ``FormatError``; the data are read to their end.
    public func package() throws(FormatError) -> Package {
        var package = try DebianMetadata.package(from: control, date: file.date)
        for member in members.members {
            switch member.name {
            case "preinst": package.scripts[.preInstall] = DebianReader.script(member.bytes)
            case "postinst": package.scripts[.postInstall] = DebianReader.script(member.bytes)
            case "prerm": package.scripts[.preRemove] = DebianReader.script(member.bytes)
            case "postrm": package.scripts[.postRemove] = DebianReader.script(member.bytes)
            case "triggers": package.triggers = try DebianTriggers.parse(member.bytes)
            case "config", "shlibs", "symbols", "templates": package.debian.controlMembers[member.name] = member.bytes
            default: break
            }
        }
        let conffiles = try DebianLists.conffiles(members["conffiles"] ?? [])
        let configuration = Set(conffiles.lazy.filter { !$0.removesOnUpgrade }.map(\.path))
        try readEntries { (entry, _) in
            var entry = entry
            if configuration.contains(entry.path) { entry.flags = [.config, .noReplace] }
            package.entries.append(entry)
        }
        package.entries.sort { $0.path < $1.path }
        return package
    }

    /// Gives every entry of the data with the archive that it was read from, at the place of its bytes.
    ///
    /// - Returns: the archive at its end.
    @discardableResult
    func readEntries(
        _ body: (Entry, inout DebianDataArchive) throws(FormatError) -> Void
    ) throws(FormatError) -> DebianDataArchive {
        var archive = DebianDataArchive(try file.source(file.data))
        while let entry = try archive.next() { try body(entry, &archive) }
        return archive
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
