/// The triggers member of a control archive (deb-triggers(5)).
enum DebianTriggers {
    /// The text, empty where there are no triggers.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` for rpm's triggers, or
    ///   ``FormatError/Code/invalidValue`` for a name that dpkg refuses.
    static func render(_ triggers: [Trigger]) throws(FormatError) -> String {
        var text = ""
        for trigger in triggers {
            switch trigger {
            case .interest(let name, let awaiting): text += try line("interest", name, awaiting)
            case .activate(let name, let awaiting): text += try line("activate", name, awaiting)
            case .package, .files:
                throw FormatError(.unsupported, "rpm's triggers have no likeness in Debian", field: "triggers")
            }
        }
        return text
    }

    private static func line(_ word: String, _ name: String, _ awaiting: Bool) throws(FormatError) -> String {
        guard isName(name), word != "interest" || isKnownKind(name) else {
            throw FormatError(.invalidValue, "'\(name)' is no trigger", field: "triggers")
        }
        return "\(word)\(awaiting ? "" : "-noawait") \(name)\n"
    }

    /// dpkg's `trig_name_is_illegal`: printable ASCII without blanks.
    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// dpkg's `trig_classify_byname`: a path without empty components, or what could be a package's name without `_`.
    /// It is asked of what a package is interested in, not of what it activates.
    private static func isKnownKind(_ name: String) -> Bool {
        guard name.utf8.first == 0x2F else { return DebianName.isInstallable(name) && !name.utf8.contains(0x5F) }
        return name.utf8.dropFirst().split(separator: 0x2F, omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    /// The longest line that dpkg 1.21 reads, in bytes without its line feed.
    private static let maximumLineLength = 254

    /// Reads the member; lines that begin with `#` and empty ones are passed over.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/controlTriggers`` for a line that dpkg refuses.
    static func parse(_ bytes: [UInt8]) throws(FormatError) -> [Trigger] {
        guard bytes.isEmpty || bytes.last == 0x0A else {
            throw FormatError(.controlTriggers, "the last line has no line feed", field: "triggers")
        }
        var triggers: [Trigger] = []
        for bytes in bytes.split(separator: 0x0A) {
            let line = String(decoding: bytes, as: UTF8.self)
            guard bytes.count <= maximumLineLength, !bytes.contains(0) else {
                throw FormatError(
                    .controlTriggers,
                    "'\(line.prefix(40))' is too long or holds a NUL",
                    field: "triggers"
                )
            }
            let words = bytes.split { $0.isBlank }.map { String(decoding: $0, as: UTF8.self) }
            guard let word = words.first, word.utf8.first != UInt8(ascii: "#") else { continue }
            guard words.count == 2, isName(words[1]), !word.hasPrefix("interest") || isKnownKind(words[1]) else {
                throw FormatError(.controlTriggers, "'\(line)' is no trigger", field: "triggers")
            }
            let name = words[1]
            switch word {
            case "interest", "interest-await": triggers.append(.interest(name, awaiting: true))
            case "interest-noawait": triggers.append(.interest(name, awaiting: false))
            case "activate", "activate-await": triggers.append(.activate(name, awaiting: true))
            case "activate-noawait": triggers.append(.activate(name, awaiting: false))
            default: throw FormatError(.controlTriggers, "'\(word)' is no word for a trigger", field: "triggers")
            }
        }
        return triggers
    }
}

extension FormatError.Code {
    /// The triggers member holds a line that dpkg refuses.
    public static let controlTriggers = Self(rawValue: "control-triggers")
}
