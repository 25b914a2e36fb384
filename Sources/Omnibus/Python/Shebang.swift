/// The first line of a script, which says what runs it.
///
/// Two forms name an interpreter: `#!PATH ARGUMENTS`, and for paths that are too long for the kernel or hold a blank
/// the one that pip, uv and virtualenv write: `#!/bin/sh`, `'''exec' "PATH" "$0" "$@"`, `' '''`.
struct Shebang: Sendable, Hashable {
    /// The interpreter's path.
    let interpreter: String
    /// What follows it: one argument for the kernel, whatever blanks it holds.
    let arguments: String
    /// How many bytes of the file the shebang takes, line ends included.
    let length: Int

    /// Reads the front of a file; `nil` if no shebang stands there.
    init?(_ bytes: some Collection<UInt8>) {
        let front = Array(bytes.prefix(4096))
        guard front.starts(with: "#!".utf8) else { return nil }
        let lines = front.split(separator: UInt8(ascii: "\n"), maxSplits: 3, omittingEmptySubsequences: false)
        let first = Self.words(lines[0].dropFirst(2))
        guard !first.interpreter.isEmpty else { return nil }
        if first.interpreter == "/bin/sh", lines.count == 4, let path = Self.executed(by: lines[1]),
            lines[2].elementsEqual("' '''".utf8)
        {
            interpreter = path
            arguments = ""
            length = lines[3].startIndex
        } else {
            (interpreter, arguments) = first
            length = min(front.count, lines[0].endIndex + 1)
        }
    }

    private static func words(_ line: ArraySlice<UInt8>) -> (interpreter: String, arguments: String) {
        let text = String(decoding: line, as: UTF8.self).trimmingWhitespace()
        let interpreter = text.prefix { !$0.isWhitespace }
        return (String(interpreter), String(text[interpreter.endIndex...]).trimmingWhitespace())
    }

    private static func executed(by line: ArraySlice<UInt8>) -> String? {
        var text = String(decoding: line, as: UTF8.self)[...]
        guard text.hasPrefix("'''exec' "), text.hasSuffix(" \"$0\" \"$@\"") else { return nil }
        text = text.dropFirst("'''exec' ".count).dropLast(" \"$0\" \"$@\"".count)
        for quote in ["\"", "'"] where text.count >= 2 && text.hasPrefix(quote) && text.hasSuffix(quote) {
            text = text.dropFirst().dropLast()
        }
        return String(text)
    }

    /// Whether it leaves the choice of the Python to `PATH`.
    var asksEnvForPython: Bool {
        interpreter == "/usr/bin/env" && arguments.hasPrefix("python") && !arguments.contains(" ")
    }
}
