public import PackageFormats
import SystemPackage

extension Distribution {
    /// Where packages for this distribution go, if others are made in the same run: files of two distributions of one
    /// package type may have the same names, so that each of them gets a folder of its own.
    func folder(in destination: FilePath, beside all: [Distribution]) -> FilePath {
        Set(all.map(\.packageType)).count < all.count ? destination.appending(name) : destination
    }

    /// What the release of a package ends in where packages for several distributions have to be told apart; that for a
    /// newer release is the newer one.
    var mark: String {
        switch packageType {
        case .rpm: distTag ?? ""
        case .deb: "+\(project)\(release)"
        }
    }

    /// How the indexes of a repository for this distribution are compressed.
    ///
    /// - Throws: ``OmnibusError`` where the table names a level that there is not.
    public func repositoryCompressions() throws(OmnibusError) -> [Compression] {
        do throws(FormatError) {
            return try metadataCompression.map { (algorithm) throws(FormatError) in
                switch algorithm {
                // Level 6 loses a hundredth against 9 and takes a third of the time.
                case .gzip: try Compression(.gzip, level: 6)
                case .xz: .xzLight
                default: try Compression(algorithm, level: nil)
                }
            }
        } catch {
            throw OmnibusError(error, doing: name)
        }
    }

    /// Writes a package as this distribution's tools read it, to a file that has no name yet.
    ///
    /// - Parameters:
    ///   - package: what to write.
    ///   - folder: where the file is going to be, under its usual name.
    ///   - compression: how to compress its files; as the distribution does if `nil`.
    ///   - controlCompression: the same of a deb's control archive.
    ///   - threads: how many threads compress; what is written does not depend on it.
    ///   - progress: takes how many bytes of the package's files are packed, after each file.
    func prepare(
        _ package: Package,
        in folder: FilePath,
        compression: Compression? = nil,
        controlCompression: Compression? = nil,
        threads: Int,
        progress: (@Sendable (UInt64) -> Void)? = nil
    ) throws(OmnibusError) -> OutputFile {
        let compression = compression ?? payloadCompression
        do throws(FormatError) {
            switch packageType {
            case .rpm:
                let profile = RPMProfile(compression: compression, legacyDigests: needsLegacyDigests)
                return try RPMWriter(profile: profile, threads: threads)
                    .prepare(package, at: folder.appending(RPMWriter.fileName(of: package)), progress: progress)
            case .deb:
                let profile = DebianProfile(
                    compression: compression,
                    controlCompression: controlCompression ?? self.controlCompression ?? compression
                )
                return try DebianWriter(profile: profile, threads: threads)
                    .prepare(package, at: folder.appending(DebianWriter.fileName(of: package)), progress: progress)
            }
        } catch {
            throw OmnibusError(error, doing: "package '\(package.name)'")
        }
    }
}
