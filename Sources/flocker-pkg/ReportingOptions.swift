import ArgumentParser
import Glibc
import Omnibus
import PackageFormats
import Synchronization

/// How a command reports, the same for every command.
struct ReportingOptions: ParsableArguments {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    @Option(help: ArgumentHelp("Print results as text or as one JSON document.", valueName: "text|json"))
    var format: Format = .text

    @Flag(name: [.short, .long], help: "Print results and errors only.")
    var quiet = false

    @Flag(name: [.short, .long], help: "Print what the tools say, line by line.")
    var verbose = false

    func validate() throws {
        if quiet, verbose { throw ValidationError("'--quiet' and '--verbose' exclude each other.") }
    }
}

/// Writing to the standard streams, unbuffered and whole.
enum Standard {
    static func output(_ text: String) { output(Array(text.utf8)) }
    static func output(_ bytes: [UInt8]) {
        let failure = write(bytes, to: STDOUT_FILENO)
        if failure != 0 { outputFailure.store(failure, ordering: .relaxed) }
    }
    static func error(_ text: String) { _ = write(Array(text.utf8), to: STDERR_FILENO) }

    /// Why something did not reach standard output; 0 where everything did.
    private static let outputFailure = Atomic<Int32>(0)

    /// What to say in the end where something did not reach standard output.
    static var outputError: OmnibusError? {
        let failure = outputFailure.load(ordering: .relaxed)
        guard failure != 0 else { return nil }
        return OmnibusError("cannot-create", .cannotCreate, "standard output: \(String(cString: strerror(failure)))")
    }

    /// Whether people see standard error on a terminal.
    static var errorIsTerminal: Bool {
        isatty(STDERR_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb"
    }

    /// Whether standard error may be written to in colour (no-color.org).
    static var allowsColor: Bool { errorIsTerminal && isColorWanted }

    /// Whether standard output may be written to in colour.
    static var outputAllowsColor: Bool {
        isatty(STDOUT_FILENO) == 1 && getenv("TERM").map { String(cString: $0) } != "dumb" && isColorWanted
    }

    private static var isColorWanted: Bool { getenv("NO_COLOR").map { $0.pointee == 0 } ?? true }

    /// How many columns text on standard output may have: the terminal's up to what is easily read, else 80.
    static var outputWidth: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return min(max(Int(size.ws_col), 40), 100)
    }

    /// Writes everything, and gives the number of the error that was in the way, or 0.
    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count < 0 ? errno : EIO }
            rest = rest.dropFirst(count)
        }
        return 0
    }
}
