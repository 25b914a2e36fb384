import Omnibus
import PackageFormats
import SystemPackage

extension PackageFile {
    /// Everything that the package says about itself; what it does not say is left out.
    func json(includesTags: Bool) throws -> JSON {
        let (package, files) = try contents()
        var members: [(String, JSON)] = [("path", .string(file.path.string)), ("format", .string(format.rawValue))]
        func add(_ name: String, _ value: String?) {
            if let value, !value.isEmpty { members.append((name, .string(value))) }
        }
        members.append(("formatVersion", .number(Int64(formatVersion))))
        members.append(("source", .bool(isSource)))
        add("name", package.name)
        members.append(("epoch", package.version.epoch.map { .number(Int64($0)) } ?? .null))
        add("version", package.version.version)
        members.append(("release", .optional(package.version.release)))
        add("architecture", format == .rpm ? package.architecture.rpmName : package.architecture.debianName)
        add("summary", package.summary)
        add("description", package.description)
        add("license", package.license)
        add("url", package.url)
        add("vendor", package.vendor)
        add("maintainer", package.maintainer)
        add("section", format == .rpm ? package.rpm.group : package.debian.section)
        members.append(("installedSize", installedSize.map { .number(Int64(clamping: $0)) } ?? .null))
        members.append(("buildTime", .number(package.date)))
        let payload = payload
        members.append(
            (
                "payload",
                .object([
                    ("archive", .string(payload.archive)), ("compression", .string(payload.compression)),
                    ("level", .optional(payload.level)),
                ])
            )
        )
        members.append(("relations", PackageJSON.relations(try statedRelations(), in: format)))
        members.append(("scripts", PackageJSON.scripts(package.scripts)))
        if !package.triggers.isEmpty { members.append(("triggers", .array(package.triggers.map(PackageJSON.trigger)))) }
        members.append(("files", .array(files.map(PackageJSON.file))))
        members.append(("changelog", .array(package.changelog.map { PackageJSON.changelog($0, of: package) })))
        members.append(("signatures", .array(signatures.map(PackageJSON.signature))))
        if includesTags { members.append(("tags", .array(tags.map(PackageJSON.tag)))) }
        return .object(members)
    }
}

/// Parts of packages as JSON.
enum PackageJSON {
    /// Members for a name that need not be UTF-8: as text, and where that is not all of it, its bytes too.
    static func name(_ bytes: [UInt8], as member: String, raw: String) -> [(String, JSON)] {
        if let text = String(validating: bytes, as: UTF8.self) { return [(member, .string(text))] }
        return [(member, .string(TerminalText.name(bytes))), (raw, .string(base64(bytes)))]
    }

    static func file(_ file: PackagedFile) -> JSON {
        let entry = file.entry
        var members = name(file.name, as: "path", raw: "rawPath")
        members += [
            ("type", .string(type(of: entry.kind))), ("mode", .number(Int64(entry.mode))),
            ("size", .number(Int64(clamping: file.size))), ("user", .string(entry.owner)),
            ("group", .string(entry.group)), ("mtime", .number(entry.modificationTime)),
        ]
        if case .symbolicLink(let target) = entry.kind {
            members += name(target, as: "target", raw: "rawTarget")
        } else {
            members.append(("target", .null))
        }
        switch entry.kind {
        case .hardLink(let target): members += name(target.bytes, as: "linkTo", raw: "rawLinkTo")
        case .characterDevice(let major, let minor), .blockDevice(let major, let minor):
            members.append(("device", .object([("major", .number(Int64(major))), ("minor", .number(Int64(minor)))])))
        default: break
        }
        members.append(
            ("digest", .optional(file.digest.map { "\($0.algorithm.rawValue):\($0.hexadecimal)" }))
        )
        members.append(("flags", .array(entry.flags.words.map { .string($0) })))
        if let text = entry.capabilities { members.append(("capabilities", .string(text))) }
        if let text = entry.language { members.append(("language", .string(text))) }
        return .object(members)
    }

    /// Of hard links every one is a file: they are told by `linkTo`.
    private static func type(of kind: Entry.Kind) -> String {
        switch kind {
        case .file, .hardLink: "file"
        case .directory: "directory"
        case .symbolicLink: "symlink"
        case .fifo: "fifo"
        case .characterDevice: "characterDevice"
        case .blockDevice: "blockDevice"
        }
    }

