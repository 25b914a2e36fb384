import SystemPackage
import Testing

@testable import Omnibus

@Suite struct ELFFileTests {
    private static func parse(_ bytes: [UInt8]) throws(ELFFile.Malformed) -> ELFFile {
        try ELFFile { range in Array(bytes[range.clamped(to: 0..<bytes.count)]) }
    }

    private static func host() throws -> [UInt8] {
        let path = try #require(CommandRunner().find("ls"))
        return try FileSystem.read(path)
    }

    @Test("A program of this machine names its machine, its libraries and its glibc")
    func host() throws {
        let file = try Self.parse(Self.host())
        #expect([62, 183].contains(file.machine))
        #expect(file.needed.contains("libc.so.6"))
        #expect(file.versions.contains { $0.library == "libc.so.6" && $0.name.hasPrefix("GLIBC_2.") })
    }

    @Test("A library built by hand is read in full")
    func built() throws {
        let file = try Self.parse(
            ELFBuilder(machine: 183, needed: ["liba.so", "libb.so"], glibc: ["GLIBC_2.99"]).bytes
        )
        #expect(file.machine == 183)
        #expect(file.needed == ["liba.so", "libb.so"])
        #expect(file.soname == "libtest.so")
        #expect(file.searchPath == ["$ORIGIN/../libs", "/opt/lib"])
        #expect(file.versions == [.init(library: "libc.so.6", name: "GLIBC_2.99")])
    }

    @Test("No prefix and no flipped byte of a library does harm")
    func damage() throws {
        let bytes = ELFBuilder(machine: 62, needed: ["liba.so"], glibc: ["GLIBC_2.17", "GLIBC_2.34"]).bytes
        for count in 0..<bytes.count { _ = try? Self.parse(Array(bytes.prefix(count))) }
        #expect(throws: ELFFile.Malformed.self) { try Self.parse(Array(bytes.prefix(bytes.count / 2))) }
        for index in bytes.indices {
            for value: UInt8 in [0, 0x7f, 0xff] {
                var changed = bytes
                changed[index] = value
                _ = try? Self.parse(changed)
            }
        }
    }
}

/// Lays out the smallest shared library that the dynamic linker would understand.
struct ELFBuilder {
    var machine: UInt16
    var needed: [String] = []
    var glibc: [String] = []

    var bytes: [UInt8] {
        var strings: [UInt8] = [0]
        func add(_ text: String) -> Int {
            let start = strings.count
            strings += Array(text.utf8) + [0]
            return start
        }
        var dynamic: [(Int, Int)] = needed.map { (1, add($0)) }
        dynamic += [(14, add("libtest.so")), (29, add("$ORIGIN/../libs:/opt/lib"))]
        let library = add("libc.so.6")
        let names = glibc.map(add)
        let headers = 64 + 2 * 56
        let dynamicSize = (dynamic.count + 5) * 16
        let needSize = 16 + 16 * names.count
        dynamic += [(5, headers + dynamicSize + needSize), (10, strings.count)]
        if !names.isEmpty { dynamic += [(0x6fff_fffe, headers + dynamicSize), (0x6fff_ffff, 1)] }
        while dynamic.count * 16 < dynamicSize { dynamic.append((0, 0)) }

        var out: [UInt8] = []
        func put(_ value: Int, _ size: Int) {
            for shift in 0..<size { out.append(UInt8(truncatingIfNeeded: value >> (8 * shift))) }
        }
        out += [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
        for (value, size) in [
            (3, 2), (Int(machine), 2), (1, 4), (0, 8), (64, 8), (0, 8), (0, 4), (64, 2), (56, 2), (2, 2), (0, 2),
            (0, 2), (0, 2),
        ] { put(value, size) }
        let total = headers + dynamicSize + needSize + strings.count
        for (type, offset, size) in [(1, 0, total), (2, headers, dynamicSize)] {
            for (value, width) in [
                (type, 4), (5, 4), (offset, 8), (offset, 8), (offset, 8), (size, 8), (size, 8), (8, 8),
            ] { put(value, width) }
        }
        for (tag, value) in dynamic {
            put(tag, 8)
            put(value, 8)
        }
        for (value, size) in [(1, 2), (names.count, 2), (library, 4), (16, 4), (0, 4)] { put(value, size) }
        for (index, name) in names.enumerated() {
            for (value, size) in [(0, 4), (0, 2), (2, 2), (name, 4), (index + 1 < names.count ? 16 : 0, 4)] {
                put(value, size)
            }
        }
        return out + strings
    }
}
