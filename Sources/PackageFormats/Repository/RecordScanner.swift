internal import CLinux

/// Takes a stream apart at a mark, in pieces that are handed out as they stand; memory holds one piece and one block.
final class RecordScanner {
    /// More than any package's record has.
    static let maximumRecordSize = 256 << 20

    private let source: any ByteSource
    private var room: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    private(set) var ended = false

    init(_ source: any ByteSource) {
        self.source = source
        room = .allocate(byteCount: 1 << 18, alignment: 64)
    }

    deinit { room.deallocate() }

    /// What is at hand and was not taken.
    var pending: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: room[start..<end]) }

    /// Reads on; false at the end of the source.
    func more() throws(FormatError) -> Bool {
        guard !ended else { return false }
        if start > 0 {
            let left = end - start
            if left > 0, let base = room.baseAddress { base.copyMemory(from: base + start, byteCount: left) }
            (start, end) = (0, left)
        }
        if end == room.count {
            guard room.count < Self.maximumRecordSize else {
                throw FormatError(.limitExceeded, "a record has more than \(Self.maximumRecordSize) bytes")
            }
            let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: room.count * 2, alignment: 64)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: room[..<end]))
            room.deallocate()
            room = larger
        }
        let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: room[end...]))
        end += count
        ended = count == 0
        return !ended
    }

    /// Takes the next `count` of the bytes at hand.
    func take(_ count: Int) -> UnsafeRawBufferPointer {
        defer { start += count }
        return UnsafeRawBufferPointer(rebasing: room[start..<(start + count)])
    }

    /// The bytes up to and with the next `mark`, or `nil` if none is left.
    func record(endingIn mark: StaticString) throws(FormatError) -> UnsafeRawBufferPointer? {
        var searched = 0
        while true {
            if let place = pending.firstIndex(of: mark, from: searched) { return take(place + mark.utf8CodeUnitCount) }
            searched = max(0, pending.count - mark.utf8CodeUnitCount)
            guard try more() else { return nil }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where a text begins, from an offset on.
    func firstIndex(of text: StaticString, from offset: Int = 0) -> Int? {
        guard let base = baseAddress, offset < count else { return nil }
        guard let found = memmem(base + offset, count - offset, text.utf8Start, text.utf8CodeUnitCount) else {
            return nil
        }
        return UnsafeRawPointer(found) - base
    }

    /// Whether the bytes begin with a text.
    func hasPrefix(_ text: StaticString) -> Bool {
        count >= text.utf8CodeUnitCount
            && UnsafeRawBufferPointer(start: baseAddress, count: text.utf8CodeUnitCount).firstIndex(of: text) == 0
    }
}
