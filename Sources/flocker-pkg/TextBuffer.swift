/// Text that is put together of many small pieces, kept as bytes until it is whole.
struct TextBuffer {
    /// The text, and room behind it.
    private var bytes: [UInt8]
    private var count = 0

    init(reservingCapacity capacity: Int) { bytes = [UInt8](repeating: 0, count: max(capacity, 1)) }

    /// All of it.
    var text: String { String(decoding: bytes[..<count], as: UTF8.self) }

    /// Appends a piece as it is.
    static func += (buffer: inout TextBuffer, piece: String) {
        if piece.utf8.withContiguousStorageIfAvailable({ buffer.append($0) }) == nil {
            Array(piece.utf8).withUnsafeBufferPointer { buffer.append($0) }
        }
    }

    private mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
        makeRoom(for: piece.count)
        bytes.withUnsafeMutableBytes { room in
            UnsafeMutableRawBufferPointer(rebasing: room[count...]).copyMemory(from: UnsafeRawBufferPointer(piece))
        }
        count += piece.count
    }

    private mutating func makeRoom(for more: Int) {
        guard more > bytes.count - count else { return }
        bytes.append(contentsOf: repeatElement(0, count: max(more, bytes.count)))
    }

    /// Appends text that comes from a package, what a terminal obeys escaped.
    mutating func append(printable text: String) {
        let isAppended = text.utf8.withContiguousStorageIfAvailable { bytes in
            guard TerminalText.isPlain(bytes) else { return false }
            append(bytes)
            return true
        }
        if isAppended != true { self += TerminalText.printable(text) }
    }

    /// Appends a row of blanks; none for a number below 1.
    mutating func append(blanks: Int) {
        guard blanks > 0 else { return }
        makeRoom(for: blanks)
        for place in count..<(count + blanks) { bytes[place] = 0x20 }
        count += blanks
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
