import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

/// Archives that are no packages, as Python's own modules write them.
@Suite("Zip and tar archives of Python") struct PythonArchiveTests {
    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Fixtures/python")

    private static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder.appending(name).string)))
    }

    private static func metadata(wheel bytes: [UInt8], limit: Int = 1 << 20) throws(FormatError) -> [UInt8]? {
        let archive = try ZipArchive(InputFile(bytes: bytes, named: "demo.whl"))
        guard let member = archive.members.first(where: { $0.name.hasSuffix("METADATA") }) else { return nil }
        return try archive.bytes(of: member, limit: limit)
    }

    private static func metadata(source bytes: [UInt8], limit: Int = 1 << 20) throws(FormatError) -> [UInt8]? {
        let tar = try DecodingSource(.gzip, MemorySource(bytes))
        return try TarArchive.firstFile(in: tar, limit: limit) { $0.hasSuffix("/PKG-INFO") }
    }

    @Test("a deflated member of a zip archive, and a file behind pax headers, come out as they were put in")
    func found() throws {
        let wheel = try #require(try Self.metadata(wheel: Self.bytes("demo-1.0-py3-none-any.whl")))
        let source = try #require(try Self.metadata(source: Self.bytes("demo-1.0.tar.gz")))
        #expect(wheel == source)
        #expect(String(decoding: wheel, as: UTF8.self).hasPrefix("Metadata-Version: 2.1\nName: demo\n"))
        let archive = try ZipArchive(InputFile(opening: Self.folder.appending("demo-1.0-py3-none-any.whl")))
        #expect(archive.members.map(\.name).first == "demo.py")
        #expect(archive.members.map(\.size).first == 16)
    }

    @Test("nothing longer than the limit is taken out")
    func limits() throws {
        let wheel = try Self.bytes("demo-1.0-py3-none-any.whl")
        let source = try Self.bytes("demo-1.0.tar.gz")
        for error in [
            DebianFixture.error { () throws(FormatError) in _ = try Self.metadata(wheel: wheel, limit: 100) },
            DebianFixture.error { () throws(FormatError) in _ = try Self.metadata(source: source, limit: 100) },
        ] { #expect(error?.code == .limitExceeded) }
    }

    @Test("an archive that is cut off anywhere is refused, with no byte made up")
    func truncation() throws {
        let wheel = try Self.bytes("demo-1.0-py3-none-any.whl")
        for count in wheel.indices {
            let error = DebianFixture.error { () throws(FormatError) in
                _ = try Self.metadata(wheel: Array(wheel[..<count]))
            }
            #expect(error?.code == .zip, "\(count) bytes")
        }
        // What is behind the file that was looked for is not read.
        let source = try Self.bytes("demo-1.0.tar.gz")
        let whole = try Self.metadata(source: source)
        for count in source.indices {
            do throws(FormatError) {
                #expect(try Self.metadata(source: Array(source[..<count])) == whole)
            } catch {
                let layers: [FormatError.Code] = [.streamTruncated, .tarTruncated, .tarPartialBlock, .truncated]
                #expect(layers.contains(error.code), "\(count) bytes")
            }
        }
    }

    @Test("a changed byte of a member shows in its checksum")
    func damage() throws {
        let wheel = try Self.bytes("demo-1.0-py3-none-any.whl")
        let whole = try Self.metadata(wheel: wheel)
        for place in wheel.indices {
            var damaged = wheel
            damaged[place] ^= 0x55
            do throws(FormatError) {
                let found = try Self.metadata(wheel: damaged)
                #expect(found == nil || found == whole, "byte \(place)")
            } catch {
                #expect(!error.code.rawValue.isEmpty)
            }
        }
    }
}
