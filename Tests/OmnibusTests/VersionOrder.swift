import PackageFormats

/// The two formats' version comparison, written from their manuals and apart from the library's own.
enum VersionOrder {
    /// rpm: rpm-version(7).
    static func rpm(_ a: EVR, precedes b: EVR) -> Bool {
        if (a.epoch ?? 0) != (b.epoch ?? 0) { return (a.epoch ?? 0) < (b.epoch ?? 0) }
        let versions = rpm(a.version, b.version)
        return versions == 0 ? rpm(a.release ?? "", b.release ?? "") < 0 : versions < 0
    }

    /// dpkg: deb-version(7).
    static func debian(_ a: EVR, precedes b: EVR) -> Bool {
        if (a.epoch ?? 0) != (b.epoch ?? 0) { return (a.epoch ?? 0) < (b.epoch ?? 0) }
        let versions = debian(a.version, b.version)
        return versions == 0 ? debian(a.release ?? "", b.release ?? "") < 0 : versions < 0
    }

    private static func rpm(_ a: String, _ b: String) -> Int {
        let isPart = { (c: Character) in c.isLetter || c.isNumber || c == "~" }
        var (x, y) = (a[...], b[...])
        while !x.isEmpty || !y.isEmpty {
            x = x.drop { !isPart($0) }
            y = y.drop { !isPart($0) }
            if x.first == "~" || y.first == "~" {
                guard x.first == y.first else { return x.first == "~" ? -1 : 1 }
                x.removeFirst()
                y.removeFirst()
                continue
            }
            guard let first = x.first, !y.isEmpty else { break }
            let belongs = { (c: Character) in first.isNumber ? c.isNumber : c.isLetter }
            let (p, q) = (x.prefix(while: belongs), y.prefix(while: belongs))
            if q.isEmpty { return first.isNumber ? 1 : -1 }
            if first.isNumber {
                let (m, n) = (Int(p) ?? 0, Int(q) ?? 0)
                if m != n { return m < n ? -1 : 1 }
            } else if p != q {
                return p < q ? -1 : 1
            }
            x = x[p.endIndex...]
            y = y[q.endIndex...]
        }
        return x.isEmpty == y.isEmpty ? 0 : x.isEmpty ? -1 : 1
    }

    private static func debian(_ a: String, _ b: String) -> Int {
        func order(_ c: Character?) -> Int {
            guard let c, let ascii = c.asciiValue, !c.isNumber else { return 0 }
            return c == "~" ? -1 : c.isLetter ? Int(ascii) : Int(ascii) + 256
        }
        var (x, y) = (a[...], b[...])
        while !x.isEmpty || !y.isEmpty {
            while x.first.map({ !$0.isNumber }) == true || y.first.map({ !$0.isNumber }) == true {
                let (m, n) = (order(x.first), order(y.first))
                if m != n { return m < n ? -1 : 1 }
                x = x.dropFirst()
                y = y.dropFirst()
            }
            let (p, q) = (x.prefix { $0.isNumber }, y.prefix { $0.isNumber })
            let (m, n) = (Int(p) ?? 0, Int(q) ?? 0)
            if m != n { return m < n ? -1 : 1 }
            x = x[p.endIndex...]
            y = y[q.endIndex...]
        }
        return 0
    }
}
