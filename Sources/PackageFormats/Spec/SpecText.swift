/// Text of a spec file, in which everything that is not the program's own is escaped.
///
/// What stands in the Swift source is spec code; what is interpolated is data, in which every `%` is doubled, so that it can
/// never be a macro: `"%{_bindir}/\(name)"` is a macro and a name, whatever the name is.
public struct SpecText: Sendable, Hashable {
    /// The text as the spec file has it.
    public private(set) var source: String

    /// Data, escaped.
    public init(literal: String) { source = SpecText.escaped(literal) }

    /// Spec code, as it stands.
    public init(source: String) { self.source = source }

    /// The data that the text stands for, or `nil` where macros decide about it.
    public var literal: String? {
        var text = ""
        var rest = source[...]
        while let percent = rest.firstIndex(of: "%") {
            text += rest[..<percent]
            let next = rest.index(after: percent)
            guard next < rest.endIndex, rest[next] == "%" else { return nil }
            text += "%"
            rest = rest[rest.index(after: next)...]
        }
        return text + rest
    }

    /// `%` is the only sign that starts a macro.
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(0x25) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar)
            if scalar == "%" { scalars.append(scalar) }
        }
        return String(scalars)
    }
}

extension SpecText: ExpressibleByStringInterpolation {
    /// Collects the pieces of a text, data escaped.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var source = ""

        /// Makes room for the pieces.
        public init(literalCapacity: Int, interpolationCount: Int) { source.reserveCapacity(literalCapacity) }

        /// Adds spec code.
        public mutating func appendLiteral(_ literal: String) { source += literal }

        /// Adds data.
        public mutating func appendInterpolation(_ data: some StringProtocol) {
            source += SpecText.escaped(String(data))
        }

        /// Adds a text that is escaped already.
        public mutating func appendInterpolation(_ text: SpecText) { source += text.source }
    }

    /// Spec code, as the Swift source has it.
    public init(stringLiteral value: String) { source = value }

    /// Spec code with data in it.
    public init(stringInterpolation: StringInterpolation) { source = stringInterpolation.source }
}

/// Prose that becomes part of a spec file, such as a description.
enum SpecProse {
    /// The widest line that rpmlint lets pass.
    static let width = 79

    /// The lines of a text, wrapped and escaped.
    ///
    /// rpm looks for sections and conditionals in a line after it expanded the macros there, so that even `%%if` counts; and
    /// it drops what begins with `#` from a changelog. So neither sign ever begins a line.
    static func lines(_ text: String, first: String = "", next: String = "") -> [String] {
        var lines: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            for piece in wrapped(clean(line), width: width - max(first.count, next.count)) {
                let indent = lines.isEmpty ? first : next
                let needsBullet = indent.allSatisfy { $0 == " " } && begins(piece, with: "%#")
                lines.append(SpecText.escaped(indent + (needsBullet ? "- " : "") + piece))
            }
        }
        return lines
    }

    private static func begins(_ text: some StringProtocol, with signs: String) -> Bool {
        text.first { $0 != " " }.map { sign in signs.contains { sign.unicodeScalars.first == $0.unicodeScalars.first } }
            ?? false
    }

    /// Breaks at blanks, but not in front of a word that may not begin a line. A line that begins with a blank stays whole.
    private static func wrapped(_ line: String, width: Int) -> [String] {
        guard line.first != " ", line.count > width else { return line.trimmingBlanks.isEmpty ? [] : [line] }
        return DebianDescription.wrap(line, width: width) { begins($0, with: "%#") }
    }

    /// Control characters made blanks.
    static func clean(_ text: some StringProtocol) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) ? " " : scalar)
        }
        return String(scalars)
    }
}
