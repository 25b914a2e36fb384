/// The scripts that dpkg runs, made of the package's own scripts and of what its services and capabilities need (Debian
/// Policy chapter 6).
///
/// A script called the `native` way gets dpkg's own arguments and, where it stands alone, is written word for word. One
/// called the `lifecycle` way runs in a subshell, so that `exit` ends only itself, with one word:
///
/// | dpkg calls | event | word |
/// | --- | --- | --- |
/// | `preinst install [OLD]`, `preinst upgrade OLD` | preInstall | `install`, `upgrade` |
/// | `postinst configure`, `postinst configure OLD` | postInstall | `install`, `upgrade` |
/// | `prerm remove` | preRemove | `remove` |
/// | `postrm remove`, `postrm disappear` | postRemove | `remove` |
/// | `postrm purge` | purge | `purge` |
///
/// dpkg's other calls, those of an upgrade of removal scripts among them, run nothing. A package that comes back after it
/// was removed but not purged is configured as an upgrade, because dpkg says so.
struct MaintainerScripts {
    /// The control members by name, in the order of their names.
    let members: [(name: String, bytes: [UInt8])]

    /// Makes the scripts of a package.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/unsupported`` for what only rpm has, or
    ///   ``FormatError/Code/invalidValue`` for a script, unit or capability that cannot be written safely.
    init(_ package: Package) throws(FormatError) {
        for event in [
            Scripts.Event.preTransaction, .postTransaction, .preRemoveTransaction, .postRemoveTransaction, .verify,
        ] where package.scripts[event] != nil {
            throw FormatError(.unsupported, "Debian packages have no such script", field: event.rawValue)
        }
        let services = try ServiceSnippets(package.services)
        let capabilities = try MaintainerScripts.capabilities(of: package)
        let plans: [(name: String, events: [Scripts.Event], before: [UInt8], after: [UInt8])] = [
            ("postinst", [.postInstall], [], services.postInstall + capabilities),
            ("postrm", [.postRemove, .purge], [], services.postRemove),
            ("preinst", [.preInstall], [], []),
            ("prerm", [.preRemove], services.preRemove, []),
        ]
        var members: [(name: String, bytes: [UInt8])] = []
        for plan in plans {
            var scripts: [(event: Scripts.Event, script: Script)] = []
            for event in plan.events {
                guard let script = package.scripts[event] else { continue }
                try MaintainerScripts.check(script, event)
                scripts.append((event, script))
            }
            if scripts.isEmpty, plan.before.isEmpty, plan.after.isEmpty { continue }
            if let only = scripts.first, scripts.count == 1, plan.before.isEmpty, plan.after.isEmpty,
                only.event != .purge, only.script.calling == .native
            {
                members.append((plan.name, MaintainerScripts.verbatim(only.script)))
                continue
            }
            var text = Array("#!/bin/sh\nset -e\n".utf8)
            for item in scripts { text += try MaintainerScripts.function(item.script, item.event) }
            text += plan.before
            for item in scripts { text += Array(MaintainerScripts.call(item.script, item.event).utf8) }
            members.append((plan.name, text + plan.after))
        }
        self.members = members
    }

    private static func check(_ script: Script, _ event: Scripts.Event) throws(FormatError) {
        func refuse(_ complaint: String) -> FormatError { FormatError(.invalidValue, complaint, field: event.rawValue) }
        guard let program = script.interpreter.first, program.utf8.first == UInt8(ascii: "/") else {
            throw FormatError(
                .unsupported,
                "dpkg runs scripts by programs only, and '\(script.interpreter.first ?? "")' is no absolute path",
                field: event.rawValue
            )
        }
        // The kernel gives everything behind the program as one argument.
        guard script.interpreter.count <= 2, !program.utf8.contains(0x20) else {
            throw FormatError(.unsupported, "an interpreter may have one argument", field: event.rawValue)
        }
        guard !script.interpreter.contains(where: { $0.utf8.contains { $0 < 0x20 || $0 == 0x7F } }) else {
            throw refuse("the interpreter holds a control character")
        }
        guard !script.body.utf8.contains(where: { $0 == 0 || $0 == 0x0D }) else {
            throw refuse("the script holds a NUL or a carriage return")
        }
        guard !script.body.hasPrefix("#!") else {
            throw refuse("the script has a '#!' line of its own; name the interpreter instead")
        }
        guard script.expansion.isEmpty else {
            throw FormatError(.unsupported, "dpkg expands nothing in scripts", field: event.rawValue)
        }
        guard script.calling == .native || script.interpreter == ["/bin/sh"] else {
            throw FormatError(.unsupported, "only scripts for /bin/sh can be called so", field: event.rawValue)
        }
    }

