import PackageFormats
public import SystemPackage

/// Where a repository is looked at: a folder, or a server by HTTP.
public enum RepositorySource: Sendable, Hashable {
    /// A folder on this machine.
    case folder(FilePath)
    /// The base URL, without a slash at its end.
    case url(String)

    /// Takes `http://` and `https://` for URLs, everything else for a folder.
    public init(_ text: String) {
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            var url = text
            while url.hasSuffix("/") { url.removeLast() }
            self = .url(url)
        } else {
            self = .folder(FilePath(text))
        }
    }
}

/// Gets the files of a repository.
struct RepositoryFetcher: Sendable {
    let source: RepositorySource
    let work: WorkDirectory
    let runner: CommandRunner

    /// More than any package or index has.
    private static let maximumSize: UInt64 = 64 << 30

    /// A file at a path below the base, or `nil` if it is not there; what was fetched is removed by ``discard(_:)``.
    func file(_ location: String) async throws(OmnibusError) -> InputFile? {
        switch source {
        case .folder(let folder):
            let path = FilePath("\(folder)/\(location)")
            guard FileSystem.exists(path) else { return nil }
            do throws(FormatError) {
                return try InputFile(opening: path)
            } catch {
                throw OmnibusError(error, doing: "the repository")
            }
        case .url(let base): return try await fetch("\(base)/\(Self.escape(location))")
        }
    }

    /// Removes what was fetched.
    func discard(_ file: InputFile) {
        guard case .url = source else { return }
        // The work folder goes anyway; this keeps it small meanwhile.
        try? FileSystem.remove(file.path)
    }

    /// The bytes of a file that is known to be small.
    func bytes(_ location: String) async throws(OmnibusError) -> [UInt8]? {
        guard let file = try await file(location) else { return nil }
        defer { discard(file) }
        return try FileSystem.read(file.path, limit: 16 << 20)
    }

    private func fetch(_ url: String) async throws(OmnibusError) -> InputFile? {
        // Several are fetched at once.
        let target = work.path.appending("fetched-\(UInt64.random(in: .min ... .max))")
        let result = try await runner.run(
            Command(
                "curl",
                [
                    "--silent", "--show-error", "--location", "--max-redirs", "5", "--proto", "=http,https",
                    "--retry", "2", "--connect-timeout", "30", "--max-filesize", "\(Self.maximumSize)",
                    "--output", target.string, "--write-out", "%{http_code}", "--", url,
                ],
                installHint: "install curl"
            )
        )
        guard result.isSuccess else {
            let said = result.lastLines.filter { $0 != "000" }.joined(separator: " ")
            throw OmnibusError("repository-unreachable", .unavailable, "\(url) cannot be fetched: \(said)")
        }
        switch result.text.suffix(3) {
        case "200":
            // curl makes no file of nothing.
            if !FileSystem.exists(target) { try FileSystem.write([], to: target) }
            do throws(FormatError) {
                return try InputFile(opening: target)
            } catch {
                throw OmnibusError(error, doing: url)
            }
        // Buckets that may not be listed answer so to names that are not there.
        case "404", "403", "410":
            try FileSystem.remove(target)
            return nil
        case let status:
            throw OmnibusError("repository-unreachable", .unavailable, "\(url) is answered with status \(status)")
        }
    }

    /// Percent-encodes what a path in a URL cannot hold (RFC 3986, 3.3).
    static func escape(_ location: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in location.utf8 {
            let isPlain =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "-._~!$&'()*,;=:@/".utf8.contains(byte)
            bytes += isPlain ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
