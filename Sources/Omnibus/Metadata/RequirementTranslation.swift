import PackageFormats

/// How a distribution calls what Python projects require, and how it compares versions.
struct RequirementTranslation: Sendable {
    /// The name of a distribution's package for a Python project.
    enum Naming: Sendable, Hashable {
        /// rpm's capability of the default interpreter: `python3dist(pyyaml)`.
        case capability(String)
        /// A package: `PREFIX` and the name as its index spells it, such as `python3-PyYAML`.
        case package(prefix: String)
        /// A package of Debian: `python3-yaml`.
        case debian
    }

    /// What a requirement became.
    struct Result: Sendable, Hashable {
        var relations: [Relation] = []
        /// What a person has to look at.
        var reviews: [String] = []
    }

    let naming: Naming
    /// Whether boolean dependencies are understood.
    let isRich: Bool
    /// Every environment that the package may meet.
    let environments: [[String: String]]

    /// The relations of a requirement; none where it is not wanted.
    func relations(for requirement: PythonRequirement) -> Result {
        var result = Result()
        if let marker = requirement.marker {
            let answers = Set(environments.map { marker.holds(in: $0) })
            if answers == [false] { return result }
            if answers != [true] {
                result.reviews.append("'\(requirement)' is wanted only on some systems; it is required on all")
            }
        }
        if let url = requirement.url {
            result.reviews.append("'\(requirement.name)' comes from \(url); any version will do for this package")
        }
        var name = name(of: requirement.normalizedName, spelled: requirement.name)
        if !requirement.extras.isEmpty {
            if case .capability(let capability) = naming, isRich {
                let extras = requirement.extras.map(PythonSource.normalized).joined(separator: ",")
                name = "\(capability)(\(requirement.normalizedName)[\(extras)])"
            } else {
                let extras = requirement.extras.joined(separator: ", ")
                result.reviews.append("'\(requirement.name)' is wanted with \(extras), for which no package is named")
            }
        }
        var bounds: [Bound] = []
        for specifier in requirement.specifiers { bounds += Self.bounds(specifier) }
        add(bounds, of: name, to: &result)
        return result
    }

    /// A bound as both formats have it: what has to hold, or what may not be.
    private enum Bound {
        case one(Relation.Comparison, String)
        case outside(below: String, from: (Relation.Comparison, String))
    }

    /// `2~~` precedes every pre-release of 2, which `<2` excludes (PEP 440).
    private static func bounds(_ specifier: PythonVersionSpecifier) -> [Bound] {
        let version = specifier.version
        let text = text(version)
        switch specifier.comparison {
        case .equal where specifier.isPrefix:
            return [.one(.greaterOrEqual, text), .one(.less, next(version.release, of: version) + "~~")]
        case .notEqual where specifier.isPrefix:
            return [.outside(below: text, from: (.greaterOrEqual, next(version.release, of: version)))]
        case .compatible:
            return [.one(.greaterOrEqual, text), .one(.less, next(version.release.dropLast(), of: version) + "~~")]
        case .equal, .arbitrary: return [.one(.equal, text)]
        case .notEqual: return [.outside(below: text, from: (.greater, text))]
        case .lessOrEqual: return [.one(.lessOrEqual, text)]
        case .greaterOrEqual: return [.one(.greaterOrEqual, text)]
        case .less: return [.one(.less, version.pre == nil && version.dev == nil ? text + "~~" : text)]
        case .greater: return [.one(.greater, text)]
        }
    }

    private static func text(_ version: PEP440Version) -> String {
        let evr = version.evr()
        return EVR(epoch: evr.epoch, version: evr.version).description
    }

    /// The first version behind all that begin with these numbers.
    private static func next(_ release: some Collection<UInt64>, of version: PEP440Version) -> String {
        var numbers = Array(release)
        if let last = numbers.popLast() {
            let (sum, overflow) = last.addingReportingOverflow(1)
            numbers.append(overflow ? last : sum)
        }
        return (version.epoch == 0 ? "" : "\(version.epoch):") + numbers.map { String($0) }.joined(separator: ".")
    }

