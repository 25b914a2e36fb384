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
                case .singleQuoted: "'"
                case .doubleQuoted: "\""
                case .literal: "|"
                case .folded: ">"
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
            ("a:\n- 'x y'\n- \"\\u00e9\"\n", "map@1:1{a@1:1: list@2:1['x y@2:3, \"é@3:3]}"),
            ("äö: {b: [c, d]}", "map@1:1{äö@1:1: map@1:5{b@1:6: flow@1:9[c@1:10, d@1:13]}}"),
            ("a: |\n  1\n  2\nb: >\n  x\n  y\n", "map@1:1{a@1:1: |1\n2\n@1:4, b@4:1: >x y\n@4:4}"),
            ("a: &x !!str 1\nb: *x\n", "map@1:1{a@1:1: 1@1:4, b@2:1: 1@1:4}"),
            ("? [k]\n: v\n", "map@1:1{flow@1:3[k@1:4]: v@2:3}"),
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
            (String(repeating: "[", count: 66) + "1", .syntax, "1:66"), ("a: \u{7}", .syntax, "-"),
            ("a: \u{FFFE}", .syntax, "-"),
        ]
    )
    func problems(text: String, kind: YAMLParser.Problem.Kind, place: String) {
        let problem = #expect(throws: YAMLParser.Problem.self) { try YAMLParser.root(of: text, maximumAliases: 2) }
        #expect(problem?.kind == kind)
        #expect(problem?.mark.map { "\($0.line):\($0.column)" } ?? "-" == place, "\(problem?.message ?? "")")
        #expect(problem?.message.isEmpty == false)
    }

    @Test(
        "what is written is read again",
        arguments: [
            "", " ", "x", "true", "1.10", "a: b", "- a", "'", "\"", "\\", "#", "a\nb\n", "é\u{1F600}", "\u{7F}", "&a",
        ]
    )
    func roundTrip(text: String) throws {
        for style in [YAMLNode.Scalar.Style.plain, .singleQuoted, .doubleQuoted, .literal, .folded] {
            let scalar = YAMLNode.scalar(YAMLNode.Scalar(string: text, style: style))
            let node = YAMLNode.mapping(
                YAMLNode.Mapping(pairs: [
                    (.scalar(YAMLNode.Scalar(string: "k")), .sequence(YAMLNode.Sequence(nodes: [scalar]))),
                    (
                        .scalar(YAMLNode.Scalar(string: "l")),
                        .sequence(YAMLNode.Sequence(nodes: [scalar], isFlow: true))
                    ),
                ])
            )
            let written = try YAMLWriter.text(of: node)
            let root = try #require(try YAMLParser.root(of: written, maximumAliases: 0))
            guard case .mapping(let mapping) = root else { throw YAMLWriter.Failure() }
            for pair in mapping.pairs {
                guard case .sequence(let sequence) = pair.value, case .scalar(let read)? = sequence.nodes.first else {
                    throw YAMLWriter.Failure()
                }
                #expect(read.string == text, "\(written)")
            }
        }
    }
}
