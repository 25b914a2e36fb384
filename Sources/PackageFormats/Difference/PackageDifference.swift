internal import SystemPackage

/// What changed between two packages of one format.
///
/// What follows from something else does not count: rpm's own provides and features, digests of the payload, lengths of
/// headers. Modification times count only when asked for, because every build has others.
public struct PackageDifference: Sendable, Hashable {
    /// A field with another value, or that only one package has.
    public struct FieldChange: Sendable, Hashable {
        /// The field: a word of the model such as `version`, else the tag's or control field's own name.
        public var name: String
        /// The value before, or `nil` where there was none.
        public var old: String?
        /// The value after, or `nil` where there is none.
        public var new: String?
    }

    /// A script with other text or another interpreter, or that only one package has.
    public struct ScriptChange: Sendable, Hashable {
        /// The event, such as `postInstall`, or what sets it off, such as `trigger install on bash`.
        public var name: String
        /// The script before, or `nil` where there was none.
        public var old: Script?
        /// The script after, or `nil` where there is none.
        public var new: Script?

        /// What changed in the text.
        public var text: TextDifference { TextDifference(from: old?.body ?? "", to: new?.body ?? "") }
    }

    /// A file that differs, or that only one package has.
    public struct FileChange: Sendable, Hashable {
        /// What can differ between two files.
        public enum Aspect: String, Sendable, Hashable, CaseIterable {
            /// What it is: a file, a directory, a link and so on; which device; of which file it is a hard link.
            case type
            /// Permission and special bits.
            case mode
            /// The owner.
            case owner
            /// The group.
            case group
            /// The length in bytes.
            case size
            /// The contents.
            case contents
            /// The target of a symbolic link.
            case target
            /// What the package manager knows of it: configuration, documentation and so on.
            case flags
            /// File capabilities.
            case capabilities
            /// The locale it is for.
            case language
            /// What the package manager does not verify of it.
            case unverified
            /// The modification time.
            case modificationTime
        }

        /// The file before, or `nil` where there was none.
        public var old: PackagedFile?
        /// The file after, or `nil` where there is none.
        public var new: PackagedFile?
        /// What differs; nothing for a file that only one package has.
        public var aspects: [Aspect]

        /// The name's bytes.
        public var name: [UInt8] { new?.name ?? old?.name ?? [] }
    }

    /// What only one package has of a list.
    public struct ListChange<Element: Sendable & Hashable>: Sendable, Hashable {
        /// What was there before only, in the old package's order.
        public var removed: [Element] = []
        /// What is there after only, in the new package's order.
        public var added: [Element] = []

        /// Whether the lists hold the same.
        public var isEmpty: Bool { removed.isEmpty && added.isEmpty }

        init(from old: [Element], to new: [Element]) {
            let (before, after) = (Set(old), Set(new))
            removed = old.filter { !after.contains($0) }
            added = new.filter { !before.contains($0) }
        }
    }

    /// Fields with other values.
    public let fields: [FieldChange]
    /// Relations that only one package has.
    public let relations: ListChange<Relation>
    /// Scripts that differ.
    public let scripts: [ScriptChange]
    /// Files that differ, by name.
    public let files: [FileChange]
    /// Entries of the changelog that only one package has; each names its version.
    public let changelog: ListChange<ChangelogEntry>

    /// Whether nothing changed.
    public var isEmpty: Bool {
        fields.isEmpty && relations.isEmpty && scripts.isEmpty && files.isEmpty && changelog.isEmpty
    }

