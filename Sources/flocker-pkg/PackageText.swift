import Omnibus
import PackageFormats
import SystemPackage

/// What a package says about itself, for people.
struct PackageText {
    /// What can be chosen instead of the overview.
    struct Sections: OptionSet, Sendable {
        let rawValue: Int
        static let files = Sections(rawValue: 1)
        static let scripts = Sections(rawValue: 2)
        static let relations = Sections(rawValue: 4)
        static let changelog = Sections(rawValue: 8)
        static let tags = Sections(rawValue: 16)
    }

    private var buffer = TextBuffer(reservingCapacity: 2048)
    private let file: PackageFile
    private let width: Int

    /// Where the values of the overview begin.
    private static let column = 14

    init(_ file: PackageFile, _ sections: Sections, width: Int) throws {
        self.file = file
        self.width = width
        // Only these need what a deb has in its payload.
        guard !sections.isDisjoint(with: [.files, .changelog]) else {
            try add(sections, of: file.overview(), [])
            return
        }
        let (package, files) = try file.contents()
        try add(sections, of: package, files)
    }

    /// All of it.
    var text: String { buffer.text }

    private mutating func add(_ sections: Sections, of package: Package, _ files: [PackagedFile]) throws {
        addHeading(package)
        guard !sections.isEmpty else {
            addOverview(package)
            return
        }
        if sections.contains(.relations) { try addRelations() }
        if sections.contains(.files) { addFiles(files) }
        if sections.contains(.scripts) { addScripts(of: package) }
        if sections.contains(.changelog) { addChangelog(of: package) }
        if sections.contains(.tags) { addTags() }
    }

    private mutating func addHeading(_ package: Package) {
        let architecture =
            file.isSource
            ? "source" : file.format == .rpm ? package.architecture.rpmName : package.architecture.debianName
        buffer.append(printable: package.name)
        buffer += " "
        buffer.append(printable: package.version.description)
        buffer += " ("
        buffer.append(printable: architecture)
        buffer += ")\n"
        guard !package.summary.isEmpty else { return }
        buffer.append(printable: package.summary)
        buffer += "\n"
    }

    // MARK: - Overview

    private mutating func addOverview(_ package: Package) {
        buffer += "\n"
        addFile()
        addFormat()
        add("License", package.license)
        add("Homepage", package.url)
        add("Vendor", package.vendor)
        add("Maintainer", package.maintainer)
        add("Section", file.format == .rpm ? package.rpm.group : package.debian.section)
        if file.format == .deb { add("Priority", package.debian.priority) }
        if !file.isSource { add("Source", file.format == .rpm ? package.rpm.sourcePackage : package.debian.source) }
        add("Built", package.date > 0 ? Readable.date(package.date) + " UTC" : nil)
        addInstalled()
        for (title, relations) in PackageText.grouped(package.relations, in: file.format) {
            add(title, items: relations)
        }
        if !package.scripts.isEmpty {
            add("Scripts", items: Scripts.Event.allCases.filter(package.scripts.contains).map(\.rawValue))
        }
        add(
            "Triggers",
            items: package.triggers.map { trigger in
                switch trigger {
                case .interest(let name, _): "interest in \(name)"
                case .activate(let name, _): "activates \(name)"
                case .package, .files: trigger.named?.name ?? ""
                }
            }
        )
        for signature in file.signatures { add("Signature", PackageText.line(signature)) }
        guard !package.description.isEmpty, package.description != package.summary else { return }
        buffer += "\n"
        buffer += TerminalText.paragraphs(package.description, indent: 2, width: width)
    }

