internal import CYaml

/// Writes a node as a YAML text, with libyaml: two blanks a level, lines as long as they get, text in UTF-8.
struct YAMLWriter {
    /// What libyaml cannot write.
    struct Failure: Error {}

    // Has a place of its own: libyaml keeps its address.
    private let emitter: UnsafeMutablePointer<yaml_emitter_t>

    /// The text of a document.
    static func text(of node: YAMLNode) throws(Failure) -> String {
        let emitter = UnsafeMutablePointer<yaml_emitter_t>.allocate(capacity: 1)
        defer { emitter.deallocate() }
        guard yaml_emitter_initialize(emitter) == 1 else { throw Failure() }
        defer { yaml_emitter_delete(emitter) }
        yaml_emitter_set_encoding(emitter, YAML_UTF8_ENCODING)
        yaml_emitter_set_unicode(emitter, 1)
        yaml_emitter_set_indent(emitter, 2)
        yaml_emitter_set_width(emitter, -1)
        var bytes: [UInt8] = []
        let written: Result<Void, Failure> = withUnsafeMutablePointer(to: &bytes) { bytes in
            yaml_emitter_set_output(
                emitter,
                { bytes, piece, count in
                    bytes?.assumingMemoryBound(to: [UInt8].self).pointee
                        .append(contentsOf: UnsafeBufferPointer(start: piece, count: count))
                    return 1
                },
                bytes
            )
            return Result { () throws(Failure) in try YAMLWriter(emitter: emitter).write(document: node) }
        }
        try written.get()
        return String(decoding: bytes, as: UTF8.self)
    }

    private func write(document node: YAMLNode) throws(Failure) {
        try emit { yaml_stream_start_event_initialize(&$0, YAML_UTF8_ENCODING) }
        try emit { yaml_document_start_event_initialize(&$0, nil, nil, nil, 1) }
        try write(node)
        try emit { yaml_document_end_event_initialize(&$0, 1) }
        try emit { yaml_stream_end_event_initialize(&$0) }
    }

    private func write(_ node: YAMLNode) throws(Failure) {
        switch node {
        case .scalar(let scalar):
            // An empty array need not have an address.
            let text = Array(scalar.string.utf8) + [0]
            let count = Int32(clamping: text.count - 1)
            try emit { yaml_scalar_event_initialize(&$0, nil, nil, text, count, 1, 1, Self.style(scalar.style)) }
        case .sequence(let sequence):
            let style = sequence.isFlow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE
            try emit { yaml_sequence_start_event_initialize(&$0, nil, nil, 1, style) }
            for node in sequence.nodes { try write(node) }
            try emit { yaml_sequence_end_event_initialize(&$0) }
        case .mapping(let mapping):
            try emit { yaml_mapping_start_event_initialize(&$0, nil, nil, 1, YAML_BLOCK_MAPPING_STYLE) }
            for (key, value) in mapping.pairs {
                try write(key)
                try write(value)
            }
            try emit { yaml_mapping_end_event_initialize(&$0) }
        }
    }

    /// Makes an event and gives it to the emitter, which takes it over.
    private func emit(_ make: (inout yaml_event_t) -> Int32) throws(Failure) {
        var event = yaml_event_t()
        guard make(&event) == 1, yaml_emitter_emit(emitter, &event) == 1 else { throw Failure() }
    }

    private static func style(_ style: YAMLNode.Scalar.Style) -> yaml_scalar_style_t {
        switch style {
        case .plain: YAML_PLAIN_SCALAR_STYLE
        case .quoted: YAML_DOUBLE_QUOTED_SCALAR_STYLE
        case .block: YAML_LITERAL_SCALAR_STYLE
        }
    }
}
