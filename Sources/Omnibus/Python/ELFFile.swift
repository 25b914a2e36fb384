/// What the dynamic linker reads in a program or shared library (System V ABI, chapters 4 and 5; the GNU symbol
/// versions). Little-endian files of either class; sections, which stripping may remove, are not looked at.
struct ELFFile: Sendable, Hashable {
    /// A version of a library's symbols that has to be there, such as `GLIBC_2.17` of `libc.so.6`.
    struct RequiredVersion: Sendable, Hashable {
        var library: String
        var name: String
    }

    /// `e_machine`.
    private(set) var machine: UInt16
    /// The libraries it asks for (`DT_NEEDED`).
    private(set) var needed: [String] = []
    /// Its own name (`DT_SONAME`).
    private(set) var soname: String?
    /// Where it wants its libraries to be looked for (`DT_RUNPATH`, else `DT_RPATH`), in order.
    private(set) var searchPath: [String] = []
    /// The symbol versions it asks for (`.gnu.version_r`).
    private(set) var versions: [RequiredVersion] = []

    /// Why a file was refused, and where.
    struct Malformed: Error, Sendable, Hashable {
        var offset: Int
        var message: String
    }

    static let magic: [UInt8] = [0x7f, 0x45, 0x4c, 0x46]

    private struct Segment {
        var type, offset, address, size: Int
    }

    private static let stringLimit = 4096
    private static let entryLimit = 65_536

    /// Reads a file that begins with ``magic``.
    ///
    /// - Parameter bytes: gives a range of the file's bytes, fewer at its end.
    /// - Throws: ``Malformed`` if an offset or a count leads out of the file.
    init(_ bytes: (Range<Int>) -> [UInt8]) throws(Malformed) {
        let front = Fields(offset: 0, bytes: bytes(0..<64))
        guard front.bytes.count >= 52, front.bytes.starts(with: Self.magic) else {
            throw Malformed(offset: 0, message: "the file ends within its ELF header")
        }
        guard front.bytes[5] == 1, front.bytes[4] == 1 || front.bytes[4] == 2 else {
            // Big-endian: nothing that runs on a machine we build for.
            machine = UInt16(front.bytes[18]) << 8 | UInt16(front.bytes[19])
            return
        }
        let is64 = front.bytes[4] == 2
        machine = UInt16(truncatingIfNeeded: try front.number(at: 18, size: 2))
        let segments = try Self.segments(front, is64: is64, bytes: bytes)
        guard let dynamic = segments.first(where: { $0.type == 2 }) else { return }
        try readDynamic(dynamic, segments: segments, is64: is64, bytes: bytes)
    }

    private static func segments(
        _ front: Fields,
        is64: Bool,
        bytes: (Range<Int>) -> [UInt8]
    ) throws(Malformed) -> [Segment] {
        let start = try front.number(at: is64 ? 32 : 28, size: is64 ? 8 : 4)
        let entry = try front.number(at: is64 ? 54 : 42, size: 2)
        let count = try front.number(at: is64 ? 56 : 44, size: 2)
        guard count > 0 else { return [] }
        guard entry >= (is64 ? 56 : 32) else { throw Malformed(offset: 54, message: "a program header is too short") }
        let table = try Fields(start: start, count: count * entry, bytes: bytes)
        var segments: [Segment] = []
        for index in 0..<count {
            let at = index * entry
            let word = is64 ? 8 : 4
            segments.append(
                Segment(
                    type: try table.number(at: at, size: 4),
                    offset: try table.number(at: at + (is64 ? 8 : 4), size: word),
                    address: try table.number(at: at + (is64 ? 16 : 8), size: word),
                    size: try table.number(at: at + (is64 ? 32 : 16), size: word)
                )
            )
        }
        return segments
    }

