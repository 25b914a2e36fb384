/// What Debian's packages do about their systemd units (deb-systemd-helper(1p), deb-systemd-invoke(1p)): a new unit is
/// enabled and started, an upgrade restarts it but keeps the administrator's choice, removal stops and masks it.
struct ServiceSnippets {
    let postInstall: [UInt8]
    let preRemove: [UInt8]
    let postRemove: [UInt8]

    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue`` for a name that is no unit's.
    init(_ services: [Service]) throws(FormatError) {
        for service in services {
            let unit = service.unit.utf8
            guard (1...255).contains(unit.count), unit.allSatisfy(ServiceSnippets.isUnitByte), unit.contains(0x2E),
                unit.first != UInt8(ascii: "-")
            else { throw FormatError(.invalidValue, "'\(service.unit)' is no name of a unit", field: "services") }
        }
        guard !services.isEmpty else {
            (postInstall, preRemove, postRemove) = ([], [], [])
            return
        }
        let all = ServiceSnippets.quoted(services)
        postInstall = Array(ServiceSnippets.postInstall(services).utf8)
        preRemove = Array(
            """

            if [ "$1" = remove ] && [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
                deb-systemd-invoke stop \(all) >/dev/null || true
            fi

            """.utf8
        )
        postRemove = Array(
            """

            if [ "$1" = remove ] && [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
                systemctl --system daemon-reload >/dev/null || true
            fi
            if command -v deb-systemd-helper >/dev/null; then
                case "$1" in
                remove)
                    deb-systemd-helper mask \(all) >/dev/null || true
                    ;;
                purge)
                    deb-systemd-helper purge \(all) >/dev/null || true
                    deb-systemd-helper unmask \(all) >/dev/null || true
                    ;;
                esac
            fi

            """.utf8
        )
    }

    private static func quoted(_ services: [Service]) -> String {
        services.map { "'\($0.unit)'" }.joined(separator: " ")
    }

    private static func postInstall(_ services: [Service]) -> String {
        let enabled = services.map { enabling("'\($0.unit)'", atFirst: $0.enable) }.joined()
        var text = """

            case "$1" in
            configure | abort-upgrade | abort-deconfigure | abort-remove)
                if command -v deb-systemd-helper >/dev/null; then
            \(enabled)    fi
                if [ -z "${DPKG_ROOT:-}" ] && [ -d /run/systemd/system ]; then
                    systemctl --system daemon-reload >/dev/null || true

            """
        // Both leave a unit alone that is neither enabled nor running.
        let actions = [("-z", "start", services.filter(\.enable)), ("-n", "restart", services.filter(\.restart))]
        for (test, action, units) in actions where !units.isEmpty {
            text += """
                        if [ \(test) "$2" ]; then
                            deb-systemd-invoke \(action) \(quoted(units)) >/dev/null || true
                        fi

                """
        }
        return text + """
                fi
                ;;
            esac

            """
    }

    /// Undoes the mask of an earlier removal, and enables the unit if it is new and meant to be, or if it was before.
    private static func enabling(_ unit: String, atFirst: Bool) -> String {
        guard atFirst else {
            return """
                        if deb-systemd-helper debian-installed \(unit); then
                            deb-systemd-helper unmask \(unit) >/dev/null || true
                            if deb-systemd-helper --quiet was-enabled \(unit); then
                                deb-systemd-helper enable \(unit) >/dev/null || true
                            fi
                        fi
                        deb-systemd-helper update-state \(unit) >/dev/null || true

                """
        }
        return """
                    deb-systemd-helper unmask \(unit) >/dev/null || true
                    if deb-systemd-helper --quiet was-enabled \(unit); then
                        deb-systemd-helper enable \(unit) >/dev/null || true
                    else
                        deb-systemd-helper update-state \(unit) >/dev/null || true
                    fi

            """
    }

    /// The characters of unit names (systemd.unit(5)) less the backslash.
    private static func isUnitByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "@"): true
        default: false
        }
    }
}
