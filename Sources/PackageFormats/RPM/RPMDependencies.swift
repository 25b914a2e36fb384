/// All dependencies of a package as its header holds them, those included that rpm needs and nobody writes down.
struct RPMDependencies {
    private typealias Tag = RPMTag<RPMMainKind>

    /// The tags of one kind of dependency.
    private struct Tags {
        var kind: Relation.Kind
        var name: Tag
        var version: Tag
        var flags: Tag
    }

    private static let tags: [Tags] =
        [
            Tags(kind: .provides, name: .provideName, version: .provideVersion, flags: .provideFlags),
            Tags(kind: .requires, name: .requireName, version: .requireVersion, flags: .requireFlags),
            Tags(kind: .conflicts, name: .conflictName, version: .conflictVersion, flags: .conflictFlags),
            Tags(kind: .replaces, name: .obsoleteName, version: .obsoleteVersion, flags: .obsoleteFlags),
            Tags(kind: .recommends, name: .recommendName, version: .recommendVersion, flags: .recommendFlags),
            Tags(kind: .suggests, name: .suggestName, version: .suggestVersion, flags: .suggestFlags),
            Tags(kind: .supplements, name: .supplementName, version: .supplementVersion, flags: .supplementFlags),
            Tags(kind: .enhances, name: .enhanceName, version: .enhanceVersion, flags: .enhanceFlags),
            Tags(kind: .orderedAfter, name: .orderName, version: .orderVersion, flags: .orderFlags),
        ]

    private(set) var lists: [Relation.Kind: [RPMDependency]] = [:]

    /// Collects what a package says and what follows from its files, scripts and triggers.
    init(
        of package: Package,
        files: RPMFileList,
        scripts: RPMScripts,
        triggers: RPMTriggers,
        compression: Compression
    ) throws(FormatError) {
        for relation in package.relations {
            // Breaks is Debian's alone; what it means is a conflict to rpm.
            let kind = relation.kind == .breaks ? .conflicts : relation.kind
            lists[kind, default: []].append(try relation.rpmDependency())
        }
        lists[.provides, default: []] += RPMDependencies.provides(of: package)
        lists[.requires, default: []] += scripts.interpreters + triggers.interpreters
        if !package.services.isEmpty {
            lists[.orderedAfter, default: []] += [
                RPMDependency.Sense.postInstall, RPMDependency.Sense.preRemove, RPMDependency.Sense.postRemove,
            ].map { RPMDependency(name: "systemd", version: "", flags: $0) }
        }
        if files.hasConfiguration {
            let configuration = RPMDependency(
                name: "config(\(package.name))",
                version: package.version.description,
                flags: RPMDependency.Sense.configuration | RPMDependency.Sense.equal
            )
            lists[.provides, default: []].append(configuration)
            lists[.requires, default: []].append(configuration)
        }
        lists[.requires, default: []] += features(
            files: files,
            scripts: scripts,
            triggers: triggers,
            compression: compression
        )
        for (kind, list) in lists { lists[kind] = Set(list).sorted() }
    }

    /// What every package offers: itself, and itself for its architecture.
    private static func provides(of package: Package) -> [RPMDependency] {
        let names = [package.name] + (package.architecture.isaMark.map { ["\(package.name)(\($0))"] } ?? [])
        return names.map {
            RPMDependency(name: $0, version: package.version.description, flags: RPMDependency.Sense.equal)
        }
    }

    /// The features of rpm that reading and installing the package takes.
    private func features(
        files: RPMFileList,
        scripts: RPMScripts,
        triggers: RPMTriggers,
        compression: Compression
    ) -> [RPMDependency] {
        var features = [
            RPMDependency.feature("CompressedFileNames", "3.0.4-1"),
            RPMDependency.feature("PayloadFilesHavePrefix", "4.0-1"),
            RPMDependency.feature("FileDigests", "4.6.0-1"),
        ]
        switch compression.algorithm {
        case .xz: features.append(.feature("PayloadIsXz", "5.2-1"))
        case .zstd: features.append(.feature("PayloadIsZstd", "5.4.18-1"))
        case .gzip, .none: break
        }
        if files.hasLinks { features.append(.feature("PartialHardlinkSets", "4.0.4-1")) }
        if files.hasCapabilities { features.append(.feature("FileCaps", "4.6.1-1")) }
        if files.needsLongSizes { features.append(.feature("LargeFiles", "4.12.0-1")) }
        if scripts.usesInterpreterArguments { features.append(.feature("ScriptletInterpreterArgs", "4.0.3-1")) }
        if scripts.usesExpansion || triggers.usesExpansion {
            features.append(.feature("ScriptletExpansion", "4.9.0-1"))
        }
        if scripts.usesLua || triggers.usesLua { features.append(.feature("BuiltinLuaScripts", "4.2.2-1")) }
        let versions = lists.values.joined().map(\.version) + triggers.versions
        if versions.contains(where: { $0.utf8.contains(0x7E) }) {
            features.append(.feature("TildeInVersions", "4.10.0-1"))
        }
        if versions.contains(where: { $0.utf8.contains(0x5E) }) {
            features.append(.feature("CaretInVersions", "4.15.0-1"))
        }
        if lists.values.joined().contains(where: \.isRich) { features.append(.feature("RichDependencies", "4.12.0-1")) }
        return features
    }

