import Foundation
import PackageFormats
import Testing

/// Spec files: what data become in them, and what is read back.
@Suite struct SpecFileTests {
    @Test("Data in a text is escaped, code is not")
    func interpolation() {
        let hostile = "%(touch x) %{lua:os.exit()} 100%"
        let text: SpecText = "%{_bindir}/\(hostile)"
        #expect(text.source == "%{_bindir}/%%(touch x) %%{lua:os.exit()} 100%%")
        #expect(text.literal == nil)
        #expect(SpecText(literal: hostile).literal == hostile)
        let again: SpecText = "\(SpecText(literal: "%x"))/y"
        #expect(again.source == "%%x/y")
    }

    @Test(
        "No line of prose begins what rpm takes for its own",
        arguments: [
            "%post", "%if 1", "  %endif", "# gone", "%include /etc/passwd", "%%if 1", "%changelog", "\u{2028}%prep",
            "words and words and words and words and words and words and words and words, so %post comes next",
        ]
    )
    func prose(text: String) throws {
        let spec = try SpecFile(sections: [SpecSection(.description, lines: [.prose(text + "\n\n" + text)])]).render()
        for line in spec.split(separator: "\n").dropFirst() {
            let start = line.drop { $0 == " " }
            #expect(start.first != "%" && start.first != "#", "'\(line)'")
            #expect(line.count <= 79)
        }
    }

    @Test("Names in a file list lose whatever rpm, its globs or a shell would read")
    func fileNames() throws {
        #expect(try SpecFileEntry.component("a b(c)*[d]{e}\"'$`.txt").source == "a?b?c???d??e?????.txt")
        #expect(try SpecFileEntry.component("naïve-1.0+x~y@z").source == "naïve-1.0+x~y@z")
        // rpm expands macros in what a glob found, too.
        let error = #expect(throws: FormatError.self) { try SpecFileEntry.component("100%(touch x)") }
        #expect(error?.code == .specValue)
    }

