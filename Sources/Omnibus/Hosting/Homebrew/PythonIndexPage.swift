import FoundationEssentials

/// The files of a project as a package index lists them: the simple repository API, as JSON (PEP 691) or HTML (PEP 503).
struct PythonIndexPage: Sendable {
    /// A file of the project.
    struct File: Sendable, Hashable {
        /// The file's name.
        let name: String
        /// Where it is.
        let url: String
        /// SHA-256, hexadecimal, or `nil` where the index gives none.
        let sha256: String?
    }

    /// The files, in the index's order.
    let files: [File]

    /// What asks a server for JSON, and for HTML where it has none.
    static let mediaTypes = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"

    private struct Document: Decodable {
        struct File: Decodable {
            let filename: String
            let url: String
            let hashes: [String: String]
        }
        let files: [File]
    }

    /// Reads a page.
    ///
    /// - Parameters:
    ///   - bytes: the document.
    ///   - url: where it was found, which its links are relative to.
    /// - Throws: ``OmnibusError`` with code `index-page` for JSON that is no such document.
    init(parsing bytes: [UInt8], from url: String) throws(OmnibusError) {
        let base = URL(string: url)
        func resolved(_ reference: String) -> String {
            URL(string: reference, relativeTo: base)?.absoluteString ?? reference
        }
        if bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "{") {
            files = try JSONText.decode(Document.self, from: bytes, "index-page", url).files.map { file in
                File(name: file.filename, url: resolved(file.url), sha256: file.hashes["sha256"]?.lowercased())
            }
        } else {
            files = Self.links(in: String(decoding: bytes, as: UTF8.self)).map { name, reference in
                let parts = reference.split(separator: "#", maxSplits: 1).map(String.init)
                let digest = parts.count > 1 && parts[1].hasPrefix("sha256=") ? String(parts[1].dropFirst(7)) : nil
                return File(name: name, url: resolved(parts.first ?? ""), sha256: digest?.lowercased())
            }
        }
    }

    /// The text of every anchor that has a reference, and the reference.
    private static func links(in text: String) -> [(name: String, reference: String)] {
        var found: [(String, String)] = []
        for part in text.split(separator: "<") {
            guard part.first?.lowercased() == "a", part.dropFirst().first?.isWhitespace == true,
                let end = tagEnd(part), let reference = reference(in: part[..<end])
            else { continue }
            let name = String(part[part.index(after: end)...]).trimmingWhitespace()
            if !name.isEmpty, !reference.isEmpty { found.append((unescaped(name), unescaped(reference))) }
        }
        return found
    }

    /// Where a tag ends: a `>` in a quoted value is part of it.
    private static func tagEnd(_ text: Substring) -> Substring.Index? {
        var quote: Character?
        for place in text.indices {
            let character = text[place]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == ">" {
                return place
            }
        }
        return nil
    }

    private static func reference(in tag: Substring) -> String? {
        let found = tag.firstMatch(of: /\s[Hh][Rr][Ee][Ff]\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/)
        return (found?.1 ?? found?.2 ?? found?.3).map(String.init)
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
