import SystemPackage

/// What a bundle is made of: anything that pip takes.
enum PythonSource: Sendable, Hashable {
    /// A checkout or an unpacked source distribution.
    case directory(FilePath)
    /// A source distribution, `.tar.gz`, `.zip` and the like.
    case archive(FilePath)
    /// A built distribution.
    case wheel(FilePath)
    /// A name with version and extras as an index knows it.
    case requirement(String)
    /// A URL, of an archive or of a repository (`git+https://…`).
    case url(String)

    private static let archiveSuffixes = [".tar.gz", ".tgz", ".zip", ".tar.bz2", ".tar.xz"]

    /// Tells what a text on the command line means.
    ///
    /// - Throws: `source-missing` if it looks like a path that is not there, `source-invalid` if it is nothing of these.
    init(_ text: String) throws(OmnibusError) {
        let path = FilePath(text)
        if !text.isEmpty, FileSystem.exists(path) {
            guard let real = FileSystem.resolved(path) else { throw FileSystem.failure("use", path) }
            if FileSystem.isDirectory(real) {
                guard ["pyproject.toml", "setup.py"].contains(where: { FileSystem.exists(real.appending($0)) }) else {
                    throw OmnibusError(
                        "source-invalid",
                        .badInput,
                        "\(text) holds no Python project",
                        hint: "there has to be a pyproject.toml or a setup.py in it"
                    )
                }
                self = .directory(real)
            } else if text.hasSuffix(".whl") {
                self = .wheel(real)
            } else if Self.archiveSuffixes.contains(where: text.hasSuffix) {
                self = .archive(real)
            } else {
                throw OmnibusError(
                    "source-invalid",
                    .badInput,
                    "\(text) is neither a wheel (.whl) nor a source distribution (.tar.gz)"
                )
            }
        } else if text.contains("://"), !text.hasPrefix("-"), text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) {
            self = .url(text)
        } else if text.contains("/") || Self.archiveSuffixes.contains(where: text.hasSuffix) || text.hasSuffix(".whl") {
            throw OmnibusError("source-missing", .missingInput, "There is no \(text)")
        } else if Self.name(of: text) != nil {
            self = .requirement(text)
        } else {
            throw OmnibusError(
                "source-invalid",
                .usage,
                "\(text) is no path, no URL and no requirement such as name==1.0"
            )
        }
    }

    /// The project's name at the front of a requirement (PEP 508), or `nil` if there is none.
    static func name(of requirement: String) -> String? {
        func isWord(_ byte: UInt8) -> Bool {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        let name = requirement.utf8.prefix { isWord($0) || "-_.".utf8.contains($0) }
        let rest = requirement.utf8[name.endIndex...]
        guard let first = name.first, let last = name.last, isWord(first), isWord(last),
            rest.first.map({ " [<>=!~;@".utf8.contains($0) }) ?? true,
            rest.allSatisfy({ $0 >= 0x20 && $0 < 0x7f })
        else { return nil }
        return String(Substring(name))
    }

    /// A name as indexes compare it: lower case, one hyphen for every run of `-`, `_` and `.` (PEP 503).
    static func normalized(_ name: some StringProtocol) -> String {
        name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
    }

    /// The project's name in a wheel's file name, normalized (PEP 427).
    static func name(ofWheel wheel: FilePath) -> String? {
        guard let parts = wheel.lastComponent?.string.split(separator: "-"), parts.count >= 5 else { return nil }
        return normalized(parts[0])
    }
}