    private func add(_ bounds: [Bound], of name: String, to result: inout Result) {
        guard !bounds.isEmpty else {
            result.relations.append(Relation(.requires, name))
            return
        }
        guard isRich, bounds.count > 1 || bounds.contains(where: { if case .outside = $0 { true } else { false } })
        else {
            for bound in bounds { add(bound, of: name, to: &result) }
            return
        }
        // Two separate requirements could be met by two packages that provide the name; `with` asks for one.
        let parts = bounds.map { bound in
            switch bound {
            case .one(let comparison, let version): "\(name) \(comparison.rawValue) \(version)"
            case .outside(let below, let from):
                "(\(name) < \(below) or \(name) \(from.0.rawValue) \(from.1))"
            }
        }
        let text = parts.count == 1 ? parts[0] : "(\(parts.joined(separator: " with ")))"
        result.relations.append(Relation(.requires, .rich(text)))
    }

    private func add(_ bound: Bound, of name: String, to result: inout Result) {
        switch bound {
        case .one(let comparison, let version):
            result.relations.append(Relation(.requires, name, comparison, version))
        case .outside(let below, let from):
            if naming == .debian {
                let targets = [
                    Relation.Target(name, Relation.Bound(.less, below)),
                    Relation.Target(name, Relation.Bound(from.0, from.1)),
                ]
                result.relations.append(Relation(.requires, .anyOf(targets)))
            } else {
                result.relations.append(Relation(.requires, name))
                if from.0 == .greater {
                    result.relations.append(Relation(.conflicts, name, .equal, below))
                } else {
                    result.reviews.append(
                        "'\(name)' from \(below) on may not be below \(from.1), which rpm cannot say here"
                    )
                }
            }
        }
    }

    // MARK: Names

    private func name(of normalized: String, spelled: String) -> String {
        switch naming {
        case .capability(let capability): "\(capability)(\(normalized))"
        case .package(let prefix): prefix + (Self.spellings[normalized] ?? Self.withoutPrefix(spelled))
        case .debian: "python3-" + (Self.debianNames[normalized] ?? Self.withoutPrefix(normalized))
        }
    }

    /// Packages are named after the module, which mostly is the project's name without a `python-` in front.
    static func withoutPrefix(_ name: String) -> String {
        name.hasPrefix("python-") ? String(name.dropFirst(7)) : name
    }

    /// How rpm distributions spell names, where projects that require them often spell them otherwise.
    private static let spellings: [String: String] = [
        "pyyaml": "PyYAML", "twisted": "Twisted", "jinja2": "Jinja2", "markupsafe": "MarkupSafe",
        "pyopenssl": "pyOpenSSL",
        "sqlalchemy": "SQLAlchemy", "pygments": "Pygments", "sphinx": "Sphinx", "babel": "Babel", "mako": "Mako",
        "flask": "Flask", "werkzeug": "Werkzeug", "django": "Django", "cython": "Cython", "pillow": "Pillow",
        "pysocks": "PySocks", "gitpython": "GitPython", "markdown": "Markdown", "deprecated": "Deprecated",
    ]

    /// Debian's packages whose name is not the project's.
    private static let debianNames: [String: String] = [
        "pyyaml": "yaml", "beautifulsoup4": "bs4", "pyopenssl": "openssl",
        "pillow": "pil", "pycrypto": "crypto", "pyserial": "serial", "pyzmq": "zmq", "scikit-learn": "sklearn",
        "attrs": "attr", "gitpython": "git", "mysqlclient": "mysqldb", "pyusb": "usb",

        "pynacl": "nacl", "pyjwt": "jwt",
        "zope-interface": "zope.interface", "zope-event": "zope.event", "zope-component": "zope.component",
        "backports-zoneinfo": "backports.zoneinfo", "ruamel-yaml": "ruamel.yaml",
        "jaraco-functools": "jaraco.functools",
        "flit-core": "flit",
        "msgpack-python": "msgpack",
    ]
}
