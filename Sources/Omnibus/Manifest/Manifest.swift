/// What to package: a product, the packages made of it, and what differs between distributions.
///
/// Written by people as YAML (see `docs/manifest.md`) and read with ``init(yaml:file:)``; ``flocker`` is built in.
/// ``resolved(for:)`` gives what holds for one distribution.
public struct Manifest: Sendable, Hashable {
    /// The product's name; for a Python product, the name of its distribution.
    public var name: String
    /// The version, or `nil` where the source says it.
    public var version: String?
    /// How the version becomes the packages' version and release.
    public var versionScheme: VersionScheme
    /// Counts the packagings of one version, from 1.
    public var revision: UInt32
    /// What the packages say about the product.
    public var about: About
    /// The Python environment to build, or `nil` for a product with no Python.
    public var bundle: Bundle?
    /// Where the packages are hosted, or `nil` for a product with no repository of its own.
    public var repository: Repository?
    /// The packages, at least one.
    public var packages: [Package]
    /// The product's history, newest first, which every package carries.
    public var changelog: [ChangelogEntry]
    /// What differs between distributions, product-wide.
    public var overrides: [Override<ProductLayer>]

    /// Makes a manifest from its parts.
    public init(
        name: String,
        version: String? = nil,
        versionScheme: VersionScheme = .pep440,
        revision: UInt32 = 1,
        about: About,
        bundle: Bundle? = nil,
        repository: Repository? = nil,
        packages: [Package],
        changelog: [ChangelogEntry] = [],
        overrides: [Override<ProductLayer>] = []
    ) {
        self.name = name
        self.version = version
        self.versionScheme = versionScheme
        self.revision = revision
        self.about = about
        self.bundle = bundle
        self.repository = repository
        self.packages = packages
        self.changelog = changelog
        self.overrides = overrides
    }

    /// What a package says about itself; a package's own values go before the product's.
    public struct About: Sendable, Hashable {
        /// The license, best as an SPDX expression.
        public var license: String?
        /// The home page.
        public var url: String?
        /// Who distributes the packages.
        public var vendor: String?
        /// Who answers for the packages, as `Name <address>`.
        public var maintainer: String?
        /// One line, no full stop at its end.
        public var summary: String?
        /// Paragraphs of plain text, parted by empty lines.
        public var description: String?

        /// Makes a description from what is known.
        public init(
            license: String? = nil,
            url: String? = nil,
            vendor: String? = nil,
            maintainer: String? = nil,
            summary: String? = nil,
            description: String? = nil
        ) {
            self.license = license
            self.url = url
            self.vendor = vendor
            self.maintainer = maintainer
            self.summary = summary
            self.description = description
        }

        /// This one, with what `other` says put in its place.
        func overlaid(with other: About) -> About {
            About(
                license: other.license ?? license,
                url: other.url ?? url,
                vendor: other.vendor ?? vendor,
                maintainer: other.maintainer ?? maintainer,
                summary: other.summary ?? summary,
                description: other.description ?? description
            )
        }
    }

    /// The Python environment that a package carries. Every part may be left to its default.
    public struct Bundle: Sendable, Hashable {
        /// Where it is installed; default `/opt/` and the product's name in lower case.
        public var prefix: String?
        /// The `X.Y` of the interpreter; default: the distribution's own.
        public var python: String?
        /// What is installed beside the product, each as pip takes it, such as `psutil>=5`.
        public var requirements: [String]?
        /// Requirements files of the source, relative to it.
        public var requirementFiles: [String]?
        /// Patterns of paths in the environment, relative to its prefix, that are left out.
        public var exclude: [String]?
        /// Patterns of the product's own scripts; one that no package links to is worth a warning.
        public var ownScripts: [String]?

        /// Makes a bundle; what is left out takes its default.
        public init(
            prefix: String? = nil,
            python: String? = nil,
            requirements: [String]? = nil,
            requirementFiles: [String]? = nil,
            exclude: [String]? = nil,
            ownScripts: [String]? = nil
        ) {
            self.prefix = prefix
            self.python = python
            self.requirements = requirements
            self.requirementFiles = requirementFiles
            self.exclude = exclude
            self.ownScripts = ownScripts
        }

        /// This one, with what `other` says put in its place.
        func overlaid(with other: Bundle) -> Bundle {
            Bundle(
                prefix: other.prefix ?? prefix,
                python: other.python ?? python,
                requirements: other.requirements ?? requirements,
                requirementFiles: other.requirementFiles ?? requirementFiles,
                exclude: other.exclude ?? exclude,
                ownScripts: other.ownScripts ?? ownScripts
            )
        }
    }

    /// The part of the product that can differ between distributions.
    public struct ProductLayer: Sendable, Hashable {
        /// What is said differently.
        public var about: About
        /// What is bundled differently.
        public var bundle: Bundle?

        /// Makes a layer from its parts.
        public init(about: About = About(), bundle: Bundle? = nil) {
            self.about = about
            self.bundle = bundle
        }
    }

    /// What holds on some distributions in place of what holds in general.
    public struct Override<Layer: Sendable & Hashable>: Sendable, Hashable {
        /// The distributions: one of ``Distribution/selectors``.
        public var selector: String
        /// What holds there.
        public var layer: Layer

        /// Makes an override.
        public init(_ selector: String, _ layer: Layer) {
            self.selector = selector
            self.layer = layer
        }
    }

    /// On which distributions something stands.
    public struct Condition: Sendable, Hashable {
        /// On those that answer to one of these words; empty: on all.
        public var only: [String]
        /// But not on those that answer to one of these.
        public var except: [String]

        /// Makes a condition from ``Distribution/selectors``.
        public init(only: [String] = [], except: [String] = []) {
            self.only = only
            self.except = except
        }

        /// Whether it holds for a distribution.
        public func holds(for distribution: Distribution) -> Bool {
            let words = distribution.selectors
            return (only.isEmpty || only.contains(where: words.contains)) && !except.contains(where: words.contains)
        }
    }

    /// What changed in one version.
    public struct ChangelogEntry: Sendable, Hashable {
        /// The day, as `YYYY-MM-DD`.
        public var date: String
        /// Who, as `Name <address>`.
        public var author: String
        /// The version, in the product's scheme; default: the one being packaged.
        public var version: String?
        /// What changed, one sentence each.
        public var changes: [String]

        /// Makes an entry from its parts.
        public init(date: String, author: String, version: String? = nil, changes: [String]) {
            self.date = date
            self.author = author
            self.version = version
            self.changes = changes
        }
    }
}
