import ArgumentParser
import Glibc
import Omnibus
import PackageFormats

/// How an error looks to people and to programs, and the exit status that goes with it.
struct ErrorPresentation {
    let code: String
    let message: String
    private let hint: String?
    let status: Int32
    private let asJSON: Bool
    /// Whether the message may have several lines; those of packages' own making may not pose as ours.
    private var keepsLines = true
    /// What goes to standard output because it was asked for, such as help.
    private let answer: String?

    init(_ error: any Error, asJSON: Bool) {
        self.asJSON = asJSON
        switch error {
        case let error as OmnibusError:
            (code, message, hint, answer) = (error.code, error.message, error.hint, nil)
            status = error.code == "cancelled" ? 130 : Self.status(error.category)
        case let error as FormatError:
            (code, message, hint, answer) = (error.code.rawValue, error.description, nil, nil)
            keepsLines = false
            status = Self.status(error.code)
        case is CancellationError:
            (code, message, hint, answer, status) = ("cancelled", ErrorPresentation.cancelled, nil, nil, 130)
        default:
            let exitCode = FlockerPkg.exitCode(for: error)
            let text = FlockerPkg.fullMessage(for: error)
            status = exitCode.rawValue
            code = "usage"
            answer = exitCode.isSuccess ? text : nil
            // ArgumentParser writes `Error: …`, then how the command is used.
            let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            message = lines.first.map { String($0.hasPrefix("Error: ") ? $0.dropFirst(7) : $0) } ?? text
            hint = lines.count > 1 ? Self.usage(in: lines[1]) : nil
        }
    }

    /// What is said where somebody ended the work.
    static let cancelled = "Cancelled"

    private static func status(_ category: OmnibusError.Category) -> Int32 {
        switch category {
        case .usage: 64
        case .badInput: 65
        case .missingInput: 66
        case .unavailable: 69
        case .cannotCreate: 73
        case .transfer: 74
        case .failure: 1
        }
    }

    private static func status(_ code: FormatError.Code) -> Int32 {
        switch code {
        case .cannotCreate: 73
        case .inputOutput: 66
        case .cancelled: 130
        default: 65
        }
    }

    /// The error and the hint as lines for people; what packages put into them cannot command the terminal.
    var lines: [String] {
        let color = Standard.allowsColor
        func line(_ word: String, _ style: String, _ text: String) -> String {
            let word = color ? "\u{1B}[\(style)m\(word):\u{1B}[0m" : word + ":"
            return "\(word) \(TerminalText.printable(text, keepsLines: keepsLines))"
        }
        return [line("error", "1;31", message)] + (hint.map { [line("hint", "1", $0)] } ?? [])
    }

    private static func usage(in text: Substring) -> String? {
        let lines = text.split(separator: "\n").map(String.init)
        let start = lines.firstIndex { $0.hasPrefix("Usage: ") } ?? lines.startIndex
        let usage = lines[start...].map { $0.hasPrefix("Usage: ") ? "usage: " + $0.dropFirst(7) : $0 }
        return usage.isEmpty ? nil : usage.joined(separator: "\n  ")
    }

    func exit() -> Never {
        if let answer {
            Standard.output(answer.hasSuffix("\n") || answer.isEmpty ? answer : answer + "\n")
            if let error = Standard.outputError { ErrorPresentation(error, asJSON: false).exit() }
        } else {
            for line in lines { Standard.error(line + "\n") }
            if asJSON {
                var fields: [(String, JSON)] = [("code", .string(code)), ("message", .string(message))]
                if let hint { fields.append(("hint", .string(hint))) }
                Standard.output(JSON.object([("error", .object(fields))]).text + "\n")
            }
        }
        Glibc.exit(status)
    }
}
