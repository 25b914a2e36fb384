/// Compares what two packages say as it is stored, where nothing in the model differs: bytes that are no UTF-8, translations,
/// priorities, members that dpkg does not know.
enum StoredComparison {
    /// A tag of an rpm's header, or a member of a .deb's control archive.
    private struct Item: Equatable {
        var name: String
        var value: PackageTag.Value
        /// Permission bits of a member.
        var mode: UInt16 = 0

        var isUTF8: Bool {
            guard case .texts(let texts) = value else { return true }
            return texts.allSatisfy { String(validating: $0, as: UTF8.self) != nil }
        }

        /// The different texts among the value.
        var texts: Set<[UInt8]> {
            guard case .texts(let texts) = value else { return [] }
            return Set(texts)
        }

        /// What tells values apart that look the same as texts.
        var summary: String {
            guard case .texts(let texts) = value else { return value.text }
            let bytes = Array(texts.joined(separator: [0]))
            let digest = Digest.of(bytes, .sha256).hexadecimal
            return "\(bytes.count) bytes, mode \(String(mode, radix: 8)), SHA-256 \(digest)"
        }
    }

    /// What is stored otherwise.
    static func changes(from old: PackageFile, to new: PackageFile) -> [PackageDifference.FieldChange] {
        let (before, after) = (items(of: old), items(of: new))
        let names = before.map(\.name) + after.map(\.name).filter { name in !before.contains { $0.name == name } }
        return names.compactMap { name in
            let (one, other) = (before.first { $0.name == name }, after.first { $0.name == name })
            let isReadable = one?.isUTF8 ?? true && other?.isUTF8 ?? true
            guard one != other, !isReadable || counts(name, one, other, in: old.format) else { return nil }
            if let one, let other, one.value.text.isIdentical(to: other.value.text) {
                return PackageDifference.FieldChange(name: name, old: one.summary, new: other.summary)
            }
            return PackageDifference.FieldChange(name: name, old: one?.value.text, new: other?.value.text)
        }
    }

    private static func items(of file: PackageFile) -> [Item] {
        switch file.reader {
        case .rpm:
            file.tags.filter { $0.section == .header }.map {
                Item(name: $0.name ?? "tag \($0.number ?? 0)", value: $0.value)
            }
        case .deb(let reader):
            reader.members.members.map { Item(name: $0.name, value: .texts([$0.bytes]), mode: $0.mode) }
        }
    }

    /// Whether a difference is one where all texts can be read: not of what follows from something else, is compared without
    /// its order, or was left out on purpose.
    private static func counts(_ name: String, _ one: Item?, _ other: Item?, in format: PackageFile.Format) -> Bool {
        guard format == .rpm else { return name != "control" }
        guard !derived.contains(name), !derivedPrefixes.contains(where: { name.hasPrefix($0) }) else { return false }
        guard relations.contains(where: { name.hasPrefix($0) }) else { return true }
        return one?.texts != other?.texts
    }

    private static let derived: Set = [
        "ARCHIVESIZE", "SIZE", "LONGSIZE", "FILEMTIMES", "FILEINODES", "FILEDEVICES", "FILECOLORS", "FILECLASS",
        "CLASSDICT", "FILEDEPENDSX", "FILEDEPENDSN", "DEPENDSDICT", "FILEMIMEINDEX", "MIMEDICT", "FILEDIGESTS",
        "FILEDIGESTALGO", "FILESIZES", "LONGFILESIZES", "BASENAMES", "DIRNAMES", "DIRINDEXES", "OLDFILENAMES",
    ]
    private static let derivedPrefixes = ["PAYLOAD", "HEADER"]
    private static let relations = [
        "PROVIDE", "REQUIRE", "CONFLICT", "OBSOLETE", "RECOMMEND", "SUGGEST", "SUPPLEMENT",
        "ENHANCE", "ORDER",
    ]
}
