import Foundation
import SystemPackage
import Testing

/// The hosted index as pip sees it.
@Suite struct PythonIndexTests {
    private static let script = """
        import io, sys, tarfile, zipfile
        folder, name, version, more, kind = sys.argv[1:]
        head = "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n%s\\n" % (name, version, more)
        stem = "%s-%s" % (name.replace("-", "_"), version)
        if kind == "sdist":
            with tarfile.open("%s/%s.tar.gz" % (folder, stem), "w:gz") as archive:
                info = tarfile.TarInfo(stem + "/PKG-INFO")
                info.size, info.mtime = len(head), 1500000000.5
                archive.addfile(info, io.BytesIO(head.encode()))
        else:
            with zipfile.ZipFile("%s/%s-py3-none-any.whl" % (folder, stem), "w", zipfile.ZIP_DEFLATED) as archive:
                top = stem + ".dist-info/"
                archive.writestr(name.replace("-", "_") + ".py", "version = %r\\n" % version)
                archive.writestr(top + "METADATA", head)
                archive.writestr(top + "WHEEL", "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                archive.writestr(top + "RECORD", "")
        """

    private func make(
        _ name: String,
        _ version: String,
        _ more: String = "",
        kind: String = "wheel",
        in folder: TemporaryFolder
    ) async throws -> String {
        try await output(of: "python3", ["-c", Self.script, folder.path.string, name, version, more, kind])
        let stem = name.replacing("-", with: "_") + "-" + version
        return folder.appending(stem + (kind == "sdist" ? ".tar.gz" : "-py3-none-any.whl")).string
    }

    private func publish(_ arguments: [String], to folder: TemporaryFolder) async throws -> ToolResult {
        try await run(Program.path(), ["publish-python", "--to", folder.appending("www").string] + arguments)
    }

    /// pip of an environment of its own, which looks nowhere but where it is told to.
    private func pip(_ folder: TemporaryFolder) async throws -> @Sendable ([String]) async throws -> ToolResult {
        let environment = folder.appending("venv")
        let pip = environment.appending("bin/pip").string
        if !FileManager.default.fileExists(atPath: pip) {
            try await output(of: "python3", ["-m", "venv", environment.string])
        }
        let variables: [String: String?] = [
            "PIP_CONFIG_FILE": "/dev/null", "PIP_FIND_LINKS": nil, "PIP_NO_INDEX": nil, "PIP_INDEX_URL": nil,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        ]
        return { arguments in
            try await run(pip, arguments, environment: WebServer.environment.merging(variables) { $1 })
        }
    }

    /// Runs pip while the folder is served, `@URL@` in its arguments replaced by the server's address.
    private func pip(_ folder: TemporaryFolder, _ arguments: [String]) async throws -> ToolResult {
        let pip = try await pip(folder)
        return try await WebServer.serving(folder.appending("www")) { url in
            try await pip(arguments.map { $0.replacing("@URL@", with: url) })
        }
    }

    private func download(_ folder: TemporaryFolder, _ from: [String], _ what: String) async throws -> ToolResult {
        let got = folder.appending("got").string
        try? FileManager.default.removeItem(atPath: got)
        return try await pip(folder, ["download", "--no-deps", "--no-cache-dir", "--dest", got] + from + [what])
    }

    private static func name(of path: String) -> String { FilePath(path).lastComponent?.string ?? path }

    private static let sources = [
        ["--index-url", "@URL@/python/simple/"], ["--no-index", "--find-links", "@URL@/python/index.html"],
    ]

    @Test("pip finds by either page what it should, and checks it")
    func pip() async throws {
        let folder = try TemporaryFolder()
        let files = [
            try await make("Demo-Pkg", "1.0", in: folder), try await make("Demo-Pkg", "2.0", in: folder),
            try await make("Demo-Pkg", "3.0", "Requires-Python: >=99\n", in: folder),
            try await make("Demo-Pkg", "0.9", kind: "sdist", in: folder), try await make("other", "5", in: folder),
        ]
        let published = try await publish(files, to: folder)
        try #require(published.status == 0, "\(published.error)")
        #expect(published.lines == files.map { "python/\(Self.name(of: $0))" })
        let yanked = try await publish(
            ["--yank", "Demo_Pkg-2.0-py3-none-any.whl", "--reason", "it <breaks>"],
            to: folder
        )
        #expect(yanked.status == 0, "\(yanked.error)")

        for source in Self.sources {
            let newest = try await download(folder, source, "demo.pkg")
            #expect(newest.status == 0, "\(newest.output)\(newest.error)")
            let got = try FileManager.default.contentsOfDirectory(atPath: folder.appending("got").string)
            #expect(got == ["Demo_Pkg-1.0-py3-none-any.whl"])
            let pinned = try await download(folder, source, "demo-pkg==2.0")
            #expect(pinned.status == 0, "\(pinned.output)\(pinned.error)")
            #expect((pinned.output + pinned.error).contains("it <breaks>"))
        }
        let versions = try await pip(folder, ["index", "versions", "demo-pkg"] + Self.sources[0])
        #expect(versions.output.contains("1.0, 0.9\n"), "\(versions.output)\(versions.error)")

        let www = folder.appending("www/python")
        try Data("other bytes".utf8).write(to: URL(filePath: www.appending("other-5-py3-none-any.whl").string))
        for source in Self.sources {
            let changed = try await download(folder, source, "other")
            #expect(changed.status != 0)
            #expect((changed.output + changed.error).contains("DO NOT MATCH THE HASHES"), "\(changed.error)")
        }
        let unyanked = try await publish(["--unyank", "Demo_Pkg-2.0-py3-none-any.whl"], to: folder)
        #expect(unyanked.status == 0)
        #expect(try await download(folder, Self.sources[0], "demo-pkg").status == 0)
        let got = try FileManager.default.contentsOfDirectory(atPath: folder.appending("got").string)
        #expect(got == ["Demo_Pkg-2.0-py3-none-any.whl"])
    }

