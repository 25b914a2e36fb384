import PackageFormats
import SystemPackage

/// Finds one small file in a zip archive (PKWARE APPNOTE 6.3), without unpacking the others.
struct ZipMember {
    private let file: InputFile

    init(in file: InputFile) { self.file = file }

    /// The bytes of the first member that `isWanted` takes, or `nil` where there is none.
    ///
    /// - Parameters:
    ///   - limit: how many bytes the member may have.
    ///   - isWanted: tells by a member's name.
    /// - Throws: ``OmnibusError`` with code `zip-invalid` for what is no zip archive, or one that is damaged, encrypted, or
    ///   beyond 4 GiB.
    func bytes(limit: Int, where isWanted: (String) -> Bool) throws(OmnibusError) -> [UInt8]? {
        let directory = try centralDirectory()
        var place = 0
        while place < directory.count {
            // Central directory file header, 4.3.12.
            guard try number(directory, place, 4) == 0x0201_4B50 else { throw invalid("its directory is damaged") }
            let nameLength = try number(directory, place + 28, 2)
            let rest = try number(directory, place + 30, 2) + number(directory, place + 32, 2)
            let name = place + 46
            guard name + nameLength + rest <= directory.count else { throw invalid("its directory is cut off") }
            if isWanted(String(decoding: directory[name..<(name + nameLength)], as: UTF8.self)) {
                return try member(
                    flags: number(directory, place + 8, 2),
                    method: number(directory, place + 10, 2),
                    checksum: number(directory, place + 16, 4),
                    packed: number(directory, place + 20, 4),
                    size: number(directory, place + 24, 4),
                    offset: number(directory, place + 42, 4),
                    limit: limit
                )
            }
            place = name + nameLength + rest
        }
        return nil
    }

    /// The directory at the archive's end, found by the record behind it (4.3.16).
    private func centralDirectory() throws(OmnibusError) -> [UInt8] {
        let length = min(file.size, 22 + 65_535)
        let tail = try read(file.size - length, Int(length))
        var place = tail.count - 22
        while place >= 0 {
            if try number(tail, place, 4) == 0x0605_4B50, try number(tail, place + 20, 2) == tail.count - place - 22 {
                break
            }
            place -= 1
        }
        guard place >= 0 else { throw invalid("it is no zip archive, or is cut off") }
        let size = try number(tail, place + 12, 4)
        let offset = try number(tail, place + 16, 4)
        guard size <= 64 << 20, UInt64(offset) + UInt64(size) <= file.size else {
            throw invalid("its directory is out of bounds")
        }
        return try read(UInt64(offset), size)
    }

    private func member(
        flags: Int,
        method: Int,
        checksum: Int,
        packed: Int,
        size: Int,
        offset: Int,
        limit: Int
    ) throws(OmnibusError) -> [UInt8] {
        guard flags & 1 == 0, method == 0 || method == 8 else {
            throw invalid("a member is encrypted, or compressed in a way that Python does not read")
        }
        guard size <= limit, packed <= limit else { throw invalid("a member has more than the \(limit) bytes allowed") }
        // Local file header, 4.3.7: its own name and extra field tell where the bytes begin.
        let header = try read(UInt64(offset), 30)
        guard try number(header, 0, 4) == 0x0403_4B50 else { throw invalid("a member is not where it should be") }
        let start = try UInt64(offset) + 30 + UInt64(number(header, 26, 2) + number(header, 28, 2))
        let bytes = try read(start, packed)
        guard method == 8 else { return bytes }
        // Deflate is what gzip holds too; its trailer lets the decoder check length and checksum.
        let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF]
        let trailer = [checksum, size].flatMap { value in
            [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> $0) }
        }
        do throws(FormatError) {
            let source = MemorySource(head + bytes + trailer)
            return try DecodingSource(.gzip, source, limit: UInt64(limit), allowsSeveral: false).bytes()
        } catch {
            throw invalid(error.message)
        }
    }

    private func read(_ offset: UInt64, _ count: Int) throws(OmnibusError) -> [UInt8] {
        do throws(FormatError) {
            let bytes = try file.part(from: offset, count: UInt64(count)).bytes()
            guard bytes.count == count else { throw FormatError(.truncated, "is cut off", path: file.path.string) }
            return bytes
        } catch {
            throw invalid(error.message)
        }
    }

    private func number(_ bytes: [UInt8], _ place: Int, _ width: Int) throws(OmnibusError) -> Int {
        guard place >= 0, place + width <= bytes.count else { throw invalid("it is cut off") }
        return bytes[place..<(place + width)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    private func invalid(_ reason: String) -> OmnibusError {
        OmnibusError("zip-invalid", .badInput, "\(file.path) cannot be read: \(reason)")
    }
}
