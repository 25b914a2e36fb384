/// The grammar of Debian's names (Debian Policy 5.6.7 and 5.6.8; dpkg's `pkg_name_is_illegal`).
enum DebianName {
    /// A package's name as policy wants it: two or more lower-case letters, digits and `+-.`.
    static func isPackage(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLower(first), name.utf8.count >= 2 else { return false }
        return name.utf8.allSatisfy { isLower($0) || "+-.".utf8.contains($0) }
    }

    /// A package's name as dpkg installs it: upper-case letters and `_` too.
    static func isInstallable(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLower(first) || isUpper(first) else { return false }
        return name.utf8.allSatisfy { isLower($0) || isUpper($0) || "+-._".utf8.contains($0) }
    }

    /// An architecture's name, or one of the words such as `any` that stand for several.
    static func isArchitecture(_ name: String) -> Bool {
        guard let first = name.utf8.first, isLower(first) else { return false }
        return name.utf8.allSatisfy { isLower($0) || $0 == UInt8(ascii: "-") }
    }

    private static func isLower(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    private static func isUpper(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }
}
