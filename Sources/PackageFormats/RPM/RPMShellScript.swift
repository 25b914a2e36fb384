/// A shell script for rpm made of a neutral one and of commands that have to run behind it.
///
/// rpm gives a script the number of instances of the package that are left when the operation is over: 1 when it is
/// installed, 2 in an upgrade, 0 when it is removed; an upgrade also calls the old package's removal scripts, with 1.
struct RPMShellScript {
    /// What stands in front of the commands.
    let before: String
    /// What stands behind them; empty where none follow.
    let after: String

    /// Makes the script, or the part of it around commands that follow.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` for a script that is not for `/bin/sh`.
    init(event: Scripts.Event, script: Script, isFollowed: Bool) throws(FormatError) {
        guard script.interpreter.first == "/bin/sh" else {
            throw FormatError(
                .unsupported,
                "a script for \(script.interpreter.first ?? "nothing") cannot be called this way or joined with "
                    + "commands for services; only one for /bin/sh can",
                field: event.rawValue
            )
        }
        let body = script.body.withoutTrailingLineFeeds
        let arguments = script.calling == .lifecycle ? RPMShellScript.arguments(for: event) : ""
        guard isFollowed else {
            (before, after) = (arguments + body, "")
            return
        }
        // A subshell, so that neither `exit` nor a changed variable of the script reaches the commands behind it.
        before = "(\n\(arguments)\(body)\n)\nstatus=$?"
        after = "exit \"$status\""
    }

    /// The whole script, the commands that follow included.
    static func text(event: Scripts.Event, script: Script, then commands: String?) throws(FormatError) -> String {
        let shell = try RPMShellScript(event: event, script: script, isFollowed: commands != nil)
        return commands.map { "\(shell.before)\n\($0)\n\(shell.after)" } ?? shell.before
    }

    /// Commands that turn rpm's number into a word, and end the script where it is not for this call.
    private static func arguments(for event: Scripts.Event) -> String {
        switch event {
        case .preInstall, .postInstall, .preTransaction, .postTransaction:
            "if [ \"$1\" -gt 1 ]; then set -- upgrade; else set -- install; fi\n"
        case .preRemove, .postRemove:
            "[ \"$1\" -eq 0 ] || exit 0\nset -- remove\n"
        case .verify, .purge, .preRemoveTransaction, .postRemoveTransaction: ""
        }
    }
}

/// What systemd units need of a package's scripts: the expansions of `%systemd_post`, `%systemd_preun` and
/// `%systemd_postun_with_restart`, in the form that systemd 208 and later understand.
struct RPMServices {
    private let services: [Service]

    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue`` for what is no unit's name.
    init(_ services: [Service]) throws(FormatError) { self.services = try RPMServices.checked(services) }

    /// The services, each unit's name one that a shell and systemd take as it is.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue`` for what is no unit's name.
    static func checked(_ services: [Service]) throws(FormatError) -> [Service] {
        for service in services {
            let name = service.unit.utf8
            guard let first = name.first, first != 0x2D, name.count <= 255,
                name.allSatisfy({ $0.isASCIIAlphanumeric || ":-_.\\@".utf8.contains($0) })
            else {
                throw FormatError(.invalidValue, "'\(service.unit)' is no name of a systemd unit", field: "services")
            }
        }
        return services
    }

    private static func quoted(_ services: [Service]) -> String {
        services.map { "'\($0.unit)'" }.joined(separator: " ")
    }

    /// The commands for an event, or `nil` if there are none.
    func commands(for event: Scripts.Event) -> String? {
        guard !services.isEmpty else { return nil }
        let (enabled, restarted) = (services.filter(\.enable), services.filter(\.restart))
        return RPMServices.commands(
            for: event,
            all: RPMServices.quoted(services),
            enabled: enabled.isEmpty ? nil : RPMServices.quoted(enabled),
            restarted: restarted.isEmpty ? nil : RPMServices.quoted(restarted)
        )
    }

    /// The commands for units as the shell has them: all, those to enable, those to restart.
    static func commands(
        for event: Scripts.Event,
        all units: String,
        enabled: String?,
        restarted: String?
    ) -> String? {
        switch event {
        case .postInstall:
            guard let enabled else { return nil }
            return """
                if [ "$1" -eq 1 ]; then
                    # Initial installation
                    systemctl preset \(enabled) >/dev/null 2>&1 || :
                fi
                """
        case .preRemove:
            return """
                if [ "$1" -eq 0 ]; then
                    # Package removal, not upgrade
                    systemctl --no-reload disable \(units) >/dev/null 2>&1 || :
                    systemctl stop \(units) >/dev/null 2>&1 || :
                fi
                """
        case .postRemove:
            let reload = "systemctl daemon-reload >/dev/null 2>&1 || :"
            guard let restarted else { return reload }
            return """
                \(reload)
                if [ "$1" -ge 1 ]; then
                    # Package upgrade, not removal
                    systemctl try-restart \(restarted) >/dev/null 2>&1 || :
                fi
                """
        default: return nil
        }
    }
}
