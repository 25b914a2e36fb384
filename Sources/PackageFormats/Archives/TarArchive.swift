/// A tar archive that is no package, such as a source distribution of Python, where what is in demand is one small file.
public enum TarArchive {
    /// The bytes of the first file that `isWanted` takes, or `nil` where there is none.
    ///
    /// pax headers are passed over: a name of more than 100 bytes that stands in one is not seen.
    ///
    /// - Parameters:
    ///   - source: the archive, not compressed; it is read no further than the file.
    ///   - limit: how many bytes the file may have.
    ///   - isWanted: tells by a file's name.
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/limitExceeded``, ``FormatError/Code/truncated``, or one that
    ///   begins with `tar-`.
    public static func firstFile(
        in source: any ByteSource,
        limit: Int,
        where isWanted: (String) -> Bool
    ) throws(FormatError) -> [UInt8]? {
        var reader = TarReader(source, paxHeaders: .passedOver)
        while let header = try reader.next() {
            if header.kind == .file, isWanted(String(decoding: header.name, as: UTF8.self)) {
                return try reader.data(limit: limit)
            }
        }
        return nil
    }
}
