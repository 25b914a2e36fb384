import PackageFormats
import Testing

@Suite("Debian versions")
struct DebianVersionTests {
    struct Vector: CustomTestStringConvertible {
        var left: String
        var relation: String
        var right: String
        var testDescription: String { "\(left) \(relation) \(right)" }
    }

    static let vectors: [Vector] = {
        let text = (try? DebianFixture.text("version-vectors.tsv")) ?? ""
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return Vector(left: columns[0], relation: columns[1], right: columns[2])
        }
    }()

    @Test("there are vectors to test with")
    func count() { #expect(DebianVersionTests.vectors.count == 99) }

    @Test("compares as dpkg does, both ways round", arguments: vectors)
    func precedence(_ vector: Vector) throws {
        guard vector.relation != "invalid" else {
            #expect(throws: FormatError.self) {
                _ = try (DebianVersion(parsing: vector.left), DebianVersion(parsing: vector.right))
            }
            return
        }
        // dpkg compares versions that it would not install, such as `a1`.
        let (left, right) = (try EVR(parsing: vector.left), try EVR(parsing: vector.right))
        let expected = ["<": -1, "=": 0, ">": 1][vector.relation]
        #expect(left.debianPrecedence(over: right) == expected)
        #expect(right.debianPrecedence(over: left) == expected.map { -$0 })
        #expect(left.debianPrecedence(over: left) == 0)
    }

    @Test("versions are comparable as values")
    func comparable() throws {
        let texts = ["1.0~rc1-1", "1.0-0", "1.0-1", "1:0.1"]
        var versions: [DebianVersion] = []
        for text in texts { versions.append(try DebianVersion(parsing: text)) }
        #expect(versions.reversed().sorted().map(\.text) == texts)
        #expect(try DebianVersion(parsing: "1.0") == DebianVersion(parsing: "0:1.00-0"))
    }

    @Test(
        "refuses what dpkg refuses to install",
        arguments: [
            ("", FormatError.Code.debianVersion), (":1.0", .debianEpoch), ("1.0-", .debianRevision),
            ("a1.0", .debianVersionStart), ("1.0 1", .debianVersion), ("1.0_1", .debianVersion),
            ("1.0/2", .debianVersion), ("1:", .debianVersion), ("2147483648:1", .debianEpoch),
            ("99999999999:1", .debianVersion), ("1.0:1", .debianVersion), ("-1", .debianVersion),
            ("1.0-a:b", .debianRevision), ("1.0\n", .debianVersion), ("x:1.0", .debianVersionStart),
            ("1.0-1é", .debianRevision),
        ]
    )
    func invalid(_ text: String, _ code: FormatError.Code) {
        #expect(
            DebianFixture.error { () throws(FormatError) in _ = try DebianVersion(parsing: text) }?.code
                == code
        )
    }

    @Test(
        "an epoch of nought is left out of the text, unless another colon would become its own",
        arguments: [("0:1.0-1", "1.0-1"), ("2:1-1-1", "2:1-1-1"), ("0:1:2-1", "0:1:2-1")]
    )
    func text(_ text: String, _ expected: String) throws {
        #expect(try DebianVersion(parsing: text).text == expected)
    }
}
