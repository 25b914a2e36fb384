/// A repository as yum, dnf and zypper have it in their configuration.
struct YumSource {
    /// The section's name.
    let name: String
    /// What people call it.
    let title: String
    /// The folder that has `repodata`, with a slash at its end.
    let url: String
    /// Whether it is used.
    var isEnabled = true
    /// The URL of the key that packages are checked against, armoured; without one nothing is checked.
    let keyURL: String?
    /// Whether the metadata are signed too.
    var signsMetadata = true

    /// The section.
    var text: String {
        var lines = [
            "[\(name)]", "name=\(title)", "baseurl=\(url)", "enabled=\(isEnabled ? 1 : 0)",
            "gpgcheck=\(keyURL == nil ? 0 : 1)",
        ]
        if let keyURL { lines += signsMetadata ? ["repo_gpgcheck=1", "gpgkey=\(keyURL)"] : ["gpgkey=\(keyURL)"] }
        return lines.map { $0 + "\n" }.joined()
    }

    /// Where the configuration of repositories is.
    static func path(_ name: String, on distribution: Distribution) -> String {
        "\(distribution.family == .suse ? "/etc/zypp/repos.d" : "/etc/yum.repos.d")/\(name).repo"
    }
}
