/// The files that Debian Policy asks of every package (chapter 12) and that the writer makes where they are missing.
enum DebianDocuments {
    /// The changelog, the copyright file and the lintian overrides, if any.
    ///
    /// - Throws: ``FormatError`` with codes ``FormatError/Code/controlCharacter`` or ``FormatError/Code/debianVersion``.
    static func entries(for package: Package) throws(FormatError) -> [Entry] {
        let folder = "/usr/share/doc/\(package.name)"
        var documents: [(path: String, bytes: [UInt8])] = []
        // A link to another package's documentation, or documents by another description, are the package's own affair.
        let folderPath = try PackagePath(folder)
        if !package.entries.contains(where: { $0.path == folderPath && $0.kind != .directory }) {
            let changelog = package.version.release == nil ? "changelog.gz" : "changelog.Debian.gz"
            let compressed = try Compression.gzip.encode(Array(try DebianChangelog.render(package).utf8))
            documents.append(("\(folder)/\(changelog)", compressed))
            documents.append(("\(folder)/copyright", Array((package.debian.copyright ?? copyright(package)).utf8)))
        }
        if !package.debian.lintianOverrides.isEmpty {
            documents.append(("/usr/share/lintian/overrides/\(package.name)", try overrides(package)))
        }
        var entries: [Entry] = []
        for document in documents {
            entries.append(
                Entry(
                    path: try PackagePath(document.path),
                    kind: .file(.bytes(document.bytes), size: UInt64(document.bytes.count)),
                    mode: 0o644,
                    modificationTime: package.date
                )
            )
        }
        return entries
    }

    private static func overrides(_ package: Package) throws(FormatError) -> [UInt8] {
        var text = ""
        for override in package.debian.lintianOverrides {
            for line in [override.tag, override.reason] {
                guard !line.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                    throw FormatError(.controlCharacter, "an override holds a control character", field: "lintian")
                }
            }
            if !override.reason.isEmpty { text += "# \(override.reason)\n" }
            text += "\(package.name): \(override.tag)\n"
        }
        return Array(text.utf8)
    }

    /// Licences whose text every Debian system has, by SPDX identifier: Debian's short name, the file, the title.
    private static let common: [String: (name: String, file: String, title: String)] = [
        "Apache-2.0": ("Apache-2.0", "Apache-2.0", "Apache License, version 2.0"),
        "Artistic-1.0-Perl": ("Artistic", "Artistic", "Artistic License"),
        "GPL-2.0-only": ("GPL-2", "GPL-2", "GNU General Public License, version 2"),
        "GPL-2.0-or-later": ("GPL-2+", "GPL-2", "GNU General Public License, version 2"),
        "GPL-3.0-only": ("GPL-3", "GPL-3", "GNU General Public License, version 3"),
        "GPL-3.0-or-later": ("GPL-3+", "GPL-3", "GNU General Public License, version 3"),
        "LGPL-2.1-only": ("LGPL-2.1", "LGPL-2.1", "GNU Lesser General Public License, version 2.1"),
        "LGPL-2.1-or-later": ("LGPL-2.1+", "LGPL-2.1", "GNU Lesser General Public License, version 2.1"),
        "LGPL-3.0-only": ("LGPL-3", "LGPL-3", "GNU Lesser General Public License, version 3"),
        "LGPL-3.0-or-later": ("LGPL-3+", "LGPL-3", "GNU Lesser General Public License, version 3"),
        "MPL-1.1": ("MPL-1.1", "MPL-1.1", "Mozilla Public License, version 1.1"),
        "MPL-2.0": ("MPL-2.0", "MPL-2.0", "Mozilla Public License, version 2.0"),
        "CC0-1.0": ("CC0-1.0", "CC0-1.0", "Creative Commons CC0 1.0 Universal dedication"),
    ]

    /// A copyright file in the machine-readable form, version 1.0, of what the package says about itself.
    private static func copyright(_ package: Package) -> String {
        let licence = common[package.license]
        let name = licence?.name ?? package.license.onOneLine
        let holder = (package.vendor ?? package.maintainer).onOneLine
        let year = CivilDate(unixSeconds: package.date).year
        var text = """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
            Upstream-Name: \(package.name)

            """
        if let url = package.url { text += "Source: \(url.onOneLine)\n" }
        text += """

            Files: *
            Copyright: \(year) \(holder)
            License: \(name)

            License: \(name)

            """
        if let licence {
            text += " On Debian systems, the full text of the \(licence.title),\n"
            text += " can be found in the file '/usr/share/common-licenses/\(licence.file)'.\n"
        } else {
            text += " The terms are those of the licence named above.\n"
        }
        return text
    }
}

extension String {
    /// The text with every control character and line feed made a blank.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
