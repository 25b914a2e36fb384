/// A version of a Python distribution, as the version specifiers specification of PyPA (PEP 440) writes and orders them.
///
/// Every spelling that the specification normalises is read: `v1.0-RC.1` is `1.0rc1`.
public struct PEP440Version: Sendable, Hashable {
    /// The three kinds of pre-release, in their order.
    public enum PreRelease: String, Sendable, Hashable, CaseIterable {
        /// `aN`, also spelled `alpha`.
        case alpha = "a"
        /// `bN`, also spelled `beta`.
        case beta = "b"
        /// `rcN`, also spelled `c`, `pre` and `preview`.
        case candidate = "rc"
    }

    /// A pre-release's kind and number.
    public struct Pre: Sendable, Hashable {
        /// The kind.
        public var kind: PreRelease
        /// The number; 0 where none was written.
        public var number: UInt64
    }

    /// One part of a local version.
    public enum LocalPart: Sendable, Hashable {
        /// Digits, without leading zeros, of any length.
        case number(String)
        /// Lower-case letters and digits.
        case text(String)
    }

    /// The epoch, nearly always 0.
    public var epoch: UInt32
    /// The numbers of the release, at least one.
    public var release: [UInt64]
    /// The pre-release, or `nil`.
    public var pre: Pre?
    /// The number of the post-release, or `nil`.
    public var post: UInt64?
    /// The number of the development release, or `nil`.
    public var dev: UInt64?
    /// The local version's parts; empty where there is none.
    public var local: [LocalPart]

    /// Reads a version in any spelling that the specification allows.
    ///
    /// - Throws: ``OmnibusError`` with code `version-unsupported` for anything else, more than 256 characters, a release of
    ///   more than 32 numbers, an epoch beyond 32 bits and other numbers beyond 64.
    public init(_ text: String) throws(OmnibusError) {
        guard text.utf8.count <= 256, let version = Self(scanning: text) else {
            throw OmnibusError(
                "version-unsupported",
                .badInput,
                "'\(text.prefix(256))' is no PEP 440 version",
                hint: "expected [N!]N(.N)*[{a|b|rc}N][.postN][.devN][+LOCAL], such as 1.4.0rc1"
            )
        }
        self = version
    }

    private init?(scanning text: String) {
        let spaces: Set<Character> = [" ", "\t", "\n", "\r", "\r\n", "\u{0B}", "\u{0C}"]
        let head = text.drop(while: spaces.contains)
        let trimmed = head.reversed().drop(while: spaces.contains).reversed()
        var scanner = VersionScanner(String(trimmed).lowercased())
        _ = scanner.take("v")

        guard let first = scanner.digits() else { return nil }
        var numbers: [UInt64] = []
        if scanner.take("!") {
            guard let epoch = UInt32(first), let next = scanner.digits().flatMap({ UInt64($0) }) else { return nil }
            self.epoch = epoch
            numbers.append(next)
        } else {
            guard let number = UInt64(first) else { return nil }
            epoch = 0
            numbers.append(number)
        }
        while true {
            var ahead = scanner
            guard ahead.take("."), let digits = ahead.digits() else { break }
            guard let number = UInt64(digits), numbers.count < 32 else { return nil }
            numbers.append(number)
            scanner = ahead
        }
        release = numbers

        pre = nil
        if let (word, number) = Self.labelled(&scanner, Self.preReleaseWords.map(\.word)) {
            guard let number, let kind = Self.preReleaseWords.first(where: { $0.word == word })?.kind else {
                return nil
            }
            pre = Pre(kind: kind, number: number)
        }
        post = nil
        var ahead = scanner
        if ahead.take("-"), let digits = ahead.digits() {
            guard let number = UInt64(digits) else { return nil }
            post = number
            scanner = ahead
        } else if let (_, number) = Self.labelled(&scanner, ["post", "rev", "r"]) {
            guard let number else { return nil }
            post = number
        }
        dev = nil
        if let (_, number) = Self.labelled(&scanner, ["dev"]) {
            guard let number else { return nil }
            dev = number
        }
        local = []
        if scanner.take("+") {
            repeat {
                guard let part = scanner.alphanumeric() else { return nil }
                local.append(Self.localPart(part))
            } while scanner.takeFirst(of: [".", "-", "_"]) != nil
        }
        guard scanner.isAtEnd else { return nil }
    }

    /// Longer words before their beginnings.
    private static let preReleaseWords: [(word: String, kind: PreRelease)] = [
        ("alpha", .alpha), ("a", .alpha), ("beta", .beta), ("b", .beta), ("rc", .candidate), ("c", .candidate),
        ("preview", .candidate), ("pre", .candidate),
    ]

    /// Reads `[sep]WORD[sep][N]`; the number is `nil` where it does not fit, 0 where none stands.
    private static func labelled(_ scanner: inout VersionScanner, _ words: [String]) -> (String, UInt64?)? {
        let separators = [".", "-", "_"]
        var ahead = scanner
        _ = ahead.takeFirst(of: separators)
        guard let word = ahead.takeFirst(of: words) else { return nil }
        scanner = ahead
        // A separator with no number behind it is not this label's.
        _ = ahead.takeFirst(of: separators)
        guard let digits = ahead.digits() else { return (word, 0) }
        scanner = ahead
        return (word, UInt64(digits))
    }

    private static func localPart(_ text: String) -> LocalPart {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return .text(text) }
        let digits = text.drop { $0 == "0" }
        return .number(digits.isEmpty ? "0" : String(digits))
    }
}

extension PEP440Version: CustomStringConvertible {
    /// The normalised spelling.
    public var description: String {
        var text = epoch == 0 ? "" : "\(epoch)!"
        text += release.map { String($0) }.joined(separator: ".")
        if let pre { text += pre.kind.rawValue + String(pre.number) }
        if let post { text += ".post\(post)" }
        if let dev { text += ".dev\(dev)" }
        if !local.isEmpty { text += "+" + localText }
        return text
    }

    /// The local version, its parts joined by dots.
    var localText: String {
        let parts = local.map { part in
            switch part {
            case .number(let text), .text(let text): text
            }
        }
        return parts.joined(separator: ".")
    }
}
