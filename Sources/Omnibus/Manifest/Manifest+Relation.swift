public import PackageFormats

extension Manifest {
    /// A relation as the manifest writes it: text with placeholders for what only the build knows.
    public struct Relation: Sendable, Hashable {
        /// What the relation says.
        public var kind: PackageFormats.Relation.Kind
        /// The text, cut at its placeholders.
        public var parts: [Part]
        /// The steps of an installation that need the relation already met.
        public var stages: PackageFormats.Relation.Stages
        /// The distributions that it stands for.
        public var condition: Condition

        /// Makes a relation from its parts.
        public init(
            _ kind: PackageFormats.Relation.Kind,
            _ parts: [Part],
            stages: PackageFormats.Relation.Stages = [],
            condition: Condition = Condition()
        ) {
            self.kind = kind
            self.parts = parts
            self.stages = stages
            self.condition = condition
        }

        /// A piece of a relation's text.
        public enum Part: Sendable, Hashable {
            /// Text that stands for itself.
            case text(String)
            /// Text that the build fills in.
            case placeholder(Placeholder)
        }

        /// What a `${…}` stands for.
        public enum Placeholder: Sendable, Hashable {
            /// `${ssh-client}`: ``Distribution/sshClient``.
            case sshClient
            /// `${iptables}`: ``Distribution/iptables``.
            case iptables
            /// `${python}`: the package of the interpreter that the bundle was made for.
            case python
            /// `${python-abi}`: the capability that ties the package to the interpreter's `X.Y`.
            case pythonABI
            /// `${version}`: the package's version, with the epoch if there is one, without the release.
            case version
            /// `${evr}`: the package's full version.
            case evr
            /// `${self:NAME}`: the package NAME of this manifest in the very same version.
            case sibling(String)
        }

        /// What fills in the placeholders.
        public struct Facts: Sendable, Hashable {
            /// The distribution that is built for.
            public var distribution: Distribution
            /// The interpreter that the bundle was made for, or `nil` for a product with no bundle.
            public var python: Distribution.Python?
            /// The version of the packages.
            public var evr: EVR

            /// Collects the facts.
            public init(distribution: Distribution, python: Distribution.Python?, evr: EVR) {
                self.distribution = distribution
                self.python = python
                self.evr = evr
            }
        }

        /// The relation with its placeholders filled in.
        ///
        /// - Throws: ``OmnibusError`` with code `manifest-relation` for a text that is no relation, or that speaks of Python
        ///   where there is no bundle.
        public func filled(with facts: Facts) throws(OmnibusError) -> PackageFormats.Relation {
            var text = ""
            for part in parts {
                switch part {
                case .text(let literal): text += literal
                case .placeholder(let placeholder): text += try facts.text(of: placeholder)
                }
            }
            guard text.utf8.count <= 1024 else {
                throw OmnibusError("manifest-relation", .badInput, "a relation is longer than 1024 bytes")
            }
            do {
                return try PackageFormats.Relation(kind, parsing: text, stages: stages)
            } catch {
                throw OmnibusError(
                    "manifest-relation",
                    .badInput,
                    error.message,
                    hint: "a relation is NAME, NAME >= VERSION, or several parted by '|'"
                )
            }
        }
    }
}

extension Manifest.Relation {
    /// Cuts a text at its `${…}`.
    ///
    /// - Throws: ``OmnibusError`` with code `manifest-placeholder` for one that is not known or has no end.
    public init(
        _ kind: PackageFormats.Relation.Kind,
        _ text: String,
        stages: PackageFormats.Relation.Stages = [],
        condition: Manifest.Condition = Manifest.Condition()
    ) throws(OmnibusError) {
        self.init(kind, try Self.parts(of: text), stages: stages, condition: condition)
    }

    private static func parts(of text: String) throws(OmnibusError) -> [Part] {
        var parts: [Part] = []
        var literal = ""
        var rest = Substring(text)
        while let character = rest.first {
            guard rest.starts(with: "${") else {
                literal.append(character)
                rest.removeFirst()
                continue
            }
            guard let end = rest.firstIndex(of: "}") else {
                throw OmnibusError("manifest-placeholder", .badInput, "'\(text)' has a '${' with no '}'")
            }
            let name = String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end])
            guard let placeholder = Placeholder(name) else {
                throw OmnibusError(
                    "manifest-placeholder",
                    .badInput,
                    "unknown placeholder '${\(name)}'",
                    hint: NearestNames.hint(for: name, among: Placeholder.names)
                        ?? "known are \(Placeholder.names.map { "${\($0)}" }.joined(separator: ", "))"
                )
            }
            if !literal.isEmpty { parts.append(.text(literal)) }
            literal = ""
            parts.append(.placeholder(placeholder))
            rest = rest[rest.index(after: end)...]
        }
        if !literal.isEmpty { parts.append(.text(literal)) }
        return parts
    }

    /// The text as the manifest writes it.
    public var text: String {
        let pieces = parts.map { part in
            switch part {
            case .text(let literal): literal
            case .placeholder(let placeholder): "${\(placeholder.name)}"
            }
        }
        return pieces.joined()
    }
}

extension Manifest.Relation.Placeholder {
    /// The names of all placeholders; `self:` is followed by a package's name.
    static let names = ["ssh-client", "iptables", "python", "python-abi", "version", "evr", "self:NAME"]

    /// What stands between `${` and `}`.
    var name: String {
        switch self {
        case .sshClient: "ssh-client"
        case .iptables: "iptables"
        case .python: "python"
        case .pythonABI: "python-abi"
        case .version: "version"
        case .evr: "evr"
        case .sibling(let package): "self:\(package)"
        }
    }

    init?(_ name: String) {
        switch name {
        case "ssh-client": self = .sshClient
        case "iptables": self = .iptables
        case "python": self = .python
        case "python-abi": self = .pythonABI
        case "version": self = .version
        case "evr": self = .evr
        default:
            guard name.hasPrefix("self:") else { return nil }
            self = .sibling(String(name.dropFirst("self:".count)))
        }
    }
}

extension Manifest.Relation.Facts {
    func text(of placeholder: Manifest.Relation.Placeholder) throws(OmnibusError) -> String {
        switch placeholder {
        case .sshClient: return distribution.sshClient
        case .iptables: return distribution.iptables
        case .python: return try interpreter(for: placeholder).package
        case .pythonABI: return try interpreter(for: placeholder).abiRequirement
        case .version: return EVR(epoch: evr.epoch, version: evr.version).description
        case .evr: return evr.description
        case .sibling(let package): return "\(package) = \(evr)"
        }
    }

    private func interpreter(for placeholder: Manifest.Relation.Placeholder) throws(OmnibusError) -> Distribution.Python
    {
        guard let python else {
            throw OmnibusError(
                "manifest-relation",
                .badInput,
                "'${\(placeholder.name)}' needs a 'bundle', and the product has none"
            )
        }
        return python
    }
}
