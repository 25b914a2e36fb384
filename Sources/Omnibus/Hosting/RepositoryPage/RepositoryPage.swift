public import PackageFormats

/// The page by which people look at a hosted repository, which a store of objects does not show: what it holds, and how
/// to set a machine up for it.
///
/// It is one HTML document that fetches nothing and runs nothing. Equal values give equal bytes.
public struct RepositoryPage: Sendable, Hashable {
    /// Where the repository is, and how a machine gets to it.
    public var setup: RepositorySetup
    /// The architecture, as the distribution's tools call it; `nil` where the folder has several.
    public var architecture: String?
    /// What the index lists, in any order; locations are below the page's folder.
    public var packages: [RepositoryRecord]
    /// When the repository was changed, in Unix seconds.
    public var date: Int64

    /// Describes a page.
    ///
    /// - Parameters:
    ///   - setup: where the repository is, and how a machine gets to it.
    ///   - architecture: the architecture, as the distribution's tools call it; `nil` where the folder has several.
    ///   - packages: what the index lists, in any order.
    ///   - date: when the repository was changed, in Unix seconds.
    public init(_ setup: RepositorySetup, architecture: String?, packages: [RepositoryRecord], date: Int64) {
        self.setup = setup
        self.architecture = architecture
        self.packages = packages
        self.date = date
    }

    /// The file's name in the folder of the repository.
    public static let fileName = "index.html"

    /// The document, UTF-8.
    public func html() -> [UInt8] {
        let sorted = sortedPackages
        var out: [UInt8] = []
        func add(_ text: String) { out.append(contentsOf: text.utf8) }
        add(head)
        add(facts(sorted.map(\.record)))
        add(instructions(for: sorted.first { $0.isNewest }?.record.name))
        add(table(sorted))
        add(foot)
        return out
    }

    // MARK: - Parts

    private var owner: String { HTMLText.escaped(setup.repository.title) }

    private var target: String {
        let release = "\(setup.distribution.title) \(setup.distribution.release)"
        return HTMLText.escaped(architecture.map { "\(release), \($0)" } ?? release)
    }

    private var head: String {
        let testing = setup.channel == .testing
        return """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" \
            content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta name="referrer" content="no-referrer">
            <link rel="icon" href="data:,">
            <title>\(owner)\(testing ? " testing" : "") for \(target)</title>
            <style>
            \(RepositoryPageStyle.text)
            </style>
            </head>
            <body>
            <a class="skip" href="#packages">Skip to the packages</a>
            <header>
            <h1>\(owner)\(testing ? " <strong>testing</strong>" : "")</h1>
            <p>Packages for \(target)</p>
            \(testing ? Self.note("What is here comes before a release, or is the build of a single commit.") : "")
            """
    }

    private static func note(_ text: String) -> String { "<p class=\"note\">\(text)</p>\n" }

    private func facts(_ records: [RepositoryRecord]) -> String {
        let size = records.reduce(UInt64(0)) { $0.addingReportingOverflow($1.size).partialValue }
        var rows = [
            ("Packages", "\(records.count)"), ("Size", Readable.size(size)),
            ("Updated", "<time datetime=\"\(machineDate)\">\(Readable.date(date)) UTC</time>"),
            ("Signed", setup.key == nil ? "no" : "yes"),
        ]
        rows.append(("Address", "<code>\(HTMLText.escaped(setup.url))</code>"))
        let items = rows.map { "<dt>\($0.0)</dt>\n<dd>\($0.1)</dd>\n" }.joined()
        return "<dl>\n\(items)</dl>\n</header>\n<main>\n"
    }

    private var machineDate: String { Readable.date(date).replacing(" ", with: "T") + "Z" }

    private func instructions(for package: String?) -> String {
        let install = RepositorySetup.Step(
            purpose: "Install what you need, for example:",
            commands: setup.installation(of: package)
        )
        var text = "<section aria-labelledby=\"setup\">\n<h2 id=\"setup\">Set up a machine</h2>\n"
        if setup.key == nil {
            text += Self.note("Nothing here is signed: a machine that uses it trusts whoever answers at its address.")
        }
        text += Self.list(setup.steps + [install])
        if let alternative = setup.alternative {
            text += "<details>\n<summary>Another way</summary>\n\(Self.list(alternative))</details>\n"
        }
        return text + "</section>\n"
    }

