import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

/// Packages by dpkg-deb against a list of everything in them that another program made.
@Suite("Golden .deb files and their manifest")
struct DebianGoldenTests {
    struct Manifest: Decodable {
        var packages: [String: Listing]
    }

    struct Listing: Decodable, Sendable {
        var control: Archive?
        var data: Archive?
        var ar: [Member]?
    }

    struct Archive: Decodable, Sendable {
        var member: String?
        var entries: [Item]
        var files: [String: String]?
    }

    struct Item: Decodable, Sendable {
        var name: String
        var type: String
        var mode: String
        var uid: Int64
        var gid: Int64
        var size: UInt64
        var mtime: Int64
        var uname: String
        var gname: String
        var link: String?
        var dev: [UInt32]?
        var sha256: String?
    }

    struct Member: Decodable, Sendable {
        var name: String
        var offset: UInt64
        var size: UInt64
        var mtime: Int64
    }

    static let manifest: [String: Listing] = {
        let data = try? Data(contentsOf: URL(fileURLWithPath: DebianFixture.path("manifest.json").string))
        return data.flatMap { try? JSONDecoder().decode(Manifest.self, from: $0) }?.packages ?? [:]
    }()

    static let names = manifest.filter { $0.value.data != nil && $0.value.ar != nil }.map(\.key).sorted()

    @Test("the manifest is there")
    func count() { #expect(Self.names.count >= 14) }

    @Test("members, control files and entries are those of the manifest", arguments: names)
    func contents(name: String) throws {
        let listing = try #require(Self.manifest[name])
        let reader = try DebianReader(opening: DebianFixture.path(name))
        let members = try ArArchive.members(of: reader.file.file).members
        // A header stands 60 bytes before what is in it.
        #expect(members.map(\.name) == listing.ar?.map(\.name))
        #expect(members.map { $0.offset - 60 } == listing.ar?.map(\.offset))
        #expect(members.map(\.size) == listing.ar?.map(\.size))
        #expect(members.map(\.date) == listing.ar?.map(\.mtime))
        let control = try #require(listing.control)
        #expect(reader.file.control.member.name == control.member)
        for (file, text) in control.files ?? [:] {
            let bytes = try #require(reader.members[String(file.dropFirst(2))], "\(file)")
            let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Self.shown(Array($0)) }
            #expect(lines.joined(separator: "\n") == text, "\(file)")
        }
        let data = try #require(listing.data)
        #expect(reader.file.data.member.name == data.member)
        var archive = try reader.dataArchive(limits: PayloadLimits())
        for item in data.entries {
            let entry = try #require(try archive.next())
            let stored = item.name.hasSuffix("/") ? String(item.name.dropLast()) : item.name
            let name = "." + (entry.path.isRoot ? "" : Self.shown(entry.path.bytes))
            // Bytes: two spellings that Unicode holds equal are two names.
            #expect(Array(name.utf8) == Array(stored.utf8))
            #expect(entry.mode == UInt16(item.mode, radix: 8))
            #expect(entry.owner == (item.uname.isEmpty ? item.uid == 0 ? "root" : "\(item.uid)" : item.uname))
            #expect(entry.group == (item.gname.isEmpty ? item.gid == 0 ? "root" : "\(item.gid)" : item.gname))
            #expect(entry.modificationTime == item.mtime)
            #expect(Self.type(of: entry.kind) == item.type)
            switch entry.kind {
            case .file(_, let size): #expect(size == item.size)
            case .symbolicLink(let target): #expect(String(decoding: target, as: UTF8.self) == item.link)
            case .hardLink(let target): #expect("." + target.description == item.link)
            case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
                #expect([major, minor] == item.dev)
            default: break
            }
            guard let sum = item.sha256 else { continue }
            var digest = Digest(.sha256)
            try archive.readData { digest.write($0) }
            #expect(digest.finalize().hexadecimal == sum)
        }
        #expect(try archive.next() == nil)
    }

    /// The manifest writes bytes that are no UTF-8 as `\xNN`.
    private static func shown(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        return bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : "\\x" + String($0, radix: 16) }.joined()
    }

    private static func type(of kind: Entry.Kind) -> String {
        switch kind {
        case .file: "0"
        case .hardLink: "1"
        case .symbolicLink: "2"
        case .characterDevice: "3"
        case .blockDevice: "4"
        case .directory: "5"
        case .fifo: "6"
        }
    }
}
