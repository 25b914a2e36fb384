public import PackageFormats

extension Manifest {
    /// One package of the product.
    public struct Package: Sendable, Hashable {
        /// The name, the same in both formats.
        public var name: String
        /// The machines that it is for.
        public var architecture: ArchitectureKind
        /// The distributions that get it.
        public var condition: Condition
        /// What holds in general.
        public var base: PackageLayer
        /// What differs between distributions.
        public var overrides: [Override<PackageLayer>]

        /// Makes a package from its parts.
        public init(
            name: String,
            architecture: ArchitectureKind,
            condition: Condition = Condition(),
            base: PackageLayer = PackageLayer(),
            overrides: [Override<PackageLayer>] = []
        ) {
            self.name = name
            self.architecture = architecture
            self.condition = condition
            self.base = base
            self.overrides = overrides
        }
    }

    /// Whether a package depends on the kind of machine.
    public enum ArchitectureKind: String, Sendable, Hashable, CaseIterable {
        /// It holds machine code.
        case native
        /// It is the same everywhere: rpm `noarch`, Debian `all`.
        case independent
    }

    /// What a package is made of; `nil` and absent parts are left to the layer below.
    public struct PackageLayer: Sendable, Hashable {
        /// What it says in place of the product.
        public var about: About
        /// rpm's group, such as `Applications/System`.
        public var group: String?
        /// Debian's section, such as `admin`.
        public var section: String?
        /// Debian's priority; default `optional`.
        public var priority: String?
        /// What it installs.
        public var contents: [Content]?
        /// How it relates to other packages, by kind.
        public var relations: [PackageFormats.Relation.Kind: [Relation]]
        /// What runs around its installation and removal.
        public var scripts: [Scripts.Event: Script]
        /// The services whose life it follows.
        public var services: [Service]?

        /// Makes a layer from its parts.
        public init(
            about: About = About(),
            group: String? = nil,
            section: String? = nil,
            priority: String? = nil,
            contents: [Content]? = nil,
            relations: [PackageFormats.Relation.Kind: [Relation]] = [:],
            scripts: [Scripts.Event: Script] = [:],
            services: [Service]? = nil
        ) {
            self.about = about
            self.group = group
            self.section = section
            self.priority = priority
            self.contents = contents
            self.relations = relations
            self.scripts = scripts
            self.services = services
        }

        /// This one, with what `other` says put in its place, key by key.
        func overlaid(with other: PackageLayer) -> PackageLayer {
            PackageLayer(
                about: about.overlaid(with: other.about),
                group: other.group ?? group,
                section: other.section ?? section,
                priority: other.priority ?? priority,
                contents: other.contents ?? contents,
                relations: relations.merging(other.relations) { _, theirs in theirs },
                scripts: scripts.merging(other.scripts) { _, theirs in theirs },
                services: other.services ?? services
            )
        }
    }

    /// Something that a package installs.
    public struct Content: Sendable, Hashable {
        /// What, and where.
        public var item: Item
        /// What its files are to the package manager.
        public var attributes: Attributes
        /// Whether a source that is not there is passed over, and not an error.
        public var isOptional: Bool
        /// The distributions that get it.
        public var condition: Condition

        /// Makes a content from its parts.
        public init(
            _ item: Item,
            attributes: Attributes = Attributes(),
            isOptional: Bool = false,
            condition: Condition = Condition()
        ) {
            self.item = item
            self.attributes = attributes
            self.isOptional = isOptional
            self.condition = condition
        }

        /// What a content can be. Sources are relative to the source tree; targets are absolute and may begin with
        /// `${prefix}` or `${unit-directory}`, which ``Manifest/resolved(for:)`` replaces.
        public enum Item: Sendable, Hashable {
            /// The Python environment, at its prefix.
            case bundle
            /// Symbolic links in `directory` to scripts of the environment, one for each named script, or script that
            /// matches a pattern, that is there.
            case links(directory: String, scripts: [String])
            /// A directory of the source with all in it, installed as `to`, without what matches `exclude`.
            case tree(source: String, to: String, exclude: [String])
            /// The files of the source that match a pattern, installed in the directory `to`.
            case files(pattern: String, to: String)
            /// A file of the source, installed as `to`.
            case file(source: String, to: String)
            /// A directory that the package owns.
            case directory(String)
            /// A symbolic link.
            case symlink(path: String, target: String)
        }

        /// What the files of a content are to the package manager.
        public struct Attributes: Sendable, Hashable {
            /// What kind of file they are.
            public var kind: FileKind
            /// The permission bits, or `nil` for the source's own without group and other write.
            public var mode: UInt16?
            /// The owner.
            public var user: String
            /// The group.
            public var group: String

            /// Makes attributes from their parts.
            public init(
                kind: FileKind = .regular,
                mode: UInt16? = nil,
                user: String = "root",
                group: String = "root"
            ) {
                self.kind = kind
                self.mode = mode
                self.user = user
                self.group = group
            }
        }

        /// What kind of file something is to the package manager.
        public enum FileKind: String, Sendable, Hashable, CaseIterable {
            /// A file like any other.
            case regular
            /// A configuration file: rpm `%config`, Debian conffile.
            case config
            /// A configuration file whose local changes stay: rpm `%config(noreplace)`, Debian conffile.
            case configNoReplace = "config-noreplace"
            /// Documentation: rpm `%doc`.
            case documentation = "doc"
            /// A license: rpm `%license`.
            case license
        }
    }
}
