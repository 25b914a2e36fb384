/// What licenses are called: by SPDX, by Fedora in former times, by Debian, by trove classifiers and by people.
struct LicenseNames: Sendable {
    /// SPDX's identifier.
    let spdx: String
    /// The short name that Fedora and Red Hat used until 2022.
    let fedora: String
    /// Other names that people and classifiers use, in lower case.
    let others: [String]

    private init(_ spdx: String, _ fedora: String, _ others: String...) {
        self.spdx = spdx
        self.fedora = fedora
        self.others = others
    }

    private static let all = [
        LicenseNames("MIT", "MIT", "mit license", "mit licence", "the mit license", "the mit license (mit)", "expat"),
        LicenseNames("MIT-0", "MIT", "mit no attribution license (mit-0)"),
        LicenseNames(
            "Apache-2.0",
            "ASL 2.0",
            "apache",
            "apache 2",
            "apache 2.0",
            "apache license 2.0",
            "apache license, version 2.0",
            "apache license version 2.0",
            "apache software license",
            "apache software license 2.0",
            "asl 2.0",
            "apache2",
            "apache-2",
            "apache license"
        ),
        LicenseNames(
            "BSD-3-Clause",
            "BSD",
            "bsd 3-clause",
            "3-clause bsd",
            "new bsd",
            "new bsd license",
            "modified bsd license",
            "bsd-3",
            "bsd 3-clause license",
            "bsd 3 clause",
            "3-clause bsd license"
        ),
        LicenseNames(
            "BSD-2-Clause",
            "BSD",
            "bsd 2-clause",
            "2-clause bsd",
            "simplified bsd",
            "simplified bsd license",
            "bsd 2-clause license"
        ),
        LicenseNames("ISC", "ISC", "isc license", "isc license (iscl)"),
        LicenseNames("PSF-2.0", "Python", "psf", "psfl", "python software foundation license", "psf license"),
        LicenseNames("Python-2.0", "Python", "python license"),
        LicenseNames(
            "MPL-2.0",
            "MPLv2.0",
            "mpl 2.0",
            "mozilla public license 2.0",
            "mozilla public license 2.0 (mpl 2.0)"
        ),
        LicenseNames("GPL-2.0-only", "GPLv2", "gplv2", "gpl-2.0", "gnu general public license v2 (gplv2)", "gpl v2"),
        LicenseNames(
            "GPL-2.0-or-later",
            "GPLv2+",
            "gplv2+",
            "gpl-2.0+",
            "gnu general public license v2 or later (gplv2+)"
        ),
        LicenseNames(
            "GPL-3.0-only",
            "GPLv3",
            "gplv3",
            "gpl-3.0",
            "gnu general public license v3 (gplv3)",
            "gpl v3",
            "gpl3"
        ),
        LicenseNames(
            "GPL-3.0-or-later",
            "GPLv3+",
            "gplv3+",
            "gpl-3.0+",
            "gnu general public license v3 or later (gplv3+)"
        ),
        LicenseNames(
            "LGPL-2.1-only",
            "LGPLv2",
            "lgpl-2.1",
            "lgplv2.1",
            "gnu lesser general public license v2 (lgplv2)"
        ),
        LicenseNames(
            "LGPL-2.1-or-later",
            "LGPLv2+",
            "lgpl-2.1+",
            "lgplv2.1+",
            "gnu lesser general public license v2 or later (lgplv2+)"
        ),
        LicenseNames("LGPL-3.0-only", "LGPLv3", "lgpl-3.0", "lgplv3", "gnu lesser general public license v3 (lgplv3)"),
        LicenseNames(
            "LGPL-3.0-or-later",
            "LGPLv3+",
            "lgpl-3.0+",
            "lgplv3+",
            "gnu lesser general public license v3 or later (lgplv3+)"
        ),
        LicenseNames("AGPL-3.0-only", "AGPLv3", "agplv3", "agpl-3.0", "gnu affero general public license v3"),
        LicenseNames(
            "AGPL-3.0-or-later",
            "AGPLv3+",
            "agplv3+",
            "agpl-3.0+",
            "gnu affero general public license v3 or later (agplv3+)"
        ),
        LicenseNames("ZPL-2.1", "ZPLv2.1", "zpl 2.1", "zope public license"),
        LicenseNames("Unlicense", "Unlicense", "the unlicense (unlicense)", "public domain"),
        LicenseNames("0BSD", "0BSD", "zero-clause bsd (0bsd)"),
        LicenseNames("CC0-1.0", "CC0", "cc0", "cc0 1.0 universal (cc0 1.0) public domain dedication"),
        LicenseNames("Zlib", "zlib", "zlib/libpng license"),
        LicenseNames("BSL-1.0", "Boost", "boost software license 1.0 (bsl-1.0)"),
        LicenseNames("EUPL-1.2", "EUPL 1.2", "european union public licence 1.2 (eupl 1.2)"),
        LicenseNames("Artistic-2.0", "Artistic 2.0", "artistic license 2.0"),
        LicenseNames("WTFPL", "WTFPL"),
    ]

