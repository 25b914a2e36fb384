/// Walks through a payload in an order that can be unpacked: a hard link comes behind the file that it is another name of.
///
/// An rpm keeps the bytes of hard links with the last of them; here that one is the file, and the others are links to it.
struct UnpackingWalk {
    private var payload: PayloadWalk
    /// Hard links whose bytes have come, to be given next.
    private var ready: ArraySlice<Entry> = []
    /// Hard links whose bytes are still to come, by the file that the package has as the first of their set.
    private var waiting: [PackagePath: [Entry]] = [:]
    /// Where the bytes of a file went, by the same.
    private var homes: [PackagePath: PackagePath] = [:]

    init(_ payload: PayloadWalk) { self.payload = payload }

    /// The next thing to unpack, or `nil` behind the last, when the payload was found to be complete.
    mutating func next() throws(FormatError) -> Entry? {
        if let entry = ready.popFirst() { return entry }
        while let member = try payload.next() {
            let entry = member.file.entry
            let first: PackagePath
            switch entry.kind {
            case .file: first = entry.path
            case .hardLink(let target): first = target
            case .directory, .symbolicLink, .fifo, .characterDevice, .blockDevice: return entry
            }
            if member.dataSize > 0 || entry.path == first && member.file.size == 0 {
                return file(entry, size: member.dataSize, first: first)
            }
            if let home = homes[first] { return entry.linked(to: home) }
            waiting[first, default: []].append(entry)
        }
        return nil
    }

    private mutating func file(_ entry: Entry, size: UInt64, first: PackagePath) -> Entry {
        homes[first] = entry.path
        ready = (waiting.removeValue(forKey: first) ?? []).map { $0.linked(to: entry.path) }[...]
        var entry = entry
        entry.kind = .file(.packaged, size: size)
        return entry
    }

    /// Gives the bytes of the file that ``next()`` gave, piece by piece.
    mutating func read(_ body: (RawSpan) throws(FormatError) -> Void) throws(FormatError) { try payload.read(body) }
}

extension Entry {
    fileprivate func linked(to target: PackagePath) -> Entry {
        var entry = self
        entry.kind = .hardLink(to: target)
        return entry
    }
}