    private static func verbatim(_ script: Script) -> [UInt8] {
        Array("#!\(script.interpreter.joined(separator: " "))\n\(script.body.endingInLineFeed)".utf8)
    }

    private static func name(_ event: Scripts.Event) -> String { event == .purge ? "purge_script" : "package_script" }

    /// The body as a function that runs in a subshell, where neither `exit` nor `set` reaches what follows.
    private static func function(_ script: Script, _ event: Scripts.Event) throws(FormatError) -> [UInt8] {
        guard script.interpreter == ["/bin/sh"] else {
            throw FormatError(
                .unsupported,
                "a script for another interpreter than /bin/sh has to be the only one that dpkg runs there",
                field: event.rawValue
            )
        }
        return Array("\n\(name(event))() (\nset +e\n\(script.body.endingInLineFeed))\n".utf8)
    }

    private static func call(_ script: Script, _ event: Scripts.Event) -> String {
        let name = name(event)
        switch (script.calling, event) {
        case (.native, .purge): return "\nif [ \"$1\" = purge ]; then\n    \(name) \"$@\"\nfi\n"
        case (.native, _): return "\n\(name) \"$@\"\n"
        case (.lifecycle, .preInstall):
            return "\ncase \"$1\" in\ninstall | upgrade)\n    \(name) \"$1\"\n    ;;\nesac\n"
        case (.lifecycle, .postInstall):
            return """

                if [ "$1" = configure ]; then
                    if [ -n "$2" ]; then
                        \(name) upgrade
                    else
                        \(name) install
                    fi
                fi

                """
        case (.lifecycle, .purge): return "\nif [ \"$1\" = purge ]; then\n    \(name) purge\nfi\n"
        case (.lifecycle, .postRemove):
            return "\ncase \"$1\" in\nremove | disappear)\n    \(name) remove\n    ;;\nesac\n"
        case (.lifecycle, _): return "\nif [ \"$1\" = remove ]; then\n    \(name) remove\nfi\n"
        }
    }

    /// Sets file capabilities, which no Debian package can carry itself; `setcap` comes with ``capabilityPackage``.
    private static func capabilities(of package: Package) throws(FormatError) -> [UInt8] {
        var lines: [UInt8] = []
        for entry in package.entries where !entry.flags.contains(.ghost) {
            guard let text = entry.capabilities else { continue }
            guard !text.isEmpty, text.utf8.allSatisfy(isCapabilityByte) else {
                throw FormatError(.invalidValue, "'\(text)' is no list of capabilities", path: entry.path.description)
            }
            let path = entry.path.bytes.shellQuoted
            lines +=
                Array("    setcap '\(text)' \"${DPKG_ROOT:-}\"".utf8) + path
                + Array(" || echo '\(package.name): cannot set '".utf8)
            lines += Array("'\(text) on' ".utf8) + path + Array(" >&2\n".utf8)
        }
        return lines.isEmpty ? [] : Array("\nif [ \"$1\" = configure ]; then\n".utf8) + lines + Array("fi\n".utf8)
    }

    /// The package with `setcap`.
    static let capabilityPackage = "libcap2-bin"

    private static func isCapabilityByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x61...0x7A, 0x30...0x39, UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: " "):
            true
        default: false
        }
    }
}

extension String {
    /// The text with a line feed at its end, unless it is empty.
    fileprivate var endingInLineFeed: String { isEmpty || utf8.last == 0x0A ? self : self + "\n" }
}

extension [UInt8] {
    /// The bytes as one word of a shell script.
    fileprivate var shellQuoted: [UInt8] {
        var word: [UInt8] = [0x27]
        for byte in self {
            if byte == 0x27 { word += [0x27, 0x5C, 0x27, 0x27] } else { word.append(byte) }
        }
        return word + [0x27]
    }
}
