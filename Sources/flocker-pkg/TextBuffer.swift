/// Text that is put together of many small pieces, kept as bytes until it is whole.
struct TextBuffer {
    private var bytes: [UInt8] = []

    init(reservingCapacity capacity: Int) { bytes.reserveCapacity(capacity) }

    /// All of it.
    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Appends a piece as it is.
    static func += (buffer: inout TextBuffer, piece: String) {
        if piece.utf8.withContiguousStorageIfAvailable({ buffer.bytes.append(contentsOf: $0) }) == nil {
            buffer.bytes.append(contentsOf: piece.utf8)
        }
    }

    /// Appends text that comes from a package, what a terminal obeys escaped.
    mutating func append(printable text: String) { self += TerminalText.printable(text) }

    /// Appends a row of blanks; none for a number below 1.
    mutating func append(blanks count: Int) {
        for _ in 0..<max(0, count) { bytes.append(0x20) }
    }

    /// Appends items joined by commas, what a terminal obeys escaped, wrapped; lines after the first are indented.
    mutating func append(_ items: [String], indent: Int, width: Int) {
        var column = indent
        for (index, item) in items.enumerated() {
            let item = TerminalText.printable(item)
            // A comma follows all but the last.
            let length = TerminalText.width(item) + (index < items.count - 1 ? 1 : 0)
            if index > 0 {
                let fits = column + 1 + length <= width
                self += fits ? ", " : ",\n"
                if !fits { append(blanks: indent) }
                column = fits ? column + 1 : indent
            }
            self += item
            column += length
        }
    }
}
