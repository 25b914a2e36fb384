/// The condition of a requirement (PEP 508), such as `python_version < "3.8" and extra == "tests"`.
public indirect enum PythonMarker: Sendable, Hashable {
    /// Both hold.
    case both(PythonMarker, PythonMarker)
    /// At least one holds.
    case either(PythonMarker, PythonMarker)
    /// Two values compare so; the operator is one of `== != <= >= < > ~= ===`, `in` and `not in`.
    case comparison(Value, String, Value)

    /// A side of a comparison.
    public enum Value: Sendable, Hashable {
        /// What the environment says, such as `python_version`.
        case variable(String)
        /// Text.
        case text(String)
    }

    /// Reads a condition.
    ///
    /// - Throws: ``OmnibusError`` with code `requirement-invalid`.
    public init(parsing text: String) throws(OmnibusError) {
        var tokens = try MarkerTokens(text)
        self = try tokens.alternatives(0)
        guard tokens.isAtEnd else { throw MarkerTokens.invalid(text) }
    }

    /// Whether the condition holds where these variables have these values; `nil` where it depends on one that is not known.
    public func holds(in environment: [String: String]) -> Bool? {
        switch self {
        case .both(let one, let other):
            switch (one.holds(in: environment), other.holds(in: environment)) {
            case (false?, _), (_, false?): false
            case (true?, true?): true
            default: nil
            }
        case .either(let one, let other):
            switch (one.holds(in: environment), other.holds(in: environment)) {
            case (true?, _), (_, true?): true
            case (false?, false?): false
            default: nil
            }
        case .comparison(let one, let operation, let other):
            PythonMarker.compare(one, operation, other, environment)
        }
    }

    private static func compare(
        _ one: Value,
        _ operation: String,
        _ other: Value,
        _ environment: [String: String]
    ) -> Bool? {
        func text(_ value: Value) -> String? {
            switch value {
            case .text(let text): text
            case .variable(let name): environment[name]
            }
        }
        guard let left = text(one), let right = text(other) else { return nil }
        let isExtra = one == .variable("extra") || other == .variable("extra")
        if isExtra { return (PythonSource.normalized(left) == PythonSource.normalized(right)) == (operation == "==") }
        switch operation {
        case "in": return right.contains(left)
        case "not in": return !right.contains(left)
        default: break
        }
        if let version = try? PEP440Version(left),
            let bound = try? PythonVersionSpecifier(parsing: operation + right)
        {
            return bound.allows(version)
        }
        switch operation {
        case "==", "===": return left == right
        case "!=": return left != right
        case "<": return left < right
        case "<=": return left <= right
        case ">": return left > right
        case ">=": return left >= right
        default: return nil
        }
    }

    /// The condition as it is written.
    public var text: String {
        switch self {
        case .both(let one, let other): return "\(one.grouped) and \(other.grouped)"
        case .either(let one, let other): return "\(one.text) or \(other.text)"
        case .comparison(let one, let operation, let other): return "\(one.text) \(operation) \(other.text)"
        }
    }

    private var grouped: String { if case .either = self { "(\(text))" } else { text } }
}

extension PythonMarker.Value {
    fileprivate var text: String {
        switch self {
        case .variable(let name): name
        case .text(let text): text.contains("\"") ? "'\(text)'" : "\"\(text)\""
        }
    }
}

/// The words of a marker.
private struct MarkerTokens {
    private enum Token: Hashable {
        case value(PythonMarker.Value)
        case word(String)
    }

    private let text: String
    private var rest: ArraySlice<Token>

    var isAtEnd: Bool { rest.isEmpty }

    static func invalid(_ text: String) -> OmnibusError {
        OmnibusError("requirement-invalid", .badInput, "'\(text.prefix(200))' is no condition that requirements know")
    }

    init(_ text: String) throws(OmnibusError) {
        self.text = text
        var tokens: [Token] = []
        var rest = text[...]
        while let sign = rest.first {
            if sign.isWhitespace {
                rest.removeFirst()
            } else if sign == "\"" || sign == "'" {
                rest.removeFirst()
                let value = rest.prefix { $0 != sign }
                guard value.endIndex < rest.endIndex else { throw Self.invalid(text) }
                tokens.append(.value(.text(String(value))))
                rest = rest[value.endIndex...].dropFirst()
            } else if sign == "(" || sign == ")" {
                tokens.append(.word(String(sign)))
                rest.removeFirst()
            } else if "<>=!~".contains(sign) {
                let word = rest.prefix { "<>=!~".contains($0) }
                tokens.append(.word(String(word)))
                rest = rest[word.endIndex...]
            } else {
                let word = rest.prefix { $0.isLetter || $0.isNumber || "_.".contains($0) }
                guard !word.isEmpty else { throw Self.invalid(text) }
                let isOperator = ["and", "or", "in", "not"].contains(word)
                tokens.append(isOperator ? .word(String(word)) : .value(.variable(Self.name(word))))
                rest = rest[word.endIndex...]
            }
        }
        self.rest = tokens[...]
    }

    /// Names of old wrote dots.
    private static func name(_ word: Substring) -> String {
        let old = [
            "os.name": "os_name", "sys.platform": "sys_platform",
            "python_implementation": "platform_python_implementation",
        ]
        return old[String(word)] ?? String(word)
    }

    private mutating func take(_ word: String) -> Bool {
        guard rest.first == .word(word) else { return false }
        rest.removeFirst()
        return true
    }

    mutating func alternatives(_ depth: Int) throws(OmnibusError) -> PythonMarker {
        var marker = try conjunction(depth)
        while take("or") { marker = .either(marker, try conjunction(depth)) }
        return marker
    }

    private mutating func conjunction(_ depth: Int) throws(OmnibusError) -> PythonMarker {
        var marker = try term(depth)
        while take("and") { marker = .both(marker, try term(depth)) }
        return marker
    }

    private mutating func term(_ depth: Int) throws(OmnibusError) -> PythonMarker {
        guard depth < 32 else { throw Self.invalid(text) }
        if take("(") {
            let marker = try alternatives(depth + 1)
            guard take(")") else { throw Self.invalid(text) }
            return marker
        }
        let one = try value()
        var operation = "not in"
        if take("not") {
            guard take("in") else { throw Self.invalid(text) }
        } else {
            guard case .word(let word)? = rest.popFirst(),
                word == "in" || PythonVersionSpecifier.Comparison(rawValue: word) != nil
            else { throw Self.invalid(text) }
            operation = word
        }
        return .comparison(one, operation, try value())
    }

    private mutating func value() throws(OmnibusError) -> PythonMarker.Value {
        guard case .value(let value)? = rest.popFirst() else { throw Self.invalid(text) }
        return value
    }
}