    /// Relations by kind; every kind that the format has is there.
    static func relations(_ relations: [Relation], in format: PackageFile.Format) -> JSON {
        let kinds: [Relation.Kind] =
            format == .rpm
            ? Relation.Kind.allCases.filter { $0 != .breaks }
            : Relation.Kind.allCases.filter {
                $0 != .supplements && $0 != .orderedAfter
            }
        return .object(
            kinds.map { kind in
                (Self.kind(kind, in: format), .array(relations.filter { $0.kind == kind }.map(relation)))
            }
        )
    }

    /// What the relation is called, for rpm by its tags.
    static func kind(_ kind: Relation.Kind, in format: PackageFile.Format) -> String {
        kind == .replaces && format == .rpm ? "obsoletes" : kind.rawValue
    }

    static func relation(_ relation: Relation) -> JSON {
        var members: [(String, JSON)]
        switch relation.expression {
        case .single(let target): members = self.target(target)
        case .anyOf(let targets):
            members = [
                ("name", .string(relation.expression.description)),
                ("alternatives", .array(targets.map { .object(self.target($0)) })),
            ]
        case .rich(let text): members = [("name", .string(text))]
        }
        let names = relation.stages.names
        if !names.isEmpty { members.append(("stages", .array(names.map { .string($0) }))) }
        return .object(members)
    }

    private static func target(_ target: Relation.Target) -> [(String, JSON)] {
        var members: [(String, JSON)] = [("name", .string(target.name))]
        if let bound = target.bound {
            members += [("comparison", .string(bound.comparison.rawValue)), ("version", .string(bound.version))]
        }
        if let architecture = target.architecture { members.append(("architecture", .string(architecture))) }
        return members
    }

    static func scripts(_ scripts: Scripts) -> JSON {
        .object(
            Scripts.Event.allCases.compactMap { event in scripts[event].map { (event.rawValue, script($0)) } }
        )
    }

    static func script(_ script: Script) -> JSON {
        .object([("interpreter", .array(script.interpreter.map { .string($0) })), ("body", .string(script.body))])
    }

    static func trigger(_ trigger: Trigger) -> JSON {
        switch trigger {
        case .package(let value):
            let conditions = value.conditions.map { JSON.object(target($0)) }
            return .object([
                ("kind", .string("package")), ("moment", .string(value.moment.rawValue)), ("on", .array(conditions)),
                ("script", script(value.script)),
            ])
        case .files(let value):
            return .object([
                ("kind", .string("files")), ("moment", .string(value.moment.rawValue)),
                ("below", .array(value.prefixes.map { .string(TerminalText.name($0.bytes)) })),
                ("wholeTransaction", .bool(value.wholeTransaction)), ("priority", .number(Int64(value.priority))),
                ("script", script(value.script)),
            ])
        case .interest(let name, let awaits):
            return .object([("kind", .string("interest")), ("name", .string(name)), ("awaits", .bool(awaits))])
        case .activate(let name, let awaits):
            return .object([("kind", .string("activate")), ("name", .string(name)), ("awaits", .bool(awaits))])
        }
    }

    static func changelog(_ entry: ChangelogEntry, of package: Package?) -> JSON {
        .object([
            ("date", .string(Readable.date(entry.date, dayOnly: true))), ("author", .string(entry.author)),
            ("version", .optional(entry.version ?? package?.version.description)), ("text", .string(entry.text)),
        ])
    }

    static func signature(_ signature: PackageSignature) -> JSON {
        .object([
            ("type", .string("openpgp")), ("keyID", .optional(signature.packet?.keyID)),
            ("algorithm", .optional(signature.packet?.algorithm)), ("covers", .string(signature.coverage.rawValue)),
            ("slot", .string(signature.slot)),
        ])
    }

    static func tag(_ tag: PackageTag) -> JSON {
        let value: JSON =
            switch tag.value {
            case .numbers(let numbers): .array(numbers.map { Int64(exactly: $0).map(JSON.number) ?? .string("\($0)") })
            case .bytes(let bytes): .string(base64(bytes))
            case .texts(let texts): .array(texts.map { .string(TerminalText.name($0)) })
            }
        return .object([
            ("section", .string(tag.section.rawValue)), ("name", .optional(tag.name)),
            ("number", tag.number.map { .number(Int64($0)) } ?? .null), ("type", .optional(tag.type)), ("value", value),
        ])
    }

    /// RFC 4648 with padding.
    static func base64(_ bytes: [UInt8]) -> String {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                out.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
