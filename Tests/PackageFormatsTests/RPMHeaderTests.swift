import Testing

@testable import PackageFormats

@Suite("rpm header")
struct RPMHeaderTests {
    @Test("what rpmbuild and rpmsign wrote encodes to the same bytes", arguments: RPMFixtures.packages)
    func goldenRoundTrip(name: String) throws {
        let (signature, main) = try RPMFixtures.headers(name)
        #expect(try RPMSignatureHeader(decoding: signature).encode() == signature)
        let header = try RPMMainHeader(decoding: main)
        #expect(try header.encode() == main)
        #expect(header.firstUnsorted == nil)
    }

    @Test("fixtures are there")
    func fixtures() { #expect(RPMFixtures.packages.count >= 36) }

    @Test("the lead round-trips", arguments: RPMFixtures.packages)
    func lead(name: String) throws {
        let bytes = Array(try RPMFixtures.bytes(name).prefix(96))
        #expect(try RPMLead(decoding: bytes).encode() == bytes)
    }

    @Test("a long name is cut in the lead")
    func leadName() throws {
        let lead = RPMLead(
            name: String(repeating: "n", count: 80),
            version: EVR(version: "1", release: "1"),
            architecture: .x86_64
        )
        let bytes = lead.encode()
        #expect(bytes.count == 96)
        #expect(bytes[75] == 0)
        #expect(try RPMLead(decoding: bytes) == lead)
    }

    @Test(
        "a bad lead is named",
        arguments: [
            (0, UInt8(0), FormatError.Code.rpmLeadMagic), (4, 9, .rpmLeadVersion), (79, 1, .rpmLeadSignatureType),
        ]
    )
    func badLead(place: Int, value: UInt8, code: FormatError.Code) {
        var bytes = RPMLead(name: "a", version: EVR(version: "1", release: "1"), architecture: .independent).encode()
        bytes[place] = value
        #expect(throws: FormatError.self) { try RPMLead(decoding: bytes) }
        do { _ = try RPMLead(decoding: bytes) } catch { #expect(error.code == code) }
    }

    @Test("every truncation is an error")
    func truncation() throws {
        let (signature, main) = try RPMFixtures.headers("gold-empty-0-0.noarch.rpm")
        for length in 0..<main.count {
            do throws(FormatError) {
                _ = try RPMMainHeader(decoding: Array(main.prefix(length)))
                Issue.record("a header of \(length) bytes was read")
            } catch {
                #expect(error.code == .rpmHeaderTruncated)
            }
        }
        for length in stride(from: 0, to: signature.count, by: 61) {
            #expect(throws: FormatError.self) { try RPMSignatureHeader(decoding: Array(signature.prefix(length))) }
        }
        let lead = RPMLead(name: "a", version: EVR(version: "1", release: "1"), architecture: .independent).encode()
        for length in 0..<96 {
            #expect(throws: FormatError.self) { try RPMLead(decoding: Array(lead.prefix(length))) }
        }
    }

    /// Entries 1 to 4: NAME "ab", EPOCH 7, FILEMODES 1 and 2, FILEUSERNAME "x".
    private static func sample() -> RPMMainHeader {
        var header = RPMMainHeader()
        header[.name] = .text("ab")
        header[.epoch] = .int32([7])
        header[.fileModes] = .int16([1, 2])
        header[.fileUserName] = .stringArray(PackedStrings(["x"]))
        return header
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var entry: Int
        var field: Int
        var value: UInt32
        var code: FormatError.Code
        var testDescription: String { "\(code.rawValue) by \(value) in field \(field) of entry \(entry)" }
    }

    // The store: "ab\0" at 0, a pad byte, 7 at 4, the modes at 8 and 10, "x\0" at 12, the trailer at 14.
    private static let faults: [Fault] = [
        Fault(entry: 0, field: 0, value: 62, code: .rpmHeaderRegionMissing),
        Fault(entry: 0, field: 1, value: 6, code: .rpmHeaderRegion),
        Fault(entry: 0, field: 2, value: 15, code: .rpmHeaderRegion),
        Fault(entry: 0, field: 2, value: 13, code: .rpmHeaderTrailer),
        Fault(entry: 0, field: 2, value: .max, code: .rpmHeaderRegion),
        Fault(entry: 0, field: 3, value: 15, code: .rpmHeaderRegion),
        Fault(entry: 1, field: 0, value: 99, code: .rpmHeaderTagRange),
        Fault(entry: 1, field: 0, value: 1003, code: .rpmHeaderTagType),
        Fault(entry: 2, field: 0, value: 1030, code: .rpmHeaderTagType),
        Fault(entry: 1, field: 1, value: 0, code: .rpmHeaderType),
        Fault(entry: 1, field: 1, value: 10, code: .rpmHeaderType),
        Fault(entry: 3, field: 1, value: 4, code: .rpmHeaderTagType),
        Fault(entry: 1, field: 3, value: 0, code: .rpmHeaderCount),
        Fault(entry: 1, field: 3, value: 2, code: .rpmHeaderCount),
        Fault(entry: 2, field: 3, value: 0x10_0000, code: .rpmHeaderCount),
        Fault(entry: 2, field: 3, value: 2, code: .rpmHeaderOverlap),
        Fault(entry: 2, field: 3, value: 100, code: .rpmHeaderDataEnd),
        Fault(entry: 2, field: 2, value: 5, code: .rpmHeaderAlignment),
        Fault(entry: 2, field: 2, value: 0, code: .rpmHeaderOverlap),
        Fault(entry: 2, field: 2, value: 8, code: .rpmHeaderGap),
        Fault(entry: 2, field: 2, value: 4096, code: .rpmHeaderOffset),
        Fault(entry: 2, field: 2, value: .max, code: .rpmHeaderOffset),
        Fault(entry: 3, field: 3, value: 1, code: .rpmHeaderGap),
        Fault(entry: 3, field: 3, value: 9, code: .rpmHeaderDataEnd),
        Fault(entry: 4, field: 3, value: 2, code: .rpmHeaderUnterminatedString),
        Fault(entry: 4, field: 2, value: 13, code: .rpmHeaderGap),
    ]

    @Test("each kind of damage has its own code", arguments: faults)
    func damage(_ fault: Fault) throws {
        var bytes = try Self.sample().encode()
        let place = 16 + fault.entry * 16 + fault.field * 4
        bytes.replaceSubrange(place..<(place + 4), with: withUnsafeBytes(of: fault.value.bigEndian, Array.init))
        do throws(FormatError) {
            _ = try RPMMainHeader(decoding: bytes)
            Issue.record("the header was read")
        } catch {
            #expect(error.code == fault.code, "\(error)")
            #expect(error.offset != nil)
        }
    }

    @Test(
        "a bad intro or trailer has its own code",
        arguments: [
            (3, UInt8(2), FormatError.Code.rpmHeaderMagic), (7, 1, .rpmHeaderMagic), (8, 1, .rpmHeaderEntryCount),
            (11, 0, .rpmHeaderEntryCount), (12, 0x10, .rpmHeaderStoreSize), (15, 4, .rpmHeaderStoreSize),
            (113, 1, .rpmHeaderTrailer), (121, 0, .rpmHeaderRegionSize), (121, 0xC0, .rpmHeaderRegionSize),
        ]
    )
    func intro(place: Int, value: UInt8, code: FormatError.Code) throws {
        var bytes = try Self.sample().encode()
        // The trailer begins behind 16 bytes of intro, 5 index entries and 14 bytes of data: at 110.
        #expect(bytes.count == 126)
        bytes[place] = value
        do throws(FormatError) {
            _ = try RPMMainHeader(decoding: bytes)
            Issue.record("the header was read")
        } catch {
            #expect(error.code == code, "\(error)")
        }
    }

    @Test("an index out of order is read and reported")
    func unsorted() throws {
        let item = RPMMainHeader.Item(number: 1001, value: .text("1"))
        let header = RPMMainHeader(items: [item, .init(number: 1000, value: .text("n"))])
        let decoded = try RPMMainHeader(decoding: header.encode())
        #expect(decoded == header)
        #expect(decoded.firstUnsorted == 1000)
        for header in [header, decoded] {
            #expect(header.text(.name) == "n")
            #expect(header.text(.version) == "1")
            #expect(!header.contains(.release))
        }
    }

    @Test("a tag that is there twice is read, the first of its values counts, and it is reported")
    func duplicate() throws {
        let items = [RPMMainHeader.Item(number: 1000, value: .text("a")), .init(number: 1000, value: .text("b"))]
        let decoded = try RPMMainHeader(decoding: RPMMainHeader(items: items).encode())
        #expect(decoded.text(.name) == "a")
        #expect(decoded.text(.version) == nil)
        #expect(decoded.firstDuplicate == 1000)
        #expect(decoded.firstUnsorted == nil)
    }

    @Test("values of every type round-trip, sorted by tag and aligned")
    func types() throws {
        var header = RPMMainHeader()
        header[.longSize] = .int64([1 << 40])
        header[.name] = .text("n")
        header[.sourcePkgID] = .binary([1, 2, 3])
        header[.summary] = .translatedString(PackedStrings(["one", "zwei"]))
        header[.fileModes] = .int16([0o100644])
        let extra = RPMMainHeader.Item(number: 70_000, value: .int8([9]))
        header = RPMMainHeader(items: header.items + [extra, .init(number: 70_001, value: .char([65, 66]))])
        #expect(try RPMMainHeader(decoding: header.encode()) == header)
        #expect(header.firstUnsorted == nil)
        #expect(
            Array(header.strings(.summary) ?? PackedStrings()).map(Array.init) == [
                Array("one".utf8), Array("zwei".utf8),
            ]
        )
    }

    @Test("what cannot be stored is refused")
    func empty() throws {
        let header = RPMMainHeader(items: [.init(number: 1000, value: .binary([]))])
        #expect(throws: FormatError.self) { try header.encode() }
        var other = RPMMainHeader()
        other[.fileModes] = .int16([])
        #expect(other.items.isEmpty)
    }
}
