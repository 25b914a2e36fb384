/// A dependency as Python projects write it: `name[extra] >=1.0; marker` (PEP 508).
public struct PythonRequirement: Sendable, Hashable {
    /// The name, as it is written.
    public var name: String
    /// The extras of the other project that are wanted.
    public var extras: [String]
    /// The versions that will do; empty for any.
    public var specifiers: [PythonVersionSpecifier]
    /// Where to get it instead of an index, or `nil`.
    public var url: String?
    /// When it is wanted, or `nil` for always.
    public var marker: PythonMarker?

    /// Reads a requirement.
    ///
    /// - Throws: ``OmnibusError`` with code `requirement-invalid`.
    public init(parsing text: String) throws(OmnibusError) {
        let invalid = OmnibusError(
            "requirement-invalid",
            .badInput,
            "'\(text.prefix(200))' is no requirement such as name >=1.0"
        )
        guard text.utf8.count <= 1 << 16, !text.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F }) else {
            throw invalid
        }
        var rest = text[...]
        func skip() { rest = rest.drop { $0 == " " || $0 == "\t" } }
        skip()
        let word = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
        guard let first = word.first, let last = word.last, !"-_.".contains(first), !"-_.".contains(last) else {
            throw invalid
        }
        name = String(word)
        rest = rest[word.endIndex...]
        skip()
        extras = []
        if rest.first == "[" {
            guard let close = rest.firstIndex(of: "]") else { throw invalid }
            extras = rest[..<close].dropFirst().split(separator: ",").map { String($0).trimmingWhitespace() }
            guard extras.allSatisfy({ PythonSource.name(of: $0) == $0 }) else { throw invalid }
            rest = rest[rest.index(after: close)...]
            skip()
        }
        specifiers = []
        url = nil
        marker = nil
        if rest.first == "@" {
            rest.removeFirst()
            skip()
            // A marker of a URL has a blank in front of its semicolon.
            let address = rest.prefix { $0 != " " && $0 != "\t" }
            guard !address.isEmpty else { throw invalid }
            url = String(address)
            rest = rest[address.endIndex...]
            skip()
        } else {
            var list = rest.prefix { $0 != ";" }
            rest = rest[list.endIndex...]
            if list.first == "(" {
                guard let close = list.lastIndex(of: ")") else { throw invalid }
                list = list[..<close].dropFirst()
            }
            specifiers = try PythonVersionSpecifier.list(parsing: String(list))
        }
        guard !rest.isEmpty else { return }
        guard rest.first == ";" else { throw invalid }
        let condition = String(rest.dropFirst()).trimmingWhitespace()
        if !condition.isEmpty { marker = try PythonMarker(parsing: condition) }
    }

    /// The name as indexes compare it (PEP 503).
    public var normalizedName: String { PythonSource.normalized(name) }
}

extension PythonRequirement: CustomStringConvertible {
    /// The requirement, spaced as people write it.
    public var description: String {
        var text = name + (extras.isEmpty ? "" : "[\(extras.joined(separator: ","))]")
        if !specifiers.isEmpty { text += " " + specifiers.map(\.description).joined(separator: ",") }
        if let url { text += " @ \(url)" }
        return text + (marker.map { "; \($0.text)" } ?? "")
    }
}

/// One bound on a version (PEP 440): an operator and a version, or the beginning of versions.
public struct PythonVersionSpecifier: Sendable, Hashable {
    /// How versions have to compare.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        /// The same text.
        case arbitrary = "==="
        /// This or a later one with the same beginning.
        case compatible = "~="
        /// The same.
        case equal = "=="
        /// Any other.
        case notEqual = "!="
        /// The same or older.
        case lessOrEqual = "<="
        /// The same or newer.
        case greaterOrEqual = ">="
        /// Older.
        case less = "<"
        /// Newer.
        case greater = ">"
    }

    /// How to compare.
    public var comparison: Comparison
    /// The version to compare with.
    public var version: PEP440Version
    /// Whether `.*` stands behind it, so that only the beginning counts.
    public var isPrefix: Bool

    /// Reads bounds parted by commas.
    ///
    /// - Throws: ``OmnibusError`` with code `requirement-invalid`.
    public static func list(parsing text: String) throws(OmnibusError) -> [PythonVersionSpecifier] {
        var list: [PythonVersionSpecifier] = []
        for part in text.split(separator: ",") {
            let part = String(part).trimmingWhitespace()
            if !part.isEmpty { list.append(try PythonVersionSpecifier(parsing: part)) }
        }
        return list
    }

    /// Reads one bound.
    ///
    /// - Throws: ``OmnibusError`` with code `requirement-invalid`.
    public init(parsing text: String) throws(OmnibusError) {
        let invalid = OmnibusError(
            "requirement-invalid",
            .badInput,
            "'\(text.prefix(100))' is no bound on a version such as >=1.0"
        )
        guard let comparison = Comparison.allCases.first(where: { text.hasPrefix($0.rawValue) }) else { throw invalid }
        self.comparison = comparison
        var rest = String(text.dropFirst(comparison.rawValue.count)).trimmingWhitespace()
        isPrefix = rest.hasSuffix(".*")
        if isPrefix { rest.removeLast(2) }
        do {
            version = try PEP440Version(rest)
        } catch {
            throw invalid
        }
        guard !isPrefix || comparison == .equal || comparison == .notEqual,
            comparison != .compatible || version.release.count >= 2
        else { throw invalid }
    }

    /// Whether a version is within the bound.
    public func allows(_ candidate: PEP440Version) -> Bool {
        switch comparison {
        case .arbitrary: candidate.description == version.description
        case .equal: isPrefix ? begins(candidate, with: version.release[...]) : candidate == version
        case .notEqual: isPrefix ? !begins(candidate, with: version.release[...]) : candidate != version
        case .compatible: candidate >= version && begins(candidate, with: version.release.dropLast())
        case .lessOrEqual: candidate <= version
        case .greaterOrEqual: candidate >= version
        case .less: candidate < version
        case .greater: candidate > version
        }
    }

    private func begins(_ candidate: PEP440Version, with release: ArraySlice<UInt64>) -> Bool {
        let padding = repeatElement(UInt64(0), count: max(0, release.count - candidate.release.count))
        return candidate.epoch == version.epoch && (candidate.release + padding).starts(with: release)
    }
}

extension PythonVersionSpecifier: CustomStringConvertible {
    /// The operator and the version.
    public var description: String { comparison.rawValue + version.description + (isPrefix ? ".*" : "") }
}
