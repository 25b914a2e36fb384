/// The relation fields of a control stanza (deb-control(5); Debian Policy 7.1).
enum DebianRelations {
    /// A field with relations of one kind, in the order that dpkg-gencontrol writes them.
    struct Field {
        var name: String
        var kind: Relation.Kind
        var stages: Relation.Stages = []
        /// `a | b` makes no sense in what excludes or offers something; dpkg refuses it there.
        var allowsAlternatives = true
    }

    static let fields = [
        Field(name: "Pre-Depends", kind: .requires, stages: .preInstall),
        Field(name: "Depends", kind: .requires),
        Field(name: "Recommends", kind: .recommends),
        Field(name: "Suggests", kind: .suggests),
        Field(name: "Enhances", kind: .enhances),
        Field(name: "Conflicts", kind: .conflicts, allowsAlternatives: false),
        Field(name: "Breaks", kind: .breaks, allowsAlternatives: false),
        Field(name: "Replaces", kind: .replaces, allowsAlternatives: false),
        Field(name: "Provides", kind: .provides, allowsAlternatives: false),
    ]

    /// The value of a field, or `nil` where the package has no such relation. Each relation is written once.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlRelation`` or ``FormatError/Code/unsupported``.
    static func render(_ relations: [Relation], in field: Field) throws(FormatError) -> String? {
        var groups: [String] = []
        var seen: Set<String> = []
        for relation in relations where relation.kind == field.kind {
            let isEarly = relation.kind == .requires && relation.stages.contains(.preInstall)
            guard isEarly == !field.stages.isEmpty else { continue }
            let group = try render(relation, in: field)
            if seen.insert(group).inserted { groups.append(group) }
        }
        return groups.isEmpty ? nil : groups.joined(separator: ", ")
    }

    private static func render(_ relation: Relation, in field: Field) throws(FormatError) -> String {
        switch relation.expression {
        case .single(let target): return try render(target, in: field)
        case .anyOf(let targets):
            guard field.allowsAlternatives || targets.count == 1, !targets.isEmpty else {
                throw FormatError(.unsupported, "alternatives are not allowed here", field: field.name)
            }
            var parts: [String] = []
            for target in targets { parts.append(try render(target, in: field)) }
            return parts.joined(separator: " | ")
        case .rich(let text):
            throw FormatError(.unsupported, "'\(text)' is rpm's rich form, which Debian lacks", field: field.name)
        }
    }

    private static func render(_ target: Relation.Target, in field: Field) throws(FormatError) -> String {
        guard target.name.utf8.first != UInt8(ascii: "/") else {
            throw FormatError(
                .unsupported,
                "'\(target.name)' is a file; Debian packages relate to packages only",
                field: field.name
            )
        }
        guard DebianName.isPackage(target.name) else {
            throw FormatError(.controlRelation, "'\(target.name)' is no name of a Debian package", field: field.name)
        }
        var text = target.name
        if let architecture = target.architecture {
            guard DebianName.isArchitecture(architecture) else {
                throw FormatError(.controlRelation, "'\(architecture)' is no architecture", field: field.name)
            }
            text += ":" + architecture
        }
        if let bound = target.bound {
            guard field.kind != .provides || bound.comparison == .equal else {
                throw FormatError(.unsupported, "'\(target.name)' can be provided with '=' only", field: field.name)
            }
            let version = try DebianVersion(parsing: bound.version)
            let symbol =
                switch bound.comparison {
                case .less: "<<"
                case .greater: ">>"
                case .lessOrEqual, .equal, .greaterOrEqual: bound.comparison.rawValue
                }
            text += " (\(symbol) \(version.text))"
        }
        return text
    }

