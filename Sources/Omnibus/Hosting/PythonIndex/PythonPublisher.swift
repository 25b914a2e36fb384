import PackageFormats
public import SystemPackage

/// Adds source distributions and wheels to the folder `python/` of a store, and keeps the pages by which pip finds them.
///
/// Files go first, then the index, on the condition that it still is the one that was read, then the pages, which are
/// written again until they are those of the index that stands there. Publishers never lose each other's files, and no
/// page ever names a file that is not there.
public struct PythonPublisher: Sendable {
    /// Where the files are hosted.
    public var store: any ObjectStore

    /// A publisher to a store.
    public init(to store: any ObjectStore) { self.store = store }

    /// What was done.
    public struct Result: Sendable, Hashable {
        /// The files that were asked for, in order.
        public var files: [PythonFile]
        /// Names of files that stood in the folder, and are not in the index as they cannot be read.
        public var ignored: [String]
    }

    /// How a file that is published already is to be marked.
    public struct Mark: Sendable, Hashable {
        /// The file's name.
        public var name: String
        /// Why installers pass over it, which may be empty; `nil` if they do not any more.
        public var reason: String?

        /// Makes a mark.
        public init(_ name: String, reason: String?) {
            self.name = name
            self.reason = reason
        }
    }

    private struct Upload {
        let input: InputFile
        let file: PythonFile
        let metadata: [UInt8]?
    }

    private static let folder = "python"
    private static let attempts = 50
    /// How large files may be that others put there, in bytes.
    private static let adoptionLimit: UInt64 = 4 << 30
    /// How many requests go to the store at once.
    private static let transfers = 8

    /// Publishes files, and marks.
    ///
    /// - Parameters:
    ///   - paths: source distributions and wheels.
    ///   - marks: changes to files that are published already.
    /// - Throws: ``OmnibusError`` with code `python-file` for other files, `file-differs` where another file has the name,
    ///   `file-unknown` for a mark of no file, `publish-conflict` where others publish all the time, or as the store does.
    public func publish(_ paths: [FilePath], marks: [Mark] = []) async throws(OmnibusError) -> Result {
        var uploads: [Upload] = []
        for path in paths {
            let input = try Self.open(path)
            let (file, metadata) = try PythonFile.describe(input, named: path.lastComponent?.string ?? "")
            uploads.append(Upload(input: input, file: file, metadata: metadata))
        }
        let given = uploads
        return try await WorkDirectory.with { (work) async throws(OmnibusError) in
            try await publish(given, marks, in: work.path)
        }
    }

    private func publish(
        _ uploads: [Upload],
        _ marks: [Mark],
        in work: FilePath
    ) async throws(OmnibusError) -> Result {
        let files = uploads.map(\.file)
        // Nothing is written before it is known that everything can be.
        var state = try await current(in: work)
        _ = try Self.changed(state.index, adding: files, marks)
        let known = state.index.files
        _ = try await ConcurrentWork.map(uploads.filter { known[$0.file.name] == nil }, atOnce: Self.transfers) {
            (item) async throws(OmnibusError) in
            try await upload(item.input, item.file)
            if let metadata = item.metadata { try await put(metadata, of: item.file.name) }
        }
        let names = files.map(\.name) + marks.map(\.name)
        var touched: Set<String> = []
        for attempt in 0..<Self.attempts {
            let wanted = try Self.changed(state.index, adding: files, marks)
            touched.formUnion((names + state.adopted).compactMap { wanted.files[$0]?.project })
            let isThere = wanted == state.index && state.adopted.isEmpty
            var written = isThere ? state.tag : nil
            if written == nil { written = try await write(wanted, over: state.tag) }
            if let written, try await writePages(of: wanted, touched, asOf: written) {
                return Result(files: files.map { wanted.files[$0.name] ?? $0 }, ignored: state.ignored.sorted())
            }
            try await store.stepAside(attempt)
            state = try await current(in: work)
        }
        throw OmnibusError("publish-conflict", .unavailable, "others publish to \(store.location) all the time")
    }

    private static func changed(
        _ index: PythonIndex,
        adding files: [PythonFile],
        _ marks: [Mark]
    ) throws(OmnibusError) -> PythonIndex {
        var index = index
        for file in files { try index.add(file) }
        for mark in marks { try index.yank(mark.name, mark.reason) }
        return index
    }

    private func key(_ name: String) throws(OmnibusError) -> ObjectKey { try ObjectKey("\(Self.folder)/\(name)") }

    private struct State {
        /// The index that stands there, and the files beside it that it does not know.
        var index = PythonIndex()
        /// Those files' names.
        var adopted: [String] = []
        /// The names of those that cannot be read.
        var ignored: [String] = []
        /// The writing of the index, or `nil` where none stands there.
        var tag: String?
    }

