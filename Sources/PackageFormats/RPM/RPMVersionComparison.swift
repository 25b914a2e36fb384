extension EVR {
    /// Compares as rpm does: the epoch, no epoch being 0, then the version, then the release, none being the oldest.
    ///
    /// - Returns: 1 if this is the newer one, 0 if neither is, -1 if `other` is.
    public func rpmPrecedence(over other: EVR) -> Int {
        let (mine, theirs) = (epoch ?? 0, other.epoch ?? 0)
        if mine != theirs { return mine < theirs ? -1 : 1 }
        let order = RPMVersionComparison.order(version, other.version)
        if order != 0 { return order }
        switch (release, other.release) {
        case (nil, nil): return 0
        case (nil, _): return -1
        case (_, nil): return 1
        case (let mine?, let theirs?): return RPMVersionComparison.order(mine, theirs)
        }
    }
}

extension Relation.Bound {
    /// Whether some version could be within both bounds, as rpm decides whether a provide answers a require
    /// (`rpmdsCompare`): a release that only one side has does not count.
    public func rpmOverlaps(_ other: Relation.Bound) -> Bool {
        let (mine, theirs) = (RPMVersionComparison.Parts(version), RPMVersionComparison.Parts(other.version))
        var order = RPMVersionComparison.order(mine.epoch, theirs.epoch)
        if order == 0 { order = RPMVersionComparison.order(mine.version, theirs.version) }
        if order == 0 {
            switch (mine.release, theirs.release) {
            case (let left?, let right?): order = RPMVersionComparison.order(left, right)
            case (nil, nil): break
            case (nil, _): if comparison.allowsEqual { return true }
            case (_, nil): if other.comparison.allowsEqual { return true }
            }
        }
        if order < 0 { return comparison.allowsGreater || other.comparison.allowsLess }
        if order > 0 { return comparison.allowsLess || other.comparison.allowsGreater }
        return comparison.allowsEqual && other.comparison.allowsEqual
            || comparison.allowsLess && other.comparison.allowsLess
            || comparison.allowsGreater && other.comparison.allowsGreater
    }
}

extension Relation.Comparison {
    var allowsLess: Bool { self == .less || self == .lessOrEqual }
    var allowsEqual: Bool { self == .lessOrEqual || self == .equal || self == .greaterOrEqual }
    var allowsGreater: Bool { self == .greater || self == .greaterOrEqual }
}

/// How rpm compares versions (`rpmvercmp`).
public enum RPMVersionComparison {
    /// `[EPOCH:]VERSION[-RELEASE]` taken apart as rpm does, whatever it holds.
    struct Parts {
        var epoch: Substring = "0"
        var version: Substring
        var release: Substring?

        init(_ text: String) {
            var rest = Substring(text)
            if let colon = rest.firstIndex(of: ":"), rest[..<colon].utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
                if colon > rest.startIndex { epoch = rest[..<colon] }
                rest = rest[rest.index(after: colon)...]
            }
            if let hyphen = rest.lastIndex(of: "-") {
                release = rest[rest.index(after: hyphen)...]
                rest = rest[..<hyphen]
            }
            version = rest
        }
    }

    /// Compares two versions or two releases.
    ///
    /// - Returns: 1 if `left` is newer, 0 if neither is, -1 if `right` is.
    public static func order(_ left: some StringProtocol, _ right: some StringProtocol) -> Int {
        order(Array(left.utf8)[...], Array(right.utf8)[...])
    }

    private static func order(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        var (left, right) = (left, right)
        while !left.isEmpty || !right.isEmpty {
            left = left.drop(while: isSeparator)
            right = right.drop(while: isSeparator)
            let (leftTilde, rightTilde) = (left.first == 0x7E, right.first == 0x7E)
            if leftTilde || rightTilde {
                guard leftTilde, rightTilde else { return leftTilde ? -1 : 1 }
                left = left.dropFirst()
                right = right.dropFirst()
                continue
            }
            let (leftCaret, rightCaret) = (left.first == 0x5E, right.first == 0x5E)
            if leftCaret || rightCaret {
                if left.isEmpty { return -1 }
                if right.isEmpty { return 1 }
                guard leftCaret, rightCaret else { return leftCaret ? -1 : 1 }
                left = left.dropFirst()
                right = right.dropFirst()
                continue
            }
            guard let first = left.first, !right.isEmpty else { break }
            let isMember = isDigit(first) ? isDigit : isLetter
            let (leftSegment, rightSegment) = (left.prefix(while: isMember), right.prefix(while: isMember))
            if rightSegment.isEmpty { return isDigit(first) ? 1 : -1 }
            let order = isDigit(first) ? number(leftSegment, rightSegment) : bytes(leftSegment, rightSegment)
            if order != 0 { return order }
            left = left.dropFirst(leftSegment.count)
            right = right.dropFirst(rightSegment.count)
        }
        if left.isEmpty { return right.isEmpty ? 0 : -1 }
        return 1
    }

    private static func number(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        let (left, right) = (left.drop { $0 == 0x30 }, right.drop { $0 == 0x30 })
        if left.count != right.count { return left.count < right.count ? -1 : 1 }
        return bytes(left, right)
    }

    private static func bytes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Int {
        if left.elementsEqual(right) { return 0 }
        return left.lexicographicallyPrecedes(right) ? -1 : 1
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
    private static func isSeparator(_ byte: UInt8) -> Bool {
        !isDigit(byte) && !isLetter(byte) && byte != 0x7E && byte != 0x5E
    }
}
