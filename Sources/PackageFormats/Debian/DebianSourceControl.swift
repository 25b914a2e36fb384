/// What a source package's `debian/control` needs beyond the stanzas of binary packages (deb-src-control(5)).
extension ControlStanza {
    /// Adds the fields of relations, in dpkg's order.
    ///
    /// - Parameters:
    ///   - relations: the relations, of any kinds.
    ///   - variables: substitution variables (deb-substvars(5)) for `Depends`, such as `${misc:Depends}`.
    /// - Throws: ``FormatError`` for what the fields' grammar refuses.
    public mutating func append(_ relations: [Relation], variables: [String] = []) throws(FormatError) {
        for field in DebianRelations.fields {
            var values = field.name == "Depends" ? variables : []
            if let value = try DebianRelations.render(relations, in: field) { values.append(value) }
            if !values.isEmpty { try append(field.name, values.joined(separator: ", ")) }
        }
    }

    /// Adds the Description, folded in Debian's way.
    ///
    /// - Parameters:
    ///   - summary: one line.
    ///   - description: paragraphs.
    /// - Throws: ``FormatError`` with code ``FormatError/Code/controlCharacter``.
    public mutating func append(summary: String, description: String) throws(FormatError) {
        try append("Description", DebianDescription.fold(summary: summary, description: description))
    }
}

extension Relation {
    /// The relation as Debian's fields have it, such as `bash (>= 4.0)`.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlRelation`` or ``FormatError/Code/unsupported``.
    public func debianText() throws(FormatError) -> String {
        guard let field = DebianRelations.fields.first(where: { $0.kind == kind && $0.stages.isEmpty }) else {
            throw FormatError(.unsupported, "Debian has no relation of this kind", field: kind.rawValue)
        }
        var plain = self
        plain.stages = []
        return try DebianRelations.render([plain], in: field) ?? ""
    }
}

extension Scripts {
    /// The maintainer scripts of a source package, by name, such as `postinst`, with debhelper's mark behind each.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` for what only rpm has, or
    ///   ``FormatError/Code/invalidValue`` for a script that cannot be written safely.
    public func debianSourceScripts() throws(FormatError) -> [(name: String, text: String)] {
        var package = Package(
            name: "source",
            version: EVR(version: "1"),
            architecture: .independent,
            summary: "",
            license: "",
            maintainer: "",
            date: 0,
            entries: []
        )
        package.scripts = self
        return try MaintainerScripts(package).members.map { member in
            (member.name, String(decoding: member.bytes, as: UTF8.self) + "\n#DEBHELPER#\n")
        }
    }
}
