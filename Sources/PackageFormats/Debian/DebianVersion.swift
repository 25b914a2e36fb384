/// A version that dpkg accepts, ordered as dpkg orders versions (deb-version(7)).
public struct DebianVersion: Sendable {
    /// The parts.
    public let evr: EVR

    /// Checks the parts of a version.
    ///
    /// - Throws: ``FormatError`` for what dpkg refuses to install, with code ``FormatError/Code/debianEpoch`` for an epoch
    ///   beyond 2147483647, ``FormatError/Code/debianVersionStart`` for a version that does not begin with a digit,
    ///   ``FormatError/Code/debianRevision``, or ``FormatError/Code/debianVersion`` for a character other than letters,
    ///   digits and `.+~`, with `:` only behind an epoch and `-` only before a revision.
    public init(_ evr: EVR) throws(FormatError) {
        func refuse(_ complaint: String, _ code: FormatError.Code = .debianVersion) -> FormatError {
            FormatError(code, "'\(evr)' \(complaint)", field: "Version")
        }
        guard (evr.epoch ?? 0) <= UInt32(Int32.max) else {
            throw refuse("has an epoch beyond 2147483647", .debianEpoch)
        }
        guard let first = evr.version.utf8.first, (0x30...0x39).contains(first) else {
            throw refuse("does not begin with a digit", .debianVersionStart)
        }
        for byte in evr.version.utf8 where !DebianVersion.isPlain(byte) {
            let fits =
                byte == UInt8(ascii: ":") && evr.epoch != nil || byte == UInt8(ascii: "-") && evr.release != nil
            guard fits else { throw refuse("holds a character that no Debian version may have") }
        }
        if let revision = evr.release {
            guard !revision.isEmpty, revision.utf8.allSatisfy(DebianVersion.isPlain) else {
                throw refuse(
                    "has a revision that is empty or holds other than letters, digits and '.+~'",
                    .debianRevision
                )
            }
        }
        self.evr = evr
    }

    /// Reads `[EPOCH:]VERSION[-REVISION]`.
    ///
    /// - Throws: ``FormatError`` as ``init(_:)`` does.
    public init(parsing text: String) throws(FormatError) {
        guard text.utf8.first != UInt8(ascii: ":") else {
            throw FormatError(.debianEpoch, "'\(text)' has an empty epoch", field: "Version")
        }
        guard text.utf8.last != UInt8(ascii: "-") else {
            throw FormatError(.debianRevision, "'\(text)' has an empty revision", field: "Version")
        }
        let parts: EVR
        do throws(FormatError) {
            parts = try EVR(parsing: text)
        } catch {
            throw FormatError(.debianVersion, error.message, field: "Version")
        }
        try self.init(parts)
    }

    /// `[EPOCH:]VERSION[-REVISION]`; an epoch of 0 is left out, as it says nothing, unless the version has a colon of its own.
    public var text: String {
        (evr.epoch ?? 0) == 0 && !evr.version.utf8.contains(0x3A) ? evr.versionAndRelease : evr.description
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "~"): true
        default: false
        }
    }
}

extension DebianVersion: Comparable {
    /// Whether dpkg holds them equal; `1.0` and `1.00-0` are.
    public static func == (left: DebianVersion, right: DebianVersion) -> Bool {
        left.evr.debianPrecedence(over: right.evr) == 0
    }

    /// Whether dpkg holds the left one older.
    public static func < (left: DebianVersion, right: DebianVersion) -> Bool {
        left.evr.debianPrecedence(over: right.evr) < 0
    }
}

extension EVR {
    /// Compares as dpkg does (Debian Policy 5.6.12): 1 if this is newer than `other`, -1 if it is older, else 0.
    public func debianPrecedence(over other: EVR) -> Int {
        let (mine, theirs) = (epoch ?? 0, other.epoch ?? 0)
        if mine != theirs { return mine < theirs ? -1 : 1 }
        let upstream = EVR.compareDebian(Array(version.utf8), Array(other.version.utf8))
        return upstream != 0
            ? upstream : EVR.compareDebian(Array((release ?? "").utf8), Array((other.release ?? "").utf8))
    }

    /// Alternates between runs of other characters, compared one by one, and runs of digits, compared as numbers.
    private static func compareDebian(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var (i, j) = (0, 0)
        func isDigit(_ bytes: [UInt8], _ index: Int) -> Bool {
            index < bytes.count && (0x30...0x39).contains(bytes[index])
        }
        func order(_ bytes: [UInt8], _ index: Int) -> Int {
            guard index < bytes.count, !isDigit(bytes, index) else { return 0 }
            switch bytes[index] {
            case UInt8(ascii: "~"): return -1
            case 0x41...0x5A, 0x61...0x7A: return Int(bytes[index])
            default: return Int(bytes[index]) + 256
            }
        }
        while i < left.count || j < right.count {
            while i < left.count && !isDigit(left, i) || j < right.count && !isDigit(right, j) {
                let (a, b) = (order(left, i), order(right, j))
                if a != b { return a < b ? -1 : 1 }
                i += 1
                j += 1
            }
            let a = left[min(i, left.count)...].drop { $0 == 0x30 }.prefix { (0x30...0x39).contains($0) }
            let b = right[min(j, right.count)...].drop { $0 == 0x30 }.prefix { (0x30...0x39).contains($0) }
            if a.count != b.count { return a.count < b.count ? -1 : 1 }
            if let (x, y) = zip(a, b).first(where: { $0 != $1 }) { return x < y ? -1 : 1 }
            (i, j) = (a.endIndex, b.endIndex)
        }
        return 0
    }
}

extension FormatError.Code {
    /// A version that dpkg does not take.
    public static let debianVersion = Self(rawValue: "control-version")
    /// A Debian version has an epoch that is empty or too large.
    public static let debianEpoch = Self(rawValue: "control-version-epoch")
    /// A Debian version does not begin with a digit.
    public static let debianVersionStart = Self(rawValue: "control-version-start")
    /// A Debian version has a revision that is empty or holds other characters.
    public static let debianRevision = Self(rawValue: "control-version-revision")
}
