import PackageFormats
import SystemPackage

/// The records of a repository: who they are in memory, their texts in files without a name.
///
/// Memory grows by some hundred bytes a package; the texts, which are many times that, stay on disk.
final class RecordStore {
    /// A package and where its texts lie.
    struct Entry {
        /// The record without its texts.
        var record: RepositoryRecord
        /// Where each text lies among those of its document.
        var places: [Range<UInt64>]
    }

    private let documents: [Spool]

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - folder: where the files without a name lie.
    ///   - documents: how many texts a record has.
    init(in folder: FilePath, documents: Int) throws(OmnibusError) {
        var spools: [Spool] = []
        for _ in 0..<documents { spools.append(try Spool(in: folder)) }
        self.documents = spools
    }

    /// The texts of one document, to be filled by one task at a time.
    func spool(_ document: Int) -> Spool { documents[document] }

    /// Adds a record.
    func add(_ record: RepositoryRecord) throws(FormatError) -> Entry {
        var places: [Range<UInt64>] = []
        for (spool, text) in zip(documents, record.texts) { places.append(try spool.append(text.span.bytes)) }
        var record = record
        record.texts = []
        return Entry(record: record, places: places)
    }

    /// Gives the texts of one document, in the order of the entries; texts that lie behind one another come together.
    func read(
        _ document: Int,
        of entries: some Sequence<Entry>,
        _ body: (RawSpan) throws(FormatError) -> Void
    ) throws(FormatError) {
        var run: Range<UInt64>?
        for entry in entries {
            let place = entry.places[document]
            if let open = run, open.upperBound == place.lowerBound {
                run = open.lowerBound..<place.upperBound
                continue
            }
            if let run { try documents[document].file.readBack(run, body) }
            run = place
        }
        if let run { try documents[document].file.readBack(run, body) }
    }
}

/// Texts behind one another in a file without a name.
final class Spool: @unchecked Sendable {
    // One task at a time writes, and reading begins when all writing is done.
    fileprivate let file: OutputFile

    init(in folder: FilePath) throws(OmnibusError) {
        do throws(FormatError) {
            file = try OutputFile(creating: folder.appending("records"))
        } catch {
            throw OmnibusError(error, doing: "the repository")
        }
    }

    /// Adds a text and tells where it lies.
    func append(_ text: RawSpan) throws(FormatError) -> Range<UInt64> {
        let start = file.size
        try file.write(text)
        return start..<file.size
    }
}
