/// Something that happens while packages are built, for those who watch.
public enum BuildEvent: Sendable, Hashable {
    /// A step begins; `subject` is a distribution or a file name.
    case began(Phase, subject: String)
    /// A line that a tool wrote.
    case toolLine(String)
    /// So many bytes of the current package's files are packed.
    case packed(bytes: UInt64, of: UInt64)
    /// Something is worth knowing but stops nothing.
    case warning(String)

    /// The steps of a build.
    public enum Phase: String, Sendable, Hashable {
        /// Dependencies are resolved and installed into a bundle, which is relocated and proved.
        case install
        /// The contents of packages are listed.
        case scan
        /// A package is compressed and written.
        case compress
        /// A package is checked.
        case check
    }

    /// Takes events as they come.
    public typealias Handler = @Sendable (BuildEvent) -> Void
}
