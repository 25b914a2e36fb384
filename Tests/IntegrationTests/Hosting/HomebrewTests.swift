import Foundation
import SystemPackage
import Testing

/// Formulas, by a package index of this machine.
@Suite struct HomebrewTests {
    private let digest = String(repeating: "ab", count: 32)

    private func index(in folder: TemporaryFolder) throws {
        func file(_ name: String, _ digest: String) -> String {
            """
            {"filename": "\(name)", "url": "https://files.example.com/\(name)", "hashes": {"sha256": "\(digest)"},
             "requires-python": null, "yanked": "it <breaks> \\ud83d\\ude00"}
            """
        }
        let other = String(repeating: "0", count: 64)
        let files = [
            file("a-1.0-py3-none-any.whl", other), file("a-1.0.1.tar.gz", other), file("a-b-1.0.tar.gz", other),
            file("a-1.0.zip", other), file("a-1.0.tar.gz", digest),
        ]
        try folder.write(
            "{\"meta\": {\"api-version\": \"1.1\"}, \"name\": \"a\", \"files\": [\(files.joined(separator: ", "))]}",
            to: "www/simple/a/index.html"
        )
        try folder.write(
            """
            <!DOCTYPE html><html><body><h1>Links for b-c</h1>
            <a href="../../b_c-1-py3-none-any.whl#sha256=\(other)">b_c-1-py3-none-any.whl</a><br>
            <a data-requires-python="&gt;=3" HREF='../../b_c-2.0-py3-none-any.whl#sha256=\(digest)'
            >b_c-2.0-py3-none-any.whl</a><br>
            </body></html>
            """,
            to: "www/simple/b-c/index.html"
        )
        try folder.write(
            "<a href=\"d-1-cp311-cp311-linux_x86_64.whl#sha256=\(digest)\">d-1-cp311-cp311-linux_x86_64.whl</a>",
            to: "www/simple/d/index.html"
        )
        try folder.write("<a href=\"e-1.tar.gz#md5=0\">e-1.tar.gz</a>", to: "www/simple/e/index.html")
        try folder.write("{\"files\": [{\"filename\": 1}]}", to: "www/simple/f/index.html")
    }

    /// A source distribution with nothing in it but what it says of itself.
    private func sdist(
        _ name: String,
        _ version: String,
        as file: String,
        in folder: TemporaryFolder
    ) async throws -> String {
        try folder.write("Metadata-Version: 2.1\nName: \(name)\nVersion: \(version)\n", to: "x/PKG-INFO")
        let path = folder.appending(file).string
        try await output(of: "tar", ["-C", folder.path.string, "-czf", path, "x"])
        return path
    }

    private func formula(
        _ requirements: String,
        _ more: [String] = [],
        in folder: TemporaryFolder
    ) async throws -> ToolResult {
        let sdist = try await sdist("Flocker", "1.15.0", as: "Flocker-1.15.0.tar.gz", in: folder)
        let file = try folder.write(requirements, to: "requirements.txt")
        return try await WebServer.serving(folder.appending("www")) { url in
            try await run(
                Program.path(),
                [
                    "homebrew", "--package-version=1.15.0", "--sdist", sdist, "--requirements", file.string,
                    "--index-url", "\(url)/simple/",
                ] + more,
                environment: WebServer.environment
            )
        }
    }