    /// Reads the value of a field; the lone `<` and `>` of old times mean `<=` and `>=`, as dpkg has it.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlRelation``,
    ///   ``FormatError/Code/controlAlternatives`` or ``FormatError/Code/controlProvides``.
    static func parse(_ value: String, in field: Field) throws(FormatError) -> [Relation] {
        var cursor = RelationCursor(value, field: field.name)
        var relations: [Relation] = []
        cursor.skipBlanks()
        if cursor.isAtEnd { return [] }
        while true {
            var targets = [try cursor.target()]
            while cursor.take("|") {
                guard field.allowsAlternatives else {
                    throw cursor.fault("alternatives are not allowed here", .controlAlternatives)
                }
                targets.append(try cursor.target())
            }
            if field.kind == .provides, let bound = targets.first?.bound, bound.comparison != .equal {
                throw cursor.fault("only '=' is allowed here", .controlProvides)
            }
            let only = targets.count == 1 ? targets.first : nil
            relations.append(Relation(field.kind, only.map { .single($0) } ?? .anyOf(targets), stages: field.stages))
            if cursor.isAtEnd { return relations }
            // Behind a comma dpkg asks for another name.
            guard cursor.take(",") else { throw cursor.fault("a ',' is missing") }
        }
    }

    /// Whether a value uses `<`, `>` or no operator at all, which dpkg warns of.
    static func usesObsoleteOperators(_ value: String) -> Bool {
        value.split(separator: "(").dropFirst().contains { part in
            let symbol = part.trimmingBlanks.prefix { "<>=".contains($0) }
            return symbol.isEmpty || symbol == "<" || symbol == ">"
        }
    }
}

/// A position in the text of a relation field. Blanks and folded lines may stand between any two tokens.
private struct RelationCursor {
    private var rest: Substring
    private let field: String

    init(_ text: String, field: String) {
        rest = text[...]
        self.field = field
    }

    var isAtEnd: Bool { rest.isEmpty }

    func fault(_ message: String, _ code: FormatError.Code = .controlRelation) -> FormatError {
        FormatError(code, rest.isEmpty ? message : "\(message) before '\(rest.prefix(40))'", field: field)
    }

    mutating func skipBlanks() { rest = rest.drop { $0 == " " || $0 == "\t" || $0 == "\n" } }

    mutating func take(_ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        skipBlanks()
        return true
    }

    private mutating func word(upTo stops: String) -> String {
        let word = rest.prefix { !stops.contains($0) && $0 != " " && $0 != "\t" && $0 != "\n" }
        rest = rest.dropFirst(word.count)
        return String(word)
    }

    mutating func target() throws(FormatError) -> Relation.Target {
        skipBlanks()
        let name = word(upTo: ",|(:")
        guard DebianName.isInstallable(name) else { throw fault("'\(name)' is no name of a package") }
        var target = Relation.Target(name)
        if rest.first == ":" {
            rest = rest.dropFirst()
            let architecture = word(upTo: ",|(")
            guard DebianName.isArchitecture(architecture) else { throw fault("'\(architecture)' is no architecture") }
            target.architecture = architecture
        }
        skipBlanks()
        guard take("(") else { return target }
        let symbol = rest.prefix { "<>=".contains($0) }
        rest = rest.dropFirst(symbol.count)
        skipBlanks()
        let comparisons: [Substring: Relation.Comparison] = [
            "": .equal, "=": .equal, "<<": .less, "<=": .lessOrEqual, ">=": .greaterOrEqual, ">>": .greater,
            "<": .lessOrEqual, ">": .greaterOrEqual,
        ]
        guard let comparison = comparisons[symbol] else { throw fault("'\(symbol)' is no comparison") }
        let version = word(upTo: ",|()<>=")
        skipBlanks()
        guard !version.isEmpty, take(")") else { throw fault("the version of '\(name)' is not closed by ')'") }
        target.bound = Relation.Bound(comparison, try DebianVersion(parsing: version).evr.description)
        return target
    }
}

extension FormatError.Code {
    /// A relation field does not follow Debian's grammar.
    public static let controlRelation = Self(rawValue: "control-relation")
    /// A relation field has alternatives where none are allowed.
    public static let controlAlternatives = Self(rawValue: "control-alternatives")
    /// A Provides field has another comparison than `=`.
    public static let controlProvides = Self(rawValue: "control-provides")
}
