extension SpecFile {
    /// What is missing, outdated or dangerous in the file.
    public func findings() -> [Finding] {
        var findings: [Finding] = []
        for name in [SpecTag.Name.name, .version, .release, .summary, .license] where self[name] == nil {
            findings.append(Finding(.error, "spec-missing-tag", "the preamble has no \(name.rawValue)"))
        }
        for package in sections where package.kind == .package {
            let hasSummary = package.lines.contains {
                if case .tag(let tag) = $0 { tag.name == .summary } else { false }
            }
            if !hasSummary {
                findings.append(
                    Finding(.error, "spec-missing-tag", "package '\(package.arguments.source)' has no Summary")
                )
            }
            let isDescribed = sections.contains { $0.kind == .description && $0.arguments == package.arguments }
            if !isDescribed {
                let message = "package '\(package.arguments.source)' has no description"
                findings.append(Finding(.error, "spec-missing-description", message))
            }
        }
        if !sections.contains(where: { $0.kind == .description && $0.arguments.source.isEmpty }) {
            findings.append(Finding(.error, "spec-missing-description", "the main package has no description"))
        }
        for line in preamble + sections.flatMap(\.lines) { findings += SpecFile.findings(of: line) }
        findings += changelogFindings()
        return findings
    }

    private static func findings(of line: SpecLine) -> [Finding] {
        switch line {
        case .tag(let tag) where outdated.contains(tag.name):
            return [Finding(.warning, "spec-outdated-tag", "\(tag.name.rawValue) is not needed any more")]
        case .code(let code) where code.source.trimmingBlanks.first == "#" && code.literal == nil:
            // rpm expands macros in comments: one of several lines ends the comment.
            return [Finding(.warning, "spec-macro-in-comment", "a comment holds a macro: '\(code.source)'")]
        default: return []
        }
    }

    private static let outdated: [SpecTag.Name] = [
        .group, SpecTag.Name(rawValue: "BuildRoot"), SpecTag.Name(rawValue: "Packager"),
        SpecTag.Name(rawValue: "Copyright"),
    ]

    /// rpmbuild refuses entries that are not in order.
    private func changelogFindings() -> [Finding] {
        var dates: [Int64] = []
        for section in sections where section.kind == .changelog {
            for case .change(let entry) in section.lines { dates.append(entry.date) }
        }
        let isSorted = zip(dates, dates.dropFirst()).allSatisfy { $0 >= $1 }
        return isSorted ? [] : [Finding(.error, "spec-changelog-order", "the newest entry has to come first")]
    }
}
