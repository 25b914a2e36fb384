import Glibc
import SystemPackage
import Testing

@testable import PackageFormats

@Suite("Contents")
struct ContentsTests {
    private func resolve(@ContentsBuilder _ contents: () -> [Content]) throws -> [Entry] {
        try contents().resolved(date: 1_500_000_000)
    }

    @Test("lists a tree sorted by bytes, with modes, links and times that do not show the machine")
    func tree() throws {
        let folder = try TemporaryFolder()
        try folder.write("#!/bin/sh\n", to: "bin/tool", mode: 0o700)
        try folder.write("x", to: "bin/data", mode: 0o666)
        try folder.write("y", to: "bin-extra", mode: 0o600)
        #expect(link(folder.path.appending("bin/data").string, folder.path.appending("bin/same").string) == 0)
        #expect(symlink("tool", folder.path.appending("bin/link").string) == 0)
        let entries = try resolve { Tree(from: folder.path, to: "/opt/x") }
        #expect(
            entries.map(\.path.description) == [
                "/opt/x", "/opt/x/bin", "/opt/x/bin-extra", "/opt/x/bin/data", "/opt/x/bin/link", "/opt/x/bin/same",
                "/opt/x/bin/tool",
            ]
        )
        #expect(entries.map(\.mode) == [0o755, 0o755, 0o644, 0o644, 0o777, 0o644, 0o755])
        #expect(entries.allSatisfy { $0.modificationTime == 1_500_000_000 && $0.owner == "root" && $0.group == "root" })
        #expect(entries[4].kind == .symbolicLink(target: Array("tool".utf8)))
        // Which of the two names comes first in the folder is the file system's choice.
        let linked = [entries[3].kind, entries[5].kind].filter {
            if case .hardLink = $0 { true } else { false }
        }
        #expect(linked.count == 1)
    }

    @Test("leaves out what the globs exclude, and what is below")
    func excludes() throws {
        let folder = try TemporaryFolder()
        for name in ["a.py", "a.pyc", "sub/b.py", "sub/b.pyc", "cache/x", "keep/cache.txt"] {
            try folder.write("", to: name)
        }
        let entries = try resolve { Tree(from: folder.path, to: "/opt/x", excluding: ["*.pyc", "/cache"]) }
        #expect(
            entries.map(\.path.description) == [
                "/opt/x", "/opt/x/a.py", "/opt/x/keep", "/opt/x/keep/cache.txt", "/opt/x/sub", "/opt/x/sub/b.py",
            ]
        )
    }

    @Test("applies attributes")
    func attributes() throws {
        let entries = try resolve {
            File("a = 1\n", to: "/etc/x.conf").mode(0o640).owner("root", group: "x").config()
            Directory("/var/lib/x/").mode(0o750).owner("x")
            Symlink("/usr/bin/x", to: "/opt/x/bin/x")
            Ghost("/var/log/x.log")
        }
        #expect(entries[0].flags == [.config, .noReplace])
        #expect(entries[0].mode == 0o640 && entries[0].group == "x" && entries[0].owner == "root")
        #expect(entries[2].path.description == "/var/lib/x" && entries[2].owner == "x" && entries[2].mode == 0o750)
        #expect(entries[3].flags == .ghost)
    }

    @Test("lets a later description of a directory win, but never two of a file")
    func duplicates() throws {
        let entries = try resolve {
            Directory("/opt/x")
            Directory("/opt/x").mode(0o700)
        }
        #expect(entries.map(\.mode) == [0o700])
        let error = #expect(throws: FormatError.self) {
            try resolve {
                File("1", to: "/opt/x")
                File("2", to: "/opt/x")
            }
        }
        #expect(error?.code == .duplicatePath)
    }

    @Test("refuses something below a file, and a hard link to nothing")
    func impossible() throws {
        let below = #expect(throws: FormatError.self) {
            try resolve {
                File("1", to: "/opt/x")
                File("2", to: "/opt/x/deeper/y")
            }
        }
        #expect(below?.code == .invalidValue)
        let dangling = #expect(throws: FormatError.self) { try resolve { HardLink("/opt/x", to: "/opt/y") } }
        #expect(dangling?.code == .invalidValue)
    }

    @Test("refuses pipes in a tree and files that are not there")
    func oddSources() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.path.appending("pipe").string, 0o644) == 0)
        let pipe = #expect(throws: FormatError.self) { try resolve { Tree(from: folder.path, to: "/opt") } }
        #expect(pipe?.code == .unsupported)
        let missing = #expect(throws: FormatError.self) {
            try resolve { File(from: folder.path.appending("none"), to: "/opt/x") }
        }
        #expect(missing?.code == .inputOutput)
    }

    @Test(
        "refuses paths that no package may have",
        arguments: [
            "", "opt", ".", "..", "/opt/../etc", "/opt/./x", "/opt//x", "//opt", "/.", "/..", "/./opt", "/../opt",
            "/opt/.",
            "/opt/..", "/opt/../", "/.a/..", "/opt/.hidden/../x", "/a\nb", "/a\0b", "/\n", "/a\0", "/.a\n",
            "/" + String(repeating: "x", count: 5000),
        ]
    )
    func badPaths(path: String) {
        let error = #expect(throws: FormatError.self) { try PackagePath(path) }
        #expect(error?.code == .invalidPath)
    }

    @Test(
        "takes every other path, without the slashes that it ends in",
        arguments: [
            ("/", "/"), ("//", "/"), ("/a", "/a"), ("/opt/", "/opt"), ("/opt//", "/opt"), ("/.a", "/.a"),
            ("/..a", "/..a"),
            ("/...", "/..."), ("/a./b..", "/a./b.."), ("/a/.b/..c/d", "/a/.b/..c/d"), ("/ä\t\u{7F}", "/ä\t\u{7F}"),
        ]
    )
    func goodPaths(path: String, expected: String) throws {
        #expect(try PackagePath(path).bytes == Array(expected.utf8))
    }

    @Test("reads content exactly, and notices files that changed")
    func changed() throws {
        let folder = try TemporaryFolder()
        try folder.write("12345", to: "file")
        let path = try PackagePath("/file")
        var reader = ContentReader()
        for (size, good) in [(UInt64(5), true), (4, false), (6, false), (0, false)] {
            var seen: [UInt8] = []
            let content = Entry.FileContent.onDisk(folder.path.appending("file"))
            do {
                try reader.read(content, size: size, of: path) { (piece) throws(FormatError) in
                    piece.withUnsafeBytes { seen.append(contentsOf: $0) }
                }
                #expect(good && seen == Array("12345".utf8))
            } catch {
                #expect(!good && error.code == .changedWhileReading)
            }
        }
    }
}

