/// What a package's documents say: the changelog and the copyright file below `/usr/share/doc/NAME`.
struct DebianDocumentation {
    /// The changelog's entries, newest first; empty where there is none that can be read.
    private(set) var changelog: [ChangelogEntry] = []
    /// The copyright file, or `nil` where there is none.
    private(set) var copyright: String?

    private let folder: [UInt8]

    /// The longest document that is read, in bytes, uncompressed too.
    private static let maximumSize: UInt64 = 1 << 22

    init(of name: String) { folder = Array("/usr/share/doc/\(name)/".utf8) }

    /// Takes an entry's data if it is one of the documents. One that is too long or damaged counts as missing.
    mutating func read(_ entry: Entry, from archive: inout DebianDataArchive) throws(FormatError) {
        guard case .file(_, let size) = entry.kind, size <= DebianDocumentation.maximumSize,
            entry.path.bytes.starts(with: folder)
        else { return }
        switch String(decoding: entry.path.bytes.dropFirst(folder.count), as: UTF8.self) {
        case "copyright": copyright = String(decoding: try DebianDocumentation.bytes(&archive), as: UTF8.self)
        case "changelog.Debian.gz": changelog = DebianDocumentation.entries(try DebianDocumentation.bytes(&archive))
        case "changelog.gz" where changelog.isEmpty:
            // Of a package without a revision; otherwise upstream's own, in any form.
            changelog = DebianDocumentation.entries(try DebianDocumentation.bytes(&archive))
        default: break
        }
    }

    private static func bytes(_ archive: inout DebianDataArchive) throws(FormatError) -> [UInt8] {
        var bytes: [UInt8] = []
        try archive.readData { (piece) throws(FormatError) in piece.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }

    private static func entries(_ compressed: [UInt8]) -> [ChangelogEntry] {
        guard let source = try? DecodingSource(.gzip, MemorySource(compressed), limit: maximumSize) else { return [] }
        var reader = StreamReader(source)
        var text: [UInt8] = []
        do throws(FormatError) {
            while try !reader.isAtEnd() { text += try reader.available() }
        } catch {
            return []
        }
        return DebianChangelog.parse(String(decoding: text, as: UTF8.self))
    }
}
