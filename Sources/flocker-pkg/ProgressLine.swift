import Glibc
import Omnibus
import Synchronization

/// Shows what long work does: one line that changes on a terminal, every line with `--verbose`, else warnings only.
final class ProgressLine: Sendable {
    private let isQuiet: Bool
    private let isVerbose: Bool
    private let isLive: Bool
    private let state = Mutex(State())

    private struct State {
        var phase = ""
        var shown = ""
        var percent: UInt64 = 0
    }

    init(_ options: ReportingOptions) {
        isQuiet = options.quiet
        isVerbose = options.verbose
        isLive = !options.quiet && !options.verbose && Standard.errorIsTerminal
    }

    func show(_ event: BuildEvent) {
        switch event {
        case .began(let phase, let subject): begin("\(phase.rawValue) \(subject)")
        case .toolLine(let line):
            state.withLock { state in
                if isVerbose { Standard.error("  \(line)\n") }
                draw("\(state.phase): \(line)", &state)
            }
        case .packed(let bytes, let total): progress(bytes, of: total)
        case .warning(let text): warn(text)
        }
    }

    func show(_ event: RepositoryUpdate.Event) {
        switch event {
        case .waiting: begin("waiting for another run to finish")
        case .read(let count, let total):
            if count == 0 { begin("read \(total) packages") }
            progress(UInt64(count), of: UInt64(total))
        case .writing(let document): begin("write \(document)")
        case .warning(let text): warn(text)
        }
    }

    func show(_ event: Publisher.Event) {
        switch event {
        case .began(let step, let subject): begin("\(step) \(subject)")
        case .update(let event): show(event)
        case .overtaken(let folder): begin("somebody else has published to \(folder): try again")
        case .warning(let text): warn(text)
        }
    }

    /// Shows that a step begins.
    func begin(_ step: String) {
        state.withLock { state in
            state.phase = step
            state.percent = 0
            if isVerbose { Standard.error("\(step)\n") }
            draw(step, &state)
        }
    }

    /// Shows how much of the step is done.
    func progress(_ done: UInt64, of total: UInt64) {
        guard isLive, total > 0 else { return }
        state.withLock { state in
            let percent = min(100, done.multipliedReportingOverflow(by: 100).partialValue / total)
            guard percent != state.percent else { return }
            state.percent = percent
            draw("\(state.phase): \(percent) %", &state)
        }
    }

    private func warn(_ text: String) {
        guard !isQuiet else { return }
        state.withLock { state in
            clear(&state)
            Standard.error("\(Standard.allowsColor ? "\u{1B}[1;33mwarning:\u{1B}[0m" : "warning:") \(text)\n")
        }
    }

    /// Leaves the terminal as it was.
    func finish() { state.withLock { clear(&$0) } }

    private func draw(_ text: String, _ state: inout State) {
        guard isLive else { return }
        let printable = text.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }.prefix(Self.width - 1)
        let line = String(String.UnicodeScalarView(printable))
        guard line != state.shown else { return }
        state.shown = line
        Standard.error("\r\u{1B}[K\(line)")
    }

    private func clear(_ state: inout State) {
        guard !state.shown.isEmpty else { return }
        state.shown = ""
        Standard.error("\r\u{1B}[K")
    }

    private static var width: Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 10 ? Int(size.ws_col) : 80
    }
}
