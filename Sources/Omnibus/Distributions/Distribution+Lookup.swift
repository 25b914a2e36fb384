public import PackageFormats

extension Distribution {
    /// Finds a distribution by its name or an alias; upper and lower case are the same.
    ///
    /// - Throws: ``OmnibusError`` with code `unknown-distribution`, with the nearest names as the hint.
    public static func named(_ name: String) throws(OmnibusError) -> Distribution {
        let wanted = name.lowercased()
        if let found = all.first(where: { $0.name == wanted || $0.aliases.contains(wanted) }) {
            return found
        }
        let nearest = NearestNames.hint(for: name, among: all.flatMap { [$0.name] + $0.aliases })
        throw OmnibusError(
            "unknown-distribution",
            .usage,
            "unknown distribution '\(name)'",
            hint: nearest ?? "known are \(all.map(\.name).joined(separator: ", "))"
        )
    }

    /// The distributions that have these names or aliases, each once.
    ///
    /// - Throws: ``OmnibusError`` as ``named(_:)-(String)`` does.
    public static func named(_ names: [String]) throws(OmnibusError) -> [Distribution] {
        var found: [Distribution] = []
        for name in names {
            let distribution = try named(name)
            if !found.contains(distribution) { found.append(distribution) }
        }
        return found
    }

    /// The words by which a manifest can mean this distribution, the most general first.
    ///
    /// They are: the package type, the family, the init system, the project, and the name, each once. `debian` stands for
    /// the family, so that Ubuntu answers to it too.
    public var selectors: [String] {
        var words: [String] = []
        for word in [packageType.rawValue, family.rawValue, initSystem.rawValue, project, name]
        where !words.contains(word) {
            words.append(word)
        }
        return words
    }

    /// Whether its package manager unpacks zstd: rpm since 4.14, dpkg since 1.21.18, Ubuntu's dpkg since 18.04.
    public var readsZstd: Bool {
        func isOlder(_ version: String, than first: [Int]) -> Bool {
            version.split(separator: ".").map { Int($0) ?? 0 }.lexicographicallyPrecedes(first)
        }
        return switch packageType {
        case .rpm: !isOlder(packageManagerVersion, than: [4, 14])
        case .deb where project == "ubuntu": !isOlder(release, than: [18, 4])
        case .deb: !isOlder(packageManagerVersion, than: [1, 21, 18])
        }
    }

    /// The interpreter that a bundle is made for when nothing else is asked.
    public var defaultPython: Python? { pythons.first(where: \.isDefault) ?? pythons.first }

    /// The interpreter of an `X.Y`.
    ///
    /// - Throws: ``OmnibusError`` with code `python-not-shipped`, with the versions that there are as the hint.
    public func python(_ version: String) throws(OmnibusError) -> Python {
        if let found = pythons.first(where: { $0.version == version }) {
            return found
        }
        throw OmnibusError(
            "python-not-shipped",
            .usage,
            "\(name) ships no Python \(version)",
            hint: "\(name) ships Python \(pythons.map(\.version).joined(separator: ", "))"
        )
    }

    /// Checks that the distribution runs on a machine.
    ///
    /// - Throws: ``OmnibusError`` with code `architecture-not-supported`.
    public func check(_ architecture: Architecture) throws(OmnibusError) {
        guard architecture == .independent || architectures.contains(architecture) else {
            let known = architectures.map(\.rpmName).joined(separator: ", ")
            throw OmnibusError(
                "architecture-not-supported",
                .usage,
                "\(name) does not run on \(architecture.rpmName)",
                hint: "\(name) runs on \(known)"
            )
        }
    }
}