    private mutating func readDynamic(
        _ dynamic: Segment,
        segments: [Segment],
        is64: Bool,
        bytes: (Range<Int>) -> [UInt8]
    ) throws(Malformed) {
        let word = is64 ? 8 : 4
        let table = try Fields(
            start: dynamic.offset,
            count: min(dynamic.size, Self.entryLimit * 2 * word),
            bytes: bytes
        )
        var values: [(tag: Int, value: Int)] = []
        for at in stride(from: 0, to: table.bytes.count - 2 * word + 1, by: 2 * word) {
            let tag = try table.number(at: at, size: word)
            guard tag != 0 else { break }
            values.append((tag, try table.number(at: at + word, size: word)))
        }
        func first(_ tag: Int) -> Int? { values.first { $0.tag == tag }?.value }
        guard let address = first(5), let size = first(10) else { return }
        let strings = try Fields(start: try Self.offset(of: address, in: segments), count: size, bytes: bytes)
        for value in values where value.tag == 1 { needed.append(try strings.string(at: value.value)) }
        if let name = first(14) { soname = try strings.string(at: name) }
        if let path = first(29) ?? first(15) {
            searchPath = try strings.string(at: path).split(separator: ":").map(String.init)
        }
        if let address = first(0x6fff_fffe), let count = first(0x6fff_ffff) {
            let start = try Self.offset(of: address, in: segments)
            try readVersions(start, count: min(count, Self.entryLimit), strings: strings, bytes: bytes)
        }
    }

    private mutating func readVersions(
        _ start: Int,
        count: Int,
        strings: Fields,
        bytes: (Range<Int>) -> [UInt8]
    ) throws(Malformed) {
        var file = start
        for _ in 0..<count {
            let need = try Fields(start: file, count: 16, bytes: bytes)
            let library = try strings.string(at: try need.number(at: 4, size: 4))
            var version = try Self.sum(file, try need.number(at: 8, size: 4))
            for _ in 0..<(try need.number(at: 2, size: 2)) {
                let aux = try Fields(start: version, count: 16, bytes: bytes)
                versions.append(
                    RequiredVersion(library: library, name: try strings.string(at: try aux.number(at: 8, size: 4)))
                )
                version = try Self.sum(version, try aux.number(at: 12, size: 4))
                guard versions.count <= Self.entryLimit else {
                    throw Malformed(offset: version, message: "more than \(Self.entryLimit) symbol versions")
                }
            }
            let next = try need.number(at: 12, size: 4)
            guard next != 0 else { return }
            file = try Self.sum(file, next)
        }
    }

    private static func offset(of address: Int, in segments: [Segment]) throws(Malformed) -> Int {
        for segment in segments where segment.type == 1 && address >= segment.address {
            let distance = address - segment.address
            if distance < segment.size { return try sum(segment.offset, distance) }
        }
        throw Malformed(offset: 0, message: "no segment holds the address \(address)")
    }

    private static func sum(_ left: Int, _ right: Int) throws(Malformed) -> Int {
        let (result, overflow) = left.addingReportingOverflow(right)
        guard !overflow, result >= 0 else { throw Malformed(offset: left, message: "an offset is out of range") }
        return result
    }

    /// A piece of the file that has to be there as a whole.
    private struct Fields {
        let offset: Int
        let bytes: [UInt8]

        init(offset: Int, bytes: [UInt8]) {
            self.offset = offset
            self.bytes = bytes
        }

        init(start: Int, count: Int, bytes: (Range<Int>) -> [UInt8]) throws(Malformed) {
            guard count >= 0, count <= 64 << 20, start >= 0, start <= Int.max - count else {
                throw Malformed(offset: 0, message: "a table of \(count) bytes at \(start) is out of range")
            }
            self.init(offset: start, bytes: bytes(start..<start + count))
            guard self.bytes.count == count else {
                throw Malformed(offset: start, message: "a table of \(count) bytes ends behind the file")
            }
        }

        func number(at index: Int, size: Int) throws(Malformed) -> Int {
            guard index >= 0, index <= bytes.count - size else {
                throw Malformed(offset: offset, message: "a field ends behind its table")
            }
            var value: UInt64 = 0
            for byte in bytes[index..<index + size].reversed() { value = value << 8 | UInt64(byte) }
            // Tags of processors and values with the highest bit set are none that are looked for here.
            return Int(truncatingIfNeeded: value & UInt64(Int.max))
        }

        func string(at index: Int) throws(Malformed) -> String {
            guard index < bytes.count else { throw Malformed(offset: offset, message: "a name lies behind its table") }
            let name = bytes[index...].prefix { $0 != 0 }
            guard name.count <= ELFFile.stringLimit else {
                throw Malformed(offset: offset, message: "a name is longer than \(ELFFile.stringLimit) bytes")
            }
            return String(decoding: name, as: UTF8.self)
        }
    }
}
