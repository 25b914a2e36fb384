import ArgumentParser
import CLinux
import Glibc
import Omnibus
import PackageFormats
import Synchronization
import SystemPackage

/// What a command has to say of one file.
struct FileReport: Sendable {
    /// What goes to standard output: text that ends in a line feed, or the member of a JSON array.
    var output = ""
    /// Messages for standard error, each a line; none of them makes the command fail.
    var messages: [String] = []
    /// The exit status that this file asks for.
    var status: Int32 = 0
}

/// Works through the files that a command is given, and prints what each gives, in order as it comes.
///
/// A file whose work throws gets an error in its place, and the others theirs all the same. The command's exit status is that
/// of the first file that asks for one; a status of 1, which says that checks failed, goes first.
struct FileReports {
    private let asJSON: Bool
    private let separatesWithBlankLines: Bool

    private static let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))

    /// Reports in the form that was asked for.
    init(asJSON: Bool, separatesWithBlankLines: Bool = false) {
        self.asJSON = asJSON
        self.separatesWithBlankLines = separatesWithBlankLines
    }

    // MARK: - Work that waits for nothing

    /// Prints a report a file, several files at once.
    ///
    /// - Parameters:
    ///   - files: the files, as they were given.
    ///   - work: makes a report; runs on several threads.
    func print(_ files: [String], _ work: @escaping @Sendable (FilePath) throws -> FileReport) throws {
        // Work on one package needs buffers as large as work on the next: glibc would give their pages back each time.
        mallopt(M_TRIM_THRESHOLD, 4 << 20)
        mallopt(M_MMAP_THRESHOLD, 4 << 20)
        let asJSON = asJSON
        let printer = Mutex(Printer(asJSON: asJSON, separatesWithBlankLines: separatesWithBlankLines))
        try OrderedLoop.run(count: files.count, threads: FileReports.processors) { places in
            try files[places].map { file in
                do {
                    return try work(FilePath(file))
                } catch {
                    return try FileReports.report(of: error, file, asJSON: asJSON)
                }
            }
        } handOn: { reports in
            printer.withLock { $0.print(reports) }
        }
        try printer.withLock { $0 }.end()
    }

    // MARK: - Work that waits for other programs

    /// Prints a report a file, several files at once unless their order matters to what is done.
    func print(
        _ files: [String],
        isSequential: Bool = false,
        _ work: @escaping @Sendable (FilePath) async throws -> FileReport
    ) async throws {
        var printer = Printer(asJSON: asJSON, separatesWithBlankLines: separatesWithBlankLines)
        let asJSON = asJSON
        // Not many more are under way than can be worked on, so that memory does not grow with the number of files.
        let (width, limit) = isSequential ? (1, 1) : (FileReports.processors, FileReports.processors * 16)
        try await withThrowingTaskGroup(of: (place: Int, report: FileReport).self) { group in
            var (started, printed) = (0, 0)
            // Reports whose turn has not come.
            var early: [(place: Int, report: FileReport)] = []
            while printed < files.count {
                while started < min(files.count, printed + limit), started - printed - early.count < width {
                    let place = started
                    group.addTask {
                        try Task.checkCancellation()
                        do {
                            return (place, try await work(FilePath(files[place])))
                        } catch {
                            return (place, try FileReports.report(of: error, files[place], asJSON: asJSON))
                        }
                    }
                    started += 1
                }
                guard let next = try await group.next() else { break }
                early.append(next)
                while let due = early.firstIndex(where: { $0.place == printed }) {
                    printer.print([early.remove(at: due).report])
                    printed += 1
                }
            }
        }
        try printer.end()
    }

    // MARK: - Errors

    /// What stands for a file that cannot be read.
    ///
    /// - Throws: the error where no other file would fare better, such as of a tool that is missing.
    private static func report(of error: any Error, _ file: String, asJSON: Bool) throws -> FileReport {
        switch error {
        case is CancellationError: throw error
        case let error as FormatError where error.code == .cancelled: throw error
        case let error as OmnibusError where error.category != .missingInput && error.category != .badInput: throw error
        default: break
        }
        let presentation = ErrorPresentation(error, asJSON: asJSON)
        var report = FileReport(messages: presentation.lines, status: presentation.status)
        guard asJSON else { return report }
        var fields: [(String, JSON)] = [
            ("code", .string(presentation.code)),
            ("message", .string((error as? FormatError)?.message ?? presentation.message)),
        ]
        if let error = error as? FormatError {
            if let offset = error.offset { fields.append(("offset", .number(Int64(clamping: offset)))) }
            if let field = error.field { fields.append(("field", .string(field))) }
        }
        report.output = JSON.object([("path", .string(file)), ("error", .object(fields))]).text(level: 1)
        return report
    }

    // MARK: - Output

    /// Writes reports, and keeps what they ask of the command.
    private struct Printer {
        private let asJSON: Bool
        private let separatesWithBlankLines: Bool
        private var status: Int32 = 0
        private var count = 0

        init(asJSON: Bool, separatesWithBlankLines: Bool) {
            self.asJSON = asJSON
            self.separatesWithBlankLines = separatesWithBlankLines
        }

        mutating func print(_ reports: [FileReport]) {
            var output = ""
            for report in reports {
                if asJSON {
                    output += count == 0 ? "[\n  " : ",\n  "
                } else if !report.output.isEmpty, count > 0, separatesWithBlankLines {
                    output += "\n"
                }
                output += report.output
                if !report.output.isEmpty { count += 1 }
                if report.status == 1 || status == 0 { status = report.status }
                guard !report.messages.isEmpty else { continue }
                // Both streams may go to one place.
                Standard.output(output)
                output = ""
                for message in report.messages { Standard.error(message + "\n") }
            }
            Standard.output(output)
        }

        func end() throws {
            if asJSON { Standard.output(count == 0 ? "[]\n" : "\n]\n") }
            if status != 0 { throw ExitCode(status) }
        }
    }
}
