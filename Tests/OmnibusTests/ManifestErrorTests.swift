import Omnibus
import PackageFormats
import SystemPackage
import Testing

@Suite struct ManifestErrorTests {
    /// A valid manifest in which one line is replaced.
    private static func manifest(_ line: String, with replacement: String) -> String {
        let lines = [
            "name: tool", "license: MIT", "maintainer: Ada <ada@example.org>", "summary: A tool", "bundle: {}",
            "packages:", "  - name: tool", "    contents:", "      - bundle: true", "    requires: [bash]", "",
        ]
        return lines.map { $0 == line ? replacement : $0 }.joined(separator: "\n")
    }

    private func error(_ text: String) -> OmnibusError? {
        let error = #expect(throws: OmnibusError.self) { try Manifest(yaml: text, file: "m.yaml") }
        if let error { #expect(error.category == .badInput) }
        return error
    }

    @Test(
        "A mistake is named with its place",
        arguments: [
            ("summary: A tool", "sumary: A tool", "manifest-unknown-key", "m.yaml:4:1: "),
            ("summary: A tool", "url: https://x.org", "manifest-missing-key", "m.yaml:1:1: "),
            ("summary: A tool", "summary: [a, b]", "manifest-type", "m.yaml:4:10: "),
            ("summary: A tool", "summary:", "manifest-value", "m.yaml:4:"),
            ("summary: A tool", "summary: \"two\\nlines\"", "manifest-value", "m.yaml:4:10: "),
            ("summary: A tool", "summary: A tool\nname: other", "manifest-duplicate-key", "m.yaml:"),
            ("summary: A tool", "summary: \"A tool", "manifest-syntax", "m.yaml:"),
            ("summary: A tool", "summary: A tool\nversion: one", "version-unsupported", "m.yaml:5:10: "),
            ("summary: A tool", "summary: A tool\nrelease: 0", "manifest-value", "m.yaml:5:10: "),
            ("summary: A tool", "summary: A tool\nversion-scheme: semver", "manifest-value", "m.yaml:5:17: "),
            (
                "summary: A tool", "summary: A tool\noverrides: {debian-99: {}}", "manifest-unknown-distribution",
                "m.yaml:5:13"
            ),
            (
                "summary: A tool", "summary: A tool\noverrides: {rhel-9: {}, rocky-9: {}}", "manifest-duplicate-key",
                "m.yaml:5:25"
            ),
            ("name: tool", "name: -tool", "manifest-name", "m.yaml:1:7: "),
            ("maintainer: Ada <ada@example.org>", "maintainer: Ada", "manifest-value", "m.yaml:3:13: "),
            ("bundle: {}", "bundle: {prefix: opt}", "manifest-path", "m.yaml:5:18: "),
            ("bundle: {}", "bundle: {prefix: /opt/../etc}", "manifest-path", "m.yaml:5:18: "),
            ("bundle: {}", "bundle: {requirements: [--index-url=x]}", "manifest-value", "m.yaml:5:24: "),
            ("bundle: {}", "bundle: {requirement-files: [../x]}", "manifest-path", "m.yaml:5:29: "),
            ("bundle: {}", "bundle: {python: 3}", "manifest-value", "m.yaml:5:18: "),
            ("bundle: {}", "", "manifest-content", "m.yaml:9:17: "),
            ("packages:", "packages: {}\nx:", "manifest-unknown-key", "m.yaml:7:1: "),
            ("  - name: tool", "  - name: Tool", "manifest-name", "m.yaml:7:11: "),
            ("  - name: tool", "  - name: tool\n  - name: tool", "manifest-duplicate-package", "m.yaml:8:11: "),
            ("      - bundle: true", "      - bundle: yes", "manifest-type", "m.yaml:9:17: "),
            ("      - bundle: true", "      - tre: x", "manifest-content", "m.yaml:9:9: "),
            ("      - bundle: true", "      - {tree: x, file: y, to: /z}", "manifest-content", "m.yaml:9:9: "),
            ("      - bundle: true", "      - {tree: ../x, to: /z}", "manifest-path", "m.yaml:9:16: "),
            ("      - bundle: true", "      - {tree: /x, to: /z}", "manifest-path", "m.yaml:9:16: "),
            ("      - bundle: true", "      - {tree: x}", "manifest-missing-key", "m.yaml:9:9: "),
            ("      - bundle: true", "      - {tree: x, to: /z, exclude: '[a'}", "manifest-pattern", "m.yaml:9:36: "),
            ("      - bundle: true", "      - {tree: x, to: '${home}/z'}", "manifest-placeholder", "m.yaml:9:23: "),
            ("      - bundle: true", "      - {file: x, to: /z, mode: 0999}", "manifest-value", "m.yaml:9:33: "),
            ("      - bundle: true", "      - {directory: /z, user: 'a:b'}", "manifest-name", "m.yaml:9:31: "),
            ("      - bundle: true", "      - {links: /usr/bin, scripts: ../x}", "manifest-value", "m.yaml:9:36: "),
            (
                "      - bundle: true", "      - {bundle: true, only: windows}", "manifest-unknown-distribution",
                "m.yaml:9:30: "
            ),
            ("    requires: [bash]", "    requires: ['bash >=']", "manifest-relation", "m.yaml:10:16: "),
            ("    requires: [bash]", "    requires: ['${pyton}']", "manifest-placeholder", "m.yaml:10:16: "),
            ("    requires: [bash]", "    requires: ['${self:too}']", "manifest-placeholder", "m.yaml:10:16: "),
            ("    requires: [bash]", "    requires: ['${python']", "manifest-placeholder", "m.yaml:10:16: "),
            ("    requires: [bash]", "    requires: [{relation: x, when: never}]", "manifest-value", "m.yaml:10:36: "),
            ("    requires: [bash]", "    scripts: {post-instal: x}", "manifest-unknown-key", "m.yaml:10:15: "),
            ("    requires: [bash]", "    scripts: {verify: {text: x, file: y}}", "manifest-value", "m.yaml:10:23: "),
            (
                "    requires: [bash]", "    scripts: {verify: {text: x, interpreter: sh}}", "manifest-path",
                "m.yaml:10:46: "
            ),
            ("    requires: [bash]", "    services: ['a b']", "manifest-name", "m.yaml:10:16: "),
            (
                "    requires: [bash]", "changelog: [{date: 2023-02-29, author: A <a@b>, changes: x}]",
                "manifest-value", "m.yaml:10:20: "
            ),
        ]
    )
    func mistakes(line: String, replacement: String, code: String, place: String) {
        let error = error(Self.manifest(line, with: replacement))
        #expect(error?.code == code, "\(error?.message ?? "")")
        #expect(error?.message.hasPrefix(place) == true, "\(error?.message ?? "")")
    }

    @Test(
        "The hint names what may have been meant",
        arguments: [
            ("summary: A tool", "sumary: A tool", "'summary'"),
            ("    requires: [bash]", "    recomends: [bash]", "'recommends'"),
            ("    requires: [bash]", "    requires: ['${pyton}']", "'python'"),
            ("    requires: [bash]", "    requires: ['${self:too}']", "'tool'"),
            ("      - bundle: true", "      - tre: x", "'tree'"),
            ("      - bundle: true", "      - {bundle: true, only: debain}", "'debian'"),
        ]
    )
    func hints(line: String, replacement: String, hint: String) {
        let error = error(Self.manifest(line, with: replacement))
        #expect(error?.hint?.contains(hint) == true, "\(error?.hint ?? "no hint")")
    }

    @Test(
        "Documents that are no mapping, empty, or two are errors",
        arguments: ["", "# only a comment\n", "text", "[a]", "a: 1\n---\nb: 2"]
    )
    func documents(text: String) {
        #expect(error(text)?.code.hasPrefix("manifest-") == true)
    }

    @Test("Aliases that multiply are refused before they are followed")
    func aliasBomb() {
        var text = "a0: &a0 [x, x]\n"
        for level in 1...30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        text += "? *a30\n: x\n"
        #expect(error(text)?.code == "manifest-aliases")
    }

    @Test("A few aliases are read")
    func aliases() throws {
        let text = Self.manifest("    requires: [bash]", with: "    requires: &list [bash]\n    recommends: *list")
        let package = try Manifest(yaml: text).packages[0]
        #expect(package.base.relations[.recommends]?.map(\.text) == ["bash"])
    }

    @Test("Scripts may hold what looks like anchors and aliases")
    func lookAlikes() throws {
        let line = "        run *a *b *c *d *e *f *g *h *i *j 2>&1 && wait &\n"
        let text = Self.manifest("    requires: [bash]", with: "    scripts:\n      verify: |\n\(line)")
        #expect(try Manifest(yaml: text).packages[0].base.scripts[.verify] != nil)
    }

    @Test("Deep nesting is refused", arguments: ["[", "{a: ", "- "])
    func deep(opening: String) {
        #expect(error("name: " + String(repeating: opening, count: 20_000))?.code.hasPrefix("manifest-") == true)
        #expect(error("name:\n  " + String(repeating: opening, count: 900))?.code.hasPrefix("manifest-") == true)
    }

    @Test("A document above 1 MiB is refused")
    func large() {
        #expect(error("name: " + String(repeating: "x", count: 1 << 20))?.code == "manifest-too-large")
    }

    @Test("A file that is not there is a missing input")
    func noFile() {
        let error = #expect(throws: OmnibusError.self) { try Manifest(contentsOf: FilePath("/nonexistent/m.yaml")) }
        #expect(error?.code == "manifest-unreadable")
        #expect(error?.category == .missingInput)
    }

    @Test("Every beginning of a manifest is read or is an error, and never stops the program")
    func truncated() throws {
        let text = try Manifest.flocker.yaml()
        for length in stride(from: 0, to: text.utf8.count, by: 7) {
            let start = String(decoding: Array(text.utf8.prefix(length)), as: UTF8.self)
            do {
                _ = try Manifest(yaml: start)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }
}
