/// One relation of a package to others: what it requires, provides, conflicts with and so on.
public struct Relation: Sendable, Hashable {
    /// What the relation says.
    ///
    /// rpm names are its tags' (rpm 4.18, `RPMTAG_*NAME`), Debian's are the control fields of Debian Policy chapter 7.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Has to be installed: rpm Requires, Debian Depends; Pre-Depends where `stages` holds `.preInstall`.
        case requires
        /// Is offered under another name: Provides in both.
        case provides
        /// Cannot be installed together: Conflicts in both.
        case conflicts
        /// Takes the place of: rpm Obsoletes, Debian Replaces.
        case replaces
        /// Makes older versions unusable: Debian Breaks, rpm Conflicts.
        case breaks
        /// Is installed with it by default: Recommends in both (rpm 4.12).
        case recommends
        /// Goes well with it: Suggests in both (rpm 4.12).
        case suggests
        /// The reverse of recommends: rpm Supplements (rpm 4.12); Debian has nothing like it.
        case supplements
        /// The reverse of suggests: Enhances in both (rpm 4.12).
        case enhances
        /// Only orders the transaction: rpm OrderWithRequires; Debian has nothing like it.
        case orderedAfter
    }

    /// How versions have to compare.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// Strictly older; Debian `<<`.
        case less = "<"
        /// Older or the same.
        case lessOrEqual = "<="
        /// The very same.
        case equal = "="
        /// The same or newer.
        case greaterOrEqual = ">="
        /// Strictly newer; Debian `>>`.
        case greater = ">"
    }

    /// A name, with a bound on its version where one is given.
    public struct Target: Sendable, Hashable {
        /// The package, capability or file asked for.
        public var name: String
        /// The bound on the version, or `nil` for any.
        public var bound: Bound?
        /// Debian's architecture qualifier (`any` in `python3:any`), or `nil`.
        public var architecture: String?

        /// Makes a target from its parts.
        public init(_ name: String, _ bound: Bound? = nil, architecture: String? = nil) {
            self.name = name
            self.bound = bound
            self.architecture = architecture
        }
    }

    /// A comparison and the version to compare with.
    public struct Bound: Sendable, Hashable {
        /// How to compare.
        public var comparison: Comparison
        /// `[EPOCH:]VERSION[-RELEASE]`.
        public var version: String

        /// Makes a bound from its parts.
        public init(_ comparison: Comparison, _ version: String) {
            self.comparison = comparison
            self.version = version
        }
    }

    /// What is asked for.
    public enum Expression: Sendable, Hashable {
        /// One target.
        case single(Target)
        /// Any one of several: Debian `a | b`, rpm `(a or b)`.
        case anyOf([Target])
        /// rpm's rich form, parentheses included, word for word (rpm's `dependencies` manual, "Rich dependencies").
        case rich(String)
    }

    /// The steps of an installation that need the relation already met (rpm: `Requires(pre)` and so on), and what else rpm
    /// notes beside a relation.
    public struct Stages: OptionSet, Sendable, Hashable {
        /// The bits; no format writes them.
        public let rawValue: UInt16

        /// Makes a set from its bits.
        public init(rawValue: UInt16) { self.rawValue = rawValue }

        /// Before the package's files are unpacked: rpm `pre`, Debian Pre-Depends.
        public static let preInstall = Stages(rawValue: 1 << 0)
        /// After they are unpacked: rpm `post`.
        public static let postInstall = Stages(rawValue: 1 << 1)
        /// Before they are removed: rpm `preun`.
        public static let preRemove = Stages(rawValue: 1 << 2)
        /// After they are removed: rpm `postun`.
        public static let postRemove = Stages(rawValue: 1 << 3)
        /// Before the transaction: rpm `pretrans`.
        public static let preTransaction = Stages(rawValue: 1 << 4)
        /// After the transaction: rpm `posttrans`.
        public static let postTransaction = Stages(rawValue: 1 << 5)
        /// While the package is verified: rpm `verify`.
        public static let verify = Stages(rawValue: 1 << 6)
        /// Does not order the transaction: rpm `meta`.
        public static let meta = Stages(rawValue: 1 << 7)
        /// Before the transaction that removes the package: rpm `preuntrans`.
        public static let preRemoveTransaction = Stages(rawValue: 1 << 8)
        /// After the transaction that removes the package: rpm `postuntrans`.
        public static let postRemoveTransaction = Stages(rawValue: 1 << 9)
        /// Runs scripts: rpm `interp`.
        public static let interpreter = Stages(rawValue: 1 << 10)
        /// Needed first in an unknown step: what rpm before 4.3 wrote for PreReq.
        public static let prerequisite = Stages(rawValue: 1 << 11)
        /// May be missing: what SUSE wrote for Recommends before rpm 4.12.
        public static let mayBeMissing = Stages(rawValue: 1 << 12)
        /// Found by rpmbuild in a file that needs it.
        public static let foundInRequirers = Stages(rawValue: 1 << 13)
        /// Found by rpmbuild in a file that provides it.
        public static let foundInProviders = Stages(rawValue: 1 << 14)
    }

    /// What the relation says.
    public var kind: Kind
    /// What is asked for.
    public var expression: Expression
    /// The steps that need it; empty for nearly every relation.
    public var stages: Stages

    /// Makes a relation from its parts.
    public init(_ kind: Kind, _ expression: Expression, stages: Stages = []) {
        self.kind = kind
        self.expression = expression
        self.stages = stages
    }

    /// A relation to one package: `Relation(.requires, "bash", .greaterOrEqual, "4.0")`.
    public init(_ kind: Kind, _ name: String, _ comparison: Comparison, _ version: String, stages: Stages = []) {
        self.init(kind, .single(Target(name, Bound(comparison, version))), stages: stages)
    }

    /// A relation to one package of any version: `Relation(.requires, "bash")`.
    public init(_ kind: Kind, _ name: String, stages: Stages = []) {
        self.init(kind, .single(Target(name)), stages: stages)
    }
}

extension Relation.Target: CustomStringConvertible {
    /// `NAME[:ARCH] [COMPARISON VERSION]`, as rpm's users write it.
    public var description: String {
        var text = name
        if let architecture {
            text += ":"
            text += architecture
        }
        if let bound {
            text += " "
            text += bound.comparison.rawValue
            text += " "
            text += bound.version
        }
        return text
    }
}

extension Relation.Expression: CustomStringConvertible {
    /// The targets, alternatives with ` | ` between; a rich form as it is.
    public var description: String {
        switch self {
        case .single(let target): target.description
        case .anyOf(let targets): targets.map(\.description).joined(separator: " | ")
        case .rich(let text): text
        }
    }
}
