/// The text of a manifest as YAML nodes, with limits on what a hostile document can cost.
struct ManifestDocument {
    /// The largest document in bytes.
    static let maximumSize = 1 << 20
    /// The most aliases in one document.
    static let maximumAliases = 8

    let file: String
    let root: YAMLNode

    /// Parses one YAML document.
    ///
    /// - Throws: ``OmnibusError`` with code `manifest-too-large`, `manifest-aliases`, `manifest-duplicate-key` or
    ///   `manifest-syntax`.
    init(_ text: String, file: String) throws(OmnibusError) {
        self.file = file
        guard text.utf8.count <= Self.maximumSize else {
            throw OmnibusError("manifest-too-large", .badInput, "\(file): a manifest has at most 1 MiB")
        }
        let parsed: YAMLNode?
        do throws(YAMLParser.Problem) {
            parsed = try YAMLParser.root(of: text, maximumAliases: Self.maximumAliases)
        } catch {
            throw Self.syntaxError(error, file: file)
        }
        guard let parsed else {
            throw OmnibusError("manifest-syntax", .badInput, "\(file):1:1: the manifest is empty")
        }
        root = parsed
    }

    private static func syntaxError(_ problem: YAMLParser.Problem, file: String) -> OmnibusError {
        let (code, hint): (String, String?) =
            switch problem.kind {
            case .syntax: ("manifest-syntax", nil)
            case .duplicateKey: ("manifest-duplicate-key", nil)
            case .aliases: ("manifest-aliases", "write the values out, or move long texts into files")
            }
        return ManifestFields.error(code, problem.message, at: problem.mark, file: file, hint: hint)
    }
}
