/// The triggers of a package as its header holds them. What a package tells dpkg of triggers is left out.
struct RPMTriggers {
    private typealias Tag = RPMTag<RPMMainKind>
    private typealias Sense = RPMDependency.Sense

    /// The tags of one kind of trigger.
    private struct Tags {
        var scripts: Tag
        var program: Tag
        var scriptFlags: Tag
        var name: Tag
        var version: Tag
        var flags: Tag
        var index: Tag
        var priorities: Tag?
    }

    private struct Condition {
        var dependency: RPMDependency
        var index: UInt32
    }

    /// One kind of trigger.
    private struct Group {
        var scripts: [Script] = []
        var conditions: [Condition] = []
        var priorities: [UInt32] = []

        mutating func add(_ script: Script, _ conditions: [RPMDependency], priority: UInt32 = 0) {
            for dependency in conditions {
                self.conditions.append(Condition(dependency: dependency, index: UInt32(scripts.count)))
            }
            scripts.append(script)
            priorities.append(priority)
        }
    }

    private static let packageTags = Tags(
        scripts: .triggerScripts,
        program: .triggerScriptProg,
        scriptFlags: .triggerScriptFlags,
        name: .triggerName,
        version: .triggerVersion,
        flags: .triggerFlags,
        index: .triggerIndex,
        priorities: nil
    )

    private static let fileTags = Tags(
        scripts: .fileTriggerScripts,
        program: .fileTriggerScriptProg,
        scriptFlags: .fileTriggerScriptFlags,
        name: .fileTriggerName,
        version: .fileTriggerVersion,
        flags: .fileTriggerFlags,
        index: .fileTriggerIndex,
        priorities: .fileTriggerPriorities
    )

    private static let transactionTags = Tags(
        scripts: .transFileTriggerScripts,
        program: .transFileTriggerScriptProg,
        scriptFlags: .transFileTriggerScriptFlags,
        name: .transFileTriggerName,
        version: .transFileTriggerVersion,
        flags: .transFileTriggerFlags,
        index: .transFileTriggerIndex,
        priorities: .transFileTriggerPriorities
    )

    private static let kinds = [packageTags, fileTags, transactionTags]

    private var packageTriggers = Group()
    private var fileTriggers = Group()
    private var transactionTriggers = Group()

    /// Sorts a package's triggers by kind.
    init(of package: Package) throws(FormatError) {
        for trigger in package.triggers {
            switch trigger {
            case .package(let trigger): try add(trigger)
            case .files(let trigger): try add(trigger)
            case .interest, .activate: continue
            }
        }
    }

    private mutating func add(_ trigger: Trigger.PackageTrigger) throws(FormatError) {
        var conditions: [RPMDependency] = []
        for target in trigger.conditions {
            var dependency = try Relation(.requires, .single(target)).rpmDependency()
            dependency.flags |= RPMTriggers.flag(of: trigger.moment)
            conditions.append(dependency)
        }
        try RPMTriggers.check(trigger.script, conditions)
        packageTriggers.add(trigger.script, conditions)
    }

    private mutating func add(_ trigger: Trigger.FileTrigger) throws(FormatError) {
        guard trigger.moment != .preInstall else {
            throw FormatError(.unsupported, "rpm has no trigger before files are installed", field: "triggers")
        }
        let flag = RPMTriggers.flag(of: trigger.moment)
        let conditions = trigger.prefixes.map { RPMDependency(name: $0.description, version: "", flags: flag) }
        try RPMTriggers.check(trigger.script, conditions)
        if trigger.wholeTransaction {
            transactionTriggers.add(trigger.script, conditions, priority: trigger.priority)
        } else {
            fileTriggers.add(trigger.script, conditions, priority: trigger.priority)
        }
    }

    private static func check(_ script: Script, _ conditions: [RPMDependency]) throws(FormatError) {
        try script.checkForRPM("triggers")
        guard !conditions.isEmpty else {
            throw FormatError(.invalidValue, "a trigger needs something that sets it off", field: "triggers")
        }
        guard script.interpreter.count == 1 else {
            throw FormatError(.unsupported, "the interpreter of an rpm trigger has no arguments", field: "triggers")
        }
    }

    private static func flag(of moment: Trigger.Moment) -> UInt32 {
        switch moment {
        case .preInstall: Sense.triggerPreInstall
        case .install: Sense.triggerInstall
        case .remove: Sense.triggerRemove
        case .postRemove: Sense.triggerPostRemove
        }
    }

    private static func moment(of flags: UInt32) -> Trigger.Moment? {
        Trigger.Moment.allCases.first { flags & flag(of: $0) != 0 }
    }

    private var groups: [(group: Group, tags: Tags)] {
        [
            (packageTriggers, RPMTriggers.packageTags), (fileTriggers, RPMTriggers.fileTags),
            (transactionTriggers, RPMTriggers.transactionTags),
        ]
    }

    private var scripts: [Script] { groups.flatMap(\.group.scripts) }

