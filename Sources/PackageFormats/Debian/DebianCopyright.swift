/// A copyright file in the machine-readable form, version 1.0 (Debian's copyright-format manual).
public struct DebianCopyright: Sendable, Hashable {
    /// Who holds the copyright of some files, and under what license they are.
    public struct Paragraph: Sendable, Hashable {
        /// Patterns of the files.
        public var files: [String]
        /// Who holds the copyright, with the years.
        public var holders: [String]
        /// The license, an SPDX expression.
        public var license: String
        /// The license's whole text, or `nil` for a reference.
        public var text: String?

        /// Makes a paragraph from its parts.
        public init(files: [String], holders: [String], license: String, text: String? = nil) {
            self.files = files
            self.holders = holders
            self.license = license
            self.text = text
        }
    }

    /// The name by which upstream calls it.
    public var name: String
    /// Where it comes from, or `nil`.
    public var source: String?
    /// What holds for which files; later paragraphs go before earlier ones.
    public var paragraphs: [Paragraph] = []

    /// A file without paragraphs.
    public init(name: String, source: String? = nil) {
        self.name = name
        self.source = source
    }

    /// The text. Every license comes once, behind the paragraphs.
    public func render() -> String {
        var text = """
            Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
            Upstream-Name: \(name.onOneLine)

            """
        if let source { text += "Source: \(source.onOneLine)\n" }
        var licenses: [(name: String, text: String)] = []
        for paragraph in paragraphs {
            let known = DebianCopyright.common[paragraph.license]
            let name = known?.name ?? paragraph.license.onOneLine
            text += "\nFiles: \(paragraph.files.map(\.onOneLine).joined(separator: " "))\n"
            text += "Copyright: \(paragraph.holders.map(\.onOneLine).joined(separator: "\n           "))\n"
            text += "License: \(name)\n"
            guard !licenses.contains(where: { $0.name == name }) else { continue }
            licenses.append(
                (name, known?.reference ?? paragraph.text.map(DebianCopyright.folded) ?? DebianCopyright.terms)
            )
        }
        for license in licenses { text += "\nLicense: \(license.name)\n\(license.text)\n" }
        return text
    }

    private static let terms = " The terms are those of the licence named above."

    /// A text as the continuation of a field: a blank in front of each line, a full stop on each empty one.
    private static func folded(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { line in
            let line = line.onOneLine
            return line.trimmingBlanks.isEmpty ? " ." : " " + line
        }
        let body = Array(lines.drop { $0 == " ." }.reversed().drop { $0 == " ." }.reversed())
        return body.isEmpty ? terms : body.joined(separator: "\n")
    }

    /// A license whose text every Debian system has.
    private struct Common {
        let name: String
        let file: String
        let title: String

        init(_ name: String, _ file: String, _ title: String) {
            (self.name, self.file, self.title) = (name, file, title)
        }

        var reference: String {
            " On Debian systems, the full text of the \(title),\n"
                + " can be found in the file '/usr/share/common-licenses/\(file)'."
        }
    }

    /// Licences whose text every Debian system has, by SPDX identifier.
    private static let common: [String: Common] = [
        "Apache-2.0": Common("Apache-2.0", "Apache-2.0", "Apache License, version 2.0"),
        "Artistic-1.0-Perl": Common("Artistic", "Artistic", "Artistic License"),
        "GPL-2.0-only": Common("GPL-2", "GPL-2", "GNU General Public License, version 2"),
        "GPL-2.0-or-later": Common("GPL-2+", "GPL-2", "GNU General Public License, version 2"),
        "GPL-3.0-only": Common("GPL-3", "GPL-3", "GNU General Public License, version 3"),
        "GPL-3.0-or-later": Common("GPL-3+", "GPL-3", "GNU General Public License, version 3"),
        "LGPL-2.1-only": Common("LGPL-2.1", "LGPL-2.1", "GNU Lesser General Public License, version 2.1"),
        "LGPL-2.1-or-later": Common("LGPL-2.1+", "LGPL-2.1", "GNU Lesser General Public License, version 2.1"),
        "LGPL-3.0-only": Common("LGPL-3", "LGPL-3", "GNU Lesser General Public License, version 3"),
        "LGPL-3.0-or-later": Common("LGPL-3+", "LGPL-3", "GNU Lesser General Public License, version 3"),
        "MPL-1.1": Common("MPL-1.1", "MPL-1.1", "Mozilla Public License, version 1.1"),
        "MPL-2.0": Common("MPL-2.0", "MPL-2.0", "Mozilla Public License, version 2.0"),
        "CC0-1.0": Common("CC0-1.0", "CC0-1.0", "Creative Commons CC0 1.0 Universal dedication"),
    ]
}

extension StringProtocol {
    /// The text with every control character and line feed made a blank.
    fileprivate var onOneLine: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? " " : $0 }))
    }
}
