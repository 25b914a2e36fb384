/// One dependency as an rpm header holds it: a name, a version and flags.
struct RPMDependency: Hashable {
    /// The bits of a dependency's flags (`rpmsenseFlags`).
    enum Sense {
        static let less: UInt32 = 1 << 1
        static let greater: UInt32 = 1 << 2
        static let equal: UInt32 = 1 << 3
        static let postTransaction: UInt32 = 1 << 5
        static let prerequisite: UInt32 = 1 << 6
        static let preTransaction: UInt32 = 1 << 7
        static let interpreter: UInt32 = 1 << 8
        static let preInstall: UInt32 = 1 << 9
        static let postInstall: UInt32 = 1 << 10
        static let preRemove: UInt32 = 1 << 11
        static let postRemove: UInt32 = 1 << 12
        static let verify: UInt32 = 1 << 13
        static let foundInRequirers: UInt32 = 1 << 14
        static let foundInProviders: UInt32 = 1 << 15
        static let triggerInstall: UInt32 = 1 << 16
        static let triggerRemove: UInt32 = 1 << 17
        static let triggerPostRemove: UInt32 = 1 << 18
        static let missingOK: UInt32 = 1 << 19
        static let preRemoveTransaction: UInt32 = 1 << 20
        static let postRemoveTransaction: UInt32 = 1 << 21
        static let rpmlib: UInt32 = 1 << 24
        static let triggerPreInstall: UInt32 = 1 << 25
        static let configuration: UInt32 = 1 << 28
        static let meta: UInt32 = 1 << 29
        static let comparisons = less | greater | equal
    }

    var name: String
    var version: String
    var flags: UInt32

    /// A feature of rpm itself that the package needs.
    static func feature(_ name: String, _ version: String) -> RPMDependency {
        RPMDependency(name: "rpmlib(\(name))", version: version, flags: Sense.rpmlib | Sense.less | Sense.equal)
    }

    /// Whether the name is a rich form.
    var isRich: Bool { name.utf8.first == 0x28 }
}

extension RPMDependency: Comparable {
    /// rpmbuild's order: by the bytes of the name, then of the version, then by flags.
    static func < (left: RPMDependency, right: RPMDependency) -> Bool {
        let names = (Array(left.name.utf8), Array(right.name.utf8))
        if names.0 != names.1 { return names.0.precedes(names.1) }
        let versions = (Array(left.version.utf8), Array(right.version.utf8))
        if versions.0 != versions.1 { return versions.0.precedes(versions.1) }
        return left.flags < right.flags
    }
}

extension Relation.Comparison {
    var senseFlags: UInt32 {
        (allowsLess ? RPMDependency.Sense.less : 0) | (allowsEqual ? RPMDependency.Sense.equal : 0)
            | (allowsGreater ? RPMDependency.Sense.greater : 0)
    }

    /// The comparison that bits of flags stand for, or `nil` for none.
    init?(senseFlags flags: UInt32) {
        switch flags & RPMDependency.Sense.comparisons {
        case RPMDependency.Sense.less: self = .less
        case RPMDependency.Sense.less | RPMDependency.Sense.equal: self = .lessOrEqual
        case RPMDependency.Sense.equal: self = .equal
        case RPMDependency.Sense.greater | RPMDependency.Sense.equal: self = .greaterOrEqual
        case RPMDependency.Sense.greater: self = .greater
        default: return nil
        }
    }
}

extension Relation.Stages {
    private static let bits: [(stage: Relation.Stages, flag: UInt32)] = [
        (.preInstall, RPMDependency.Sense.preInstall), (.postInstall, RPMDependency.Sense.postInstall),
        (.preRemove, RPMDependency.Sense.preRemove), (.postRemove, RPMDependency.Sense.postRemove),
        (.preTransaction, RPMDependency.Sense.preTransaction),
        (.postTransaction, RPMDependency.Sense.postTransaction),
        (.verify, RPMDependency.Sense.verify), (.meta, RPMDependency.Sense.meta),
        (.interpreter, RPMDependency.Sense.interpreter), (.prerequisite, RPMDependency.Sense.prerequisite),
        (.mayBeMissing, RPMDependency.Sense.missingOK), (.foundInRequirers, RPMDependency.Sense.foundInRequirers),
        (.foundInProviders, RPMDependency.Sense.foundInProviders),
        (.preRemoveTransaction, RPMDependency.Sense.preRemoveTransaction),
        (.postRemoveTransaction, RPMDependency.Sense.postRemoveTransaction),
    ]

    var senseFlags: UInt32 { Relation.Stages.bits.reduce(0) { contains($1.stage) ? $0 | $1.flag : $0 } }

    init(senseFlags flags: UInt32) {
        self = Relation.Stages.bits.reduce(into: []) { if flags & $1.flag != 0 { $0.insert($1.stage) } }
    }
}

extension Relation {
    /// The relation in rpm's form.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` where rpm has no such form, or
    ///   ``FormatError/Code/invalidRelation`` where it would not read the name or version.
    func rpmDependency() throws(FormatError) -> RPMDependency {
        let dependency: RPMDependency
        switch expression {
        case .single(let target):
            try target.checkForRPM(kind)
            dependency = RPMDependency(
                name: target.name,
                version: target.bound?.version ?? "",
                flags: (target.bound?.comparison.senseFlags ?? 0) | stages.senseFlags
            )
        case .anyOf(let targets):
            var parts: [String] = []
            for target in targets {
                try target.checkForRPM(kind)
                parts.append(target.name + (target.bound.map { " \($0.comparison.rawValue) \($0.version)" } ?? ""))
            }
            guard parts.count > 1 else {
                throw FormatError(.invalidRelation, "a choice needs two packages at least", field: kind.rawValue)
            }
            dependency = RPMDependency(
                name: "(\(parts.joined(separator: " or ")))",
                version: "",
                flags: stages.senseFlags
            )
        case .rich(let text):
            guard text.utf8.first == 0x28, text.utf8.last == 0x29, !text.utf8.contains(where: { $0 < 0x20 }) else {
                throw FormatError(.invalidRelation, "'\(text)' is no rich form in parentheses", field: kind.rawValue)
            }
            dependency = RPMDependency(name: text, version: "", flags: stages.senseFlags)
        }
        if dependency.isRich, kind == .provides || kind == .replaces || kind == .orderedAfter {
            throw FormatError(.unsupported, "rpm takes no choice or rich form here", field: kind.rawValue)
        }
        return dependency
    }
}

extension Relation.Target {
    /// Checks what rpmbuild checks of a dependency.
    func checkForRPM(_ kind: Relation.Kind) throws(FormatError) {
        let first = name.utf8.first ?? 0
        guard first.isASCIIAlphanumeric || first == 0x5F || first == 0x2F || first >= 0x80,
            !name.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F })
        else { throw FormatError(.invalidRelation, "rpm takes no name such as '\(name)'", field: kind.rawValue) }
        guard let bound else { return }
        guard !bound.version.isEmpty,
            bound.version.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "._+~^:-".utf8.contains($0) })
        else {
            throw FormatError(
                .invalidRelation,
                "rpm takes no version such as '\(bound.version)' of '\(name)'",
                field: kind.rawValue
            )
        }
    }
}

extension UInt8 {
    var isASCIIAlphanumeric: Bool { (0x30...0x39).contains(self) || (0x61...0x7A).contains(self | 0x20) }
}
