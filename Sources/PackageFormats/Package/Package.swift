/// A binary package, neither rpm nor deb: what either writer needs, and what either reader gives.
public struct Package: Sendable, Hashable {
    /// The package's name.
    public var name: String
    /// Which build of it this is.
    public var version: EVR
    /// The machines it is for.
    public var architecture: Architecture
    /// One line that says what it is.
    public var summary: String
    /// Paragraphs that say more; lines are kept, an empty line separates paragraphs.
    public var description: String
    /// The licence, an SPDX expression for today's distributions.
    public var license: String
    /// The home page, or `nil`.
    public var url: String?
    /// Who distributes it (rpm Vendor), or `nil`.
    public var vendor: String?
    /// Who maintains it: `Name <mail@host>` (rpm Packager, Debian Maintainer).
    public var maintainer: String
    /// The date of the build in Unix seconds: the time of everything that has no time of its own.
    public var date: Int64
    /// Relations to other packages.
    public var relations: [Relation]
    /// What is installed, sorted by path, one entry a path.
    public var entries: [Entry]
    /// Scripts that the package manager runs.
    public var scripts: Scripts
    /// What makes scripts run because of other packages.
    public var triggers: [Trigger]
    /// systemd units that the scripts enable, restart and stop as the format's own conventions have it.
    public var services: [Service]
    /// The changelog, newest entry first.
    public var changelog: [ChangelogEntry]
    /// What only rpm knows.
    public var rpm: RPMDetails
    /// What only Debian knows.
    public var debian: DebianDetails

    /// Makes a package, looking its contents up on disk.
    ///
    /// `date` is in Unix seconds: everything in the package gets this time unless it has its own. `contents` lists what to
    /// install, one description a line.
    ///
    /// - Throws: ``FormatError`` where the contents cannot be had; see `[Content].resolved(date:)`.
    public init(
        name: String,
        version: EVR,
        architecture: Architecture,
        summary: String,
        description: String = "",
        license: String,
        url: String? = nil,
        vendor: String? = nil,
        maintainer: String,
        date: Int64,
        relations: [Relation] = [],
        @ContentsBuilder contents: () -> [Content] = { [] }
    ) throws(FormatError) {
        self.init(
            name: name,
            version: version,
            architecture: architecture,
            summary: summary,
            description: description,
            license: license,
            url: url,
            vendor: vendor,
            maintainer: maintainer,
            date: date,
            relations: relations,
            entries: try contents().resolved(date: date)
        )
    }

    /// Makes a package of entries at hand.
    public init(
        name: String,
        version: EVR,
        architecture: Architecture,
        summary: String,
        description: String = "",
        license: String,
        url: String? = nil,
        vendor: String? = nil,
        maintainer: String,
        date: Int64,
        relations: [Relation] = [],
        entries: [Entry]
    ) {
        self.name = name
        self.version = version
        self.architecture = architecture
        self.summary = summary
        self.description = description
        self.license = license
        self.url = url
        self.vendor = vendor
        self.maintainer = maintainer
        self.date = date
        self.relations = relations
        self.entries = entries
        scripts = Scripts()
        triggers = []
        services = []
        changelog = []
        rpm = RPMDetails()
        debian = DebianDetails()
    }
}
