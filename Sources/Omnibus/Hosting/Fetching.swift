import PackageFormats
import SystemPackage

/// Fetches files by HTTP or HTTPS. curl does it, with the proxies and certificates that this machine is set up with.
struct Fetching: Sendable {
    private let runner: CommandRunner
    private let directory: WorkDirectory

    init(into directory: WorkDirectory, runner: CommandRunner = CommandRunner()) {
        self.runner = runner
        self.directory = directory
    }

    /// The file at a URL, which goes into the work directory.
    ///
    /// - Parameters:
    ///   - url: `http://…` or `https://…`.
    ///   - name: what to call it, once.
    ///   - limit: how many bytes it may have.
    /// - Throws: ``OmnibusError`` with code `url-invalid`, `fetch-missing` for a 404, `fetch-failed`, or `tool-missing`.
    func file(_ url: String, as name: String, limit: Int) async throws(OmnibusError) -> InputFile {
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw OmnibusError("url-invalid", .usage, "'\(url.hidingCredentials())' is no URL of a file")
        }
        let path = directory.path.appending(name)
        let result = try await runner.run(
            Command(
                "curl",
                [
                    "--silent", "--show-error", "--fail", "--location", "--globoff", "--proto", "=http,https",
                    "--max-redirs", "10", "--retry", "4", "--connect-timeout", "30", "--speed-limit", "1000",
                    "--speed-time", "60", "--max-filesize", String(limit), "--write-out", "%{http_code}", "--output",
                    path.string, "--", url,
                ],
                installHint: "install curl"
            )
        )
        guard result.isSuccess else {
            let reason = result.lastLines.last { $0.hasPrefix("curl:") } ?? "curl ended with \(result.status)"
            let isMissing = result.text.hasSuffix("404")
            throw OmnibusError(
                isMissing ? "fetch-missing" : "fetch-failed",
                isMissing ? .missingInput : .unavailable,
                "\(url.hidingCredentials()) cannot be fetched: \(reason)"
            )
        }
        do throws(FormatError) {
            return try InputFile(opening: path)
        } catch {
            throw OmnibusError(error, doing: url.hidingCredentials())
        }
    }
}
