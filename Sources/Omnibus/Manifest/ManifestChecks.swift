import PackageFormats

/// The grammars of a manifest's words, none of which knows where a word stands.
enum ManifestChecks {
    static func isLowercaseOrDigit(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || isDigit(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isLowercaseOrDigit(byte) || (0x41...0x5A).contains(byte)
    }

    /// A name as PyPA's core metadata has it.
    static func isProductName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, isLetterOrDigit(first), isLetterOrDigit(last) else {
            return false
        }
        return bytes.count <= 128 && bytes.allSatisfy { isLetterOrDigit($0) || "._-".utf8.contains($0) }
    }

    /// A name that both formats take: Debian Policy 5.6.1 is the narrower.
    static func isPackageName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, isLowercaseOrDigit(first), (2...128).contains(bytes.count) else { return false }
        return bytes.allSatisfy { isLowercaseOrDigit($0) || "+-.".utf8.contains($0) }
    }

    /// A name of which apt reads a file in `sources.list.d`, and dnf a section.
    static func isRepositoryName(_ text: String) -> Bool {
        isPackageName(text) && !text.utf8.contains { "+.".utf8.contains($0) }
    }

    /// A URL of a folder in which neither yum, apt nor a reader of `.repo` files finds anything to replace.
    static func isRepositoryURL(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://", "file:///"].first(where: text.hasPrefix) else { return false }
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        return !rest.isEmpty && rest.count <= 1024 && rest.last != UInt8(ascii: "/")
            && rest.allSatisfy { isLowercaseOrDigit($0 | 0x20) || "-._~:/%@+".utf8.contains($0) }
    }

    /// `Name <address>`.
    static func isPerson(_ text: String) -> Bool {
        guard let open = text.firstIndex(of: "<"), open != text.startIndex, text.hasSuffix(">") else { return false }
        let address = text[text.index(after: open)...].dropLast()
        return text[..<open].hasSuffix(" ") && text.first != " " && address.split(separator: "@").count == 2
            && !address.contains(where: { " <>".contains($0) })
    }

    /// `X.Y`.
    static func isPythonVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { (1...2).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }
    }

    /// A day that the calendar has.
    static func isDate(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else {
            return false
        }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == 3 else { return false }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return year >= 1970 && days.indices.contains(month - 1) && (1...days[month - 1]).contains(day)
    }

    /// A user or group, as useradd takes it.
    static func isAccountName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, isLowercaseOrDigit(first) || first == UInt8(ascii: "_") else { return false }
        return bytes.allSatisfy { isLowercaseOrDigit($0) || "_-".utf8.contains($0) }
    }

    /// A systemd unit; a name with no suffix is a service. `nil` for what is no unit name (systemd.unit(5)).
    static func unit(_ text: String) -> String? {
        let suffixes = [".service", ".socket", ".timer", ".path", ".target", ".mount"]
        let bytes = Array(text.utf8)
        let unit = suffixes.contains(where: text.hasSuffix) ? text : text + ".service"
        guard let first = bytes.first, isLetterOrDigit(first), unit.utf8.count <= 255 else { return nil }
        return bytes.allSatisfy { isLetterOrDigit($0) || ":-_.@".utf8.contains($0) } ? unit : nil
    }

    /// An absolute path below the root, trailing slashes dropped.
    static func path(_ text: String) throws(OmnibusError) -> String {
        let path: PackagePath
        do {
            path = try PackagePath(text)
        } catch {
            throw OmnibusError("manifest-path", .badInput, error.message)
        }
        guard !path.isRoot else { throw OmnibusError("manifest-path", .badInput, "'/' itself cannot be packaged") }
        return path.description
    }

    /// An absolute path that may begin with a placeholder.
    static func target(_ text: String) throws(OmnibusError) -> String {
        for placeholder in ["${prefix}", "${unit-directory}"] where text.hasPrefix(placeholder) {
            let rest = String(text.dropFirst(placeholder.count))
            guard !rest.isEmpty, rest != "/" else { return placeholder }
            return placeholder + (try path(rest))
        }
        guard !text.contains("${") else {
            throw OmnibusError(
                "manifest-placeholder",
                .badInput,
                "'\(text)' has a placeholder that paths have not",
                hint: "a path can begin with ${prefix} or ${unit-directory}"
            )
        }
        return try path(text)
    }

    /// A path below the source: relative, and never up.
    static func checkSource(_ text: String) throws(OmnibusError) {
        let components = text.split(separator: "/", omittingEmptySubsequences: false)
        guard text.utf8.count <= 4095, !components.contains(where: { $0.isEmpty || $0 == ".." }) else {
            throw OmnibusError(
                "manifest-path",
                .badInput,
                "'\(text)' is no path inside the source",
                hint: "a source is relative, such as admin/service.conf, and has no '..'"
            )
        }
    }

    /// A pattern that compiles.
    static func checkPattern(_ text: String) throws(OmnibusError) {
        do {
            _ = try Glob(text)
        } catch {
            throw OmnibusError("manifest-pattern", .badInput, error.message)
        }
    }
}
