import Testing

@testable import Omnibus

@Suite struct ShebangTests {
    @Test(
        "Both forms give the interpreter and the length of the front",
        arguments: [
            ("#!/usr/bin/python3\nx", "/usr/bin/python3", "", 19),
            ("#! /usr/bin/env  python -u\r\nx", "/usr/bin/env", "python -u", 28),
            ("#!/bin/sh\n'''exec' /tmp/a/bin/python \"$0\" \"$@\"\n' '''\nimport x", "/tmp/a/bin/python", "", 53),
            ("#!/bin/sh\n'''exec' \"/tmp/a b/python\" \"$0\" \"$@\"\n' '''\nimport x", "/tmp/a b/python", "", 53),
            ("#!/bin/sh\necho hi\n", "/bin/sh", "", 10),
            ("#!/bin/sh", "/bin/sh", "", 9),
        ]
    )
    func forms(text: String, interpreter: String, arguments: String, length: Int) throws {
        let shebang = try #require(Shebang(Array(text.utf8)))
        #expect(shebang.interpreter == interpreter)
        #expect(shebang.arguments == arguments)
        #expect(shebang.length == length)
    }

    @Test("What is no shebang is none", arguments: ["", "#", "#!", "#!\nx", "x#!/bin/sh", "\u{7f}ELF"])
    func none(text: String) {
        #expect(Shebang(Array(text.utf8)) == nil)
    }

    @Test("Every prefix of a long form is read without harm")
    func prefixes() {
        let bytes = Array("#!/bin/sh\n'''exec' \"/tmp/a b/python\" \"$0\" \"$@\"\n' '''\nimport x".utf8)
        for count in 0...bytes.count {
            guard let shebang = Shebang(bytes.prefix(count)) else { continue }
            #expect(shebang.length <= count)
        }
    }
}
