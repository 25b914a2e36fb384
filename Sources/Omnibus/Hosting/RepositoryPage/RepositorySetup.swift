import PackageFormats

/// What an administrator types to make a machine use a hosted repository.
///
/// Nothing that is said of the repository can become another command: words are checked, and texts stand in quoted
/// here-documents.
public struct RepositorySetup: Sendable, Hashable {
    /// Who hosts it, and below which URL.
    public let repository: Manifest.Repository
    /// The machines it is for.
    public let distribution: Distribution
    /// Which of the two trees it is in.
    public let channel: ArchiveLayout.Channel
    /// The folder that clients have as base URL, below that of the repository.
    public let folder: ObjectKey
    /// Where the package is, below the repository's URL, that sets machines up; `nil` where none is hosted.
    public var releasePackage: ObjectKey?
    /// Where the public key is, below the repository's URL: armoured for rpm, binary for apt; `nil` where nothing is
    /// signed.
    public var key: ObjectKey?
    /// Whether the metadata of a yum repository are signed, and not the packages alone.
    public var signsMetadata = true
    /// The folder below `dists` of an apt repository with a pool; `nil` for a flat one, and for yum.
    public let suite: String?
    /// The parts of the suite.
    public let components: [String]

    /// Describes where a repository is.
    ///
    /// - Parameters:
    ///   - repository: who hosts it.
    ///   - distribution: the machines it is for.
    ///   - channel: which tree it is in.
    ///   - folder: its folder below the URL.
    ///   - suite: the folder below `dists` of an apt repository with a pool.
    ///   - components: the parts of the suite.
    /// - Throws: ``OmnibusError`` with codes `repository-url` and `repository-name` for what configuration cannot hold.
    public init(
        _ repository: Manifest.Repository,
        for distribution: Distribution,
        in channel: ArchiveLayout.Channel = .stable,
        folder: ObjectKey,
        suite: String? = nil,
        components: [String] = []
    ) throws(OmnibusError) {
        try ReleasePackage.check(repository)
        for word in [suite].compactMap(\.self) + components { try AptLayout.check(word, "suite") }
        self.repository = repository
        self.distribution = distribution
        self.channel = channel
        self.folder = folder
        self.suite = suite
        self.components = components
    }

    /// Commands that belong together.
    struct Step {
        /// What they do, one sentence.
        let purpose: String
        /// The commands, a line feed behind each.
        let commands: String
    }

    /// The URL of the folder, with a slash at its end.
    var url: String { address(folder) + "/" }

    /// The shortest way.
    var steps: [Step] { usesReleasePackage ? byReleasePackage : byHand }

    /// Another way, which leaves nothing to the release package, or `nil`.
    var alternative: [Step]? {
        // apt would not use the testing repository of the release package, which is disabled.
        guard releasePackage != nil, distribution.packageType == .rpm || channel == .stable else { return nil }
        return usesReleasePackage ? byHand : byReleasePackage
    }

    /// The command that installs a package.
    ///
    /// - Parameter package: its name; where that could be more than a name to a shell, a word stands for it.
    func installation(of package: String?) -> String {
        let isName =
            package.map { name in
                name.utf8.first.map(Self.isLetterOrDigit) == true
                    && name.utf8.allSatisfy { Self.isLetterOrDigit($0) || "+-._".utf8.contains($0) }
            } ?? false
        let name = isName ? package ?? "PACKAGE" : "PACKAGE"
        // The release package brings the testing repository, but leaves it disabled.
        let isDisabled = channel == .testing && usesReleasePackage
        let testing = channel.name(repository.name)
        return switch distribution.family {
        case .debian: "sudo apt-get install \(name)\n"
        case .redHat: "sudo \(tool) install \(isDisabled ? "--enablerepo=\(testing) " : "")\(name)\n"
        case .suse:
            (isDisabled ? "sudo zypper modifyrepo --enable \(testing)\n" : "") + "sudo zypper install \(name)\n"
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    /// apt installs no package from a URL: where there is a key, the configuration is as short.
    private var usesReleasePackage: Bool {
        releasePackage != nil && (distribution.packageType == .rpm || key == nil && channel == .stable)
    }

    /// dnf is there since Fedora 22 and RHEL 8.
    private var tool: String { distribution.needsLegacyDigests ? "yum" : "dnf" }

    /// An address that a shell takes for one word. Single quotes are percent-encoded.
    private func address(_ key: ObjectKey) -> String {
        let path = PercentEncoding.path(key.description).replacing("'", with: "%27")
        return "\(repository.url)/\(path)"
    }

    /// The word for an address, quoted where a shell would look at it.
    private func word(_ key: ObjectKey) -> String {
        let text = address(key)
        return text.utf8.allSatisfy { Self.isLetterOrDigit($0) || "-._~:/%@+".utf8.contains($0) } ? text : "'\(text)'"
    }

    // MARK: - By the release package

    private var byReleasePackage: [Step] {
        guard let releasePackage else { return [] }
        let what = key == nil ? "address" : "address and the key"
        let purpose = "Install the release package, which brings the \(what) of the repository."
        let url = word(releasePackage)
        switch distribution.family {
        case .redHat: return [Step(purpose: purpose, commands: "sudo \(tool) install \(url)\n")]
        case .suse:
            let trust = key.map { "sudo rpm --import \(word($0))\n" } ?? ""
            return [Step(purpose: purpose, commands: trust + "sudo zypper install \(url)\n")]
        case .debian:
            // A name of its own: nothing of the address gets to the command line of apt.
            let file = "\(repository.packageName).deb"
            return [
                Step(
                    purpose: purpose,
                    commands: "curl -fsSL -o \(file) \(url)\nsudo apt-get install ./\(file)\nsudo apt-get update\n"
                )
            ]
        }
    }

    // MARK: - By hand

    private var byHand: [Step] {
        distribution.packageType == .rpm ? yumByHand : aptByHand
    }

    private var yumByHand: [Step] {
        let name = channel.name(repository.name)
        let source = YumSource(
            name: name,
            title: channel.title(repository.title),
            url: url,
            keyURL: key.map(address),
            signsMetadata: signsMetadata
        )
        let command = Self.file(YumSource.path(name, on: distribution), source.text)
        return [
            Step(
                purpose: "Tell \(distribution.family == .suse ? "zypper" : tool) where the packages are.",
                commands: command
            )
        ]
    }

    private var aptByHand: [Step] {
        let name = channel.name(repository.name)
        let keyPath = AptSource.keyPath(repository.name, on: distribution)
        let source = AptSource(
            distribution: distribution,
            title: channel.title(repository.title),
            url: url,
            suite: suite ?? "/",
            components: components,
            keyPath: key == nil ? nil : keyPath
        )
        var steps: [Step] = []
        if let key {
            steps.append(
                Step(
                    purpose: "Fetch the key that the packages are checked against.",
                    commands: "sudo curl -fsSL -o \(keyPath) \(word(key))\n"
                )
            )
        }
        let configuration = Self.file(AptSource.path(name, on: distribution), AptSource.text([source]))
        steps.append(
            Step(purpose: "Tell apt where the packages are.", commands: configuration + "sudo apt-get update\n")
        )
        return steps
    }

    /// A command that writes a text, every line of which has more than the word that ends it.
    private static func file(_ path: String, _ text: String) -> String { "sudo tee \(path) <<'EOF'\n\(text)EOF\n" }
}
