/// Every distribution that a folder hosts: what the pages for installers are made from.
///
/// It is kept as `index.json` beside the files, so that a publisher need not read them again.
struct PythonIndex: Sendable, Hashable, Codable {
    /// The version of the document's form.
    private(set) var format = 1
    /// The files by their names.
    private(set) var files: [String: PythonFile] = [:]

    init() {}

    /// Reads the document.
    ///
    /// - Throws: ``OmnibusError`` with code `python-index` for what is no such document.
    init(json: [UInt8], from place: String) throws(OmnibusError) {
        self = try JSONText.decode(PythonIndex.self, from: json, "python-index", place)
        guard format == 1, files.allSatisfy({ $0.key == $0.value.name && $0.value.isSound }) else {
            throw OmnibusError("python-index", .badInput, "\(place) does not describe an index of Python distributions")
        }
    }

    /// The projects' names in order.
    var projects: [String] { Set(files.values.map(\.project)).sorted() }

    /// The files of a project, or of all, by their names.
    func files(of project: String? = nil) -> [PythonFile] {
        files.values.filter { project == nil || $0.project == project }.sorted { $0.name < $1.name }
    }

    /// Adds a file.
    ///
    /// - Throws: ``OmnibusError`` with code `file-differs` where another file has the name.
    mutating func add(_ file: PythonFile) throws(OmnibusError) {
        if let known = files[file.name] {
            guard known.sha256 == file.sha256 else {
                throw OmnibusError(
                    "file-differs",
                    .badInput,
                    "another \(file.name) is published already",
                    hint: "a published file never changes: give the new one another version"
                )
            }
            return
        }
        files[file.name] = file
    }

    /// Marks a file as one to pass over, or takes the mark away.
    ///
    /// - Parameters:
    ///   - name: the file's name.
    ///   - reason: why, or `nil` to take the mark away.
    /// - Throws: ``OmnibusError`` with code `file-unknown`.
    mutating func yank(_ name: String, _ reason: String?) throws(OmnibusError) {
        guard files[name] != nil else {
            throw OmnibusError(
                "file-unknown",
                .usage,
                "there is no \(name) in the index",
                hint: NearestNames.hint(for: name, among: Array(files.keys))
            )
        }
        files[name]?.yanked = reason
    }
}
