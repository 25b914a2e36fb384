import PackageFormats
import SystemPackage

/// Fetches files by HTTP or HTTPS. curl does it, with the proxies and certificates that this machine is set up with.
struct Downloader: Sendable {
    private let directory: WorkDirectory
    private let runner: CommandRunner

    /// A downloader into a work directory.
    init(into directory: WorkDirectory, runner: CommandRunner = CommandRunner()) {
        self.directory = directory
        self.runner = runner
    }

    /// How a server says that it has no such file; buckets that may not be listed forbid it.
    private static let absent: Set<Substring> = ["403", "404", "410"]

    /// The file at a URL, under a name of its own in the work directory, or `nil` where the server has none.
    ///
    /// - Parameters:
    ///   - url: `http://…` or `https://…`.
    ///   - mediaTypes: what the server is asked for (`Accept`), or `nil` for anything.
    ///   - limit: how many bytes it may have.
    /// - Throws: ``OmnibusError`` with code `url-invalid`, `fetch-failed` or `tool-missing`.
    func file(
        _ url: String,
        accepting mediaTypes: String? = nil,
        limit: UInt64
    ) async throws(OmnibusError) -> InputFile? {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw OmnibusError("url-invalid", .usage, "'\(url.hidingCredentials())' is no URL of a file")
        }
        let path = directory.path.appending("fetched-\(UInt64.random(in: .min ... .max))")
        let result = try await runner.run(
            Command(
                "curl",
                [
                    "--silent", "--show-error", "--fail", "--location", "--globoff", "--proto", "=http,https",
                    "--max-redirs", "10", "--retry", "4", "--connect-timeout", "30", "--speed-limit", "1000",
                    "--speed-time", "60", "--max-filesize", String(limit), "--write-out", "%{http_code}", "--output",
                    path.string,
                ] + (mediaTypes.map { ["--header", "Accept: \($0)"] } ?? []) + ["--", url],
                installHint: "install curl"
            )
        )
        guard result.isSuccess else {
            try FileSystem.remove(path)
            if Self.absent.contains(result.text.suffix(3)) { return nil }
            let reason = result.lastLines.last { $0.hasPrefix("curl:") } ?? "curl ended with \(result.status)"
            throw failure(url, reason)
        }
        // curl makes no file of nothing.
        if !FileSystem.exists(path) { try FileSystem.write([], to: path) }
        let file: InputFile
        do throws(FormatError) {
            file = try InputFile(opening: path)
        } catch {
            throw OmnibusError(error, doing: url.hidingCredentials())
        }
        // A server need not say the length beforehand.
        guard file.size <= limit else { throw failure(url, "it has more than the \(limit) bytes allowed") }
        return file
    }

    private func failure(_ url: String, _ reason: String) -> OmnibusError {
        OmnibusError("fetch-failed", .unavailable, "\(url.hidingCredentials()) cannot be fetched: \(reason)")
    }
}
