import Glibc
import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Output files")
struct OutputFileTests {
    private func contents(of path: FilePath) throws -> [UInt8] {
        let file = try InputFile(opening: path)
        var reader = StreamReader(file.part(from: 0))
        return try reader.bytes(Int(file.size))
    }

    @Test("appear only when committed, and leave nothing otherwise")
    func atomic() throws {
        let folder = try TemporaryFolder()
        do {
            let file = try OutputFile(creating: folder.path.appending("a"))
            try file.write([1, 2, 3])
            try file.flush()
            #expect(folder.names().isEmpty)
        }
        #expect(folder.names().isEmpty)
        let file = try OutputFile(creating: folder.path.appending("a"))
        try file.write([1, 2, 3])
        try file.commit()
        #expect(folder.names() == ["a"])
        #expect(try contents(of: folder.path.appending("a")) == [1, 2, 3])
    }

    @Test("replace a file of the same name at once")
    func replacement() throws {
        let folder = try TemporaryFolder()
        try folder.write("old", to: "a")
        let file = try OutputFile(creating: folder.path.appending("a"))
        try file.write(Array("new".utf8))
        #expect(try contents(of: folder.path.appending("a")) == Array("old".utf8))
        try file.commit()
        #expect(try contents(of: folder.path.appending("a")) == Array("new".utf8))
        #expect(folder.names() == ["a"])
    }

    @Test("can be patched, joined and read back")
    func patching() throws {
        let folder = try TemporaryFolder()
        let tail = try OutputFile(creating: folder.path.appending("tail"))
        let bytes = sampleBytes(700_001)
        try tail.write(bytes)
        let file = try OutputFile(creating: folder.path.appending("a"))
        try file.write([UInt8](repeating: 0, count: 4))
        try file.append(contentsOf: tail)
        try file.write([7])
        try file.overwrite([1, 2], at: 1)
        var seen: [UInt8] = []
        try file.readBack(from: 1) { (piece) throws(FormatError) in
            piece.withUnsafeBytes { seen.append(contentsOf: $0) }
        }
        let expected = [1, 2, 0] + bytes + [7]
        #expect(seen == expected)
        try file.commit()
        #expect(try contents(of: folder.path.appending("a")) == [0] + expected)
        #expect(folder.names() == ["a"])
    }

    @Test("say which folder is not there")
    func missingFolder() throws {
        let folder = try TemporaryFolder()
        let error = #expect(throws: FormatError.self) { try OutputFile(creating: folder.path.appending("none/a")) }
        #expect(error?.code == .cannotCreate)
        #expect(error?.path?.hasSuffix("none/a") == true)
    }
}
