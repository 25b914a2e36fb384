import Testing

@testable import PackageFormats

@Suite("Relations")
struct RelationTests {
    @Test(
        "are read in either format's spelling",
        arguments: [
            ("bash", Relation(.requires, "bash")),
            ("bash >= 4.0", Relation(.requires, "bash", .greaterOrEqual, "4.0")),
            ("bash>=4.0", Relation(.requires, "bash", .greaterOrEqual, "4.0")),
            (" bash (>= 4.0) ", Relation(.requires, "bash", .greaterOrEqual, "4.0")),
            ("bash (<< 1:4.0-1~)", Relation(.requires, "bash", .less, "1:4.0-1~")),
            ("bash == 4", Relation(.requires, "bash", .equal, "4")),
            ("python3dist(flask) >= 1", Relation(.requires, "python3dist(flask)", .greaterOrEqual, "1")),
            ("libc.so.6(GLIBC_2.4)(64bit)", Relation(.requires, "libc.so.6(GLIBC_2.4)(64bit)")),
            ("perl(A::B)", Relation(.requires, "perl(A::B)")),
            ("/usr/sbin/iptables", Relation(.requires, "/usr/sbin/iptables")),
            ("python3:any", Relation(.requires, .single(.init("python3", architecture: "any")))),
            ("a | b (>= 2)", Relation(.requires, .anyOf([.init("a"), .init("b", .init(.greaterOrEqual, "2"))]))),
            ("(a or b if c)", Relation(.requires, .rich("(a or b if c)"))),
        ]
    )
    func parsing(text: String, expected: Relation) throws {
        #expect(try Relation(.requires, parsing: text) == expected)
    }

    @Test(
        "that no format can carry are refused",
        arguments: [
            "", "  ", "a b", ">= 1", "a >=", "a => 1", "a >= 1 2", "a |", "(a or b", "(a) or (b)", "a\nPre-Depends: b",
            "a (>= 1",
        ]
    )
    func broken(text: String) {
        let error = #expect(throws: FormatError.self) { try Relation(.requires, parsing: text) }
        #expect(error?.code == .invalidRelation)
    }

    @Test(
        "carry versions split as rpm and dpkg do",
        arguments: [
            ("1.0", EVR(version: "1.0")), ("1.0-2", EVR(version: "1.0", release: "2")),
            ("3:1.0-2-3", EVR(epoch: 3, version: "1.0-2", release: "3")), (":1", EVR(epoch: 0, version: "1")),
            ("0:1-1", EVR(epoch: 0, version: "1", release: "1")),
        ]
    )
    func versions(text: String, expected: EVR) throws {
        #expect(try EVR(parsing: text) == expected)
    }

    @Test("refuse versions with a part missing", arguments: ["", "-1", "1-", "1:", "4294967296:1"])
    func brokenVersions(text: String) {
        let error = #expect(throws: FormatError.self) { try EVR(parsing: text) }
        #expect(error?.code == .invalidValue)
    }
}