    private mutating func addFile() {
        let path = file.file.path.string
        let name = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[path.utf8.index(after: $0)...] } ?? path[...]
        addLabel("File")
        buffer.append(printable: String(name))
        buffer += ", "
        buffer += Readable.size(file.file.size)
        buffer += "\n"
    }

    private mutating func addFormat() {
        let payload = file.payload
        addLabel("Format")
        buffer += file.format.rawValue
        buffer += " "
        buffer += String(file.formatVersion)
        buffer += ", "
        buffer.append(printable: payload.archive)
        buffer += ", "
        buffer.append(printable: payload.compression)
        if let level = payload.level {
            buffer += ":"
            buffer.append(printable: level)
        }
        buffer += "\n"
    }

    private mutating func addInstalled() {
        let (size, count) = (file.installedSize, file.fileCount)
        guard size != nil || count != nil else { return }
        addLabel("Installed")
        if let size { buffer += Readable.size(size) }
        if size != nil, count != nil { buffer += " in " }
        if let count {
            buffer += String(count)
            buffer += count == 1 ? " file" : " files"
        }
        buffer += "\n"
    }

    private mutating func add(_ title: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        addLabel(title)
        buffer.append(printable: value)
        buffer += "\n"
    }

    private mutating func add(_ title: String, items: [String]) {
        guard !items.isEmpty else { return }
        addLabel(title)
        buffer.append(items, indent: PackageText.column, width: width)
        buffer += "\n"
    }

    private mutating func addLabel(_ title: String) {
        buffer += "  "
        buffer += title
        buffer.append(blanks: max(1, PackageText.column - 2 - title.utf8.count))
    }

    /// A signature in one line: nothing of it was checked.
    static func line(_ signature: PackageSignature) -> String {
        let covered =
            switch signature.coverage {
            case .header: "of the header"
            case .headerAndPayload: "of header and payload"
            case .members: "of all members"
            case .list: "of a list of digests"
            }
        guard let packet = signature.packet else { return "\(covered), which is no OpenPGP packet" }
        let key = packet.keyID ?? packet.fingerprint
        return "\(packet.algorithm) \(covered)" + (key.map { ", key \($0)" } ?? "")
    }

    // MARK: - Relations

    private mutating func addRelations() throws {
        for (title, relations) in PackageText.grouped(try file.statedRelations(), in: file.format) {
            buffer += "\n\(title)\n"
            for relation in relations { buffer += "  " + TerminalText.printable(relation) + "\n" }
        }
    }

    private static let kinds = Relation.Kind.allCases

    /// Relations by the word that the format has for their kind.
    private static func grouped(
        _ relations: [Relation],
        in format: PackageFile.Format
    ) -> [(title: String, relations: [String])] {
        var groups: [(kind: Relation.Kind, relations: [String])] = []
        for relation in relations {
            // They come kind by kind.
            let place = groups.lastIndex { $0.kind == relation.kind } ?? groups.endIndex
            if place == groups.endIndex { groups.append((relation.kind, [])) }
            groups[place].relations.append(relation.line)
        }
        return kinds.compactMap { kind in
            groups.first { $0.kind == kind }.map { (title(of: kind, in: format), $0.relations) }
        }
    }

    private static func title(of kind: Relation.Kind, in format: PackageFile.Format) -> String {
        switch kind {
        case .requires: format == .rpm ? "Requires" : "Depends"
        case .provides: "Provides"
        case .conflicts: "Conflicts"
        case .replaces: format == .rpm ? "Obsoletes" : "Replaces"
        case .breaks: "Breaks"
        case .recommends: "Recommends"
        case .suggests: "Suggests"
        case .supplements: "Supplements"
        case .enhances: "Enhances"
        case .orderedAfter: "Ordered after"
        }
    }

    // MARK: - Files

    private mutating func addFiles(_ files: [PackagedFile]) {
        buffer += "\nFiles\n"
        guard !files.isEmpty else {
            buffer += "  none\n"
            return
        }
        let rows = files.map(FileRow.init)
        let owner = rows.reduce(0) { max($0, TerminalText.width($1.owner)) }
        let group = rows.reduce(0) { max($0, TerminalText.width($1.group)) }
        let size = rows.reduce(0) { max($0, $1.size.utf8.count) }
        let day = rows.reduce(0) { max($0, $1.day.utf8.count) }
        for (row, file) in zip(rows, files) {
            buffer += "  "
            buffer += TerminalText.mode(file.entry)
            buffer += "  "
            add(row.owner, filledTo: owner)
            add(row.group, filledTo: group)
            buffer.append(blanks: size - row.size.utf8.count)
            add(row.size, filledTo: 0)
            add(row.day, filledTo: day)
            buffer += PackageText.name(of: file)
            buffer += "\n"
        }
    }

    /// What a line of the list of files says, beside mode and name.
    private struct FileRow {
        let owner: String
        let group: String
        let size: String
        let day: String

        init(_ file: PackagedFile) {
            owner = TerminalText.printable(file.entry.owner)
            group = TerminalText.printable(file.entry.group)
            size =
                switch file.entry.kind {
                case .file, .hardLink: Readable.size(file.size)
                case .characterDevice(let major, let minor), .blockDevice(let major, let minor): "\(major), \(minor)"
                case .directory, .symbolicLink, .fifo: "-"
                }
            day = Readable.date(file.entry.modificationTime, dayOnly: true)
        }
    }

    /// A cell of a table, and what parts it from the next.
    private mutating func add(_ cell: String, filledTo width: Int) {
        buffer += cell
        buffer.append(blanks: max(0, width - TerminalText.width(cell)) + 2)
    }

    /// A file's name, where a link leads, and what the package manager knows of it.
    static func name(of file: PackagedFile) -> String {
        var text = TerminalText.printable(TerminalText.name(file.name))
        switch file.entry.kind {
        case .symbolicLink(let target): text += " -> " + TerminalText.printable(TerminalText.name(target))
        case .hardLink(let target): text += " link to " + TerminalText.printable(TerminalText.name(target.bytes))
        default: break
        }
        let words = file.entry.flags.words
        return words.isEmpty ? text : "\(text)  [\(words.joined(separator: ", "))]"
    }

    // MARK: - Scripts, changelog, tags

    private mutating func addScripts(of package: Package) {
        let triggers = package.triggers.compactMap(\.named)
        let scripts = Scripts.Event.allCases.compactMap { event in
            package.scripts[event].map { (name: event.rawValue, script: $0) }
        }
        if scripts.isEmpty, triggers.isEmpty { buffer += "\nScripts\n  none\n" }
        for (name, script) in scripts + triggers {
            let interpreter = script.interpreter.joined(separator: " ")
            buffer += "\n" + TerminalText.printable("\(name), by \(interpreter)") + "\n"
            buffer += TerminalText.block(script.body, indent: 2)
        }
    }

    private mutating func addChangelog(of package: Package) {
        if package.changelog.isEmpty { buffer += "\nChangelog\n  none\n" }
        for entry in package.changelog {
            let version = entry.version ?? package.version.description
            buffer += "\n" + Readable.date(entry.date, dayOnly: true)
            buffer.append(printable: "  \(version)  \(entry.author)")
            buffer += "\n"
            buffer += TerminalText.paragraphs(entry.text, indent: 2, width: width)
        }
    }

    private mutating func addTags() {
        var section: PackageTag.Section?
        let tags = file.tags
        let names = tags.map { $0.name ?? "-" }
        let widest = names.map(\.utf8.count).max() ?? 0
        for (tag, name) in zip(tags, names) {
            if tag.section != section {
                section = tag.section
                buffer += "\n" + PackageText.title(of: tag.section) + "\n"
            }
            let number = tag.number.map { "\($0)" } ?? ""
            let type = tag.type ?? ""
            var label = "  "
            if tag.section != .control {
                label += TerminalText.blanks(4 - number.count) + number + "  "
            }
            label += name + TerminalText.blanks(widest - name.utf8.count) + "  "
            if tag.section != .control { label += type + TerminalText.blanks(14 - type.utf8.count) }
            buffer += label + PackageText.value(of: tag, indent: label.count) + "\n"
        }
    }

    private static func title(of section: PackageTag.Section) -> String {
        switch section {
        case .signature: "Signature header"
        case .header: "Header"
        case .control: "Control"
        }
    }

    private static func value(of tag: PackageTag, indent: Int) -> String {
        let margin = "\n" + TerminalText.blanks(indent)
        switch tag.value {
        case .numbers(let numbers): return numbers.map { "\($0)" }.joined(separator: " ")
        case .bytes(let bytes):
            let shown = bytes.prefix(32).hexadecimal
            return bytes.count > 32 ? "\(shown)… (\(bytes.count) bytes)" : shown
        case .texts(let texts):
            return texts.map { text in
                let printable = TerminalText.printable(TerminalText.name(text), keepsLines: true)
                return printable.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: margin)
            }.joined(separator: margin)
        }
    }
}

extension Relation {
    /// The relation with the steps that need it: `shadow-utils (preInstall)`.
    var line: String {
        guard !stages.isEmpty else { return expression.description }
        let names = stages.names
        return expression.description + (names.isEmpty ? "" : " (\(names.joined(separator: ", ")))")
    }
}

extension Relation.Stages {
    /// The steps by the names of their properties.
    var names: [String] {
        let all: [(Relation.Stages, String)] = [
            (.preInstall, "preInstall"), (.postInstall, "postInstall"), (.preRemove, "preRemove"),
            (.postRemove, "postRemove"), (.preTransaction, "preTransaction"), (.postTransaction, "postTransaction"),
            (.verify, "verify"), (.meta, "meta"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}

extension Entry.Flags {
    /// The flags in words, as the JSON has them.
    var words: [String] {
        let all: [(Entry.Flags, String)] = [
            (.config, "config"), (.noReplace, "noreplace"), (.missingOK, "missingok"), (.doc, "doc"),
            (.license, "license"), (.readme, "readme"), (.ghost, "ghost"), (.specFile, "specfile"),
            (.artifact, "artifact"),
        ]
        return all.filter { contains($0.0) }.map(\.1)
    }
}
