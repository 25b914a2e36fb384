extension SpecSection {
    /// The scriptlets of a package: its own scripts, called as an rpm of this library would call them, and the macros that
    /// follow its services' lives (systemd's `daemon(7)`).
    ///
    /// `package` is the name of a package beside the main one. Every service gets `%systemd_post`, which leaves the decision
    /// to enable it to the distribution's presets.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/specValue`` for a script with a line that rpm would take for a
    ///   section or a condition, however it is written; and what a writer throws for scripts that no rpm can hold.
    public static func scriptlets(
        of package: String?,
        scripts: Scripts,
        services: [Service]
    ) throws(FormatError) -> [SpecSection] {
        let units = try RPMServices.checked(services).map(\.unit)
        let restarted = services.filter(\.restart).map(\.unit)
        var sections: [SpecSection] = []
        for (event, kind) in kinds {
            var macros: [String] = []
            switch event {
            case .postInstall where !units.isEmpty: macros = ["%systemd_post " + units.joined(separator: " ")]
            case .preRemove where !units.isEmpty: macros = ["%systemd_preun " + units.joined(separator: " ")]
            case .postRemove where !units.isEmpty:
                let others = units.filter { !restarted.contains($0) }
                if !restarted.isEmpty {
                    macros.append("%systemd_postun_with_restart " + restarted.joined(separator: " "))
                }
                if !others.isEmpty { macros.append("%systemd_postun " + others.joined(separator: " ")) }
            default: break
            }
            let code = macros.map { SpecLine.code(SpecText(source: $0)) }
            guard let script = scripts[event] else {
                if !code.isEmpty { sections.append(SpecSection(kind, of: package, lines: code)) }
                continue
            }
            try script.checkForRPM(event.rawValue)
            var lines: [SpecLine] = []
            if script.calling == .lifecycle || !code.isEmpty {
                let shell = try RPMShellScript(event: event, script: script, isFollowed: !code.isEmpty)
                lines = try literal(shell.before) + code + literal(shell.after)
            } else {
                lines = try literal(script.body.withoutTrailingLineFeeds)
            }
            let program = script.interpreter.joined(separator: " ")
            let options: SpecText = program == "/bin/sh" ? "" : "-p \(program)"
            sections.append(SpecSection(kind, of: package, options: options, lines: lines))
        }
        return sections
    }

    private static let kinds: [(Scripts.Event, Kind)] = [
        (.preInstall, .preInstall), (.postInstall, .postInstall), (.preRemove, .preRemove), (.postRemove, .postRemove),
        (.preTransaction, .preTransaction), (.postTransaction, .postTransaction), (.verify, .verify),
    ]

    private static func literal(_ text: String) throws(FormatError) -> [SpecLine] {
        var lines: [SpecLine] = []
        guard !text.isEmpty else { return lines }
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map({ Substring($0) }) {
            let word = line.trimmingBlanks.dropFirst().prefix { $0.isLetter || $0 == "_" }
            let isTaken =
                Kind(rawValue: word.lowercased()) != nil || word.hasPrefix("if") || word.hasPrefix("el")
                || word == "endif" || word == "include"
            guard line.trimmingBlanks.first != "%" || !isTaken else {
                throw FormatError(
                    .specValue,
                    "rpm takes '\(line)' for its own, not for a script's line",
                    field: "script"
                )
            }
            lines.append(.code(SpecText(literal: String(line))))
        }
        return lines
    }

    /// What systemd's macros stand for where the distribution brings none, for the top of a spec file.
    public static let systemdFallbacks: [SpecLine] = {
        let macros: [(name: String, event: Scripts.Event)] = [
            ("systemd_post", .postInstall), ("systemd_preun", .preRemove), ("systemd_postun_with_restart", .postRemove),
        ]
        var lines: [SpecLine] = SpecDefinition("_unitdir", "/usr/lib/systemd/system").ifUndefined
        for macro in macros {
            let body = RPMServices.commands(for: macro.event, all: "%*", enabled: "%*", restarted: "%*") ?? ""
            lines += SpecDefinition(macro.name, parameters: "", SpecText(source: body), isLazy: true).ifUndefined
        }
        let reload = RPMServices.commands(for: .postRemove, all: "%*", enabled: nil, restarted: nil) ?? ""
        return lines
            + SpecDefinition("systemd_postun", parameters: "", SpecText(source: reload), isLazy: true).ifUndefined
    }()
}
