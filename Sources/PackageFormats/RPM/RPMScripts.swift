/// The scripts of a package as its header holds them.
struct RPMScripts {
    /// The tags of one script, and the bit that its interpreter is required with.
    private struct Slot {
        var event: Scripts.Event
        var body: RPMTag<RPMMainKind>
        var program: RPMTag<RPMMainKind>
        var flags: RPMTag<RPMMainKind>
        var stage: UInt32
    }

    private struct Stored {
        var slot: Slot
        var program: [String]
        var body: String
        var expansion: Script.Expansion = []
    }

    private typealias Sense = RPMDependency.Sense

    private static let slots: [Slot] =
        [
            Slot(
                event: .preInstall,
                body: .preIn,
                program: .preInProg,
                flags: .preInFlags,
                stage: Sense.preInstall
            ),
            Slot(
                event: .postInstall,
                body: .postIn,
                program: .postInProg,
                flags: .postInFlags,
                stage: Sense.postInstall
            ),
            Slot(
                event: .preRemove,
                body: .preUn,
                program: .preUnProg,
                flags: .preUnFlags,
                stage: Sense.preRemove
            ),
            Slot(
                event: .postRemove,
                body: .postUn,
                program: .postUnProg,
                flags: .postUnFlags,
                stage: Sense.postRemove
            ),
            Slot(
                event: .preTransaction,
                body: .preTrans,
                program: .preTransProg,
                flags: .preTransFlags,
                stage: Sense.preTransaction
            ),
            Slot(
                event: .postTransaction,
                body: .postTrans,
                program: .postTransProg,
                flags: .postTransFlags,
                stage: Sense.postTransaction
            ),
            Slot(
                event: .preRemoveTransaction,
                body: .preUnTrans,
                program: .preUnTransProg,
                flags: .preUnTransFlags,
                stage: Sense.preRemoveTransaction
            ),
            Slot(
                event: .postRemoveTransaction,
                body: .postUnTrans,
                program: .postUnTransProg,
                flags: .postUnTransFlags,
                stage: Sense.postRemoveTransaction
            ),
            Slot(
                event: .verify,
                body: .verifyScript,
                program: .verifyScriptProg,
                flags: .verifyScriptFlags,
                stage: Sense.verify
            ),
        ]

    /// rpm's own interpreter, which no package provides.
    static let lua = "<lua>"

    private let stored: [Stored]

    /// Joins a package's scripts with what its services need. A script for a purge is Debian's alone and left out.
    init(of package: Package) throws(FormatError) {
        let services = try RPMServices(package.services)
        var stored: [Stored] = []
        for slot in RPMScripts.slots {
            let commands = services.commands(for: slot.event)
            guard let script = package.scripts[slot.event] else {
                if let commands { stored.append(Stored(slot: slot, program: ["/bin/sh"], body: commands)) }
                continue
            }
            try script.checkForRPM(slot.event.rawValue)
            var body = script.body.withoutTrailingLineFeeds
            if script.calling == .lifecycle || commands != nil {
                body = try RPMShellScript.text(event: slot.event, script: script, then: commands)
            }
            stored.append(
                Stored(slot: slot, program: script.interpreter, body: body, expansion: script.expansion)
            )
        }
        self.stored = stored
    }

    /// What the interpreters need.
    var interpreters: [RPMDependency] { stored.compactMap { RPMScripts.interpreter($0.program, $0.slot) } }

    /// What the interpreters of a package's own scripts need, as far as it follows from the scripts alone.
    static func interpreters(of scripts: Scripts) -> [RPMDependency] {
        guard !scripts.isEmpty else { return [] }
        return slots.compactMap { slot in scripts[slot.event].flatMap { interpreter($0.interpreter, slot) } }
    }

    private static func interpreter(_ program: [String], _ slot: Slot) -> RPMDependency? {
        guard let name = program.first, name != lua else { return nil }
        return RPMDependency(name: name, version: "", flags: Sense.interpreter | slot.stage)
    }

    /// Whether an interpreter has arguments.
    var usesInterpreterArguments: Bool { stored.contains { $0.program.count > 1 } }

    /// Whether rpm changes a script before it runs it.
    var usesExpansion: Bool { stored.contains { !$0.expansion.isEmpty } }

    /// Whether a script is for rpm's own interpreter.
    var usesLua: Bool { stored.contains { $0.program.first == RPMScripts.lua } }

    /// Sets the tags of all scripts.
    func set(in header: inout RPMMainHeader) {
        for script in stored {
            if !script.body.isEmpty { header[script.slot.body] = .text(script.body) }
            header[script.slot.program] =
                script.program.count == 1
                ? .text(script.program[0]) : .stringArray(PackedStrings(script.program))
            if !script.expansion.isEmpty { header[script.slot.flags] = .int32([script.expansion.rawValue]) }
        }
    }

    /// The scripts that a header holds, each called as rpm calls it.
    static func scripts(in header: RPMMainHeader) -> Scripts {
        var scripts = Scripts()
        for slot in slots {
            let body = header.text(slot.body)
            let program = header.texts(slot.program)
            guard body != nil || program != nil else { continue }
            var script = Script(body ?? "", interpreter: program ?? ["/bin/sh"], calling: .native)
            script.expansion = Script.Expansion(storedFlags: header.integer(slot.flags))
            scripts[slot.event] = script
        }
        return scripts
    }
}

extension Script.Expansion {
    /// What stored flags ask for; the others are rpm's own affair.
    init(storedFlags flags: UInt64?) {
        self = Script.Expansion(rawValue: UInt32(truncatingIfNeeded: flags ?? 0)).intersection([.macros, .queryFormat])
    }
}

extension Script {
    /// Checks that rpm can hold the script.
    func checkForRPM(_ field: String) throws(FormatError) {
        guard let program = interpreter.first, program == RPMScripts.lua || program.utf8.first == 0x2F,
            interpreter.allSatisfy({ !$0.isEmpty && !$0.utf8.contains { $0 < 0x20 || $0 == 0x7F } })
        else {
            throw FormatError(.invalidValue, "a script's interpreter is an absolute path or <lua>", field: field)
        }
        guard !body.utf8.contains(0) else {
            throw FormatError(.invalidValue, "a script may not hold a NUL", field: field)
        }
        guard body.utf8.first != 0x23 || !body.utf8.starts(with: "#!".utf8) else {
            throw FormatError(
                .invalidValue,
                "a script has no #! line: its interpreter is named beside it",
                field: field
            )
        }
    }
}

extension String {
    /// The text as rpmbuild stores it: without line feeds at its end.
    var withoutTrailingLineFeeds: String {
        let end = utf8.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { utf8.index(after: $0) } ?? startIndex
        return String(self[..<end])
    }
}
