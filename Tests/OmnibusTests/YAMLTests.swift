import Testing

@testable import Omnibus

/// What YAML texts say, and where.
@Suite struct YAMLTests {
    /// A node as a short text: scalars with the sign of their style, and everything with its place.
    private func outline(_ node: YAMLNode) -> String {
        let place = node.mark.map { "\($0.line):\($0.column)" } ?? "?"
        switch node {
        case .scalar(let scalar):
            let sign =
                switch scalar.style {
                case .plain: ""
                case .quoted: "'"
                case .block: "|"
                }
            return "\(sign)\(scalar.string)@\(place)"
        case .sequence(let sequence):
            return
                "\(sequence.isFlow ? "flow" : "list")@\(place)[\(sequence.nodes.map(outline).joined(separator: ", "))]"
        case .mapping(let mapping):
            let pairs = mapping.pairs.map { "\(outline($0.key)): \(outline($0.value))" }
            return "map@\(place){\(pairs.joined(separator: ", "))}"
        }
    }

    @Test(
        "nodes have their texts, styles and places",
        arguments: [
            ("a: 1.10", "map@1:1{a@1:1: 1.10@1:4}"),
            ("a:\n- 'x y'\n- \"\\u00e9\"\n", "map@1:1{a@1:1: list@2:1['x y@2:3, 'é@3:3]}"),
            ("äö: {b: [c, d]}", "map@1:1{äö@1:1: map@1:5{b@1:6: list@1:9[c@1:10, d@1:13]}}"),
            ("a: |\n  1\n  2\nb: >\n  x\n  y\n", "map@1:1{a@1:1: |1\n2\n@1:4, b@4:1: |x y\n@4:4}"),
            ("a: &x !!str 1\nb: *x\n", "map@1:1{a@1:1: 1@1:4, b@2:1: 1@2:4}"),
            ("? [k]\n: v\n", "map@1:1{list@1:3[k@1:4]: v@2:3}"),
            ("%YAML 1.1\n---\nx\n...\n", "x@3:1"),
            ("a:\r\n  b: \r\n", "map@1:1{a@1:1: map@2:3{b@2:3: @2:5}}"),
        ]
    )
    func places(text: String, expected: String) throws {
        let root = try #require(try YAMLParser.root(of: text, maximumAliases: 1))
        #expect(outline(root) == expected)
    }

    @Test("a text without a document has no root", arguments: ["", "# nothing\n", "\n\n"])
    func empty(text: String) throws {
        #expect(try YAMLParser.root(of: text, maximumAliases: 0) == nil)
    }

    @Test(
        "what is wrong is said with its place",
        arguments: [
            ("a: [", YAMLParser.Problem.Kind.syntax, "2:1"), ("a: 'b\n", .syntax, "2:1"), ("\ta: b", .syntax, "1:1"),
            ("a: b: c", .syntax, "1:5"), ("a: 1\n---\nb: 2", .syntax, "3:1"), ("a: *b", .syntax, "1:4"),
            ("a: &a [*a]", .syntax, "1:8"), ("a: &a 1\nb: [*a, *a, *a]", .aliases, "2:13"),
            ("a: 1\nb: 2\na: 3", .duplicateKey, "3:1"), ("{a: 1, 'a': 2}", .duplicateKey, "1:8"),
            (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), .syntax, "1:65"),
            ("é: 1\r\né: \u{7}", .syntax, "2:4"), ("a: \u{FFFE}", .syntax, "1:4"),
        ]
    )
    func problems(text: String, kind: YAMLParser.Problem.Kind, place: String) {
        let problem = #expect(throws: YAMLParser.Problem.self) { try YAMLParser.root(of: text, maximumAliases: 2) }
        #expect(problem?.kind == kind)
        #expect(problem?.mark.map { "\($0.line):\($0.column)" } ?? "-" == place, "\(problem?.message ?? "")")
        #expect(problem?.message.isEmpty == false)
    }

    @Test("64 levels are read")
    func deep() throws {
        let text = String(repeating: "[", count: 64) + "x" + String(repeating: "]", count: 64)
        #expect(try YAMLParser.root(of: text, maximumAliases: 0) != nil)
    }

    private func scalar(_ text: String, _ style: YAMLNode.Scalar.Style = .plain) -> YAMLNode {
        .scalar(YAMLNode.Scalar(string: text, style: style))
    }

    @Test("text is written two blanks a level, not wrapped, with its letters as they are")
    func form() throws {
        let long = String(repeating: "word ", count: 40) + "é"
        let flow = YAMLNode.sequence(YAMLNode.Sequence(nodes: [scalar("a"), scalar("b: c")], isFlow: true))
        let inner = YAMLNode.mapping(
            YAMLNode.Mapping(pairs: [
                (scalar("long"), scalar(long)), (scalar("quoted"), scalar("1", .quoted)),
                (scalar("block"), scalar("x\n  y\n", .block)), (scalar("flow"), flow),
            ])
        )
        let list = YAMLNode.sequence(YAMLNode.Sequence(nodes: [inner]))
        let text = try YAMLWriter.text(of: .mapping(YAMLNode.Mapping(pairs: [(scalar("list"), list)])))
        #expect(
            text == """
                list:
                - long: \(long)
                  quoted: "1"
                  block: |
                    x
                      y
                  flow: [a, 'b: c']

                """
        )
    }

    @Test(
        "what is written is read again",
        arguments: [
            "", " ", "x", "true", "1.10", "a: b", "- a", "'", "\"", "\\", "#", "a\nb\n", "é\u{1F600}", "\u{7F}", "&a",
        ]
    )
    func roundTrip(text: String) throws {
        for style in [YAMLNode.Scalar.Style.plain, .quoted, .block] {
            for isFlow in [true, false] {
                let node = YAMLNode.sequence(YAMLNode.Sequence(nodes: [scalar(text, style)], isFlow: isFlow))
                let written = try YAMLWriter.text(of: node)
                let root = try #require(try YAMLParser.root(of: written, maximumAliases: 0))
                guard case .sequence(let read) = root, read.nodes.count == 1, case .scalar(let scalar) = read.nodes[0]
                else {
                    Issue.record("no list of one: \(written)")
                    return
                }
                #expect(scalar.string == text, "\(written)")
            }
        }
    }

    @Test("damaged texts are read or refused, and what is read can be written and read again")
    func damage() throws {
        let whole = Array(try Manifest.flocker.yaml().utf8)
        var random = LinearGenerator(state: 7)
        let signs = Array("[]{}:,-?&*!|>'\"%@` \n\t#~\u{7}é".utf8)
        var (read, refused) = (0, 0)
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                bytes[place] = signs.randomElement(using: &random) ?? 0
            }
            guard let root = try? YAMLParser.root(of: String(decoding: bytes, as: UTF8.self), maximumAliases: 8) else {
                refused += 1
                continue
            }
            read += 1
            let written = try YAMLWriter.text(of: root)
            #expect(try YAMLParser.root(of: written, maximumAliases: 0) != nil)
        }
        #expect(read > 0 && refused > 0)
    }
}

/// The same numbers in every run (Knuth's MMIX).
private struct LinearGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state.byteSwapped
    }
}
