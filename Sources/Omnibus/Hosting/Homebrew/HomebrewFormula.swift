/// The Homebrew formula that installs a Python application from its source distribution, with every dependency as a
/// resource.
public struct HomebrewFormula: Sendable, Hashable {
    /// A file that Homebrew fetches and checks.
    public struct Resource: Sendable, Hashable {
        /// The project's name, normalised.
        public var name: String
        /// Where it is.
        public var url: String
        /// SHA-256, hexadecimal.
        public var sha256: String

        /// Describes a file.
        ///
        /// - Throws: ``OmnibusError`` with code `url-invalid`, and `digest-invalid` for what is no SHA-256.
        public init(name: String, url: String, sha256: String) throws(OmnibusError) {
            guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
            else {
                throw OmnibusError("url-invalid", .badInput, "'\(url.hidingCredentials())' is no URL of a file")
            }
            guard sha256.utf8.count == 64, sha256.allSatisfy({ $0.isASCII && $0.isHexDigit }) else {
                throw OmnibusError("digest-invalid", .badInput, "'\(sha256.prefix(100))' of \(name) is no SHA-256")
            }
            (self.name, self.url, self.sha256) = (name, url, sha256.lowercased())
        }
    }

    /// The application's name as its formula's class begins.
    public var name: String
    /// Its version.
    public var version: String
    /// What it is, one line.
    public var summary: String
    /// Its web page.
    public var homepage: String?
    /// Its licence.
    public var license: String?
    /// The Python that it runs on, `X.Y`.
    public var python: String
    /// The source distribution.
    public var source: Resource
    /// The dependencies.
    public var resources: [Resource]
    /// A program that answers to `--version`, by which `brew test` tells that it works.
    public var program: String?

    /// The name of the formula's file, such as `flocker-1.15.0.rb`.
    public var fileName: String { "\(PythonSource.normalized(name))-\(version).rb" }

    /// The formula's class: the name and version with each `-`, `_` and `.` left out and what follows in upper case, as
    /// Homebrew makes it from the file's name; `+` becomes `x`.
    public var className: String {
        var text = ""
        var raises = true
        for character in "\(name)-\(version)" {
            switch character {
            case "-", ".", "_": raises = true
            case "+":
                text += "x"
                raises = false
            default:
                text += raises ? character.uppercased() : String(character)
                raises = false
            }
        }
        return text
    }

    /// The formula, in Ruby.
    public var ruby: String {
        var lines = ["class \(className) < Formula", "  include Language::Python::Virtualenv", ""]
        lines.append("  desc \(Self.quoted(summary))")
        if let homepage { lines.append("  homepage \(Self.quoted(homepage))") }
        lines += ["  url \(Self.quoted(source.url))", "  sha256 \(Self.quoted(source.sha256))"]
        if let license { lines.append("  license \(Self.quoted(license))") }
        lines += ["", "  depends_on \(Self.quoted("python@\(python)"))"]
        for resource in resources {
            lines += [
                "", "  resource \(Self.quoted(resource.name)) do", "    url \(Self.quoted(resource.url))",
                "    sha256 \(Self.quoted(resource.sha256))", "  end",
            ]
        }
        lines += ["", "  def install", "    virtualenv_install_with_resources", "  end"]
        if let program {
            lines += ["", "  test do", "    system bin/\(Self.quoted(program)), \"--version\"", "  end"]
        }
        return (lines + ["end", ""]).joined(separator: "\n")
    }

    /// A Ruby string: `#` begins an interpolation in one.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "\"", "#": result += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
