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

    /// Whether an object that is there has these contents. It is only read where the sizes agree, piece by piece.
    func holds(_ info: ObjectInfo, _ content: InputFile) async throws(OmnibusError) -> Bool {
        guard info.size == content.size else { return false }
        var offset: UInt64 = 0
        while offset < info.size {
            let range = offset..<min(info.size, offset + Self.pieceSize)
            guard let piece = try await get(info.key, range: range, limit: Int(Self.pieceSize)),
                piece.info.tag == info.tag, !piece.bytes.isEmpty
            else { return false }
            do throws(FormatError) {
                guard try content.bytes(at: offset, count: piece.bytes.count) == piece.bytes else { return false }
            } catch {
                throw OmnibusError(error, doing: location)
            }
            offset += UInt64(piece.bytes.count)
        }
        return true
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
