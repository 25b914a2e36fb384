import Foundation
import SystemPackage
import Testing

/// Formulas, by a package index of this machine.
@Suite struct HomebrewTests {
    private let digest = String(repeating: "ab", count: 32)

    private func index(in folder: TemporaryFolder) throws {
        let file = { (name: String, type: String, digest: String) in
            """
            {"filename": "\(name)", "packagetype": "\(type)", "url": "https://files.example.com/\(name)",
             "digests": {"md5": "x", "sha256": "\(digest)"}, "yanked": false, "comment": "\\ud83d\\ude00"}
            """
        }
        let wheel = file("a-1.0-py3-none-any.whl", "bdist_wheel", String(repeating: "0", count: 64))
        try folder.write(
            "{\"urls\": [\(wheel), \(file("a-1.0.zip", "sdist", digest)), \(file("a-1.0.tar.gz", "sdist", digest))]}",
            to: "www/pypi/a/1.0/json"
        )
        try folder.write(
            "{\"urls\": [\(file("b_c-2-py3-none-any.whl", "bdist_wheel", digest))]}",
            to: "www/pypi/b-c/2/json"
        )
        try folder.write(
            "{\"urls\": [\(file("d-1-cp311-cp311-linux_x86_64.whl", "bdist_wheel", digest))]}",
            to: "www/pypi/d/1/json"
        )
        try folder.write("<html>", to: "www/pypi/e/1/json")
    }

    private func formula(
        _ requirements: String,
        _ more: [String] = [],
        in folder: TemporaryFolder
    ) async throws -> ToolResult {
        let sdist = try folder.write("the source", to: "Flocker-1.15.0.tar.gz")
        let file = try folder.write(requirements, to: "requirements.txt")
        return try await WebServer.serving(folder.appending("www")) { url in
            try await run(
                Program.path(),
                [
                    "homebrew", "--package-version=1.15.0", "--sdist", sdist.string, "--requirements", file.string,
                    "--index-url", "\(url)/pypi/",
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
        for (name, file) in [("a", "a-1.0.tar.gz"), ("b-c", "b_c-2-py3-none-any.whl")] {
            #expect(
                result.output.contains(
                    """
                      resource "\(name)" do
                        url "https://files.example.com/\(file)"
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

    @Test(
        "what the index does not have, or has otherwise, is refused",
        arguments: [
            ("a==9", "requirement-unknown", 65), ("a>=1", "requirement-not-pinned", 65),
            ("d==1", "requirement-no-source", 65), ("e==1", "requirement-unknown", 65),
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
