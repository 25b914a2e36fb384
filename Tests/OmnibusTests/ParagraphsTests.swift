import Testing

@testable import Omnibus

@Suite("Descriptions")
struct ParagraphsTests {
    @Test(
        "are set in lines that tools show whole",
        arguments: [
            ("one\ntwo", "one two"),
            ("one\n\ntwo\n\n", "one\n\ntwo"),
            ("list:\n  - a\n  - b\nend", "list:\n  - a\n  - b\nend"),
            (
                String(repeating: "abcd ", count: 20),
                String(repeating: "abcd ", count: 15) + "abcd\nabcd abcd abcd abcd"
            ),
            (String(repeating: "x", count: 90) + " y", String(repeating: "x", count: 90) + "\ny"),
            ("", ""),
        ]
    )
    func wrapping(text: String, expected: String) {
        #expect(Paragraphs.wrapped(text) == expected)
    }
}