    /// The licence that a name means.
    private static func named(_ name: String) -> LicenseNames? {
        let wanted = name.lowercased().trimmingWhitespace()
        return all.first { $0.spdx.lowercased() == wanted || $0.others.contains(wanted) }
    }

    /// The license of a project as an SPDX expression, or `nil` where nothing that it says is clear.
    static func spdx(of metadata: ProjectMetadata) -> String? {
        if let text = metadata.license, text.utf8.count <= 200, let known = expression(text) { return known }
        let prefix = "License :: OSI Approved :: "
        let classified = metadata.classifiers.filter { $0.hasPrefix("License ::") }.compactMap { classifier in
            named(classifier.hasPrefix(prefix) ? String(classifier.dropFirst(prefix.count)) : classifier)?.spdx
        }
        if !classified.isEmpty { return classified.sorted().joined(separator: " OR ") }
        // `BSD` may be any of them; the text decides.
        if let text = metadata.license ?? metadata.description { return recognized(text) }
        return nil
    }

    /// An expression whose every name is known, in SPDX's spelling.
    static func expression(_ text: String) -> String? {
        if let known = named(text) { return known.spdx }
        var words: [String] = []
        let spaced = text.replacing("(", with: " ( ").replacing(")", with: " ) ")
        for word in spaced.split(whereSeparator: \.isWhitespace) {
            switch word.uppercased() {
            case "AND", "OR", "WITH", "(", ")": words.append(word.uppercased())
            default:
                guard let known = named(String(word)) else { return nil }
                words.append(known.spdx)
            }
        }
        guard words.count > 1 else { return words.first }
        return words.joined(separator: " ").replacing("( ", with: "(").replacing(" )", with: ")")
    }

    /// A license by its text's own words.
    static func recognized(_ text: String) -> String? {
        let start = text.utf8.prefix(4096)
        let words = String(decoding: start, as: UTF8.self).lowercased().split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let marks = [
            ("apache license version 2.0", "Apache-2.0"), ("apache license, version 2.0", "Apache-2.0"),
            ("permission is hereby granted, free of charge", "MIT"),
            ("neither the name", "BSD-3-Clause"), ("redistribution and use in source and binary", "BSD-2-Clause"),
            ("mozilla public license version 2.0", "MPL-2.0"),
            ("permission to use, copy, modify, and/or distribute", "ISC"),
        ]
        return marks.first { words.contains($0.0) }?.1
    }

    /// An SPDX expression in the names that Fedora and Red Hat used until 2022.
    static func fedora(_ expression: String) -> String {
        let words = expression.split(separator: " ").map { word in
            let bare = word.filter { $0 != "(" && $0 != ")" }
            return word.replacing(
                bare,
                with: named(bare)?.fedora ?? (bare == "OR" || bare == "AND" ? bare.lowercased() : bare)
            )
        }
        return words.joined(separator: " ")
    }
}