@Suite("Globs")
struct GlobTests {
    @Test(
        "match as shells and .gitignore have it",
        arguments: [
            ("*.pyc", "a.pyc", true), ("*.pyc", "x/y/a.pyc", true), ("*.pyc", "a.py", false),
            ("/a.pyc", "a.pyc", true), ("/a.pyc", "x/a.pyc", false), ("x/*.c", "x/a.c", true),
            ("x/*.c", "x/y/a.c", false), ("x/**/*.c", "x/y/z/a.c", true), ("**/test", "a/b/test", true),
            ("**/test", "test", true), ("a?c", "abc", true), ("a?c", "a/c", false), ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false), ("\\*", "*", true), ("\\*", "x", false), ("*a*b*c", "xaybzc", true),
            ("*a*b*c", "xaybz", false), ("a**", "a/b/c", false), ("/a**", "a/b/c", true), ("tests", "x/tests", true),
        ]
    )
    func matching(pattern: String, path: String, expected: Bool) throws {
        #expect(try Glob(pattern).matches(Array(path.utf8)) == expected)
    }

    @Test("that cannot be read are refused", arguments: ["", "/", "a[b", "a\\"])
    func broken(pattern: String) {
        #expect(throws: FormatError.self) { try Glob(pattern) }
    }

    @Test("stay quick on patterns made to be slow")
    func quick() throws {
        let glob = try Glob(String(repeating: "*a", count: 40) + "b")
        #expect(!glob.matches(Array(repeating: UInt8(ascii: "a"), count: 4000)))
    }
}
