import PackageFormats
import SystemPackage

extension ObjectStore {
    /// Fetches an object into a file, piece by piece, so that memory does not grow with it.
    ///
    /// - Parameters:
    ///   - key: which object.
    ///   - path: the file, which is made with the folders above it.
    ///   - limit: how many bytes it may have.
    /// - Returns: what is known of the object, or `nil` where there is none; then no file is made.
    func fetch(_ key: ObjectKey, to path: FilePath, limit: UInt64) async throws(OmnibusError) -> ObjectInfo? {
        for _ in 0..<8 {
            guard let first = try await get(key, range: 0..<Self.pieceSize, limit: Int(Self.pieceSize)) else {
                return nil
            }
            guard first.info.size <= limit else {
                throw OmnibusError(
                    "object-too-large",
                    .badInput,
                    "\(location)/\(key) has \(first.info.size) bytes where \(limit) are allowed"
                )
            }
            try FileSystem.makeDirectories(path.removingLastComponent())
            if try await copy(first, to: path) { return first.info }
        }
        throw OmnibusError("object-changes", .unavailable, "\(location)/\(key) is replaced all the time")
    }

    private static var pieceSize: UInt64 { 8 << 20 }

    /// Writes an object whose first piece is there into a file; false where it was replaced meanwhile.
    private func copy(_ first: StoredObject, to path: FilePath) async throws(OmnibusError) -> Bool {
        let file: OutputFile
        do throws(FormatError) {
            file = try OutputFile(creating: path)
            try file.write(first.bytes)
        } catch {
            throw OmnibusError(error, doing: location)
        }
        while file.size < first.info.size {
            let range = file.size..<min(first.info.size, file.size + Self.pieceSize)
            let piece = try await get(first.info.key, range: range, limit: Int(Self.pieceSize))
            guard let piece, piece.info.tag == first.info.tag, piece.info.size == first.info.size,
                !piece.bytes.isEmpty
            else { return false }
            do throws(FormatError) {
                try file.write(piece.bytes)
            } catch {
                throw OmnibusError(error, doing: location)
            }
        }
        do throws(FormatError) {
            try file.takeName()
        } catch {
            throw OmnibusError(error, doing: location)
        }
        return true
    }

    /// Whether an object that is there has these contents. It is only read where the sizes agree.
    ///
    /// - Parameters:
    ///   - info: what is known of the object.
    ///   - file: the contents to compare with.
    ///   - work: where the object is fetched to.
    func holds(_ info: ObjectInfo, sameAs file: InputFile, in work: FilePath) async throws(OmnibusError) -> Bool {
        guard info.size == file.size else { return false }
        let copy = work.appending("compared-\(UInt64.random(in: .min ... .max))")
        guard let fetched = try await fetch(info.key, to: copy, limit: file.size), fetched.size == file.size else {
            return false
        }
        defer { try? FileSystem.remove(copy) }
        do throws(FormatError) {
            return try InputFile(opening: copy).hasContents(of: file)
        } catch {
            throw OmnibusError(error, doing: location)
        }
    }
}

extension InputFile {
    /// Whether two files hold the same bytes.
    func hasContents(of other: InputFile) throws(FormatError) -> Bool {
        guard size == other.size else { return false }
        let (a, b) = (try sha256(), try other.sha256())
        return a == b
    }
}
