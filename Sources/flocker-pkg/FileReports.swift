import ArgumentParser
import CLinux
import Glibc
import Omnibus
import PackageFormats
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

/// Works through the files that a command is given: several at once, and what they give printed in order as it comes.
struct FileReports {
    private let asJSON: Bool
    private let separatesWithBlankLines: Bool
    private let isSequential: Bool

    /// Reports in the form that was asked for, made several at a time unless their order matters to what is done.
    init(asJSON: Bool, separatesWithBlankLines: Bool = false, isSequential: Bool = false) {
        self.asJSON = asJSON
        self.separatesWithBlankLines = separatesWithBlankLines
        self.isSequential = isSequential
    }

    /// Prints a report a file.
    ///
    /// A file whose work throws gets an error in its place, and the others theirs all the same. The command's exit status
    /// is that of the first file that asks for one; a status of 1, which says that checks failed, goes first.
    ///
    /// - Parameters:
    ///   - files: the files, as they were given.
    ///   - work: makes a report; runs on several threads.
    func print(_ files: [String], _ work: @escaping @Sendable (FilePath) async throws -> FileReport) async throws {
        let asJSON = asJSON
        var status: Int32 = 0
        var count = 0
        try await FileReports.inOrder(files, isSequential: isSequential) { file in
            do {
                return try await work(FilePath(file))
            } catch is CancellationError {
                throw CancellationError()
            } catch let error as FormatError where error.code == .cancelled {
                throw error
            } catch let error as OmnibusError where error.category != .missingInput && error.category != .badInput {
                // Such as a tool that is missing: no other file would fare better.
                throw error
            } catch {
                return FileReports.failure(error, file, asJSON: asJSON)
            }
        } print: { reports in
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
        if asJSON { Standard.output(count == 0 ? "[]\n" : "\n]\n") }
        if status != 0 { throw ExitCode(status) }
    }

    /// What stands for a file that cannot be read.
    private static func failure(_ error: any Error, _ file: String, asJSON: Bool) -> FileReport {
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

    /// Runs work on as many threads as there are processors, and takes results in the order of the input. Not many more
    /// are waited for than can be worked on, so that memory does not grow with the number of files.
    private static func inOrder(
        _ files: [String],
        isSequential: Bool,
        _ work: @escaping @Sendable (String) async throws -> FileReport,
        print: ([FileReport]) -> Void
    ) async throws {
        let width = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        if isSequential || files.count == 1 || width == 1 {
            for file in files {
                try Task.checkCancellation()
                print([try await work(file)])
            }
            return
        }
        // Work on one package needs buffers as large as work on the next: glibc would give their pages back each time.
        mallopt(M_TRIM_THRESHOLD, 4 << 20)
        mallopt(M_MMAP_THRESHOLD, 4 << 20)
        // Handing a file over costs about a tenth of looking at a small one; of few files each is handed over alone.
        let length = min(max(1, files.count / (width * 8)), 8)
        let ahead = width * 16
        try await withThrowingTaskGroup(of: (place: Int, reports: [FileReport]).self) { group in
            var (started, printed, running) = (0, 0, 0)
            // As few as there are batches ahead.
            var waiting: [(place: Int, reports: [FileReport])] = []
            while printed < files.count {
                while started < files.count, running < width, started - printed < ahead {
                    let (place, some) = (started, files[started...].prefix(length))
                    group.addTask {
                        var reports: [FileReport] = []
                        for file in some {
                            try Task.checkCancellation()
                            reports.append(try await work(file))
                        }
                        return (place, reports)
                    }
                    (started, running) = (started + some.count, running + 1)
                }
                guard let (place, reports) = try await group.next() else { break }
                running -= 1
                waiting.append((place, reports))
                while let next = waiting.firstIndex(where: { $0.place == printed }) {
                    let reports = waiting.remove(at: next).reports
                    print(reports)
                    printed += reports.count
                }
            }
        }
    }
}
