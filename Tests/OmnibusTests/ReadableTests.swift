import Omnibus
import Testing

@Suite struct ReadableTests {
    @Test(
        "moments are shown as ISO 8601 has them, all digits there",
        arguments: [
            (0, "1970-01-01 00:00:00"), (1_445_212_800, "2015-10-19 00:00:00"), (951_827_696, "2000-02-29 12:34:56"),
            (-1, "1969-12-31 23:59:59"), (-62_135_596_800, "0001-01-01 00:00:00"),
            (253_402_300_799, "9999-12-31 23:59:59"),
        ]
    )
    func dates(seconds: Int64, expected: String) {
        #expect(Readable.date(seconds) == expected)
        #expect(Readable.date(seconds, dayOnly: true) == expected.prefix(10))
    }

    @Test(
        "moments that no calendar has are shown in seconds",
        arguments: [-62_135_596_801, 253_402_300_800, Int64.max]
    )
    func seconds(seconds: Int64) { #expect(Readable.date(seconds) == "\(seconds)") }

    @Test(
        "sizes have a unit and few digits",
        arguments: [
            (1, "1 byte"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (10_188, "9.9 KiB"), (10_240, "10 KiB"),
            (1_048_525, "1.0 MiB"), (UInt64.max, "16 EiB"),
        ]
    )
    func sizes(bytes: UInt64, expected: String) { #expect(Readable.size(bytes) == expected) }
}
