import SystemPackage

/// The fields of a `METADATA` or `PKG-INFO` file, which has the form of an e-mail (PyPA's core metadata).
struct CoreMetadata: Sendable {
    /// The fields in order, names in lower case; further lines of a value are joined by line feeds.
    private(set) var fields: [(name: String, value: String)] = []
    /// What stands behind the first empty line: the long description of metadata since 2.1.
    private(set) var body = ""

    init(_ path: FilePath) throws(OmnibusError) {
        self.init(parsing: try FileSystem.read(path, limit: 4 << 20))
    }

    init(parsing bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let line = rest.prefix { $0 != UInt8(ascii: "\n") }
            rest = rest[line.endIndex...].dropFirst()
            let text = String(decoding: line, as: UTF8.self).trimmingWhitespace(leading: false)
            guard !text.isEmpty else { break }
            if text.first?.isWhitespace == true {
                // Descriptions of old mark further lines by blanks, or by blanks and a bar.
                if !fields.isEmpty {
                    let more = text.trimmingWhitespace()
                    fields[fields.count - 1].value += "\n" + (more.hasPrefix("|") ? String(more.dropFirst()) : more)
                }
                continue
            }
            guard let colon = text.firstIndex(of: ":") else { continue }
            let value = String(text[text.index(after: colon)...]).trimmingWhitespace()
            fields.append((text[..<colon].lowercased(), value))
        }
        body = String(decoding: rest, as: UTF8.self)
    }

    /// The first value of a field; `UNKNOWN`, which old tools wrote for nothing, counts as none.
    subscript(name: String) -> String? {
        fields.first { $0.name == name }.flatMap { $0.value.isEmpty || $0.value == "UNKNOWN" ? nil : $0.value }
    }

    /// Every value of a field.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
}

/// The groups of an `entry_points.txt` (PyPA's entry points specification).
enum EntryPoints {
    /// The objects by name, in each group.
    static func parse(_ text: String) -> [String: [String: String]] {
        var groups: [String: [String: String]] = [:]
        var group = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let line = String(line).trimmingWhitespace()
            if line.hasPrefix("["), line.hasSuffix("]") {
                group = String(line.dropFirst().dropLast()).trimmingWhitespace()
            } else if let equals = line.firstIndex(of: "="), line.first != "#", line.first != ";" {
                let name = String(line[..<equals]).trimmingWhitespace()
                let object = String(line[line.index(after: equals)...]).trimmingWhitespace()
                groups[group, default: [:]][name] = object
            }
        }
        return groups
    }
}