    /// Sets the tags of all dependencies.
    func set(in header: inout RPMMainHeader) {
        for tags in RPMDependencies.tags {
            guard let list = lists[tags.kind], !list.isEmpty else { continue }
            header[tags.name] = .stringArray(PackedStrings(list.map(\.name)))
            header[tags.version] = .stringArray(PackedStrings(list.map(\.version)))
            header[tags.flags] = .int32(list.map(\.flags))
        }
    }

    /// The relations that a header states, without those that follow from the rest of the package: its own name,
    /// `config()`, features of rpm and interpreters of scripts.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagCount`` if the tags of one kind are not equally long.
    static func relations(in header: RPMMainHeader, of package: Package) throws(FormatError) -> [Relation] {
        let own = provides(of: package)
        let run = RPMScripts.interpreters(of: package.scripts)
        // There may be any number of triggers.
        let triggered = Set(RPMTriggers.interpreters(of: package.triggers))
        var relations: [Relation] = []
        // What writers add themselves.
        let implied = RPMDependency.Sense.rpmlib | RPMDependency.Sense.configuration
        for (kind, dependency) in try dependencies(in: header, without: implied) {
            let follows =
                kind == .provides
                ? own.contains(dependency)
                : run.contains(dependency) || !triggered.isEmpty && triggered.contains(dependency)
            if !follows { relations.append(dependency.relation(kind)) }
        }
        return relations
    }

    /// Every relation that a header states, whoever wrote it down.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagCount`` if the tags of one kind are not equally long.
    static func statedRelations(in header: RPMMainHeader) throws(FormatError) -> [Relation] {
        try dependencies(in: header, without: 0).map { $0.dependency.relation($0.kind) }
    }

    /// Checks that the tags of dependencies fit together.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/rpmTagCount`` if those of one kind are not equally long.
    static func check(_ header: RPMMainHeader) throws(FormatError) {
        for tags in tags where header.contains(tags.name) {
            let names = header.count(of: tags.name)
            let (versions, flags) = (header.count(of: tags.version), header.count(of: tags.flags))
            guard names == versions, names == flags else {
                throw FormatError(
                    .rpmTagCount,
                    "there are \(names) names, \(versions) versions and \(flags) flags",
                    field: tags.name.name
                )
            }
        }
    }

    /// The dependencies whose flags have none of some bits.
    private static func dependencies(
        in header: RPMMainHeader,
        without senses: UInt32
    ) throws(FormatError) -> [(kind: Relation.Kind, dependency: RPMDependency)] {
        var dependencies: [(kind: Relation.Kind, dependency: RPMDependency)] = []
        try check(header)
        for tags in tags {
            guard let names = header.strings(tags.name), let versions = header.strings(tags.version),
                let flags = header.integers(tags.flags)
            else { continue }
            for (flags, (name, version)) in zip(flags, zip(names, versions)) {
                let flags = UInt32(truncatingIfNeeded: flags)
                guard flags & senses == 0 else { continue }
                let dependency = RPMDependency(
                    name: String(decoding: name, as: UTF8.self),
                    version: String(decoding: version, as: UTF8.self),
                    flags: flags
                )
                dependencies.append((tags.kind, dependency))
            }
        }
        return dependencies
    }
}

extension RPMDependency {
    /// The relation that a dependency stands for.
    fileprivate func relation(_ kind: Relation.Kind) -> Relation {
        let stages = Relation.Stages(senseFlags: flags)
        if isRich { return Relation(kind, .rich(name), stages: stages) }
        let bound = Relation.Comparison(senseFlags: flags).map { Relation.Bound($0, version) }
        return Relation(kind, .single(Relation.Target(name, bound)), stages: stages)
    }
}

extension FormatError.Code {
    /// Tags that belong together have different numbers of values.
    public static let rpmTagCount = Self(rawValue: "rpm-tag-count")
}
