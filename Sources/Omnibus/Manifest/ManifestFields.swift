/// One mapping of a manifest: its form is checked when it is opened, its values when they are read.
struct ManifestFields {
    let form: ManifestForm
    private let file: String
    private let mark: YAMLNode.Mark?
    private let values: [String: YAMLNode]

    /// Opens a mapping.
    ///
    /// - Throws: ``OmnibusError`` with code `manifest-type` for anything but a mapping, `manifest-unknown-key` for a key that
    ///   the form has not.
    init(_ node: YAMLNode, _ form: ManifestForm, file: String) throws(OmnibusError) {
        self.form = form
        self.file = file
        mark = node.mark
        var values: [String: YAMLNode] = [:]
        for (key, value) in try Self.pairs(of: node, file: file, "a mapping with \(form.keys.joined(separator: ", "))")
        {
            guard form.keys.contains(key.string) else {
                throw Self.error(
                    "manifest-unknown-key",
                    "unknown key '\(key.string.prefix(80))'",
                    at: key.mark,
                    file: file,
                    hint: NearestNames.hint(for: key.string, among: form.keys)
                        ?? "known here are \(form.keys.joined(separator: ", "))"
                )
            }
            values[key.string] = value
        }
        self.values = values
    }

    /// The pairs of a mapping whose keys are not fixed.
    static func pairs(
        of node: YAMLNode,
        file: String,
        _ expected: String
    ) throws(OmnibusError) -> [(key: YAMLNode.Scalar, value: YAMLNode)] {
        guard case .mapping(let mapping) = node else {
            throw error("manifest-type", "expected \(expected)", at: node.mark, file: file)
        }
        var pairs: [(YAMLNode.Scalar, YAMLNode)] = []
        for (key, value) in mapping.pairs {
            guard case .scalar(let scalar) = key else {
                throw error("manifest-type", "a key has to be a word", at: key.mark, file: file)
            }
            pairs.append((scalar, value))
        }
        return pairs
    }

    /// The value of a key, or `nil` where it is absent.
    subscript(key: String) -> YAMLNode? { values[key] }

    /// An error at the value of a key, or at the mapping where the key is absent.
    func error(_ code: String, _ message: String, at key: String? = nil, hint: String? = nil) -> OmnibusError {
        Self.error(code, message, at: key.flatMap { values[$0]?.mark } ?? mark, file: file, hint: hint)
    }

    /// An error at a place in the document.
    static func error(
        _ code: String,
        _ message: String,
        at mark: YAMLNode.Mark?,
        file: String,
        hint: String? = nil
    ) -> OmnibusError {
        let place = mark.map { "\(file):\($0.line):\($0.column): " } ?? "\(file): "
        return OmnibusError(code, .badInput, place + message, hint: hint)
    }

    /// The text of a key that has to be there.
    func requiredText(_ key: String) throws(OmnibusError) -> String {
        guard let text = try text(key) else { throw missing(key) }
        return text
    }

    /// A missing key, at the mapping that lacks it.
    func missing(_ key: String) -> OmnibusError {
        error("manifest-missing-key", "'\(key)' is missing")
    }

    /// One line of text. Numbers are taken as they are written, so that `version: 1.10` keeps its zero.
    func text(_ key: String, limit: Int = 1024) throws(OmnibusError) -> String? {
        guard let node = values[key] else { return nil }
        return try Self.text(node, key, file: file, limit: limit)
    }

    /// Text of several lines, with no blank lines or spaces at its ends.
    func paragraphs(_ key: String, limit: Int = 65_536) throws(OmnibusError) -> String? {
        guard let node = values[key] else { return nil }
        return try Self.text(node, key, file: file, limit: limit, isMultiline: true)
    }

    /// `true` or `false`.
    func flag(_ key: String) throws(OmnibusError) -> Bool? {
        guard let text = try text(key) else { return nil }
        switch text {
        case "true": return true
        case "false": return false
        default: throw error("manifest-type", "'\(key)' has to be true or false", at: key)
        }
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable & CaseIterable>(
        _ key: String,
        _ type: Word.Type
    ) throws(OmnibusError) -> Word? where Word.RawValue == String {
        guard let text = try text(key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let words = Word.allCases.map(\.rawValue)
        throw error(
            "manifest-value",
            "'\(text)' is not one of \(words.joined(separator: ", "))",
            at: key,
            hint: NearestNames.hint(for: text, among: words)
        )
    }

    /// The nodes of a list; a single value stands for a list of one.
    func nodes(_ key: String) throws(OmnibusError) -> [YAMLNode]? {
        guard let node = values[key] else { return nil }
        guard case .sequence(let sequence) = node else { return [node] }
        guard sequence.nodes.count <= 10_000 else {
            throw error("manifest-value", "'\(key)' has more than 10000 values", at: key)
        }
        return sequence.nodes
    }

    /// A list of texts, one line each.
    func texts(_ key: String) throws(OmnibusError) -> [String]? {
        guard let nodes = try nodes(key) else { return nil }
        var texts: [String] = []
        for node in nodes { texts.append(try Self.text(node, key, file: file, limit: 1024)) }
        return texts
    }

    /// The text of a node.
    static func text(
        _ node: YAMLNode,
        _ key: String,
        file: String,
        limit: Int,
        isMultiline: Bool = false
    ) throws(OmnibusError) -> String {
        guard case .scalar(let scalar) = node else {
            throw error("manifest-type", "'\(key)' has to be text", at: node.mark, file: file)
        }
        let isAbsent = scalar.style == .plain && ["", "~", "null"].contains(scalar.string)
        var text = scalar.string[...]
        if isMultiline {
            while text.last?.isWhitespace == true { text.removeLast() }
        }
        guard !isAbsent, !text.isEmpty else {
            throw error("manifest-value", "'\(key)' is empty", at: node.mark, file: file)
        }
        guard text.utf8.count <= limit else {
            throw error("manifest-value", "'\(key)' is longer than \(limit) bytes", at: node.mark, file: file)
        }
        let isControl = { (scalar: Unicode.Scalar) in
            scalar.properties.generalCategory == .control && !(isMultiline && (scalar == "\n" || scalar == "\t"))
        }
        guard !text.unicodeScalars.contains(where: isControl) else {
            let lines = isMultiline ? "" : "one line of text with "
            throw error("manifest-value", "'\(key)' has to be \(lines)no control characters", at: node.mark, file: file)
        }
        return String(text)
    }
}
