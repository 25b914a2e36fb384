/// An entry of a spec file's `%files`.
public struct SpecFileEntry: Sendable, Hashable {
    /// What the package manager is told about a file.
    public enum Directive: Sendable, Hashable {
        /// A directory without what is in it: `%dir`.
        case directory
        /// A configuration file: `%config`.
        case config
        /// A configuration file whose local changes stay: `%config(noreplace)`.
        case configNoReplace
        /// Documentation: `%doc`. A relative path is copied from the source.
        case documentation
        /// A license: `%license` (rpm 4.11). A relative path is copied from the source.
        case license
        /// Owned, but not shipped: `%ghost`.
        case ghost
        /// Mode, owner and group: `%attr`; what is `nil` stays as it is.
        case attributes(mode: UInt16?, owner: String?, group: String?)
    }

    /// The directives, in order.
    public var directives: [Directive]
    /// The path, with rpm's globs.
    public var path: SpecText

    /// An entry of a path in spec code, such as `%{_bindir}/flocker`.
    public init(_ path: SpecText, _ directives: [Directive] = []) {
        self.path = path
        self.directives = directives
    }

    /// A name as part of a path.
    ///
    /// rpm reads globs here, and older ones hand documentation to a shell. So whatever is not plain is written as `?`, which
    /// matches any character.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/specValue`` for a name with `%`: rpm expands macros even in the
    ///   names that a glob found, so that there is no safe way to write it. The directory that holds it can be listed.
    public static func component(_ name: some StringProtocol) throws(FormatError) -> SpecText {
        guard !name.utf8.contains(0x25) else {
            throw FormatError(.specValue, "rpm would run what '\(name)' holds", field: "%files")
        }
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars {
            let isPlain =
                switch scalar.value {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                case 0..<0x80: "._+-~/@:=,".unicodeScalars.contains(scalar)
                default: scalar.properties.isAlphabetic
                }
            scalars.append(isPlain ? scalar : "?")
        }
        return SpecText(literal: String(scalars))
    }

    /// The line.
    func render() throws(FormatError) -> String {
        var words: [String] = []
        for directive in directives {
            switch directive {
            case .directory: words.append("%dir")
            case .config: words.append("%config")
            case .configNoReplace: words.append("%config(noreplace)")
            case .documentation: words.append("%doc")
            case .license: words.append("%license")
            case .ghost: words.append("%ghost")
            case .attributes(let mode, let owner, let group):
                for name in [owner, group].compactMap(\.self) {
                    guard !name.isEmpty, name.utf8.allSatisfy({ $0.isASCIIAlphanumeric || "._-".utf8.contains($0) })
                    else {
                        throw FormatError(.specValue, "'\(name)' is no name of a user or group", field: "%attr")
                    }
                }
                let octal = mode.map { "0" + String($0, radix: 8) } ?? "-"
                words.append("%attr(\(octal), \(owner ?? "-"), \(group ?? "-"))")
            }
        }
        return (words + [path.source]).joined(separator: " ")
    }
}
