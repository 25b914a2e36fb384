import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

/// Packages by rpmbuild and rpmsign against lists of their tags that another program made and `rpm --xml` confirmed.
@Suite("Every tag of an rpm")
struct RPMTagsTests {
    struct Dump: Decodable {
        var lead: Lead
        var signature: Header
        var header: Header
        var payload: Payload?
    }

    struct Lead: Decodable {
        var major: UInt8
        var type: UInt16
        var archnum: UInt16
        var name: String
        var osnum: UInt16
    }

    struct Header: Decodable {
        var entries: [Item]
    }

    struct Item: Decodable {
        var tag: UInt32
        var name: String
        var type: String
        var count: Int
        var values: [Value]?
        var hex: String?
        var zeros: Int?
    }

    enum Value: Decodable, Equatable {
        case number(UInt64)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(UInt64.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }
    }

    struct Payload: Decodable {
        var entries: [Member]
    }

    struct Member: Decodable {
        var name: String?
        var fx: Int?
        var filesize: UInt64?
        var datasize: UInt64?
        var sha256: String?
        var linkto: String?
    }

    private static func dump(_ name: String) throws -> Dump {
        let path = RPMFixtures.folder.appending("tags").appending(name.dropLast(4) + ".json")
        return try JSONDecoder().decode(Dump.self, from: Data(contentsOf: URL(fileURLWithPath: path.string)))
    }

    @Test("lead, names, types, counts and values are those of the list", arguments: RPMFixtures.packages)
    func values(name: String) throws {
        let dump = try Self.dump(name)
        let package = try PackageFile(opening: RPMFixtures.folder.appending(name))
        guard case .rpm(let reader) = package.reader else {
            Issue.record("is no rpm")
            return
        }
        #expect(reader.lead.major == dump.lead.major)
        #expect(reader.lead.type == dump.lead.type)
        #expect(reader.lead.architectureNumber == dump.lead.archnum)
        #expect(String(decoding: reader.lead.name, as: UTF8.self) == dump.lead.name)
        #expect(reader.lead.systemNumber == dump.lead.osnum)
        // The list begins with the regions, which are no values.
        let items =
            dump.signature.entries.dropFirst().map { (PackageTag.Section.signature, $0) }
            + dump.header.entries.dropFirst().map { (.header, $0) }
        let tags = package.tags
        try #require(tags.count == items.count)
        for (tag, (section, item)) in zip(tags, items) {
            #expect(tag.section == section)
            #expect(tag.number == item.tag)
            #expect(tag.name == item.name)
            #expect(tag.type == item.type)
            switch tag.value {
            case .numbers(let numbers): #expect(numbers.map(Value.number) == item.values)
            case .texts(let texts):
                #expect(texts.map { .text(String(decoding: $0, as: UTF8.self)) } == item.values, "\(item.name)")
                #expect(texts.count == item.count)
            case .bytes(let bytes):
                if let zeros = item.zeros {
                    #expect(bytes.count == zeros && bytes.allSatisfy { $0 == 0 })
                } else {
                    #expect(bytes.hexadecimal == item.hex, "\(item.name)")
                }
            }
        }
    }

    @Test(
        "the payload holds what the list says",
        arguments: RPMFixtures.packages.filter { !$0.contains("large") }
    )
    func payload(name: String) throws {
        let expected = try #require(Self.dump(name).payload).entries.filter { $0.name != "TRAILER!!!" }
        let package = try PackageFile(opening: RPMFixtures.folder.appending(name))
        let files = try package.contents().files
        var walk = try PayloadWalk(package)
        for item in expected {
            let member = try #require(try walk.next())
            if let number = item.fx { #expect(files[number] == member.file) }
            if let name = item.name {
                #expect(name.drop { $0 == "." } == Substring(String(decoding: member.file.name, as: UTF8.self)))
            }
            #expect(member.dataSize == item.filesize ?? item.datasize)
            var digest = Digest(.sha256)
            var bytes: [UInt8] = []
            try walk.read { piece in
                digest.write(piece)
                piece.withUnsafeBytes { bytes.append(contentsOf: $0) }
            }
            #expect(UInt64(bytes.count) == member.dataSize)
            if let sum = item.sha256 { #expect(digest.finalize().hexadecimal == sum) }
            if let target = item.linkto { #expect(bytes == Array(target.utf8)) }
        }
        #expect(try walk.next() == nil)
    }
}
