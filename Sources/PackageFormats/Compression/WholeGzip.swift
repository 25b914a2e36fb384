import CDeflate

/// Small gzip data at hand as a whole (RFC 1952): libdeflate inflates them several times as fast as zlib, which takes them
/// piece by piece.
enum WholeGzip {
    /// The most that goes in or comes out, in bytes.
    static let maximumSize = 1 << 18

    /// What the one member of the data holds.
    ///
    /// - Returns: `nil` for anything else, such as several members, more than ``maximumSize``, or damage: whoever reads them
    ///   piece by piece can tell what it is.
    static func inflate(_ data: [UInt8]) -> [UInt8]? {
        // The last four bytes are the length of what comes out (2.3.1), as far as they can be trusted.
        let length = data.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard data.count > 4, data.count <= maximumSize, (1...maximumSize).contains(length),
            let decompressor = libdeflate_alloc_decompressor()
        else { return nil }
        defer { libdeflate_free_decompressor(decompressor) }
        let bytes = [UInt8](unsafeUninitializedCapacity: length) { room, count in
            var (taken, given) = (0, 0)
            let result = libdeflate_gzip_decompress_ex(
                decompressor,
                data,
                data.count,
                room.baseAddress,
                length,
                &taken,
                &given
            )
            count = result == LIBDEFLATE_SUCCESS && taken == data.count ? given : 0
        }
        return bytes.count == length ? bytes : nil
    }
}
