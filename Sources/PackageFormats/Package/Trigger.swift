/// What makes a package's script run because of *another* package.
public enum Trigger: Sendable, Hashable {
    /// rpm: another package comes or goes (rpm's `triggers` manual).
    case package(PackageTrigger)
    /// rpm 4.13: files below given prefixes come or go (rpm's `file_triggers` manual).
    case files(FileTrigger)
    /// Debian: this package wants to hear of a trigger (deb-triggers(5), `interest`).
    case interest(String, awaiting: Bool)
    /// Debian: this package's changes set a trigger off (deb-triggers(5), `activate`).
    case activate(String, awaiting: Bool)

    /// When an rpm trigger runs.
    public enum Moment: String, Sendable, Hashable, CaseIterable {
        /// Before the other package is installed: `%triggerprein`.
        case preInstall
        /// After it is installed: `%triggerin`, `%filetriggerin`.
        case install
        /// Before it is removed: `%triggerun`, `%filetriggerun`.
        case remove
        /// After it is removed: `%triggerpostun`, `%filetriggerpostun`.
        case postRemove
    }

    /// An rpm trigger on packages.
    public struct PackageTrigger: Sendable, Hashable {
        /// When it runs.
        public var moment: Moment
        /// The packages that set it off.
        public var conditions: [Relation.Target]
        /// What runs; always called as rpm calls it.
        public var script: Script

        /// Makes a trigger from its parts.
        public init(_ moment: Moment, on conditions: [Relation.Target], script: Script) {
            self.moment = moment
            self.conditions = conditions
            self.script = script
        }
    }

    /// An rpm trigger on files.
    public struct FileTrigger: Sendable, Hashable {
        /// When it runs; rpm knows no `.preInstall` here.
        public var moment: Moment
        /// The path prefixes that set it off.
        public var prefixes: [PackagePath]
        /// What runs; always called as rpm calls it.
        public var script: Script
        /// Whether it runs once for a transaction instead of once for a package.
        public var wholeTransaction: Bool
        /// Order among triggers, higher first; rpm's default is 1000000.
        public var priority: UInt32

        /// Makes a trigger from its parts.
        public init(
            _ moment: Moment,
            below prefixes: [PackagePath],
            script: Script,
            wholeTransaction: Bool = false,
            priority: UInt32 = 1_000_000
        ) {
            self.moment = moment
            self.prefixes = prefixes
            self.script = script
            self.wholeTransaction = wholeTransaction
            self.priority = priority
        }
    }
}
