/// A file as a package that was read lists it.
public struct PackagedFile: Sendable, Hashable {
    /// A digest of a file's contents.
    public struct ContentDigest: Sendable, Hashable {
        /// The algorithm.
        public var algorithm: DigestAlgorithm
        /// The digest, lower-case hexadecimal.
        public var hexadecimal: String

        /// Makes a digest from its parts.
        public init(_ algorithm: DigestAlgorithm, _ hexadecimal: String) {
            self.algorithm = algorithm
            self.hexadecimal = hexadecimal
        }
    }

    /// The file in the neutral model; the bytes of its contents are in the payload.
    public var entry: Entry
    /// The name's bytes as the package means them: an absolute path, or the bare name of a file in a source rpm.
    public var name: [UInt8]
    /// The length in bytes: of the contents, for hard links too, or of a symbolic link's target; else 0.
    public var size: UInt64
    /// The digest that the package holds of its contents, or `nil` where it has none of an algorithm that is known.
    public var digest: ContentDigest?

    /// Makes a file from its parts.
    public init(entry: Entry, name: [UInt8], size: UInt64, digest: ContentDigest? = nil) {
        self.entry = entry
        self.name = name
        self.size = size
        self.digest = digest
    }
}
