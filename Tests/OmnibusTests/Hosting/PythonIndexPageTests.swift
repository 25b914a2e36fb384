import Testing

@testable import Omnibus

@Suite struct PythonIndexPageTests {
    private static let digest = String(repeating: "ab", count: 32)

    private static func files(_ text: String) throws -> [PythonIndexPage.File] {
        try PythonIndexPage(parsing: Array(text.utf8), from: "https://example.com/root/simple/x/").files
    }

    @Test(
        "Links are found in HTML of any spelling, and lead where a browser would go",
        arguments: [
            ("<a href=\"../../x-1.zip#sha256=\(digest)\">x-1.zip</a>", "https://example.com/root/x-1.zip", true),
            ("<A class='b>c'\r\n HREF = '/x-1.zip'>\n x-1.zip </A>", "https://example.com/x-1.zip", false),
            ("<a href=//files.example.com/x-1.zip>x-1.zip</a>", "https://files.example.com/x-1.zip", false),
            (
                "<a data-href=\"no\" href=\"x-1.zip?a=1&amp;b=2\">x-1.zip</a>",
                "https://example.com/root/simple/x/x-1.zip?a=1&b=2", false
            ),
            (
                "{\"files\": [{\"filename\": \"x-1.zip\", \"url\": \"../x-1.zip\", \"hashes\": {\"sha256\": \"\(digest)\"}}]}",
                "https://example.com/root/simple/x-1.zip", true
            ),
        ]
    )
    func links(text: String, url: String, hasDigest: Bool) throws {
        #expect(try Self.files(text) == [.init(name: "x-1.zip", url: url, sha256: hasDigest ? Self.digest : nil)])
    }

    @Test(
        "What is no link is none",
        arguments: [
            "", "x", "<a>x</a>", "<a name=\"x\">x</a>", "<a href=\"x\"", "<abbr href=\"x\">x</abbr>",
            "<a href=\"\">x</a>", "<a href=\"x\"></a>",
        ]
    )
    func none(text: String) throws { #expect(try Self.files(text).isEmpty) }

    @Test("JSON that is no page is refused", arguments: ["{", "{}", "{\"files\": 1}", "{\"files\": [{}]}"])
    func broken(text: String) {
        let error = #expect(throws: OmnibusError.self) { try Self.files(text) }
        #expect(error?.code == "index-page")
    }
}
