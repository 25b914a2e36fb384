/// The documents that list the packages of a yum repository, all in the same order.
public enum YumDocument: String, Sendable, Hashable, CaseIterable {
    /// What dependencies are resolved with.
    case primary
    /// Every file of every package.
    case filelists
    /// Changelogs.
    case other

    /// The root element's name.
    var root: String {
        switch self {
        case .primary: "metadata"
        case .filelists: "filelists"
        case .other: "otherdata"
        }
    }

    /// Everything before the first package.
    ///
    /// - Parameter packageCount: how many packages follow.
    public func head(packageCount: Int) -> [UInt8] {
        let spaces =
            switch self {
            case .primary: "common\" xmlns:rpm=\"http://linux.duke.edu/metadata/rpm"
            case .filelists: "filelists"
            case .other: "other"
            }
        let tag = "<\(root) xmlns=\"http://linux.duke.edu/metadata/\(spaces)\" packages=\"\(packageCount)\">"
        return Array("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(tag)\n".utf8)
    }

    /// Everything behind the last package.
    public var tail: [UInt8] { Array("</\(root)>\n".utf8) }
}