    @Test("many publishers at once lose no file of each other's")
    func concurrent() async throws {
        let folder = try TemporaryFolder()
        var files: [String] = []
        for number in 0..<12 {
            files.append(try await make(number % 2 == 0 ? "even" : "p\(number)", "\(number)", in: folder))
        }
        let statuses = try await withThrowingTaskGroup(of: Int32.self) { group in
            for file in files { group.addTask { try await publish([file], to: folder).status } }
            return try await group.reduce(into: [Int32]()) { $0.append($1) }
        }
        #expect(statuses == files.map { _ in 0 })
        let page = try String(contentsOfFile: folder.appending("www/python/index.html").string, encoding: .utf8)
        let even = try String(
            contentsOfFile: folder.appending("www/python/simple/even/index.html").string,
            encoding: .utf8
        )
        let projects = try String(
            contentsOfFile: folder.appending("www/python/simple/index.html").string,
            encoding: .utf8
        )
        for (number, file) in files.enumerated() {
            let name = Self.name(of: file)
            #expect(page.contains(">\(name)<"))
            if number % 2 == 0 { #expect(even.contains(">\(name)<")) }
            if number % 2 != 0 { #expect(projects.contains("href=\"p\(number)/\"")) }
        }
    }

    @Test("in a bucket, pip finds what ten publishers put there at once, at the addresses of folders too")
    func bucket() async throws {
        let server = try await ObjectServer.ceph()
        let bucket = try await server.bucket(isPublic: true)
        let folder = try TemporaryFolder()
        var files: [String] = []
        for number in 0..<10 {
            files.append(try await make(number % 2 == 0 ? "even" : "p\(number)", "\(number)", in: folder))
        }
        let environment = server.environment().mapValues { Optional($0) }
        let statuses = try await withThrowingTaskGroup(of: ToolResult.self) { group in
            for file in files {
                group.addTask {
                    try await Program.run(
                        "publish-python",
                        "--to",
                        "s3://\(bucket)/below",
                        file,
                        environment: environment
                    )
                }
            }
            return try await group.reduce(into: [ToolResult]()) { $0.append($1) }
        }
        for result in statuses { #expect(result.status == 0, "\(result.error)") }
        let pip = try await pip(folder)
        let python = "\(server.url)/\(bucket)/below/python"
        let wanted = ["even==0", "even==2", "even==4", "even==6", "even==8", "p1", "p3", "p5", "p7", "p9"]
        for source in [
            ["--index-url", "\(python)/simple/"], ["--no-index", "--find-links", "\(python)/"],
            ["--no-index", "--find-links", "\(python)/index.html"],
        ] {
            for (number, what) in wanted.enumerated() where number % 3 == 0 || source[0] == "--index-url" {
                let got = folder.appending("got")
                try? FileManager.default.removeItem(atPath: got.string)
                let arguments = ["download", "--no-deps", "--no-cache-dir", "--dest", got.string] + source + [what]
                let result = try await pip(arguments)
                #expect(result.status == 0, "\(what) from \(source): \(result.output)\(result.error)")
                #expect(try FileManager.default.contentsOfDirectory(atPath: got.string).count == 1)
            }
        }
    }

    @Test("files that stood in the folder before get into the index, and what cannot be read does not stop it")
    func adoption() async throws {
        let folder = try TemporaryFolder()
        let old = try await make("old", "1", kind: "sdist", in: folder)
        let new = try await make("new", "1", in: folder)
        try folder.write("broken", to: "www/python/broken-1.zip")
        try FileManager.default.copyItem(atPath: old, toPath: folder.appending("www/python/old-1.tar.gz").string)
        let published = try await publish([new], to: folder)
        #expect(published.status == 0, "\(published.error)")
        #expect(published.error == "warning: python/broken-1.zip cannot be read, and is not in the index\n")
        let page = try String(contentsOfFile: folder.appending("www/python/index.html").string, encoding: .utf8)
        #expect(page.contains("old-1.tar.gz#sha256="))
        #expect(!page.contains("broken"))
        #expect(FileManager.default.fileExists(atPath: folder.appending("www/python/simple/old/index.html").string))
    }

    @Test("publishing again changes nothing, and another file of the same name is refused with nothing written")
    func again() async throws {
        let folder = try TemporaryFolder()
        let file = try await make("demo", "1", in: folder)
        #expect(try await publish([file], to: folder).status == 0)
        let index = folder.appending("www/python/index.json")
        let before = try bytes(of: index)
        #expect(try await publish([file], to: folder).status == 0)
        #expect(try bytes(of: index) == before)
        let other = try await make("demo", "1", "Summary: other\n", in: folder)
        let further = try await make("further", "1", in: folder)
        let refused = try await publish([further, other], to: folder)
        #expect(refused.status == 65)
        #expect(refused.error.contains("another demo-1-py3-none-any.whl is published already"))
        #expect(try bytes(of: index) == before)
        #expect(
            !FileManager.default.fileExists(atPath: folder.appending("www/python/further-1-py3-none-any.whl").string)
        )
        #expect(try await publish([folder.appending("none.whl").string], to: folder).status == 66)
    }
}