    /// Compares two packages.
    ///
    /// Contents of files are compared by the digests that rpm itself checks when it unpacks them; where there is none that
    /// both packages have, as in every .deb, by reading the payloads.
    ///
    /// - Parameters:
    ///   - old: the package before.
    ///   - new: the package after.
    ///   - includesTimes: whether files with another modification time and nothing else count.
    ///   - limits: what reading the payloads may cost at most.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` for packages of two formats, or as reading
    ///   them does.
    public init(
        from old: PackageFile,
        to new: PackageFile,
        includesTimes: Bool = false,
        limits: PayloadLimits = PayloadLimits()
    ) throws(FormatError) {
        guard old.format == new.format else {
            throw FormatError(
                .unsupported,
                "is a \(new.format.rawValue) and cannot be compared with a \(old.format.rawValue)",
                path: new.file.path.string
            )
        }
        let (before, after) = (try PackageSide(old, limits), try PackageSide(new, limits))
        let fields = PackageDifference.changes(from: before.fields, to: after.fields) { $0.isIdentical(to: $1) }
            .map { FieldChange(name: $0, old: $1, new: $2) }
        relations = ListChange(from: before.package.relations, to: after.package.relations)
        scripts = PackageDifference.changes(from: before.scripts, to: after.scripts) { $0.isIdentical(to: $1) }
            .map { ScriptChange(name: $0, old: $1, new: $2) }
        files = try FileComparison(old, before.files, new, after.files, includesTimes: includesTimes, limits).changes
        changelog = ListChange(from: before.changelog, to: after.changelog)
        let isSame = fields.isEmpty && relations.isEmpty && scripts.isEmpty && files.isEmpty && changelog.isEmpty
        // Nobody is told that packages are the same because what differs has no place in the model.
        self.fields = isSame ? StoredComparison.changes(from: old, to: new) : fields
    }

    /// Named values that differ, in the order of the new list, then those that only the old one has.
    private static func changes<Value>(
        from old: [(name: String, value: Value)],
        to new: [(name: String, value: Value)],
        isSame: (Value, Value) -> Bool
    ) -> [(String, Value?, Value?)] {
        let before = Dictionary(old.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        let names = Set(new.map(\.name))
        return new.filter { item in before[item.name].map { !isSame($0, item.value) } ?? true }.map {
            ($0.name, before[$0.name], $0.value)
        }
            + old.filter { !names.contains($0.name) }.map { ($0.name, $0.value, nil) }
    }
}

/// One of the two packages, as far as it is compared.
private struct PackageSide {
    let package: Package
    let files: [PackagedFile]
    let fields: [(name: String, value: String)]
    let scripts: [(name: String, value: Script)]
    let changelog: [ChangelogEntry]

    init(_ file: PackageFile, _ limits: PayloadLimits) throws(FormatError) {
        (package, files) = try file.contents(limits: limits)
        fields = PackageSide.fields(of: file, package)
        scripts = PackageSide.scripts(of: package)
        let own = package.version.description
        changelog = package.changelog.map { entry in
            var entry = entry
            entry.version = entry.version ?? own
            return entry
        }
    }