    private func current(in work: FilePath) async throws(OmnibusError) -> State {
        let key = try key("index.json")
        let stored = try await store.get(key, range: nil, limit: 256 << 20)
        var state = State(tag: stored?.info.tag)
        if let stored { state.index = try PythonIndex(json: stored.bytes, from: "\(store.location)/\(key)") }
        for object in try await store.list(prefix: Self.folder + "/") {
            let name = object.key.name
            guard object.key.description == "\(Self.folder)/\(name)", PythonFile.isDistribution(name),
                state.index.files[name] == nil
            else { continue }
            do throws(OmnibusError) {
                let path = work.appending("adopted-\(UInt64.random(in: .min ... .max))")
                guard try await store.fetch(object.key, to: path, limit: Self.adoptionLimit) != nil else { continue }
                defer { try? FileSystem.remove(path) }
                let (file, metadata) = try PythonFile.describe(Self.open(path), named: name)
                if let metadata { try await put(metadata, of: name) }
                try state.index.add(file)
                state.adopted.append(name)
            } catch {
                guard error.category == .badInput else { throw error }
                state.ignored.append(name)
            }
        }
        return state
    }

    private static func open(_ path: FilePath) throws(OmnibusError) -> InputFile {
        do throws(FormatError) {
            return try InputFile(opening: path)
        } catch {
            throw OmnibusError("input-missing", .missingInput, "\(error)")
        }
    }

    private func upload(_ input: InputFile, _ file: PythonFile) async throws(OmnibusError) {
        let type = file.name.hasSuffix(".tar.gz") ? "application/gzip" : "application/zip"
        let attributes = ObjectAttributes(contentType: type, cacheControl: "public, max-age=31536000, immutable")
        guard try await store.put(input, at: key(file.name), attributes, if: .absent) == .conditionFailed else {
            return
        }
        // Somebody was faster, or it is a file that the index has no use for.
        guard let there = try await store.head(key(file.name)),
            try await store.holds(there, input)
        else {
            throw OmnibusError(
                "file-differs",
                .badInput,
                "another \(file.name) stands in \(store.location)/\(Self.folder)",
                hint: "a published file never changes: give the new one another version"
            )
        }
    }

    /// Writes the index over the one that was read, and gives its tag; `nil` where another stands there now.
    private func write(_ index: PythonIndex, over tag: String?) async throws(OmnibusError) -> String? {
        let bytes = try JSONText.encode(index)
        let outcome = try await store.put(
            InputFile(bytes: bytes, named: "index.json"),
            at: key("index.json"),
            ObjectAttributes(contentType: "application/json", cacheControl: "no-cache"),
            if: tag.map { WriteCondition.matches(tag: $0) } ?? .absent
        )
        return if case .written(let tag) = outcome { tag } else { nil }
    }

    /// Writes the pages; false where the index has become another one meanwhile.
    private func writePages(
        of index: PythonIndex,
        _ projects: Set<String>,
        asOf tag: String
    ) async throws(OmnibusError) -> Bool {
        let pages = PythonPages(of: index)
        let (html, json) = ("text/html; charset=utf-8", "application/vnd.pypi.simple.v1+json")
        let simple = try key("simple")
        var files: [(key: ObjectKey, bytes: [UInt8], type: String)] = []
        for project in projects.sorted() {
            let folder = try key("simple/\(project)")
            let page = Array(pages.project(project).utf8)
            for key in try store.pageKeys(of: folder) { files.append((key, page, html)) }
            files.append((try ObjectKey("\(folder)/index.json"), try pages.projectJSON(project), json))
        }
        for key in try store.pageKeys(of: simple) { files.append((key, Array(pages.projects.utf8), html)) }
        files.append((try ObjectKey("\(simple)/index.json"), try pages.projectsJSON(), json))
        for key in try store.pageKeys(of: ObjectKey(Self.folder)) {
            files.append((key, Array(pages.links.utf8), html))
        }
        let root = try key("index.json")
        let isNewest = try await ConcurrentWork.map(files, atOnce: Self.transfers) {
            (file) async throws(OmnibusError) in
            let content = InputFile(bytes: file.bytes, named: FilePath(file.key.description))
            let attributes = ObjectAttributes(contentType: file.type, cacheControl: "no-cache")
            return try await store.settle(content, at: file.key, attributes, following: root, tag: tag)
        }
        return isNewest.allSatisfy(\.self)
    }

    /// Writes a wheel's metadata beside it.
    private func put(_ metadata: [UInt8], of name: String) async throws(OmnibusError) {
        let attributes = ObjectAttributes(contentType: "text/plain; charset=utf-8", cacheControl: "no-cache")
        let content = InputFile(bytes: metadata, named: FilePath(name))
        _ = try await store.put(content, at: key(name + ".metadata"), attributes, if: .always)
    }
}