    @Test("A changelog's entries are bullets with the right weekday")
    func changelog() throws {
        let entry = ChangelogEntry(
            date: 1_600_000_000,
            author: "A %{b} <a@example.invalid>",
            version: "1.0-1",
            text: "* star\n# hash\n%post\n- dash"
        )
        let text = try SpecFile(sections: [SpecSection(.changelog, lines: [.change(entry)])]).render()
        #expect(
            text == """
                %changelog
                * Sun Sep 13 2020 A %%{b} <a@example.invalid> - 1.0-1
                - star
                - # hash
                - %%post
                - dash

                """
        )
    }

    @Test(
        "What a place cannot hold is refused",
        arguments: [
            (SpecLine.tag(SpecTag(.summary, "a\(String("\n"))%post")), FormatError.Code.specValue),
            (.tag(SpecTag(.name, SpecText(literal: "two words"))), .specValue),
            (.tag(SpecTag(.version, "")), .specValue),
            (.tag(SpecTag(.init(rawValue: "Na me"), "x")), .specValue),
            (.code("a\rb"), .specValue),
            (.definition(SpecDefinition("a b", "x")), .specValue),
            (.file(SpecFileEntry("/x", [.attributes(mode: nil, owner: "a,b) %config(", group: nil)])), .specValue),
            (.change(ChangelogEntry(date: 0, author: " ", text: "x")), .specValue),
            (.end, .specCondition), (.otherwise, .specCondition), (.condition("1"), .specCondition),
        ]
    )
    func refused(line: SpecLine, code: FormatError.Code) {
        let error = #expect(throws: FormatError.self) { try SpecFile(preamble: [line]).render() }
        #expect(error?.code == code)
    }

    @Test("Relations become tags with stages, bounds and boolean forms")
    func relations() throws {
        let cases: [(Relation, String)] = [
            (
                Relation(.requires, "a", .greaterOrEqual, "1:2-3", stages: [.postInstall, .preRemove]),
                "Requires(post,preun): a >= 1:2-3"
            ),
            (Relation(.breaks, "b"), "Conflicts:      b"),
            (Relation(.replaces, "c", .less, "1"), "Obsoletes:      c < 1"),
            (Relation(.requires, .anyOf([.init("d"), .init("e", .init(.less, "2"))])), "Requires:       (d or e < 2)"),
            (Relation(.requires, "f%(x)"), "Requires:       f%%(x)"),
        ]
        for (relation, text) in cases {
            #expect(try SpecFile(preamble: [.tag(try SpecTag(relation))]).render() == text + "\n")
        }
        for name in ["a b", "a,b", "a\nb", ""] {
            let error = #expect(throws: FormatError.self) { try SpecTag(Relation(.requires, name)) }
            #expect(error?.code == .specValue)
        }
    }

    @Test("A script keeps its meaning around the macros of services")
    func scriptlets() throws {
        var scripts = Scripts()
        scripts[.postInstall] = Script("date +%F\nexit 1\n")
        scripts[.preInstall] = Script("print(1)", interpreter: ["<lua>"], calling: .native)
        let sections = try SpecSection.scriptlets(
            of: "sub",
            scripts: scripts,
            services: [Service("a.service"), Service("b", restart: false)]
        )
        let text = try SpecFile(sections: sections).render()
        #expect(text.contains("%pre -n sub -p <lua>\nprint(1)\n"))
        #expect(text.contains("date +%%F\nexit 1\n)\nstatus=$?\n%systemd_post a.service b.service\nexit \"$status\"\n"))
        #expect(text.contains("%preun -n sub\n%systemd_preun a.service b.service\n"))
        #expect(text.contains("%postun -n sub\n%systemd_postun_with_restart a.service\n%systemd_postun b.service\n"))
    }

    @Test(
        "A script with a line that rpm cannot hold is refused",
        arguments: ["%post", "  %if 1", "%endif", "%include x"]
    )
    func scriptLines(line: String) {
        var scripts = Scripts()
        scripts[.postInstall] = Script("cat <<E\n\(line)\nE\n", calling: .native)
        let error = #expect(throws: FormatError.self) {
            try SpecSection.scriptlets(of: nil, scripts: scripts, services: [])
        }
        #expect(error?.code == .specValue)
    }

    // MARK: Reading

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Fixtures/rpm/specs")
    private static let specs =
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter { $0.hasSuffix(".spec") }.sorted()
        ?? []

    @Test("What is read and written is read again the same", arguments: specs)
    func roundTrip(name: String) throws {
        let bytes = Array(try Data(contentsOf: Self.folder.appending(path: name)))
        let file = try SpecFile(parsing: bytes)
        let written = try file.render()
        #expect(try SpecFile(parsing: Array(written.utf8)).render() == written)
        #expect(file[.name] != nil && file[.version] != nil && file[.license] != nil)
        let sections = String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { line in
            SpecSection.Kind.allCases.contains { line == "%\($0.rawValue)" || line.hasPrefix("%\($0.rawValue) ") }
        }
        #expect(file.sections.count == sections.count)
    }

    @Test("Tags, definitions, conditions and sections are found")
    func parts() throws {
        let text = """
            %global x 1
            %define y(a:) z
            # note 100%%
            name: hello
            Requires(post, preun) : a >= 1
            %if 0%{?fedora}
            Epoch: 2
            %else
            %ifarch x86_64
            %endif
            %endif
            %{!?z:%global z %{expand:
            %post
            }}
            %description
            %if not closed here
            text
            %endif
            %Files -n other -f list
            %doc README
            """
        let file = try SpecFile(parsing: Array(text.utf8))
        #expect(file[.name]?.literal == "hello")
        #expect(file.preamble.first == .definition(SpecDefinition("x", "1")))
        #expect(file.preamble[1] == .definition(SpecDefinition("y", parameters: "a:", "z", isLazy: true)))
        #expect(file.preamble[2] == .comment("note 100%"))
        #expect(file.preamble.contains(.tag(SpecTag(.init(rawValue: "requires"), qualifier: "post, preun", "a >= 1"))))
        #expect(file.sections.map(\.kind) == [.description, .files])
        #expect(file.sections.last?.arguments.source == "-n other -f list")
    }

    @Test(
        "Broken files are refused",
        arguments: [
            (Array("%if 1\n".utf8), FormatError.Code.specCondition), (Array("%endif\n".utf8), .specCondition),
            (Array("%else\n".utf8), .specCondition), ([0xFF, 0x0A], .specSyntax), (Array("a\0b".utf8), .specSyntax),
        ]
    )
    func broken(bytes: [UInt8], code: FormatError.Code) {
        let error = #expect(throws: FormatError.self) { try SpecFile(parsing: bytes) }
        #expect(error?.code == code)
    }

    @Test("A file beyond the limit is refused unread")
    func size() {
        let bytes = [UInt8](repeating: 0x0A, count: SpecFile.maximumSize + 1)
        let error = #expect(throws: FormatError.self) { try SpecFile(parsing: bytes) }
        #expect(error?.code == .limitExceeded)
    }

    @Test("Lint names what is missing and what is outdated")
    func lint() throws {
        let text = "Name: x\nGroup: y\n# %macro\n%package a\n%description\nText\n"
        let checks = try SpecFile(parsing: Array(text.utf8)).findings().map { "\($0.severity) \($0.check)" }
        #expect(
            checks == [
                "error spec-missing-tag", "error spec-missing-tag", "error spec-missing-tag", "error spec-missing-tag",
                "error spec-missing-tag", "error spec-missing-description", "warning spec-outdated-tag",
                "warning spec-macro-in-comment",
            ]
        )
    }
}
