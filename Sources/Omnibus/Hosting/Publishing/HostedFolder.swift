/// A repository in a store: the folder that clients have as base URL.
struct HostedFolder: Sendable, Hashable {
    /// The folder's key, with no slash at its ends.
    var path: String
    /// The kind of repository.
    var kind: RepositoryUpdate.Kind
    /// The suite of a pooled one.
    var suite = "stable"

    /// The folder of the root and its documents below that of the repository, with a slash at its end; empty where they
    /// are the same.
    var metadata: String {
        switch kind {
        case .yum: "repodata/"
        case .aptFlat: ""
        case .apt: "dists/\(suite)/"
        }
    }

    /// The public key of a signed apt repository, below its folder.
    static let aptKeyring = "archive-keyring.gpg"

    /// The public key of a signed repository, below its folder.
    var keyring: String { kind == .yum ? "repodata/repomd.xml.key" : Self.aptKeyring }

    /// What can be a repository's root, below its folder: the one that clients prefer first.
    var roots: [String] {
        kind == .yum ? ["repodata/repomd.xml"] : AptLayout.releaseNames.map { metadata + $0 }
    }

    /// The key of a file below the folder.
    func key(_ name: String) throws(OmnibusError) -> ObjectKey { try ObjectKey("\(path)/\(name)") }

    /// Where a package goes below the folder.
    ///
    /// - Parameters:
    ///   - fileName: the file's name.
    ///   - package: the package's name, which sorts a pool into folders as Debian's is.
    func location(_ fileName: String, of package: String) -> String {
        guard kind == .apt else { return fileName }
        let initial = package.hasPrefix("lib") ? package.prefix(4) : package.prefix(1)
        return "\(AptLayout.pool)/main/\(initial)/\(package)/\(fileName)"
    }
}

extension ObjectAttributes {
    /// For what never changes under its name.
    static func immutable(_ name: String) -> ObjectAttributes {
        ObjectAttributes(contentType: mediaType(name), cacheControl: "public, max-age=31536000, immutable")
    }

    /// For what is replaced by every publisher.
    static func changing(_ name: String) -> ObjectAttributes {
        ObjectAttributes(contentType: mediaType(name), cacheControl: "no-cache")
    }

    /// The media type for a name in a repository.
    private static func mediaType(_ name: String) -> String {
        let last = name.split(separator: "/").last ?? ""
        let types = [
            ".rpm": "application/x-rpm", ".deb": "application/vnd.debian.binary-package", ".xml": "application/xml",
            ".gz": "application/gzip", ".xz": "application/x-xz", ".zst": "application/zstd",
            ".html": "text/html; charset=utf-8", ".json": "application/json", ".asc": "application/pgp-signature",
            ".gpg": "application/pgp-signature", ".key": "application/pgp-keys",
        ]
        if let dot = last.lastIndex(of: "."), let type = types[String(last[dot...])] { return type }
        return ["Release", "InRelease", "Packages"].contains(last)
            ? "text/plain; charset=utf-8" : "application/octet-stream"
    }
}
