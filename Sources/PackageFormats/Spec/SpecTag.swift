/// A tag of a spec file's preamble: `Name: value`.
public struct SpecTag: Sendable, Hashable {
    /// The name of a tag; upper and lower case are the same to rpm.
    public struct Name: RawRepresentable, Sendable, Hashable {
        /// The name as it is written.
        public let rawValue: String

        /// Wraps a name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// Whether two names mean the same tag.
        public static func == (one: Name, other: Name) -> Bool { one.rawValue.isSameField(as: other.rawValue) }

        /// Hashes the name without its case.
        public func hash(into hasher: inout Hasher) { hasher.combine(rawValue.lowercased()) }
    }

    /// The name.
    public var name: Name
    /// What stands in parentheses behind the name, such as `post` in `Requires(post)`, or `nil`.
    public var qualifier: String?
    /// The value.
    public var value: SpecText

    /// Makes a tag from its parts.
    public init(_ name: Name, qualifier: String? = nil, _ value: SpecText) {
        self.name = name
        self.qualifier = qualifier
        self.value = value
    }
}

extension SpecTag.Name {
    /// The package's name.
    public static let name = Self(rawValue: "Name")
    /// Epoch.
    public static let epoch = Self(rawValue: "Epoch")
    /// The upstream version.
    public static let version = Self(rawValue: "Version")
    /// The release.
    public static let release = Self(rawValue: "Release")
    /// One line.
    public static let summary = Self(rawValue: "Summary")
    /// The license.
    public static let license = Self(rawValue: "License")
    /// The home page.
    public static let url = Self(rawValue: "URL")
    /// The first source archive.
    public static let source = Self(rawValue: "Source0")
    /// The architecture of what is built; `noarch`.
    public static let buildArchitecture = Self(rawValue: "BuildArch")
    /// What is needed to build.
    public static let buildRequires = Self(rawValue: "BuildRequires")
    /// The group; nobody needs it any more.
    public static let group = Self(rawValue: "Group")
}

extension SpecTag {
    /// The tag of a relation, alternatives in rpm's rich form.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/specValue`` for a name or version that would end the tag's value
    ///   early.
    public init(_ relation: Relation) throws(FormatError) {
        let name =
            switch relation.kind {
            case .requires: "Requires"
            case .provides: "Provides"
            case .conflicts, .breaks: "Conflicts"
            case .replaces: "Obsoletes"
            case .recommends: "Recommends"
            case .suggests: "Suggests"
            case .supplements: "Supplements"
            case .enhances: "Enhances"
            case .orderedAfter: "OrderWithRequires"
            }
        let stages = SpecTag.stages.filter { relation.stages.contains($0.stage) }.map(\.word)
        self.init(
            Name(rawValue: name),
            qualifier: stages.isEmpty ? nil : stages.joined(separator: ","),
            try SpecTag.value(of: relation.expression)
        )
    }

    private static let stages: [(stage: Relation.Stages, word: String)] = [
        (.preInstall, "pre"), (.postInstall, "post"), (.preRemove, "preun"), (.postRemove, "postun"),
        (.preTransaction, "pretrans"), (.postTransaction, "posttrans"), (.verify, "verify"), (.meta, "meta"),
    ]

    /// What rpm requires as an expression.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/specValue``.
    public static func value(of expression: Relation.Expression) throws(FormatError) -> SpecText {
        switch expression {
        case .single(let target): return SpecText(literal: try checked(target))
        case .anyOf(let targets):
            var texts: [String] = []
            for target in targets { texts.append(try checked(target)) }
            return SpecText(literal: texts.count == 1 ? texts[0] : "(\(texts.joined(separator: " or ")))")
        case .rich(let text): return SpecText(literal: text)
        }
    }

    private static func checked(_ target: Relation.Target) throws(FormatError) -> String {
        let words = [target.name] + (target.bound.map { [$0.version] } ?? [])
        for word in words {
            guard !word.isEmpty, word.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && $0 != 0x2C }) else {
                throw FormatError(.specValue, "'\(word)' is no name or version of a package", field: "Requires")
            }
        }
        return target.description
    }
}
