/// Compares what two packages say as it is stored, where nothing in the model differs: bytes that are no UTF-8, translations,
/// priorities, members that dpkg does not know.
struct StoredComparison {
    /// A tag of an rpm's header, or a member of a .deb's control archive.
    private struct Item: Equatable {
        var name: String
        var value: PackageTag.Value
        /// Permission bits of a member that is run.
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

    private let before: [Item]
    private let after: [Item]
    private let format: PackageFile.Format

    private init(_ old: PackageFile, _ new: PackageFile) {
        (before, after, format) = (Self.items(of: old), Self.items(of: new), old.format)
    }

    /// What is stored otherwise.
    static func changes(from old: PackageFile, to new: PackageFile) -> [PackageDifference.FieldChange] {
        StoredComparison(old, new).changes
    }

    private var changes: [PackageDifference.FieldChange] {
        let names = before.map(\.name) + after.map(\.name).filter { name in !before.contains { $0.name == name } }
        return names.compactMap { name in
            let (old, new) = pair(name)
            let isReadable = old?.isUTF8 ?? true && new?.isUTF8 ?? true
            guard old != new, !isReadable || counts(name) else { return nil }
            if let old, let new, old.value.text.isIdentical(to: new.value.text) {
                return PackageDifference.FieldChange(name: name, old: old.summary, new: new.summary)
            }
            return PackageDifference.FieldChange(name: name, old: old?.value.text, new: new?.value.text)
        }
    }

    private func pair(_ name: String) -> (old: Item?, new: Item?) {
        (before.first { $0.name == name }, after.first { $0.name == name })
    }

    private static func items(of file: PackageFile) -> [Item] {
        switch file.reader {
        case .rpm:
            file.tags.filter { $0.section == .header }.map(\.namedValue).numberingRepeated
                .map { Item(name: $0.name, value: $0.value) }
        case .deb(let reader):
            reader.members.members.map { member in
                // The order of digests means nothing, nor does the mode of what is not run.
                let isRun = DebianControlArchive.programs.contains(member.name)
                let isSorted = member.name == "md5sums"
                let lines = isSorted ? member.bytes.split(separator: 0x0A).map(Array.init) : [member.bytes]
                return Item(
                    name: member.name,
                    value: .texts(isSorted ? lines.sorted { $0.lexicographicallyPrecedes($1) } : lines),
                    mode: isRun ? member.mode : 0
                )
            }
        }
    }

    /// Whether a difference counts where all texts can be read: not that of what follows from something else, was compared
    /// before, or was left out on purpose. Relations are the same in any order.
    private func counts(_ name: String) -> Bool {
        guard format == .rpm else { return name != "control" }
        guard !Self.derived.contains(name), !name.hasPrefix("PAYLOAD") else { return false }
        guard Self.relations.contains(where: { name.hasPrefix($0) }) else { return true }
        guard name.hasSuffix("FLAGS") else { return pair(name).old?.texts != pair(name).new?.texts }
        let (old, new) = pair(name.dropLast("FLAGS".count) + "NAME")
        return old == new
    }

    private static let derived: Set = [
        "ARCHIVESIZE", "SIZE", "LONGSIZE", "FILEMTIMES", "FILEINODES", "FILEDEVICES", "FILECOLORS", "FILECLASS",
        "CLASSDICT", "FILEDEPENDSX", "FILEDEPENDSN", "DEPENDSDICT", "FILEMIMEINDEX", "MIMEDICT", "FILEDIGESTS",
        "FILEDIGESTALGO", "FILESIZES", "LONGFILESIZES", "BASENAMES", "DIRNAMES", "DIRINDEXES", "OLDFILENAMES",
    ]
    private static let relations = [
        "PROVIDE", "REQUIRE", "CONFLICT", "OBSOLETE", "RECOMMEND", "SUGGEST", "SUPPLEMENT", "ENHANCE", "ORDER",
    ]
}
