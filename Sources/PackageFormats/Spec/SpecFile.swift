/// An rpm spec file: the preamble and the sections behind it (rpm's `spec` manual).
///
/// ``render()`` writes it, ``init(parsing:)`` reads one.
public struct SpecFile: Sendable, Hashable {
    /// Tags, definitions and comments in front of the first section.
    public var preamble: [SpecLine]
    /// The sections, in order.
    public var sections: [SpecSection]

    /// Makes a file from its parts.
    public init(preamble: [SpecLine] = [], sections: [SpecSection] = []) {
        self.preamble = preamble
        self.sections = sections
    }

    /// The value of a preamble's tag that stands alone, names compared without their case; the first, if there are several.
    public subscript(name: SpecTag.Name) -> SpecText? {
        for case .tag(let tag) in preamble where tag.name == name { return tag.value }
        return nil
    }
}

/// A section: what it is, whose it is, and its lines.
public struct SpecSection: Sendable, Hashable {
    /// The keyword behind the `%`.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A package beside the main one.
        case package
        /// A package's description.
        case description
        /// Unpacks the sources.
        case prep
        /// Prints what else is needed to build (rpm 4.15).
        case generateBuildRequires = "generate_buildrequires"
        /// Prepares the build (rpm 4.18).
        case conf
        /// Builds.
        case build
        /// Installs into the build root.
        case install
        /// Tests.
        case check
        /// Removes the build root; nobody needs it since rpm 4.6.
        case clean
        /// Before installation.
        case preInstall = "pre"
        /// After installation.
        case postInstall = "post"
        /// Before removal.
        case preRemove = "preun"
        /// After removal.
        case postRemove = "postun"
        /// Before the transaction.
        case preTransaction = "pretrans"
        /// After the transaction.
        case postTransaction = "posttrans"
        /// Before the transaction in which the package is removed (rpm 4.19).
        case preRemoveTransaction = "preuntrans"
        /// After the transaction in which the package was removed (rpm 4.19).
        case postRemoveTransaction = "postuntrans"
        /// While the package is verified.
        case verify = "verifyscript"
        /// Before another package is installed.
        case triggerPreInstall = "triggerprein"
        /// When another package is installed.
        case triggerInstall = "triggerin"
        /// When another package is removed.
        case triggerRemove = "triggerun"
        /// After another package was removed.
        case triggerPostRemove = "triggerpostun"
        /// When files are installed (rpm 4.13).
        case fileTriggerInstall = "filetriggerin"
        /// When files are removed (rpm 4.13).
        case fileTriggerRemove = "filetriggerun"
        /// After files were removed (rpm 4.13).
        case fileTriggerPostRemove = "filetriggerpostun"
        /// When files are installed, once a transaction (rpm 4.13).
        case transactionFileTriggerInstall = "transfiletriggerin"
        /// When files are removed, once a transaction (rpm 4.13).
        case transactionFileTriggerRemove = "transfiletriggerun"
        /// After files were removed, once a transaction (rpm 4.13).
        case transactionFileTriggerPostRemove = "transfiletriggerpostun"
        /// A package's files.
        case files
        /// The history.
        case changelog
        /// Further sources, one a line (rpm 4.15).
        case sourceList = "sourcelist"
        /// Further patches, one a line (rpm 4.15).
        case patchList = "patchlist"
        /// SELinux policies.
        case policies = "sepolicy"
    }

    /// What is written behind the keyword, such as `-n flocker-cli`.
    public var arguments: SpecText
    /// What it is.
    public var kind: Kind
    /// Its lines.
    public var lines: [SpecLine]

    /// Makes a section from its parts.
    public init(_ kind: Kind, arguments: SpecText = "", lines: [SpecLine]) {
        self.kind = kind
        self.arguments = arguments
        self.lines = lines
    }

    /// Makes a section of a package: the main one, or the one with this name.
    ///
    /// `options` is what else stands behind the keyword, such as `-f LIST`.
    public init(_ kind: Kind, of package: String?, options: SpecText = "", lines: [SpecLine]) {
        var arguments: SpecText = package.map { "-n \($0)" } ?? ""
        if !options.source.isEmpty { arguments = arguments.source.isEmpty ? options : "\(arguments) \(options)" }
        self.init(kind, arguments: arguments, lines: lines)
    }
}

/// A line of a spec file, or several that belong together.
public enum SpecLine: Sendable, Hashable {
    /// An empty line.
    case empty
    /// `# text`. rpm expands macros there too, so the text is escaped.
    case comment(String)
    /// A tag.
    case tag(SpecTag)
    /// The definition of a macro.
    case definition(SpecDefinition)
    /// `%if EXPRESSION`.
    case condition(SpecText)
    /// `%else`.
    case otherwise
    /// `%endif`.
    case end
    /// Spec code on one line: a command, a macro, a line that was read.
    case code(SpecText)
    /// Paragraphs of a description; an empty line parts them.
    case prose(String)
    /// An entry of `%files`.
    case file(SpecFileEntry)
    /// An entry of `%changelog`.
    case change(ChangelogEntry)

    /// Lines that stand under a condition.
    public static func when(_ condition: SpecText, _ lines: [SpecLine], else others: [SpecLine] = []) -> [SpecLine] {
        [.condition(condition)] + lines + (others.isEmpty ? [] : [.otherwise] + others) + [.end]
    }
}

/// The definition of a macro.
public struct SpecDefinition: Sendable, Hashable {
    /// The macro's name.
    public var name: String
    /// What stands between the parentheses of a macro with parameters, or `nil` for one without.
    public var parameters: String?
    /// What it stands for; several lines are joined as rpm wants it.
    public var body: SpecText
    /// Whether the body is expanded where it is used (`%define`), and not at once (`%global`).
    public var isLazy: Bool

    /// Makes a definition from its parts.
    public init(_ name: String, parameters: String? = nil, _ body: SpecText, isLazy: Bool = false) {
        self.name = name
        self.parameters = parameters
        self.body = body
        self.isLazy = isLazy
    }

    /// The definition where nothing defined the macro yet.
    public var ifUndefined: [SpecLine] {
        SpecLine.when(SpecText(source: "0%{!?\(name):1}"), [.definition(self)])
    }
}
