import Omnibus
import PackageFormats

/// What changed between two packages, for people: `-` for what was, `+` for what is, `~` for what is otherwise.
struct DifferenceText {
    private(set) var text = ""
    private let isColored: Bool

    private typealias FileChange = PackageDifference.FileChange

    init(_ difference: PackageDifference, from old: String, to new: String, isColored: Bool) {
        self.isColored = isColored
        add("---", old)
        add("+++", new)
        addFields(difference.fields)
        addRelations(difference.relations)
        addScripts(difference.scripts)
        addFiles(difference.files)
        addChangelog(difference.changelog)
    }

    private mutating func addFields(_ fields: [PackageDifference.FieldChange]) {
        guard !fields.isEmpty else { return }
        text += "\nMetadata\n"
        let widest = fields.map(\.name.count).max() ?? 0
        for field in fields {
            let label = field.name + TerminalText.blanks(widest - field.name.count)
            if let old = field.old, let new = field.new, old.contains("\n") || new.contains("\n") {
                add("  ~", field.name)
                addHunks(from: old, to: new)
            } else if let old = field.old, let new = field.new {
                add(
                    "  ~",
                    "\(label)  \(DifferenceText.shown(old, field.name)) -> \(DifferenceText.shown(new, field.name))"
                )
            } else if let old = field.old {
                add("  -", "\(label)  \(DifferenceText.shown(old, field.name))")
            } else if let new = field.new {
                add("  +", "\(label)  \(DifferenceText.shown(new, field.name))")
            }
        }
    }

    private static func shown(_ value: String, _ name: String) -> String {
        switch name {
        case "buildTime": Int64(value).map { Readable.date($0) } ?? value
        case "installedSize": UInt64(value).map { Readable.size($0) } ?? value
        default: value
        }
    }

    private mutating func addRelations(_ change: PackageDifference.ListChange<Relation>) {
        guard !change.isEmpty else { return }
        text += "\nRelations\n"
        for kind in Relation.Kind.allCases {
            for relation in change.removed where relation.kind == kind {
                add("  -", "\(kind.rawValue) \(relation.line)")
            }
            for relation in change.added where relation.kind == kind { add("  +", "\(kind.rawValue) \(relation.line)") }
        }
    }

    private mutating func addScripts(_ scripts: [PackageDifference.ScriptChange]) {
        guard !scripts.isEmpty else { return }
        text += "\nScripts\n"
        for change in scripts {
            let interpreters = [change.old, change.new].map { $0?.interpreter.joined(separator: " ") }
            switch (interpreters[0], interpreters[1]) {
            case (let old?, let new?):
                add("  ~", change.name + (old == new ? "" : ", by \(old) -> \(new)"))
            case (let old?, nil): add("  -", "\(change.name), by \(old)")
            case (nil, let new?): add("  +", "\(change.name), by \(new)")
            case (nil, nil): continue
            }
            addHunks(from: change.old?.body ?? "", to: change.new?.body ?? "")
        }
    }

    /// Texts of rpms have no line feed at their end: that is said only where one of the two has it.
    private mutating func addHunks(from old: String, to new: String) {
        let isEnded = old.hasSuffix("\n") || new.hasSuffix("\n")
        let (old, new) = isEnded ? (old, new) : (DifferenceText.ended(old), DifferenceText.ended(new))
        for line in TextDifference(from: old, to: new).description.split(separator: "\n") {
            let style =
                switch line.first {
                case "-": "31"
                case "+": "32"
                case "@": "36"
                default: ""
                }
            text += "    " + styled(TerminalText.printable(String(line), keepsLines: true), style) + "\n"
        }
    }

    private static func ended(_ text: String) -> String { text.isEmpty ? text : text + "\n" }

    private mutating func addFiles(_ files: [PackageDifference.FileChange]) {
        guard !files.isEmpty else { return }
        func count(_ isCounted: (FileChange) -> Bool, _ word: String) -> String? {
            let count = files.count(where: isCounted)
            return count == 0 ? nil : "\(count) \(word)"
        }
        let counts = [
            count({ $0.old == nil }, "added"), count({ $0.new == nil }, "removed"),
            count({ $0.old != nil && $0.new != nil }, "changed"),
        ]
        text += "\nFiles: \(counts.compactMap { $0 }.joined(separator: ", "))\n"
        for change in files {
            switch (change.old, change.new) {
            case (let old?, nil): add("  -", DifferenceText.line(old))
            case (nil, let new?): add("  +", DifferenceText.line(new))
            case (let old?, let new?):
                let aspects = change.aspects.map { DifferenceText.line($0, old, new) }
                add("  ~", "\(TerminalText.name(change.name)): \(aspects.joined(separator: ", "))")
            case (nil, nil): continue
            }
        }
    }

    private static func line(_ file: PackagedFile) -> String {
        let size = if case .file = file.entry.kind { ", \(Readable.size(file.size))" } else { "" }
        return "\(PackageText.name(of: file))  (\(TerminalText.mode(file.entry)) "
            + "\(file.entry.owner):\(file.entry.group)\(size))"
    }

    private static func line(_ aspect: FileChange.Aspect, _ old: PackagedFile, _ new: PackagedFile) -> String {
        func values(_ value: (PackagedFile) -> String) -> String { "\(aspect.rawValue) \(value(old)) -> \(value(new))" }
        switch aspect {
        case .type: return values { kind(of: $0.entry) }
        case .mode: return values { TerminalText.octal($0.entry.mode) }
        case .owner: return values(\.entry.owner)
        case .group: return values(\.entry.group)
        case .size: return values { "\($0.size)" }
        case .contents: return "contents"
        case .target:
            return values {
                if case .symbolicLink(let target) = $0.entry.kind { TerminalText.name(target) } else { "none" }
            }
        case .flags: return values { words($0.entry.flags.words) }
        case .capabilities: return values { $0.entry.capabilities ?? "none" }
        case .language: return values { $0.entry.language ?? "none" }
        case .unverified: return "what is not verified"
        case .modificationTime:
            return "time \(Readable.date(old.entry.modificationTime)) -> "
                + Readable.date(new.entry.modificationTime)
        }
    }

    private static func words(_ words: [String]) -> String { words.isEmpty ? "none" : words.joined(separator: "+") }

    private static func kind(of entry: Entry) -> String {
        switch entry.kind {
        case .file: "file"
        case .directory: "directory"
        case .symbolicLink: "symbolic link"
        case .hardLink(let target): "link to \(TerminalText.name(target.bytes))"
        case .fifo: "named pipe"
        case .characterDevice(let major, let minor): "character device \(major):\(minor)"
        case .blockDevice(let major, let minor): "block device \(major):\(minor)"
        }
    }

    private mutating func addChangelog(_ change: PackageDifference.ListChange<ChangelogEntry>) {
        guard !change.isEmpty else { return }
        text += "\nChangelog\n"
        for (mark, entries) in [("  -", change.removed), ("  +", change.added)] {
            for entry in entries {
                add(mark, "\(Readable.date(entry.date, dayOnly: true))  \(entry.version ?? "")  \(entry.author)")
                text += TerminalText.block(entry.text, indent: 6)
            }
        }
    }

    private mutating func add(_ mark: String, _ line: String) {
        let style =
            switch mark.last {
            case "-": "31"
            case "+": "32"
            case "~": "33"
            default: ""
            }
        text += styled("\(mark) \(TerminalText.printable(line))", style) + "\n"
    }

    private func styled(_ line: String, _ style: String) -> String {
        isColored && !style.isEmpty ? "\u{1B}[\(style)m\(line)\u{1B}[0m" : line
    }
}
