import PackageFormats
import SystemPackage

/// What `Contents` lists: which package a file comes from.
///
/// Lines do not tell the versions of a package apart, so packages of one name go together: the lines of those that are
/// the same as before are taken over, the data of all others are read.
struct AptContents {
    /// The index of the generation before, gzipped, and the packages that it is about.
    struct Previous {
        var file: InputFile
        var entries: [RecordStore.Entry]
    }

    /// A path and what stands for the packages that have it.
    private typealias Line = (path: [UInt8], owners: Set<String>)

    private let previous: Previous?
    /// Names whose lines are taken over.
    private let unchanged: Set<String>
    /// The lines of the packages that were read, in the order of the paths' bytes.
    private let read: [Line]

    /// Reads the data of the packages whose lines cannot be taken over.
    ///
    /// - Parameters:
    ///   - entries: the packages to list.
    ///   - folder: what their locations are below.
    ///   - previous: what may be taken over.
    init(
        _ entries: [RecordStore.Entry],
        in folder: FilePath,
        since previous: Previous?
    ) throws(OmnibusError) {
        let before = Self.packages(previous?.entries ?? [])
        let unchanged = Set(Self.packages(entries).filter { before[$0.key] == $0.value }.keys)
        var owners: [[UInt8]: Set<String>] = [:]
        let decoders = DecoderPool()
        for entry in entries where !unchanged.contains(entry.record.name) {
            guard !Task.isCancelled else { throw .cancelled }
            do throws(FormatError) {
                let file = try InputFile(opening: FilePath("\(folder)/\(entry.record.location)"))
                let (owner, paths) = try RepositoryRecord.installedPaths(ofDeb: file, decoders: decoders)
                for path in paths { owners[path, default: []].insert(owner) }
            } catch {
                throw OmnibusError(error, doing: "Contents")
            }
        }
        read = owners.map { (path: $0.key, owners: $0.value) }.sorted { $0.path.lexicographicallyPrecedes($1.path) }
        self.unchanged = unchanged
        self.previous = unchanged.isEmpty ? nil : previous
    }

    /// The packages of each name, by their files' digests.
    private static func packages(_ entries: [RecordStore.Entry]) -> [String: Set<String>] {
        var packages: [String: Set<String>] = [:]
        for entry in entries { packages[entry.record.name, default: []].insert(entry.record.sha256) }
        return packages
    }

    /// Whether anything is taken over.
    var buildsOnPrevious: Bool { previous != nil }

    /// Gives the lines, in the order of the paths' bytes.
    ///
    /// - Throws: ``FormatError`` of `body`, or for an index of before that is in another form than this one.
    func write(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) {
        var rest = read[...]
        if let previous {
            let limit = max(64 << 20, previous.file.size &* 1000)
            let reader = AptContentsReader(try DecodingSource(.gzip, previous.file.part(from: 0), limit: limit))
            while let old = try reader.next() {
                while let first = rest.first, first.path.lexicographicallyPrecedes(old.path) {
                    try body(Self.text(first).span.bytes)
                    rest.removeFirst()
                }
                var line: Line = (old.path, Set(old.owners.filter { isUnchanged($0) }))
                if let first = rest.first, first.path == old.path {
                    line.owners.formUnion(first.owners)
                    rest.removeFirst()
                }
                if !line.owners.isEmpty { try body(Self.text(line).span.bytes) }
            }
        }
        for line in rest { try body(Self.text(line).span.bytes) }
    }

    private func isUnchanged(_ owner: String) -> Bool {
        unchanged.contains(String(AptContentsReader.Line.package(owner)))
    }

    private static func text(_ line: Line) -> [UInt8] {
        line.path + [0x20, 0x20] + Array(line.owners.sorted().joined(separator: ",").utf8) + [0x0A]
    }
}
