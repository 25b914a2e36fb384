/// A repository as apt's configuration has it.
struct AptSource {
    /// The machines it is for.
    let distribution: Distribution
    /// What people call it.
    let title: String
    /// The folder that apt fetches from, with a slash at its end.
    let url: String
    /// The folder below `dists`, or `./` for a flat repository.
    var suite = "/"
    /// The parts of the suite; none for a flat repository.
    var components: [String] = []
    /// Whether apt uses it.
    var isEnabled = true
    /// The key that signatures are checked against; without one nothing is checked.
    let keyPath: String?

    /// Whether apt reads `.sources` (since 1.1) as a matter of course.
    static func knowsStanzas(_ distribution: Distribution) -> Bool {
        !["14.04", "15.04", "16.04"].contains(distribution.release)
    }

    /// Whether a key can be trusted for one repository alone (apt since 1.1).
    private static func knowsSignedBy(_ distribution: Distribution) -> Bool {
        !["14.04", "15.04"].contains(distribution.release)
    }

    /// Where the key of a repository is.
    ///
    /// Only a binary key is read under a name ending in `.gpg`, by every apt.
    static func keyPath(_ name: String, on distribution: Distribution) -> String {
        knowsSignedBy(distribution)
            ? "/usr/share/keyrings/\(name)-archive-keyring.gpg" : "/etc/apt/trusted.gpg.d/\(name).gpg"
    }

    /// Where apt looks for the configuration of repositories.
    static func path(_ name: String, on distribution: Distribution) -> String {
        "/etc/apt/sources.list.d/\(name).\(knowsStanzas(distribution) ? "sources" : "list")"
    }

    /// The configuration of several in one file.
    static func text(_ sources: [AptSource]) -> String {
        sources.map(\.text).joined(separator: sources.contains { knowsStanzas($0.distribution) } ? "\n" : "")
    }

    private var text: String { Self.knowsStanzas(distribution) ? stanza : line }

    /// sources.list(5), deb822-style format.
    private var stanza: String {
        var fields = [
            "X-Repolib-Name: \(title)", "Enabled: \(isEnabled ? "yes" : "no")", "Types: deb", "URIs: \(url)",
            "Suites: \(suite)",
        ]
        if !components.isEmpty { fields.append("Components: \(components.joined(separator: " "))") }
        fields.append(keyPath.map { "Signed-By: \($0)" } ?? "Trusted: yes")
        return fields.map { $0 + "\n" }.joined()
    }

    /// sources.list(5), one-line-style format.
    private var line: String {
        let option =
            keyPath.map { Self.knowsSignedBy(distribution) ? "[signed-by=\($0)] " : "" } ?? "[trusted=yes] "
        return "\(isEnabled ? "" : "# ")deb \(option)\(url) \(([suite] + components).joined(separator: " "))\n"
    }
}