    private static func fields(of file: PackageFile, _ package: Package) -> [(name: String, value: String)] {
        let payload = file.payload
        let signatures = file.signatures.map { signature in
            "\(signature.coverage.rawValue) by \(signature.packet?.keyID ?? "an unknown key")"
        }
        let fields: [(String, String?)] = [
            ("name", package.name), ("epoch", package.version.epoch.map { "\($0)" }),
            ("version", package.version.version), ("release", package.version.release),
            (
                "architecture",
                file.format == .rpm ? package.architecture.rpmName : package.architecture.debianName
            ),
            ("summary", package.summary), ("description", package.description), ("license", package.license),
            ("url", package.url), ("vendor", package.vendor), ("maintainer", package.maintainer),
            ("buildTime", "\(package.date)"), ("installedSize", file.installedSize.map { "\($0)" }),
            ("formatVersion", "\(file.formatVersion)"), ("archive", payload.archive),
            ("compression", payload.compression + (payload.level.map { ":" + $0 } ?? "")),
            ("signatures", signatures.joined(separator: "\n")),
        ]
        let tags = file.tags.filter { $0.section != .signature && !isCovered($0) }.map(\.namedValue).numberingRepeated
            .map { ($0.name, $0.value.text) }
        let triggers = package.triggers.compactMap { trigger in
            switch trigger {
            case .interest(let name, let awaits): "interest\(awaits ? "" : "-noawait") \(name)"
            case .activate(let name, let awaits): "activate\(awaits ? "" : "-noawait") \(name)"
            case .package, .files: nil
            }
        }
        let members = package.debian.controlMembers.sorted { $0.key < $1.key }.map { member in
            (member.key, String(decoding: member.value, as: UTF8.self))
        }
        return fields.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } } + tags
            + [("triggers", triggers.joined(separator: "\n"))].filter { !$0.1.isEmpty } + members
    }

    /// Tags and fields whose contents are compared as something else, or that follow from something else.
    private static func isCovered(_ tag: PackageTag) -> Bool {
        guard let name = tag.name else { return false }
        guard tag.section == .header else { return coveredFields.contains(name.lowercased()) }
        return coveredTags.contains(name) || coveredPrefixes.contains { name.hasPrefix($0) }
    }

    private static let coveredFields: Set = Set(
        [
            "Package", "Version", "Architecture", "Description", "Homepage", "License", "Vendor", "Maintainer",
            "Installed-Size",
        ].map { $0.lowercased() } + DebianRelations.fields.map { $0.name.lowercased() }
    )
    private static let coveredTags: Set = [
        "NAME", "EPOCH", "VERSION", "RELEASE", "ARCH", "SUMMARY", "DESCRIPTION", "LICENSE", "URL", "VENDOR", "PACKAGER",
        "BUILDTIME", "SIZE", "LONGSIZE", "ARCHIVESIZE", "RPMFORMAT", "BASENAMES", "OLDFILENAMES", "LONGFILESIZES",
        "CLASSDICT", "DEPENDSDICT", "MIMEDICT", "SOURCENEVR",
    ]
    private static let coveredPrefixes = [
        "FILE", "DIRNAMES", "DIRINDEXES", "PROVIDE", "REQUIRE", "CONFLICT", "OBSOLETE", "RECOMMEND", "SUGGEST",
        "SUPPLEMENT", "ENHANCE", "ORDER", "TRIGGER", "TRANSFILETRIGGER", "PREIN", "PREUN", "PRETRANS", "POSTIN",
        "POSTUN", "POSTTRANS", "VERIFYSCRIPT", "CHANGELOG", "PAYLOAD", "HEADER",
    ]

    private static func scripts(of package: Package) -> [(name: String, value: Script)] {
        var scripts: [(String, Script)] = Scripts.Event.allCases.compactMap { event in
            package.scripts[event].map { (event.rawValue, $0) }
        }
        var counts: [String: Int] = [:]
        for trigger in package.triggers {
            guard let (name, script) = trigger.named else { continue }
            counts[name, default: 0] += 1
            let count = counts[name] ?? 1
            scripts.append((count == 1 ? name : "\(name) (\(count))", script))
        }
        return scripts
    }
}

extension String {
    /// Whether two texts are the same byte by byte; to `==` an accented letter is the same as a letter and an accent.
    func isIdentical(to other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Script {
    fileprivate func isIdentical(to other: Script) -> Bool {
        self == other && body.isIdentical(to: other.body)
            && zip(interpreter, other.interpreter).allSatisfy { $0.isIdentical(to: $1) }
    }
}

extension Trigger {
    /// An rpm trigger's script under a name that says what sets it off; `nil` for Debian's, which have none of their own.
    public var named: (name: String, script: Script)? {
        switch self {
        case .package(let trigger):
            let conditions = trigger.conditions.map(\.description).joined(separator: ", ")
            return ("trigger \(trigger.moment.rawValue) on \(conditions)", trigger.script)
        case .files(let trigger):
            let prefixes = trigger.prefixes.map(\.description).joined(separator: ", ")
            let kind = trigger.wholeTransaction ? "transaction file trigger" : "file trigger"
            return ("\(kind) \(trigger.moment.rawValue) below \(prefixes)", trigger.script)
        case .interest, .activate: return nil
        }
    }
}
