/// A pattern for paths relative to a folder.
///
/// `*` and `?` match within a component, `**` also across `/`, `[a-z]` and `[!a-z]` one byte of a set, `\` the next byte
/// itself. A pattern without `/` matches a component at any depth; one with `/` matches from the folder on, a leading
/// `/` only saying so. What lies below a matched folder is matched as well.
public struct Glob: Sendable, Hashable {
    private enum Token: Sendable, Hashable {
        case literal(UInt8)
        case anyByte
        case anyRun
        case anyPath
        case set([ClosedRange<UInt8>], negated: Bool)
    }

    private let tokens: [Token]
    fileprivate let anchored: Bool

    /// Compiles a pattern.
    ///
    /// - Throws: ``FormatError`` with code ``FormatError/Code/invalidValue`` for an empty pattern, an open `[` or a
    ///   trailing `\`.
    public init(_ pattern: String) throws(FormatError) {
        func broken(_ why: String) -> FormatError {
            FormatError(.invalidValue, "the pattern '\(pattern)' \(why)", field: "exclude")
        }
        var bytes = Array(pattern.utf8)[...]
        anchored = bytes.contains(0x2F)
        if bytes.first == 0x2F { bytes = bytes.dropFirst() }
        while bytes.last == 0x2F { bytes = bytes.dropLast() }
        guard !bytes.isEmpty else { throw broken("is empty") }
        var tokens: [Token] = []
        while let byte = bytes.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                if bytes.first == byte {
                    bytes = bytes.dropFirst()
                    // `**/x` also matches `x` itself.
                    if bytes.first == 0x2F, tokens.isEmpty { bytes = bytes.dropFirst() }
                    tokens.append(.anyPath)
                } else {
                    tokens.append(.anyRun)
                }
            case UInt8(ascii: "?"): tokens.append(.anyByte)
            case UInt8(ascii: "\\"):
                guard let next = bytes.popFirst() else { throw broken("ends in a backslash") }
                tokens.append(.literal(next))
            case UInt8(ascii: "["):
                guard let close = bytes.dropFirst().firstIndex(of: UInt8(ascii: "]")) else {
                    throw broken("has a '[' without ']'")
                }
                var members = bytes[..<close]
                bytes = bytes[(close + 1)...]
                let negated = members.first == UInt8(ascii: "!") || members.first == UInt8(ascii: "^")
                if negated { members = members.dropFirst() }
                tokens.append(.set(Glob.ranges(members), negated: negated))
            default: tokens.append(.literal(byte))
            }
        }
        self.tokens = tokens
    }

    private static func ranges(_ members: ArraySlice<UInt8>) -> [ClosedRange<UInt8>] {
        var members = members
        var ranges: [ClosedRange<UInt8>] = []
        while let low = members.popFirst() {
            if members.first == UInt8(ascii: "-"), let high = members.dropFirst().first {
                members = members.dropFirst(2)
                if low <= high { ranges.append(low...high) }
            } else {
                ranges.append(low...low)
            }
        }
        return ranges
    }

    /// The pattern's text if it has no wildcard.
    fileprivate var literal: [UInt8]? {
        var bytes: [UInt8] = []
        for token in tokens {
            guard case .literal(let byte) = token else { return nil }
            bytes.append(byte)
        }
        return bytes
    }

    /// Whether the whole of a relative path, or for a pattern without `/` its last component, matches.
    public func matches(_ relative: [UInt8]) -> Bool {
        if anchored { return run(relative[...]) }
        return run(relative[(relative.lastIndex(of: 0x2F).map { $0 + 1 } ?? relative.startIndex)...])
    }

    /// Matches with one point to come back to, so that the time stays proportional to pattern times text.
    private func run(_ text: ArraySlice<UInt8>) -> Bool {
        var position = text.startIndex
        var index = 0
        var retry: (token: Int, position: Int, crossesSlash: Bool)?
        var outer: (token: Int, position: Int)?
        while position < text.endIndex || index < tokens.count {
            if index < tokens.count {
                switch tokens[index] {
                case .anyRun:
                    retry = (index, position, false)
                    index += 1
                    continue
                case .anyPath:
                    outer = (index, position)
                    retry = (index, position, true)
                    index += 1
                    continue
                default:
                    if position < text.endIndex, matches(tokens[index], text[position]) {
                        index += 1
                        position += 1
                        continue
                    }
                }
            }
            if let point = retry, point.position < text.endIndex, point.crossesSlash || text[point.position] != 0x2F {
                retry = (point.token, point.position + 1, point.crossesSlash)
                if point.crossesSlash { outer = (point.token, point.position + 1) }
                position = point.position + 1
                index = point.token + 1
            } else if let point = outer, point.position < text.endIndex {
                outer = (point.token, point.position + 1)
                retry = (point.token, point.position + 1, true)
                position = point.position + 1
                index = point.token + 1
            } else {
                return false
            }
        }
        return true
    }

    private func matches(_ token: Token, _ byte: UInt8) -> Bool {
        switch token {
        case .literal(let wanted): byte == wanted
        case .anyByte: byte != 0x2F
        case .set(let ranges, let negated): byte != 0x2F && ranges.contains { $0.contains(byte) } != negated
        case .anyRun, .anyPath: false
        }
    }
}

/// Many patterns at once; those without wildcards cost one look-up together, however many they are.
struct GlobSet {
    private var names: Set<[UInt8]> = []
    private var paths: Set<[UInt8]> = []
    private var globs: [Glob] = []

    init(_ patterns: [String]) throws(FormatError) {
        for pattern in patterns {
            let glob = try Glob(pattern)
            if let literal = glob.literal {
                if glob.anchored { paths.insert(literal) } else { names.insert(literal) }
            } else {
                globs.append(glob)
            }
        }
    }

    func matches(_ relative: [UInt8]) -> Bool {
        if !paths.isEmpty, paths.contains(relative) { return true }
        if !names.isEmpty {
            let start = relative.lastIndex(of: 0x2F).map { $0 + 1 } ?? relative.startIndex
            if names.contains(Array(relative[start...])) { return true }
        }
        return globs.contains { $0.matches(relative) }
    }
}
