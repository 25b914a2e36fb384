public import SystemPackage

/// A description of one thing, or one tree of things, to put into a package.
public protocol ContentDescription: Sendable {
    /// The description as a value that can be looked up on disk.
    var content: Content { get }
}

/// A described thing with the attributes that it is to get.
public struct Content: ContentDescription, Hashable {
    /// What to look for and where to put it.
    public enum Source: Sendable, Hashable {
        /// A file on disk.
        case file(FilePath)
        /// A file made of these bytes.
        case bytes([UInt8])
        /// Everything below a folder on disk, less what the globs exclude.
        case tree(FilePath, excluding: [String])
        /// A directory of the package's own.
        case directory
        /// A symbolic link.
        case symbolicLink(target: String)
        /// Another name for a file of the package.
        case hardLink(to: String)
        /// A file that is owned but not shipped.
        case ghost
    }

    /// What it is made from.
    public var source: Source
    /// Where it is installed, absolute.
    public var destination: String
    /// Attributes that replace the found or usual ones.
    public var attributes = Attributes()

    /// Makes a description from its parts.
    public init(_ source: Source, at destination: String, attributes: Attributes = Attributes()) {
        self.source = source
        self.destination = destination
        self.attributes = attributes
    }

    /// The description itself.
    public var content: Content { self }

    /// What can be set for a thing; `nil` leaves the usual value.
    public struct Attributes: Sendable, Hashable {
        /// Permission bits for files; a tree's directories keep theirs.
        public var mode: UInt16?
        /// Permission bits for a tree's directories.
        public var directoryMode: UInt16?
        /// The owner's name; usually root.
        public var owner: String?
        /// The group's name; usually root.
        public var group: String?
        /// Modification time in Unix seconds; usually the package's date.
        public var modificationTime: Int64?
        /// Flags for files.
        public var flags: Entry.Flags = []
        /// File capabilities.
        public var capabilities: String?
        /// Locale of a translated file.
        public var language: String?

        /// No attributes.
        public init() {}
    }
}

/// A file from disk, or one made of bytes at hand.
public struct File: ContentDescription {
    /// The description as a value.
    public let content: Content

    /// A file from disk; its execute bit decides between 0755 and 0644 unless a mode is set.
    public init(from source: FilePath, to destination: String) {
        content = Content(.file(source), at: destination)
    }

    /// A file with this text, mode 0644 unless one is set.
    public init(_ text: String, to destination: String) {
        content = Content(.bytes(Array(text.utf8)), at: destination)
    }
}

/// Everything below a folder on disk.
public struct Tree: ContentDescription {
    /// The description as a value.
    public let content: Content

    /// A folder's contents, itself included if it is not `/`; see ``Glob`` for what the exclusions understand.
    public init(from source: FilePath, to destination: String, excluding: [String] = []) {
        content = Content(.tree(source, excluding: excluding), at: destination)
    }
}

/// A directory that the package owns, mode 0755 unless one is set.
public struct Directory: ContentDescription {
    /// The description as a value.
    public let content: Content

    /// A directory at a path.
    public init(_ path: String) { content = Content(.directory, at: path) }
}

/// A symbolic link.
public struct Symlink: ContentDescription {
    /// The description as a value.
    public let content: Content

    /// A link at a path to a target, which is written as given.
    public init(_ path: String, to target: String) { content = Content(.symbolicLink(target: target), at: path) }
}

/// Another name for a file of the same package.
public struct HardLink: ContentDescription {
    /// The description as a value.
    public let content: Content

    /// A second name at a path for the file at `target`.
    public init(_ path: String, to target: String) { content = Content(.hardLink(to: target), at: path) }
}

/// A file that the package owns but does not ship.
public struct Ghost: ContentDescription {
    /// The description as a value.
    public let content: Content

    /// A ghost at a path.
    public init(_ path: String) { content = Content(.ghost, at: path).flags(.ghost) }
}

extension ContentDescription {
    /// Sets the permission bits of files.
    public func mode(_ mode: UInt16) -> Content { changing { $0.mode = mode } }

    /// Sets the permission bits of directories.
    public func directoryMode(_ mode: UInt16) -> Content { changing { $0.directoryMode = mode } }

    /// Sets the owner, and the group to the same name unless one is given.
    public func owner(_ owner: String, group: String? = nil) -> Content {
        changing {
            $0.owner = owner
            $0.group = group ?? owner
        }
    }

    /// Adds flags.
    public func flags(_ flags: Entry.Flags) -> Content { changing { $0.flags.formUnion(flags) } }

    /// Marks a configuration file, which an upgrade does not overwrite once it was changed.
    public func config(noReplace: Bool = true) -> Content { flags(noReplace ? [.config, .noReplace] : .config) }

    /// Sets file capabilities, in the text form of cap_from_text(3).
    public func capabilities(_ text: String) -> Content { changing { $0.capabilities = text } }

    /// Sets the modification time in Unix seconds.
    public func modificationTime(_ seconds: Int64) -> Content { changing { $0.modificationTime = seconds } }

    private func changing(_ change: (inout Content.Attributes) -> Void) -> Content {
        var copy = content
        change(&copy.attributes)
        return copy
    }
}

/// Collects descriptions written one a line.
@resultBuilder
public enum ContentsBuilder {
    /// One description.
    public static func buildExpression(_ one: some ContentDescription) -> [Content] { [one.content] }
    /// Descriptions made elsewhere.
    public static func buildExpression(_ several: [Content]) -> [Content] { several }
    /// All lines together.
    public static func buildBlock(_ parts: [Content]...) -> [Content] { parts.flatMap { $0 } }
    /// An `if` without `else`.
    public static func buildOptional(_ part: [Content]?) -> [Content] { part ?? [] }
    /// The first branch of an `if`.
    public static func buildEither(first part: [Content]) -> [Content] { part }
    /// The second branch of an `if`.
    public static func buildEither(second part: [Content]) -> [Content] { part }
    /// A `for` loop.
    public static func buildArray(_ parts: [[Content]]) -> [Content] { parts.flatMap { $0 } }
}
