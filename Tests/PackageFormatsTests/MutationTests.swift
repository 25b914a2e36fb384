import SystemPackage
import Testing

@testable import PackageFormats

/// Packages with a few bytes changed at random: whatever comes of it, nothing traps and nothing takes long. The same seed
/// changes the same bytes in every run.
@Suite("Mutated packages")
struct MutationTests {
    /// SplitMix64.
    private struct Random {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
        mutating func below(_ bound: Int) -> Int { bound > 0 ? Int(next() % UInt64(bound)) : 0 }
    }

    private static let extremes: [UInt32] = [.max, 0x7FFF_FFFF, 0x8000_0000, 0]

    private static func mutate(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var bytes = bytes
        for _ in 0...random.below(4) where !bytes.isEmpty {
            let place = random.below(bytes.count)
            switch random.below(6) {
            case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes[place] ^= 1 << UInt8(random.below(8))
            case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.below(64)))
            case 3: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 1 + random.below(64))], at: place)
            case 4: bytes.removeLast(min(bytes.count, random.below(256)))
            default:
                // A length or an offset that is as large or as small as can be.
                let value = extremes[random.below(extremes.count)]
                for offset in 0..<4 where place + offset < bytes.count {
                    bytes[place + offset] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * offset))
                }
            }
        }
        return bytes
    }

    private static let limits = PayloadLimits(entries: 1000, bytes: 1 << 20, ratio: 1000)

    private static func code(_ body: () throws(FormatError) -> Void) -> FormatError.Code? {
        do throws(FormatError) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }

    private static func feed(_ bytes: [UInt8], named name: FilePath) -> String {
        do throws(FormatError) {
            let package = try PackageFile(reading: InputFile(bytes: bytes, named: name))
            _ = package.tags
            if case .rpm(let reader) = package.reader {
                #expect(
                    code { () throws(FormatError) in _ = try reader.metadata }
                        == code { () throws(FormatError) in _ = try reader.checkMetadata() }
                )
            }
            let result = try package.verify(limits: limits)
            _ = try package.contents(limits: limits)
            return result.verdict.rawValue
        } catch {
            return error.code.rawValue
        }
    }

    @Test(
        "rpms",
        arguments: [
            "gold-links-1-1.x86_64.rpm", "gold-triggers-1-1.noarch.rpm", "gold6-config-2.0-1.v6.x86_64.rpm",
            "gold-signed-rsa-v3v4.rpm",
        ]
    )
    func rpm(name: String) throws {
        let bytes = try RPMFixtures.bytes(name)
        var random = Random(state: 0x72706D)
        var answers: Set<String> = []
        for _ in 0..<300 { answers.insert(Self.feed(Self.mutate(bytes, &random), named: "mutated.rpm")) }
        // Many different answers, or the mutations hardly reach anything.
        #expect(answers.count > 5)
        #expect(answers.contains("failed"))
    }

    @Test("debs", arguments: ["05-plain-none.deb", "06-control-members.deb", "09-longnames.deb", "07-hardlinks.deb"])
    func deb(name: String) throws {
        let bytes = try DebianFixture.bytes(name)
        var random = Random(state: 0x646562)
        var answers: Set<String> = []
        for _ in 0..<300 { answers.insert(Self.feed(Self.mutate(bytes, &random), named: "mutated.deb")) }
        #expect(answers.count > 5)
    }

    @Test("headers and archives on their own")
    func parts() throws {
        var random = Random(state: 7)
        let (signature, main) = try RPMFixtures.headers("gold-plain-1.2.3-4.noarch.rpm")
        for _ in 0..<1500 {
            if let header = try? RPMMainHeader(decoding: Self.mutate(main, &random)) {
                #expect(header.items.count < 65_536)
                _ = try? RPMFile.files(in: header)
                _ = try? RPMMetadata.package(in: header)
                let package = Package(
                    name: "mutated",
                    version: EVR(version: "1"),
                    architecture: .independent,
                    summary: "",
                    license: "",
                    maintainer: "",
                    date: 0,
                    entries: []
                )
                _ = try? RPMMetadata.changelog(in: header, of: package)
                _ = try? RPMTriggers.triggers(in: header)
            }
            _ = try? RPMSignatureHeader(decoding: Self.mutate(signature, &random))
        }
        let file = try DebianFile(InputFile(opening: DebianFixture.path("09-longnames.deb")))
        var reader = StreamReader(try file.source(file.data))
        var archive: [UInt8] = []
        while try !reader.isAtEnd() { archive += try reader.available() }
        for _ in 0..<300 {
            var data = DebianDataArchive(MemorySource(Self.mutate(archive, &random)))
            do throws(FormatError) {
                while try data.next() != nil {}
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