    /// What the interpreters need.
    var interpreters: [RPMDependency] { RPMTriggers.interpreters(of: scripts) }

    /// What the interpreters of a package's triggers need.
    static func interpreters(of triggers: [Trigger]) -> [RPMDependency] {
        interpreters(
            of: triggers.compactMap {
                switch $0 {
                case .package(let trigger): trigger.script
                case .files(let trigger): trigger.script
                case .interest, .activate: nil
                }
            }
        )
    }

    private static func interpreters(of scripts: [Script]) -> [RPMDependency] {
        scripts.compactMap { $0.interpreter.first }.filter { $0 != RPMScripts.lua }.map {
            RPMDependency(name: $0, version: "", flags: Sense.interpreter)
        }
    }

    /// Whether a script is for rpm's own interpreter.
    var usesLua: Bool { scripts.contains { $0.interpreter.first == RPMScripts.lua } }

    /// Whether rpm changes a script before it runs it.
    var usesExpansion: Bool { scripts.contains { !$0.expansion.isEmpty } }

    /// The versions in conditions.
    var versions: [String] { packageTriggers.conditions.map(\.dependency.version) }

    /// Sets the tags of all triggers.
    func set(in header: inout RPMMainHeader) {
        for (group, tags) in groups where !group.scripts.isEmpty {
            let conditions = group.conditions.sorted {
                $0.dependency == $1.dependency ? $0.index < $1.index : $0.dependency < $1.dependency
            }
            header[tags.scripts] = .stringArray(PackedStrings(group.scripts.map(\.body.withoutTrailingLineFeeds)))
            header[tags.program] = .stringArray(PackedStrings(group.scripts.compactMap(\.interpreter.first)))
            if group.scripts.contains(where: { !$0.expansion.isEmpty }) {
                header[tags.scriptFlags] = .int32(group.scripts.map(\.expansion.rawValue))
            }
            header[tags.name] = .stringArray(PackedStrings(conditions.map(\.dependency.name)))
            header[tags.version] = .stringArray(PackedStrings(conditions.map(\.dependency.version)))
            header[tags.flags] = .int32(conditions.map(\.dependency.flags))
            header[tags.index] = .int32(conditions.map(\.index))
            if let priorities = tags.priorities { header[priorities] = .int32(group.priorities) }
        }
    }

    /// The triggers that a header holds.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagCount`` if tags do not fit together, or
    ///   ``FormatError/Code/invalidPath`` for a prefix that is no path.
    static func triggers(in header: RPMMainHeader) throws(FormatError) -> [Trigger] {
        var triggers: [Trigger] = []
        // Few packages have any.
        guard kinds.contains(where: { header.contains($0.scripts) }) else { return [] }
        for (kind, tags) in kinds.enumerated() {
            guard let bodies = header.texts(tags.scripts) else { continue }
            let programs = header.texts(tags.program) ?? []
            let names = header.texts(tags.name) ?? []
            let versions = header.texts(tags.version) ?? []
            let flags = header.integers(tags.flags) ?? []
            let indexes = header.integers(tags.index) ?? []
            let priorities = tags.priorities.flatMap { header.integers($0) } ?? []
            let scriptFlags = header.integers(tags.scriptFlags) ?? []
            // One pass, so that many scripts with many conditions take no longer than both together.
            var conditionsOf: [UInt64: [Int]] = [:]
            for (place, index) in indexes.enumerated() { conditionsOf[index, default: []].append(place) }
            guard programs.count == bodies.count, versions.count == names.count, flags.count == names.count,
                indexes.count == names.count
            else { throw FormatError(.rpmTagCount, "the tags of triggers do not fit together", field: tags.name.name) }
            for (place, (body, program)) in zip(bodies, programs).enumerated() {
                let mine = conditionsOf[UInt64(place)] ?? []
                guard let first = mine.first, let moment = moment(of: UInt32(truncatingIfNeeded: flags[first])) else {
                    throw FormatError(.rpmTagCount, "script \(place) has no condition", field: tags.name.name)
                }
                var script = Script(body, interpreter: [program], calling: .native)
                script.expansion = Script.Expansion(
                    storedFlags: place < scriptFlags.count ? scriptFlags[place] : nil
                )
                if kind == 0 {
                    let conditions = mine.map { index in
                        Relation.Target(
                            names[index],
                            Relation.Comparison(senseFlags: UInt32(truncatingIfNeeded: flags[index])).map {
                                Relation.Bound($0, versions[index])
                            }
                        )
                    }
                    triggers.append(.package(.init(moment, on: conditions, script: script)))
                } else {
                    var prefixes: [PackagePath] = []
                    for index in mine { prefixes.append(try PackagePath(names[index])) }
                    triggers.append(
                        .files(
                            .init(
                                moment,
                                below: prefixes,
                                script: script,
                                wholeTransaction: kind == 2,
                                priority: place < priorities.count ? UInt32(clamping: priorities[place]) : 1_000_000
                            )
                        )
                    )
                }
            }
        }
        return triggers
    }
}
