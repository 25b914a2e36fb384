import PackageFormats

/// Finds one small file in a compressed tar archive as Python makes them: with pax headers, which Debian's packages never
/// have.
struct TarMember {
    private let file: InputFile

    init(in file: InputFile) { self.file = file }

    /// How many bytes of the archive are unpacked in search of a member.
    private static let limit: UInt64 = 4 << 30

    /// The bytes of the first member that `isWanted` takes, or `nil` where there is none.
    ///
    /// Names beyond 100 bytes that stand in pax headers are not seen; what is wanted is near the top.
    ///
    /// - Parameters:
    ///   - form: the compression.
    ///   - limit: how many bytes the member may have.
    ///   - isWanted: tells by a member's name.
    /// - Throws: ``OmnibusError`` with code `tar-invalid` for an archive that is damaged.
    func bytes(
        _ form: CompressedForm,
        limit: Int,
        where isWanted: (String) -> Bool
    ) throws(OmnibusError) -> [UInt8]? {
        do throws(FormatError) {
            let blocks = Blocks(try DecodingSource(form, file.part(from: 0), limit: Self.limit))
            while let header = try blocks.next(512) {
                guard header.contains(where: { $0 != 0 }) else { return nil }
                // POSIX ustar: name 0..<100, size 124..<136, checksum 148..<156, typeflag 156.
                guard Self.checksum(header) == Self.octal(header[148..<156]), let size = Self.octal(header[124..<136])
                else { throw FormatError(.codec, "is no tar archive, or is damaged") }
                let name = String(decoding: header[..<100].prefix { $0 != 0 }, as: UTF8.self)
                if [0, UInt8(ascii: "0")].contains(header[156]), isWanted(name) {
                    guard size <= limit else { throw FormatError(.limitExceeded, "has a member of \(size) bytes") }
                    guard let bytes = try blocks.next(size) else { throw FormatError(.truncated, "is cut off") }
                    return bytes
                }
                try blocks.skip((size + 511) / 512 * 512)
            }
            return nil
        } catch {
            throw OmnibusError("tar-invalid", .badInput, "\(file.path) cannot be read: \(error.message)")
        }
    }

    private static func octal(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        guard digits.count <= 12, digits.allSatisfy({ (0x30...0x37).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - 0x30) }
    }

    /// The sum of the header's bytes, its own field read as blanks.
    private static func checksum(_ header: [UInt8]) -> Int {
        header.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
    }

    private struct Blocks {
        let source: DecodingSource

        init(_ source: DecodingSource) { self.source = source }

        /// The next bytes, or `nil` where the archive ends before.
        func next(_ count: Int) throws(FormatError) -> [UInt8]? {
            var bytes = [UInt8](repeating: 0, count: count)
            var filled = 0
            while filled < count {
                var failure: FormatError?
                let read = bytes.withUnsafeMutableBytes { room in
                    do throws(FormatError) {
                        return try source.read(into: UnsafeMutableRawBufferPointer(rebasing: room[filled...]))
                    } catch {
                        failure = error
                        return 0
                    }
                }
                if let failure { throw failure }
                guard read > 0 else { return nil }
                filled += read
            }
            return bytes
        }

        func skip(_ count: Int) throws(FormatError) {
            var left = count
            while left > 0 {
                let step = min(left, 1 << 16)
                guard try next(step) != nil else { throw FormatError(.truncated, "is cut off") }
                left -= step
            }
        }
    }
}
