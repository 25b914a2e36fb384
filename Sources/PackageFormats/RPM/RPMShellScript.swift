/// A shell script for rpm made of a neutral one and of commands that have to run behind it.
///
/// rpm gives a script the number of instances of the package that are left when the operation is over: 1 when it is
/// installed, 2 in an upgrade, 0 when it is removed; an upgrade also calls the old package's removal scripts, with 1.
struct RPMShellScript {
    let text: String

    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` for a script that is not for `/bin/sh`.
    init(event: Scripts.Event, script: Script, then commands: String?) throws(FormatError) {
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
        guard let commands else {
            text = arguments + body
            return
        }
        // A subshell, so that neither `exit` nor a changed variable of the script reaches the commands behind it.
        text = """
            (
            \(arguments)\(body)
            )
            status=$?
            \(commands)
            exit "$status"
            """
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
    init(_ services: [Service]) throws(FormatError) {
        for service in services {
            let name = service.unit.utf8
            guard let first = name.first, first != 0x2D, name.count <= 255,
                name.allSatisfy({ $0.isASCIIAlphanumeric || ":-_.\\@".utf8.contains($0) })
            else {
                throw FormatError(.invalidValue, "'\(service.unit)' is no name of a systemd unit", field: "services")
            }
        }
        self.services = services
    }

    private static func quoted(_ services: [Service]) -> String {
        services.map { "'\($0.unit)'" }.joined(separator: " ")
    }

    /// The commands for an event, or `nil` if there are none.
    func commands(for event: Scripts.Event) -> String? {
        guard !services.isEmpty else { return nil }
        let units = RPMServices.quoted(services)
        switch event {
        case .postInstall:
            let enabled = services.filter(\.enable)
            guard !enabled.isEmpty else { return nil }
            return """
                if [ "$1" -eq 1 ]; then
                    # Initial installation
                    systemctl preset \(RPMServices.quoted(enabled)) >/dev/null 2>&1 || :
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
            let restarted = services.filter(\.restart)
            guard !restarted.isEmpty else { return reload }
            return """
                \(reload)
                if [ "$1" -ge 1 ]; then
                    # Package upgrade, not removal
                    systemctl try-restart \(RPMServices.quoted(restarted)) >/dev/null 2>&1 || :
                fi
                """
        default: return nil
        }
    }
}
