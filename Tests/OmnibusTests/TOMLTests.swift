import Testing

@testable import Omnibus

/// TOML as `pyproject.toml` uses it, and what is none.
@Suite struct TOMLTests {
    @Test("Every kind of value, key and table is read")
    func values() throws {
        let text = #"""
            # comment
            title = "a \"b\" \u00e9\n" # behind
            raw = 'C:\x'
            "quoted key".'x'.y = true
            numbers = [1, +2, -3, 0x1F, 1_000, 1.5, 1e3, inf,
              # inside
            ]
            when = 1979-05-27T07:32:00Z
            day = 1979-05-27 07:32:00
            long = """
            one \
               two
            three"" """
            point = {x = 1, y.z = "q"}
            [a.b]
            c = 1
            [a]
            d = 2
            [[list]]
            n = 1
            [list.sub]
            m = 1
            [[list]]
            n = 2
            [list.sub]
            m = 2
            """#
        let toml = try TOML(parsing: text)
        #expect(toml["title"]?.text == "a \"b\" é\n")
        #expect(toml["raw"]?.text == "C:\\x")
        #expect(toml[path: "quoted key", "x", "y"] == .boolean(true))
        #expect(
            toml["numbers"]?.array == [
                .integer(1), .integer(2), .integer(-3), .integer(31), .integer(1000), .float(1.5), .float(1000),
                .float(.infinity),
            ]
        )
        #expect(toml["when"] == .date("1979-05-27T07:32:00Z"))
        #expect(toml["day"] == .date("1979-05-27 07:32:00"))
        #expect(toml["long"]?.text == "one two\nthree\"\" ")
        #expect(toml[path: "point", "y", "z"]?.text == "q")
        #expect(toml[path: "a", "b", "c"] == .integer(1))
        #expect(toml[path: "a", "d"] == .integer(2))
        #expect(toml["list"]?.array?.map { $0[path: "sub", "m"] } == [.integer(1), .integer(2)])
    }

    @Test(
        "What is no TOML is refused, with the line",
        arguments: [
            "a", "a =", "a = b", "a = 1 2", "a = \"x", "a = 'x\n'", "a = [1", "a = {x = 1", "[a", "[a]\n[a]",
            "a = 1\na = 2",
            "a = 1\n[a]", "a = 1\na.b = 2", "= 1", "a = \"\\q\"", "a = \"\\u12\"", "a = \"\u{01}\"", "[[a]]\n[a]\nx",
            "a = [1 2]",
            String(repeating: "a=[", count: 1) + String(repeating: "[", count: 100_000),
            "a" + String(repeating: ".a", count: 100_000) + "=1",
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: OmnibusError.self) { try TOML(parsing: text) }
        #expect(error?.code == "toml-invalid")
        #expect(error?.message.hasPrefix("line ") == true)
    }

    @Test("A document of a whole megabyte is no trouble, one beyond the limit is refused")
    func size() throws {
        let long = "a = \"\(String(repeating: "x", count: 1 << 20))\"\n"
        #expect(try TOML(parsing: long)["a"]?.text?.utf8.count == 1 << 20)
        let error = #expect(throws: OmnibusError.self) { try TOML(parsing: String(repeating: long, count: 5)) }
        #expect(error?.code == "file-too-long")
    }
}
