/// A node of a YAML document. Tags are passed over: what a scalar means is the reader's to say.
enum YAMLNode: Sendable {
    /// A place in the text.
    struct Mark: Sendable, Hashable {
        /// The line, from 1.
        var line: Int
        /// The column in characters, from 1.
        var column: Int
    }

    /// A text.
    struct Scalar: Sendable {
        /// How it is written.
        enum Style: Sendable {
            case plain, quoted, block
        }

        var string: String
        var style: Style = .plain
        var mark: Mark?
    }

    /// A list.
    struct Sequence: Sendable {
        var nodes: [YAMLNode]
        /// Whether it is to be written in brackets.
        var isFlow = false
        var mark: Mark?
    }

    /// Pairs in the order of the text.
    struct Mapping: Sendable {
        var pairs: [(key: YAMLNode, value: YAMLNode)]
        var mark: Mark?
    }

    case scalar(Scalar)
    case sequence(Sequence)
    case mapping(Mapping)

    /// Where the node begins; `nil` if it was not read.
    var mark: Mark? {
        switch self {
        case .scalar(let scalar): scalar.mark
        case .sequence(let sequence): sequence.mark
        case .mapping(let mapping): mapping.mark
        }
    }

    /// The node as an alias stands for it elsewhere.
    func moved(to mark: Mark) -> YAMLNode {
        switch self {
        case .scalar(var scalar):
            scalar.mark = mark
            return .scalar(scalar)
        case .sequence(var sequence):
            sequence.mark = mark
            return .sequence(sequence)
        case .mapping(var mapping):
            mapping.mark = mark
            return .mapping(mapping)
        }
    }
}
