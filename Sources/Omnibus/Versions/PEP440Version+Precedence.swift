public import PackageFormats

extension PEP440Version: Comparable {
    /// Whether one version precedes another by the specification's order: dev, a, b, rc, the release, post; missing numbers
    /// of the release count as 0.
    public static func < (a: Self, b: Self) -> Bool {
        if a.epoch != b.epoch { return a.epoch < b.epoch }
        let (x, y) = (a.significantRelease, b.significantRelease)
        if x != y { return x.lexicographicallyPrecedes(y) }
        if a.stage != b.stage { return a.stage.lexicographicallyPrecedes(b.stage) }
        return Self.precedes(a.local[...], b.local[...])
    }

    /// Whether two versions are the same by the specification: `1.0` equals `1.0.0`.
    public static func == (a: Self, b: Self) -> Bool {
        a.epoch == b.epoch && a.significantRelease == b.significantRelease && a.stage == b.stage && a.local == b.local
    }

    /// Hashes what ``==(_:_:)`` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(epoch)
        hasher.combine(significantRelease)
        hasher.combine(stage)
        hasher.combine(local)
    }

    /// Whether this is a release or post-release: no pre-release, development or local part.
    public var isRelease: Bool { pre == nil && dev == nil && local.isEmpty }

    /// The epoch, version and release of its packages, in both formats.
    ///
    /// `~` sorts before the end of the text in rpm (4.10) and dpkg, so a pre-release becomes `1.0~rc1`. A development release
    /// has to come before `~a1`, which `~~dev1` does. A post-release is written `1.0+post1`: after a dot, dpkg would put it
    /// behind `1.0.1`, and rpm's `^` is unknown to rpm 4.11. A local version is a build of the same source, so it goes
    /// behind `revision` into the release.
    ///
    /// The order is that of the specification as long as a product keeps to one number of release components; a local part of
    /// letters sorts behind a number for dpkg.
    public func evr(revision: UInt32 = 1) -> EVR {
        var version = release.map { String($0) }.joined(separator: ".")
        if let pre { version += "~" + pre.kind.rawValue + String(pre.number) }
        if let post { version += "+post\(post)" }
        if let dev { version += (pre == nil && post == nil ? "~~dev" : "~dev") + String(dev) }
        return EVR(
            epoch: epoch == 0 ? nil : epoch,
            version: version,
            release: local.isEmpty ? String(revision) : "\(revision).\(localText)"
        )
    }

    private var significantRelease: [UInt64] {
        var numbers = release[...]
        while numbers.count > 1, numbers.last == 0 { numbers.removeLast() }
        return Array(numbers)
    }

    /// What follows the release as numbers that compare in the specification's order.
    private var stage: [UInt64] {
        var key: [UInt64]
        switch pre?.kind {
        case .alpha: key = [1, pre?.number ?? 0]
        case .beta: key = [2, pre?.number ?? 0]
        case .candidate: key = [3, pre?.number ?? 0]
        case nil: key = [pre == nil && post == nil && dev != nil ? 0 : 4, 0]
        }
        key += post.map { [1, $0] } ?? [0, 0]
        key += dev.map { [0, $0] } ?? [1, 0]
        return key
    }

    private static func precedes(_ a: ArraySlice<LocalPart>, _ b: ArraySlice<LocalPart>) -> Bool {
        for (x, y) in zip(a, b) where x != y {
            switch (x, y) {
            case (.number(let m), .number(let n)):
                return m.utf8.count == n.utf8.count ? m < n : m.utf8.count < n.utf8.count
            case (.text(let m), .text(let n)): return m < n
            case (.text, .number): return true
            case (.number, .text): return false
            }
        }
        return a.count < b.count
    }
}