    @Test("the formula is Ruby, with every dependency as a resource")
    func formula() async throws {
        let folder = try TemporaryFolder()
        try index(in: folder)
        let result = try await formula(
            "a==1.0\nB.C==2  # via a\nflocker==1.15.0\n",
            ["--program=flocker-deploy"],
            in: folder
        )
        try #require(result.status == 0, "\(result.error)")
        #expect(
            result.output.hasPrefix("class Flocker1150 < Formula\n  include Language::Python::Virtualenv\n"),
            "\(result.output)"
        )
        #expect(
            result.output.contains(
                "  url \"https://s3.amazonaws.com/clusterhq-archive/python/Flocker-1.15.0.tar.gz\"\n"
            )
        )
        let sha256 = try await output(of: "sha256sum", [folder.appending("Flocker-1.15.0.tar.gz").string]).prefix(64)
        #expect(result.output.contains("  sha256 \"\(sha256)\"\n"))
        for (name, file) in [("a", "https://files.example.com/a-1.0.tar.gz"), ("b-c", "/b_c-2.0-py3-none-any.whl")] {
            #expect(result.output.contains("\n  resource \"\(name)\" do\n    url \"http"))
            #expect(
                result.output.contains(
                    """
                    \(file)"
                        sha256 "\(digest)"
                      end

                    """
                )
            )
        }
        #expect(result.output.count(where: { $0 == "\n" }) > 20)
        #expect(!result.output.contains("resource \"flocker\""))
        let file = try folder.write(result.output, to: "flocker-1.15.0.rb")
        #expect(try await output(of: "ruby", ["-c", file.string]) == "Syntax OK\n")
    }

    @Test("a source distribution can be a URL, and the formula a file")
    func url() async throws {
        let folder = try TemporaryFolder()
        try folder.write("the source", to: "www/Flocker-1.15.0.tar.gz")
        let target = folder.appending("flocker.rb").string
        let result = try await WebServer.serving(folder.appending("www")) { url in
            let missing = try await Program.run(
                "homebrew",
                "--package-version=1.15.0",
                "--sdist=\(url)/none.tar.gz",
                environment: WebServer.environment
            )
            #expect(missing.status == 66)
            #expect(missing.error.contains("/none.tar.gz is not there"))
            return try await Program.run(
                "homebrew",
                "--package-version=1.15.0",
                "--sdist=\(url)/Flocker-1.15.0.tar.gz",
                "--output=\(target)",
                environment: WebServer.environment
            )
        }
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output == target + "\n")
        #expect(try await output(of: "ruby", ["-c", target]) == "Syntax OK\n")
    }

    @Test("a file may spell the version as its tool does", arguments: ["0.3.2dev1", "0.3.2.dev1"])
    func spelling(version: String) async throws {
        let folder = try TemporaryFolder()
        let sdist = try await sdist("flocker", "0.3.2.dev1", as: "flocker-0.3.2.dev1.tar.gz", in: folder)
        let result = try await Program.run("homebrew", "--package-version", version, "--sdist", sdist)
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("/python/flocker-0.3.2.dev1.tar.gz\""))
    }

    @Test(
        "a file that is no source distribution of the version is refused",
        arguments: [
            ("Flocker", "1.14.0", "Flocker-1.14.0.tar.gz", "is no source distribution of Flocker 1.15.0"),
            ("other", "1.15.0", "other-1.15.0.tar.gz", "is no source distribution of Flocker 1.15.0"),
            ("Flocker", "1.14.0", "Flocker-1.15.0.tar.gz", "says in its metadata that it is Flocker 1.14.0"),
            ("Flocker", "1.15.0", "Flocker-1.15.0.zip", "cannot be read"),
        ]
    )
    func unfit(name: String, version: String, file: String, part: String) async throws {
        let folder = try TemporaryFolder()
        let sdist = try await sdist(name, version, as: file, in: folder)
        let result = try await Program.run("homebrew", "--package-version=1.15.0", "--sdist", sdist)
        #expect(result.status == 65)
        #expect(result.error.contains(part), "\(result.error)")
    }

    @Test(
        "what the index does not have, or has otherwise, is refused",
        arguments: [
            ("a==9", "requirement-unknown", 65), ("a>=1", "requirement-not-pinned", 65),
            ("d==1", "requirement-no-source", 65), ("e==1", "requirement-no-source", 65), ("f==1", "index-page", 65),
            ("g==1", "requirement-unknown", 65),
            ("a==1.0 --hash=sha256:00", "requirement-hash", 65),
        ] as [(String, String, Int32)]
    )
    func refused(requirement: String, code: String, status: Int32) async throws {
        let folder = try TemporaryFolder()
        try index(in: folder)
        let result = try await formula(requirement, ["--format=json"], in: folder)
        #expect(result.status == status)
        #expect(result.output.contains("\"code\": \"\(code)\""), "\(result.output)")
    }
}
