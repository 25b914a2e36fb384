/// A line of a requirements file that names one version: `name==1.2`.
struct PinnedRequirement: Sendable, Hashable {
    /// The project's name, normalised.
    let name: String
    /// The version as it stands there.
    let version: String
    /// The SHA-256 digests that are allowed, hexadecimal; any if empty.
    let sha256: Set<String>

    /// Reads a requirements file as pip and pip-tools write it: comments, continued lines, markers, hashes, and options that
    /// say where packages come from.
    ///
    /// What is for Windows alone is left out.
    /// - Throws: ``OmnibusError`` with code `requirement-not-pinned` for a line that leaves the version open, or includes
    ///   another file.
    static func all(in text: String) throws(OmnibusError) -> [PinnedRequirement] {
        var found: [String: PinnedRequirement] = [:]
        var order: [String] = []
        for (number, line) in logicalLines(text) {
            guard let requirement = try read(line, number) else { continue }
            if let known = found[requirement.name] {
                guard known.version == requirement.version else {
                    throw invalid(line, number, "names another version of \(known.name) than a line before")
                }
                continue
            }
            found[requirement.name] = requirement
            order.append(requirement.name)
        }
        return order.compactMap { found[$0] }
    }

    private static let sourceOptions: Set<String> = [
        "-i", "-f", "--index-url", "--extra-index-url", "--find-links", "--no-index", "--trusted-host", "--pre",
        "--prefer-binary", "--no-binary", "--only-binary", "--require-hashes",
    ]

    private static func logicalLines(_ text: String) -> [(Int, String)] {
        var lines: [(Int, String)] = []
        var pending: (Int, String)?
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            var part = String(line)
            // A `#` begins a comment at the start, or behind white space.
            var before: Character = " "
            for (place, character) in zip(part.indices, part) {
                if character == "#", before.isWhitespace {
                    part = String(part[..<place])
                    break
                }
                before = character
            }
            part = part.trimmingWhitespace()
            let continues = part.hasSuffix("\\")
            if continues { part.removeLast() }
            let joined = (pending?.0 ?? index + 1, (pending.map { $0.1 + " " } ?? "") + part)
            pending = continues ? joined : nil
            if !continues { lines.append(joined) }
        }
        if let pending { lines.append(pending) }
        return lines.map { ($0.0, $0.1.trimmingWhitespace()) }.filter { !$0.1.isEmpty }
    }

    private static func read(_ line: String, _ number: Int) throws(OmnibusError) -> PinnedRequirement? {
        if line.hasPrefix("-") {
            let option = String(line.prefix { !$0.isWhitespace && $0 != "=" })
            guard sourceOptions.contains(option) else {
                throw invalid(line, number, "is an option that a formula has nothing for")
            }
            return nil
        }
        var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        let options = words.firstIndex { $0.hasPrefix("--") } ?? words.endIndex
        let hashes = words[options...].filter { $0.hasPrefix("--hash=sha256:") }.map { $0.dropFirst(14).lowercased() }
        words = Array(words[..<options])
        let halves = words.joined(separator: " ").split(separator: ";", maxSplits: 1).map(String.init)
        let pin = (halves.first ?? "").filter { !$0.isWhitespace }
        if halves.count > 1 {
            let marker = halves[1].filter { !$0.isWhitespace }.map { $0 == "'" ? "\"" : String($0) }.joined()
            guard !["sys_platform==\"win32\"", "platform_system==\"Windows\"", "os_name==\"nt\""].contains(marker)
            else {
                return nil
            }
        }
        guard let name = PythonSource.name(of: pin) else { throw invalid(line, number, "names no project") }
        var rest = pin.dropFirst(name.count)
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") { rest = rest[rest.index(after: end)...] }
        let version = rest.hasPrefix("===") ? rest.dropFirst(3) : rest.dropFirst(2)
        guard rest.hasPrefix("=="), !version.contains("*"), !version.contains(","), isVersion(String(version)) else {
            throw invalid(line, number, "leaves the version open")
        }
        return PinnedRequirement(
            name: PythonSource.normalized(name),
            version: String(version),
            sha256: Set(hashes)
        )
    }

    private static func isVersion(_ text: String) -> Bool {
        do throws(OmnibusError) {
            _ = try PEP440Version(text)
            return true
        } catch {
            return false
        }
    }

    private static func invalid(_ line: String, _ number: Int, _ reason: String) -> OmnibusError {
        OmnibusError(
            "requirement-not-pinned",
            .badInput,
            "line \(number) of the requirements, '\(line.prefix(100).description.hidingCredentials())', \(reason)",
            hint: "every line has to be NAME==VERSION, as 'pip freeze' and 'uv pip compile' write it"
        )
    }
}
