/// The dependencies of a package as primary.xml lists them, which is less than the header holds.
///
/// Left out of the requires are features of rpm itself, files of primary.xml that the package brings along, what the
/// package provides, and repetitions; of several versions of `libc.so.6` the newest says it all. createrepo_c decides in
/// the same way, and clients rely on it.
struct YumDependencies {
    private struct List {
        var element: String
        var name: RPMTag<RPMMainKind>
        var version: RPMTag<RPMMainKind>
        var flags: RPMTag<RPMMainKind>
    }

    private static let lists = [
        List(element: "provides", name: .provideName, version: .provideVersion, flags: .provideFlags),
        List(element: "requires", name: .requireName, version: .requireVersion, flags: .requireFlags),
        List(element: "conflicts", name: .conflictName, version: .conflictVersion, flags: .conflictFlags),
        List(element: "obsoletes", name: .obsoleteName, version: .obsoleteVersion, flags: .obsoleteFlags),
        List(element: "suggests", name: .suggestName, version: .suggestVersion, flags: .suggestFlags),
        List(element: "enhances", name: .enhanceName, version: .enhanceVersion, flags: .enhanceFlags),
        List(element: "recommends", name: .recommendName, version: .recommendVersion, flags: .recommendFlags),
        List(element: "supplements", name: .supplementName, version: .supplementVersion, flags: .supplementFlags),
    ]

    /// One `rpm:entry`.
    private struct Entry {
        var name: [UInt8]
        var comparison: String?
        var epoch: ArraySlice<UInt8> = []
        var version: ArraySlice<UInt8> = []
        var release: ArraySlice<UInt8> = []
        var isEarly = false

        /// Splits a version at its first colon and the first hyphen behind it; `nil` where the epoch is no number.
        init?(name: [UInt8], comparison: String?, version text: [UInt8]) {
            self.name = name
            self.comparison = comparison
            guard !text.isEmpty else { return }
            epoch = [UInt8(ascii: "0")]
            var rest = text[...]
            if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
                epoch = text[..<colon]
                guard !epoch.isEmpty, epoch.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
                rest = text[(colon + 1)...]
            }
            if let hyphen = rest.firstIndex(of: UInt8(ascii: "-")) {
                (version, release) = (rest[..<hyphen], rest[(hyphen + 1)...])
            } else {
                version = rest
            }
        }
    }

    /// A dependency's text and whether it is wanted early, by which repetitions are told.
    private struct Seen: Hashable {
        var comparison: String?
        var version: [UInt8]
        var isEarly: Bool
    }

    private let header: RPMMainHeader
    private let ownFiles: Set<[UInt8]>
    private var provided: Set<[UInt8]> = []

    private static let features = Array("rpmlib(".utf8)
    private static let library = Array("libc.so.6".utf8)
    /// PREREQ, SCRIPT_PRE and SCRIPT_POST.
    private static let earlyBits: UInt64 =
        1 << 6 | UInt64(RPMDependency.Sense.preInstall | RPMDependency.Sense.postInstall)

    /// Takes the dependencies of a header.
    ///
    /// - Parameter ownFiles: those required paths that the package brings along itself and primary.xml lists.
    init(_ header: RPMMainHeader, ownFiles: Set<[UInt8]>) {
        self.header = header
        self.ownFiles = ownFiles
    }

    /// The absolute paths that the package requires.
    static func requiredPaths(_ header: RPMMainHeader) -> Set<[UInt8]> {
        guard let names = header.strings(.requireName) else { return [] }
        return Set(names.lazy.filter { $0.first == 0x2F }.map(Array.init))
    }

    /// Appends every list that is not empty.
    mutating func write(to xml: inout XMLText) throws(FormatError) {
        for list in YumDependencies.lists {
            let entries = try entries(of: list)
            guard !entries.isEmpty else { continue }
            xml.markup("<rpm:\(list.element)>\n")
            for entry in entries {
                xml.markup("<rpm:entry")
                try xml.attribute("name", entry.name)
                if let comparison = entry.comparison {
                    xml.markup(" flags=\"\(comparison)\"")
                    if !entry.epoch.isEmpty { try xml.attribute("epoch", entry.epoch) }
                    if !entry.version.isEmpty { try xml.attribute("ver", entry.version) }
                    if !entry.release.isEmpty { try xml.attribute("rel", entry.release) }
                }
                xml.markup(entry.isEarly ? " pre=\"1\"/>\n" : "/>\n")
            }
            xml.markup("</rpm:\(list.element)>\n")
        }
    }

    private mutating func entries(of list: List) throws(FormatError) -> [Entry] {
        guard let names = header.strings(list.name) else { return [] }
        let versions = header.strings(list.version)
        let flags = header.integers(list.flags) ?? []
        guard names.count == versions?.count ?? 0, names.count == flags.count else {
            throw FormatError(
                .rpmTagCount,
                "there are \(names.count) names, \(versions?.count ?? 0) versions and \(flags.count) flags",
                field: list.name.name
            )
        }
        let isRequires = list.element == "requires"
        var entries: [Entry] = []
        var seen: [[UInt8]: Seen] = [:]
        var library: Entry?
        for ((name, version), flags) in zip(zip(names, versions ?? PackedStrings()), flags) {
            let (name, version) = (Array(name), Array(version))
            let comparison = YumDependencies.comparison(flags)
            let isEarly = isRequires && flags & YumDependencies.earlyBits != 0
            if isRequires {
                if name.starts(with: YumDependencies.features) || ownFiles.contains(name) { continue }
                if provided.contains(YumDependencies.key(name, comparison, version)) { continue }
                if seen[name] == Seen(comparison: comparison, version: version, isEarly: isEarly) { continue }
            }
            guard var entry = Entry(name: name, comparison: comparison, version: version) else { continue }
            entry.isEarly = isEarly
            if list.element == "provides" { provided.insert(YumDependencies.key(name, comparison, version)) }
            if isRequires, name.starts(with: YumDependencies.library) {
                if let best = library, !YumDependencies.isNewerLibrary(name, than: best.name) { continue }
                library = entry
                continue
            }
            if isRequires { seen[name] = Seen(comparison: comparison, version: version, isEarly: isEarly) }
            entries.append(entry)
        }
        if let library { entries.append(library) }
        return entries
    }

    private static func key(_ name: [UInt8], _ comparison: String?, _ version: [UInt8]) -> [UInt8] {
        name + (comparison ?? "").utf8 + version
    }

    private static func comparison(_ flags: UInt64) -> String? {
        switch Relation.Comparison(senseFlags: UInt32(truncatingIfNeeded: flags)) {
        case .less: "LT"
        case .lessOrEqual: "LE"
        case .equal: "EQ"
        case .greaterOrEqual: "GE"
        case .greater: "GT"
        case nil: nil
        }
    }

    /// Whether `libc.so.6(GLIBC_2.34)(64bit)` names a newer version than another such name.
    private static func isNewerLibrary(_ name: [UInt8], than other: [UInt8]) -> Bool {
        switch (libraryVersion(name), libraryVersion(other)) {
        case (let mine?, let theirs?): RPMVersionComparison.order(mine, theirs) > 0
        case (_?, nil): true
        case (nil, _): false
        }
    }

    private static func libraryVersion(_ name: [UInt8]) -> String? {
        let text = String(decoding: name, as: UTF8.self)
        guard let start = text.firstRange(of: "(GLIBC_")?.upperBound else { return nil }
        return String(text[start...].prefix { $0 != ")" })
    }
}
