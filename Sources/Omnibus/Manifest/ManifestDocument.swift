import Yams

/// The text of a manifest as YAML nodes, with the limits that a hostile document meets before it costs anything.
struct ManifestDocument {
    /// The largest document in bytes.
    static let maximumSize = 1 << 20
    /// The most aliases in one document: each can double what the document stands for.
    static let maximumAliases = 8

    let file: String
    let root: Node

    /// Parses one YAML document.
    ///
    /// - Throws: ``OmnibusError`` with code `manifest-too-large`, `manifest-aliases`, `manifest-duplicate-key` or
    ///   `manifest-syntax`.
    init(_ text: String, file: String) throws(OmnibusError) {
        self.file = file
        guard text.utf8.count <= Self.maximumSize else {
            throw OmnibusError("manifest-too-large", .badInput, "\(file): a manifest has at most 1 MiB")
        }
        let marks = Self.aliasMarks(in: text)
        guard marks.anchors == 0 || marks.aliases <= Self.maximumAliases else {
            throw OmnibusError(
                "manifest-aliases",
                .badInput,
                "\(file): more than \(Self.maximumAliases) YAML aliases",
                hint: "write the values out, or move long texts into files"
            )
        }
        let parsed: Node?
        do {
            parsed = try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch {
            throw Self.syntaxError(error, file: file)
        }
        guard let parsed else {
            throw OmnibusError("manifest-syntax", .badInput, "\(file):1:1: the manifest is empty")
        }
        root = parsed
    }

    /// How many anchors and aliases the text can have at most. Only places where a YAML token can begin count; within
    /// quotes and block texts that is more than there are, never fewer.
    private static func aliasMarks(in text: String) -> (anchors: Int, aliases: Int) {
        var (anchors, aliases) = (0, 0)
        var previous = UInt8(ascii: " ")
        var mark: UInt8?
        for byte in text.utf8 {
            let isWord = isWordByte(byte)
            if isWord, mark == UInt8(ascii: "&") { anchors += 1 }
            if isWord, mark == UInt8(ascii: "*") { aliases += 1 }
            let begins = !isWordByte(previous) && ![UInt8(ascii: ">"), UInt8(ascii: "&")].contains(previous)
            mark = begins && (byte == UInt8(ascii: "&") || byte == UInt8(ascii: "*")) ? byte : nil
            previous = byte
        }
        return (anchors, aliases)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }

    private static func syntaxError(_ error: any Error, file: String) -> OmnibusError {
        func wrong(_ mark: Mark, _ problem: String) -> OmnibusError {
            OmnibusError("manifest-syntax", .badInput, "\(file):\(mark.line):\(mark.column): \(problem)")
        }
        switch error {
        case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _):
            return wrong(mark, problem)
        case YamlError.duplicatedKeysInMapping(let duplicates, let context):
            return OmnibusError(
                "manifest-duplicate-key",
                .badInput,
                "\(file):\(context.mark.line):\(context.mark.column): '\(duplicates.first ?? "")' stands twice"
            )
        case YamlError.reader(let problem, _, _, _):
            return OmnibusError("manifest-syntax", .badInput, "\(file): \(problem)")
        default:
            return OmnibusError("manifest-syntax", .badInput, "\(file): the text is no YAML")
        }
    }
}
