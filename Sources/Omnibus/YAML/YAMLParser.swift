internal import CYaml

/// Reads a YAML text of one document, with libyaml.
struct YAMLParser {
    /// Why a text cannot be read.
    struct Problem: Error {
        enum Kind: Sendable {
            case syntax
            case aliases
            case duplicateKey
        }

        var kind = Kind.syntax
        var message: String
        /// Where; `nil` only where there is no memory.
        var mark: YAMLNode.Mark?
    }

    /// The most levels of collections in one another.
    private static let maximumDepth = 64

    // Has a place of its own: libyaml keeps its address.
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let text: String
    private let maximumAliases: Int
    private var anchors: [String: YAMLNode] = [:]
    private var aliases = 0

    /// The root of a text's only document, or `nil` of a text that has none.
    ///
    /// - Parameters:
    ///   - text: the text.
    ///   - maximumAliases: the most aliases: each can double what the document stands for.
    static func root(of text: String, maximumAliases: Int) throws(Problem) -> YAMLNode? {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { throw Problem(message: "there is no memory") }
        defer { yaml_parser_delete(parser) }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        // An empty array need not have an address.
        return try (Array(text.utf8) + [0]).withUnsafeBufferPointer { (bytes) throws(Problem) in
            yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count - 1)
            var reader = YAMLParser(parser: parser, text: text, maximumAliases: maximumAliases)
            return try reader.root()
        }
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>, text: String, maximumAliases: Int) {
        self.parser = parser
        self.text = text
        self.maximumAliases = maximumAliases
    }

    private mutating func root() throws(Problem) -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try next()
            switch event.kind {
            case .streamEnd: return root
            case .other: continue
            default:
                guard root == nil else { throw Problem(message: "there is a second document", mark: event.mark) }
                root = try node(event, depth: 0)
            }
        }
    }

    private mutating func node(_ event: Event, depth: Int) throws(Problem) -> YAMLNode {
        guard depth < Self.maximumDepth || !event.kind.isCollection else {
            throw Problem(message: "more than \(Self.maximumDepth) levels", mark: event.mark)
        }
        let node: YAMLNode
        switch event.kind {
        case .alias(let name):
            aliases += 1
            guard aliases <= maximumAliases else {
                throw Problem(kind: .aliases, message: "more than \(maximumAliases) aliases", mark: event.mark)
            }
            guard let node = anchors[name] else {
                throw Problem(message: "there is no anchor '\(name)'", mark: event.mark)
            }
            return node.moved(to: event.mark)
        case .scalar(let text, let style):
            node = .scalar(YAMLNode.Scalar(string: text, style: style, mark: event.mark))
        case .sequenceStart:
            var nodes: [YAMLNode] = []
            var item = try next()
            while !item.kind.isEnd {
                nodes.append(try self.node(item, depth: depth + 1))
                item = try next()
            }
            node = .sequence(YAMLNode.Sequence(nodes: nodes, mark: event.mark))
        case .mappingStart:
            var pairs: [(key: YAMLNode, value: YAMLNode)] = []
            var names: Set<String> = []
            var item = try next()
            while !item.kind.isEnd {
                let key = try self.node(item, depth: depth + 1)
                if case .scalar(let scalar) = key, !names.insert(scalar.string).inserted {
                    throw Problem(
                        kind: .duplicateKey,
                        message: "'\(scalar.string)' stands twice",
                        mark: item.mark
                    )
                }
                pairs.append((key, try self.node(try next(), depth: depth + 1)))
                item = try next()
            }
            node = .mapping(YAMLNode.Mapping(pairs: pairs, mark: event.mark))
        case .streamEnd, .end, .other:
            throw Problem(message: "a value is missing", mark: event.mark)
        }
        if let anchor = event.anchor { anchors[anchor] = node }
        return node
    }
}

// MARK: - Events

extension YAMLParser {
    /// What libyaml finds next.
    private struct Event {
        enum Kind {
            case scalar(String, YAMLNode.Scalar.Style)
            case alias(String)
            case sequenceStart
            case mappingStart
            /// Of a sequence or mapping.
            case end
            case streamEnd
            /// What holds no node.
            case other

            var isEnd: Bool { if case .end = self { true } else { false } }
            var isCollection: Bool {
                switch self {
                case .sequenceStart, .mappingStart: true
                default: false
                }
            }
        }

        var kind: Kind
        var anchor: String?
        var mark: YAMLNode.Mark
    }

    private func next() throws(Problem) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem }
        defer { yaml_event_delete(&event) }
        let data = event.data
        let kind: Event.Kind
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        switch event.type {
        case YAML_SCALAR_EVENT:
            let bytes = UnsafeBufferPointer(start: data.scalar.value, count: data.scalar.length)
            kind = .scalar(String(decoding: bytes, as: UTF8.self), Self.style(data.scalar.style))
            anchor = data.scalar.anchor
        case YAML_ALIAS_EVENT: kind = .alias(Self.name(data.alias.anchor) ?? "")
        case YAML_SEQUENCE_START_EVENT:
            kind = .sequenceStart
            anchor = data.sequence_start.anchor
        case YAML_MAPPING_START_EVENT:
            kind = .mappingStart
            anchor = data.mapping_start.anchor
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: kind = .end
        // libyaml gives nothing more behind the end of the stream.
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: kind = .streamEnd
        default: kind = .other
        }
        return Event(kind: kind, anchor: Self.name(anchor), mark: Self.mark(event.start_mark))
    }

    /// What was wrong when libyaml gave no event.
    private var problem: Problem {
        let message = parser.pointee.problem.map { String(cString: $0) } ?? "there is no memory"
        switch parser.pointee.error {
        case YAML_SCANNER_ERROR, YAML_PARSER_ERROR:
            return Problem(message: message, mark: Self.mark(parser.pointee.problem_mark))
        case YAML_READER_ERROR: return Problem(message: message, mark: mark(ofByte: parser.pointee.problem_offset))
        default: return Problem(message: message)
        }
    }

    private static func mark(_ mark: yaml_mark_t) -> YAMLNode.Mark {
        YAMLNode.Mark(line: Int(clamping: mark.line) + 1, column: Int(clamping: mark.column) + 1)
    }

    /// Where a character stands that YAML does not allow.
    private func mark(ofByte offset: Int) -> YAMLNode.Mark {
        let before = String(decoding: text.utf8.prefix(offset), as: UTF8.self).unicodeScalars
        let line = before.lastIndex(of: "\n").map { before[before.index(after: $0)...] } ?? before[...]
        return YAMLNode.Mark(line: before.count { $0 == "\n" } + 1, column: line.count + 1)
    }

    private static func name(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        text.map { String(cString: $0) }
    }

    private static func style(_ style: yaml_scalar_style_t) -> YAMLNode.Scalar.Style {
        switch style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
        default: .plain
        }
    }
}
