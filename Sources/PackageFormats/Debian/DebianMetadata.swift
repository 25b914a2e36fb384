/// What a package says about itself as a control stanza, and back (deb-control(5)).
enum DebianMetadata {
    /// dpkg-gencontrol's order; other fields follow in the order given.
    private static let order = [
        "Package", "Package-Type", "Source", "Version", "Kernel-Version", "Built-For-Profiles", "Auto-Built-Package",
        "Architecture", "Subarchitecture", "Installer-Menu-Item", "Build-Essential", "Essential", "Protected",
        "Origin", "Bugs", "Maintainer", "Installed-Size", "Pre-Depends", "Depends", "Recommends", "Suggests",
        "Enhances", "Conflicts", "Breaks", "Replaces", "Provides", "Built-Using", "Static-Built-Using", "Section",
        "Priority", "Multi-Arch", "Homepage", "Description", "Tag", "Task",
    ]

    /// The fields that the model has a place for.
    private static let modelled =
        [
            "Package", "Source", "Version", "Architecture", "Maintainer", "Installed-Size", "Section", "Priority",
            "Multi-Arch", "Homepage", "Description", "License", "Vendor",
        ] + DebianRelations.fields.map(\.name)

    /// Makes the control stanza of a package.
    ///
    /// What Debian has no field for is left out: relations of kinds `supplements` and `orderedAfter`, the licence (it
    /// stands in the copyright file) and the vendor.
    ///
    /// - Parameters:
    ///   - installedSize: in KiB.
    ///   - dependencies: relations that the writer itself adds.
    /// - Throws: ``FormatError`` for what the fields' grammar refuses.
    static func stanza(
        of package: Package,
        installedSize: UInt64,
        adding dependencies: [Relation] = []
    ) throws(FormatError) -> ControlStanza {
        guard DebianName.isPackage(package.name) else {
            throw FormatError(
                .controlName,
                "'\(package.name)' is no name for a Debian package: use two or more of a-z, 0-9, '+', '-' and '.'",
                field: "Package"
            )
        }
        guard DebianName.isArchitecture(package.architecture.debianName) else {
            throw FormatError(
                .controlArchitecture,
                "'\(package.architecture.debianName)' is no name of an architecture",
                field: "Architecture"
            )
        }
        let details = package.debian
        var fields: [(name: String, value: String)] = [
            ("Package", package.name),
            ("Version", try DebianVersion(package.version).text),
            ("Architecture", package.architecture.debianName),
            ("Maintainer", try required(package.maintainer, "Maintainer")),
            ("Installed-Size", "\(installedSize)"),
            ("Section", try required(details.section, "Section")),
            ("Priority", try required(details.priority, "Priority")),
        ]
        if let source = details.source { fields.append(("Source", try required(source, "Source"))) }
        if let url = package.url { fields.append(("Homepage", try required(url, "Homepage"))) }
        if let multiArch = details.multiArch { fields.append(("Multi-Arch", try checked(multiArch, for: package))) }
        for field in DebianRelations.fields {
            guard let value = try DebianRelations.render(package.relations + dependencies, in: field) else { continue }
            fields.append((field.name, value))
        }
        _ = try required(package.summary, "Description")
        let description = DebianDescription.fold(summary: package.summary, description: package.description)
        fields.append(("Description", description))
        for field in details.fields {
            guard !modelled.contains(where: { $0.isSameField(as: field.name) }) else {
                throw FormatError(.invalidValue, "this field is made from the package's properties", field: field.name)
            }
            fields.append(field)
        }
        return try ordered(fields)
    }

    private static func ordered(_ fields: [(name: String, value: String)]) throws(FormatError) -> ControlStanza {
        let ranked = fields.enumerated().map { position, field in
            (rank: order.firstIndex { $0.isSameField(as: field.name) } ?? order.count, position: position, field: field)
        }
        var stanza = ControlStanza()
        for item in ranked.sorted(by: { ($0.rank, $0.position) < ($1.rank, $1.position) }) {
            try stanza.append(item.field.name, item.field.value)
        }
        return stanza
    }

    /// A value of one line that is not empty.
    private static func required(_ value: String, _ field: String) throws(FormatError) -> String {
        guard !value.trimmingBlanks.isEmpty else {
            throw FormatError(.controlMissingField, "a Debian package needs this", field: field)
        }
        guard !value.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw FormatError(.controlCharacter, "the value holds a control character or line feed", field: field)
        }
        return value
    }

    private static func checked(_ multiArch: String, for package: Package) throws(FormatError) -> String {
        guard ["no", "same", "foreign", "allowed"].contains(multiArch) else {
            throw FormatError(
                .invalidValue,
                "'\(multiArch)' is none of no, same, foreign, allowed",
                field: "Multi-Arch"
            )
        }
        guard multiArch != "same" || package.architecture != .independent else {
            throw FormatError(.invalidValue, "'same' needs an architecture of its own, not all", field: "Multi-Arch")
        }
        return multiArch
    }
}

extension DebianMetadata {
    /// The package that a control stanza describes, without contents.
    ///
    /// - Throws: ``FormatError`` for a missing Package, Version or Architecture, and for a name, version, architecture or
    ///   relation that dpkg does not take.
    static func package(from stanza: ControlStanza, date: Int64) throws(FormatError) -> Package {
        func mandatory(_ field: String) throws(FormatError) -> String {
            guard let value = stanza[field], !value.isEmpty else {
                throw FormatError(.controlMissingField, "the field is missing", field: field)
            }
            return value
        }
        let name = try mandatory("Package")
        guard DebianName.isInstallable(name) else {
            throw FormatError(.controlName, "'\(name)' is no name of a package", field: "Package")
        }
        let version = try DebianVersion(parsing: try mandatory("Version"))
        let architecture = try mandatory("Architecture")
        guard DebianName.isArchitecture(architecture.replacing("_", with: "-")) else {
            throw FormatError(.controlArchitecture, "'\(architecture)' is not one architecture", field: "Architecture")
        }
        let (summary, description) = DebianDescription.unfold(stanza["Description"] ?? "")
        var relations: [Relation] = []
        for field in DebianRelations.fields {
            guard let value = stanza[field.name] else { continue }
            relations += try DebianRelations.parse(value, in: field)
        }
        var package = Package(
            name: name,
            version: version.evr,
            architecture: Architecture.all.first { $0.debianName == architecture }
                ?? Architecture(unlisted: architecture),
            summary: summary,
            description: description,
            license: stanza["License"] ?? "",
            url: stanza["Homepage"],
            vendor: stanza["Vendor"],
            maintainer: stanza["Maintainer"] ?? "",
            date: date,
            relations: relations,
            entries: []
        )
        package.debian.section = stanza["Section"] ?? ""
        package.debian.priority = stanza["Priority"] ?? ""
        package.debian.multiArch = stanza["Multi-Arch"]
        package.debian.source = stanza["Source"]
        package.debian.fields = stanza.fields.filter { field in
            !modelled.contains { $0.isSameField(as: field.name) }
        }.map { ($0.name, $0.value) }
        return package
    }
}

extension FormatError.Code {
    /// A field that a Debian package needs is missing or empty.
    public static let controlMissingField = Self(rawValue: "control-missing-field")
    /// A Debian package's name breaks the rules for names.
    public static let controlName = Self(rawValue: "control-name")
    /// A Debian package's architecture is not the name of one.
    public static let controlArchitecture = Self(rawValue: "control-architecture")
}