    private static func list(_ steps: [RepositorySetup.Step]) -> String {
        let items = steps.map { step in
            """
            <li><p>\(HTMLText.escaped(step.purpose))</p>
            <pre tabindex="0"><code>\(HTMLText.escaped(step.commands))</code></pre></li>

            """
        }
        return "<ol>\n\(items.joined())</ol>\n"
    }

    private func table(_ packages: [Listed]) -> String {
        var text = "<section aria-labelledby=\"packages\">\n<h2 id=\"packages\" tabindex=\"-1\">Packages</h2>\n"
        guard !packages.isEmpty else { return text + "<p>There are none yet.</p>\n</section>\n" }
        let hasDates = packages.contains { $0.record.modificationTime != nil }
        let titles = ["Name", "Version", "Architecture", "Size"] + (hasDates ? ["Date"] : []) + ["SHA-256"]
        text +=
            "<table>\n<thead>\n<tr>\(titles.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr>\n</thead>\n<tbody>\n"
        for package in packages {
            let record = package.record
            var cells = [
                HTMLText.escaped(record.version.description), HTMLText.escaped(record.architecture),
                Readable.size(record.size),
            ]
            if hasDates {
                let day = record.modificationTime.map { Readable.date($0, dayOnly: true) }
                cells.append(day.map { "<time>\($0)</time>" } ?? "")
            }
            cells.append(record.sha256.isEmpty ? "" : "<code>\(HTMLText.escaped(record.sha256))</code>")
            text += "<tr\(package.isNewest ? "" : " class=\"old\"")>"
            text += "<th scope=\"row\"><a href=\"\(Self.reference(to: record.location))\">"
            text += "\(HTMLText.escaped(record.name))</a></th>"
            text += cells.map { "<td>\($0)</td>" }.joined() + "</tr>\n"
        }
        return text + "</tbody>\n</table>\n</section>\n"
    }

    private var foot: String {
        let root =
            setup.distribution.packageType == .rpm
            ? "repodata/repomd.xml" : setup.suite.map { "dists/\($0)/Release" } ?? "Release"
        return """
            </main>
            <footer>
            <p>Package managers begin with <a href="\(Self.reference(to: root))">\(HTMLText.escaped(root))</a>.</p>
            </footer>
            </body>
            </html>

            """
    }

    /// A relative reference; a colon in its first component would make the rest of it an address elsewhere.
    private static func reference(to location: String) -> String {
        HTMLText.escaped("./" + PercentEncoding.path(location))
    }

    // MARK: - Order

    /// A package in its place.
    private struct Listed {
        let record: RepositoryRecord
        /// Whether no other of its name and architecture is newer.
        let isNewest: Bool
    }

    /// By name, the newest version first.
    private var sortedPackages: [Listed] {
        let isRPM = setup.distribution.packageType == .rpm
        func precedence(_ a: RepositoryRecord, _ b: RepositoryRecord) -> Int {
            isRPM ? a.version.rpmPrecedence(over: b.version) : a.version.debianPrecedence(over: b.version)
        }
        func comes(_ a: RepositoryRecord, before b: RepositoryRecord) -> Bool {
            if a.name != b.name { return a.name.utf8.lexicographicallyPrecedes(b.name.utf8) }
            let order = precedence(a, b)
            if order != 0 { return order > 0 }
            let (left, right) = ([a.architecture, a.location, a.sha256], [b.architecture, b.location, b.sha256])
            return left.lexicographicallyPrecedes(right) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        }
        var newest: [[String]: RepositoryRecord] = [:]
        return packages.sorted(by: comes).map { record in
            let first = newest[[record.name, record.architecture], default: record]
            newest[[record.name, record.architecture]] = first
            return Listed(record: record, isNewest: precedence(first, record) == 0)
        }
    }
}
