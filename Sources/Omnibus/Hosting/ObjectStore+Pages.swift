import PackageFormats

extension ObjectStore {
    /// The keys under which the page of a folder goes, so that a request for the folder's address gets it.
    ///
    /// - Parameter folder: the folder's key, with no slash at its end.
    func pageKeys(of folder: ObjectKey) throws(OmnibusError) -> [ObjectKey] {
        let file = try ObjectKey("\(folder)/index.html")
        return showsFolders ? [file] : [file, ObjectKey(folder: folder)]
    }

    /// Brings an object that follows from another, its root, to the state of a writing of the root, as long as that is the
    /// newest: the object of a newer one is never written over.
    ///
    /// - Parameters:
    ///   - content: what the object is to be.
    ///   - key: where it is.
    ///   - attributes: what those who fetch it are told.
    ///   - root: what it follows from.
    ///   - tag: the writing of the root that it follows from.
    /// - Returns: false where another root stands there now.
    /// - Throws: ``OmnibusError`` with code `publish-conflict` where others write the object all the time, or as the store
    ///   does.
    func settle(
        _ content: InputFile,
        at key: ObjectKey,
        _ attributes: ObjectAttributes,
        following root: ObjectKey,
        tag: String
    ) async throws(OmnibusError) -> Bool {
        for attempt in 0..<50 {
            let there = try await head(key)
            // After the look at the object: had a newer root been written before it, then its publisher has written this
            // object later, or will.
            guard try await head(root)?.tag == tag else { return false }
            if let there, try await holds(there, content) { return true }
            let condition = there.map { WriteCondition.matches(tag: $0.tag) } ?? .absent
            if case .written = try await put(content, at: key, attributes, if: condition) { return true }
            try await stepAside(attempt)
        }
        throw OmnibusError("publish-conflict", .unavailable, "\(location)/\(key) is written by others all the time")
    }

    /// Waits, where others write at the same moment, for a while that none of them chooses too.
    func stepAside(_ attempt: Int) async throws(OmnibusError) {
        do {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...min(1000, 10 << min(attempt, 7)))))
        } catch {
            throw .cancelled
        }
    }
}
