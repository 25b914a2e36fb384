/// The fields of a Python distribution's core metadata (`METADATA`, `PKG-INFO`), which has the form of an e-mail's head.
struct CoreMetadata: Sendable {
    private let fields: [(name: String, value: String)]

    /// Reads the fields before the first empty line; names count in lower case.
    init(_ bytes: [UInt8]) {
        var fields: [(name: String, value: String)] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let bytes = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest[bytes.endIndex...].dropFirst()
            let line = String(decoding: bytes, as: UTF8.self).trimmingWhitespace(leading: false)
            guard !line.isEmpty else { break }
            guard let colon = line.firstIndex(of: ":"), line.first?.isWhitespace == false else { continue }
            let value = String(line[line.index(after: colon)...]).trimmingWhitespace()
            fields.append((line[..<colon].lowercased(), value))
        }
        self.fields = fields
    }

    /// The first value of a field, its name in lower case.
    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

    /// Every value of a field, its name in lower case.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map { $0.value } }
}
