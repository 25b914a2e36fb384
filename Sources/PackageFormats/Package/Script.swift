/// A script that the package manager runs.
public struct Script: Sendable, Hashable {
    /// How the script is called.
    public enum Calling: Sendable, Hashable {
        /// With exactly the arguments that the package manager gives, whenever it calls: counts from rpm, words from dpkg.
        case native
        /// The same way in both formats: once for each real event, with `install`, `upgrade` or `remove` as `$1`.
        ///
        /// Removal scripts do not run in an upgrade. Only scripts for `/bin/sh` can be called so.
        case lifecycle
    }

    /// What rpm does to the text before it runs it (`-e` and `-q` of spec files; rpm 4.9). Debian has nothing like it.
    public struct Expansion: OptionSet, Sendable, Hashable {
        /// The bits, with rpm's values (`rpmscriptFlags`).
        public let rawValue: UInt32

        /// Makes a set from rpm's bits.
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// Macros are expanded on the machine that installs the package.
        public static let macros = Expansion(rawValue: 1 << 0)
        /// The text is a query format, filled in from the package.
        public static let queryFormat = Expansion(rawValue: 1 << 1)
    }

    /// The interpreter and its own arguments; `["<lua>"]` is rpm's built-in one.
    public var interpreter: [String]
    /// The text, without a `#!` line.
    public var body: String
    /// How it is called.
    public var calling: Calling
    /// What rpm does to the text before it runs it.
    public var expansion: Expansion = []

    /// Makes a script from its parts.
    public init(_ body: String, interpreter: [String] = ["/bin/sh"], calling: Calling = .lifecycle) {
        self.interpreter = interpreter
        self.body = body
        self.calling = calling
    }
}

/// The scripts of a package, by when they run.
public struct Scripts: Sendable, Hashable {
    /// When a script runs.
    public enum Event: String, Sendable, Hashable, CaseIterable {
        /// Before the files are unpacked: rpm `%pre`, Debian preinst.
        case preInstall
        /// After the files are unpacked: rpm `%post`, Debian postinst.
        case postInstall
        /// Before the files are removed: rpm `%preun`, Debian prerm.
        case preRemove
        /// After the files are removed: rpm `%postun`, Debian postrm.
        case postRemove
        /// Before the whole transaction: rpm `%pretrans`.
        case preTransaction
        /// After the whole transaction: rpm `%posttrans`.
        case postTransaction
        /// Before the whole transaction that removes it: rpm `%preuntrans` (rpm 4.19).
        case preRemoveTransaction
        /// After the whole transaction that removed it: rpm `%postuntrans` (rpm 4.19).
        case postRemoveTransaction
        /// While `rpm -V` verifies the package: rpm `%verifyscript`.
        case verify
        /// When the package and its configuration are purged: Debian postrm `purge`.
        case purge
    }

    private struct Item: Sendable, Hashable {
        let event: Event
        var script: Script
    }

    /// Few, in the order of their events' names.
    private var items: [Item] = []

    /// No scripts.
    public init() {}

    /// The script of an event, or `nil`.
    public subscript(event: Event) -> Script? {
        get {
            for item in items where item.event == event { return item.script }
            return nil
        }
        set {
            items.removeAll { $0.event == event }
            guard let newValue else { return }
            let place = items.firstIndex { $0.event.rawValue > event.rawValue } ?? items.endIndex
            items.insert(Item(event: event, script: newValue), at: place)
        }
    }

    /// Whether there is no script at all.
    public var isEmpty: Bool { items.isEmpty }

    /// Whether there is a script of an event.
    public func contains(_ event: Event) -> Bool {
        for item in items where item.event == event { return true }
        return false
    }
}
