import Foundation
import Glibc
import SystemPackage
import Testing

extension Acceptance {
    /// The same commit gives the same bytes, whoever builds it, where, and with how many processors.
    @Suite struct ReproducibilityTests {
        /// The version of the document that names the packages, with the file names that stand there.
        private let version = "0.3.0.dev1+307.gb6d6e9f.dirty"
        private let versionAndRelease = "0.3.0-0.dev.1.307.gb6d6e9f.dirty"

        /// What differs between two builds.
        private struct Builder {
            var checkout: String
            var user: String
            var jobs: String
            var zone: String
            var mask: String
        }

        @Test("checkout, user, jobs, time zone and umask do not show")
        func sameBytes() async throws {
            let folder = try TemporaryFolder()
            try await DebianRoot.asRoot("chmod", ["755", folder.path.string])
            // A linker that root ran with `-o /dev/null` has closed it to everybody else, and git needs it.
            try await DebianRoot.asRoot("chmod", ["666", "/dev/null"])
            let program = try await copyProgram(into: folder)
            let repository = try await repository(in: folder)

            let builders = [
                Builder(checkout: "flocker", user: "0", jobs: "1", zone: "America/New_York", mask: "022"),
                Builder(checkout: "another checkout", user: "65534", jobs: "2", zone: "Asia/Tokyo", mask: "077"),
            ]
            var built: [[String: Data]] = []
            for builder in builders {
                built.append(try await build(builder, program: program, repository: repository, in: folder))
            }
            #expect(built[0].keys.sorted() == expectedNames)
            for name in built[0].keys.sorted() {
                #expect(built[0][name] == built[1][name], "\(name) differs")
            }
            try await expectNoTraces(in: folder)
            try await DebianRoot.asRoot("rm", ["-rf", folder.path.string])
        }

        private var expectedNames: [String] {
            ["debian-12", "rhel-9"].flatMap { distribution in
                FlockerPackages.names.map {
                    FlockerPackages.fileName($0.0, native: $0.1, version: versionAndRelease, for: distribution)
                }
            }.sorted()
        }

        /// The program and its libraries, where any user may read them.
        private func copyProgram(into folder: TemporaryFolder) async throws -> FilePath {
            let program = try Program.path()
            let bin = folder.appending("bin")
            try await output(of: "mkdir", [bin.string])
            let libraries = try await output(of: "ldd", [program]).split(separator: "\n").compactMap { line in
                line.split(separator: " ").first {
                    $0.hasPrefix("/") && $0.contains("/libswift") || $0.contains("lib_")
                }
            }
            let own = libraries.map(String.init).filter { $0.hasPrefix("/") }
            try await output(of: "cp", ["--dereference", program] + own + [bin.string])
            return bin.appending("flocker-pkg")
        }

        /// A repository with the sample project as its one commit.
        private func repository(in folder: TemporaryFolder) async throws -> FilePath {
            let repository = folder.appending("origin")
            try await output(of: "cp", ["--recursive", Fixtures.flocker.string, repository.string])
            let environment: [String: String?] = [
                "GIT_AUTHOR_NAME": "Tests", "GIT_AUTHOR_EMAIL": "tests@example.com",
                "GIT_COMMITTER_NAME": "Tests", "GIT_COMMITTER_EMAIL": "tests@example.com",
                "GIT_AUTHOR_DATE": "2024-02-29T12:00:00+0000", "GIT_COMMITTER_DATE": "2024-02-29T12:00:00+0000",
            ]
            for arguments in [["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message=Sample"]] {
                try await output(of: "git", arguments, environment: environment, workingDirectory: repository)
            }
            return repository
        }

        /// One and the same set of tools for both users: a Python of the first one's own would be another input.
        private let search = "/usr/local/bin:/usr/bin:/bin"

        private func build(
            _ builder: Builder,
            program: FilePath,
            repository: FilePath,
            in folder: TemporaryFolder
        ) async throws -> [String: Data] {
            let place = folder.appending("user-\(builder.user)")
            let checkout = place.appending(builder.checkout)
            let out = place.appending("out")
            for name in ["home", "tmp"] { try await output(of: "mkdir", ["-p", place.appending(name).string]) }
            try await output(of: "git", ["clone", "--quiet", repository.string, checkout.string])
            try await DebianRoot.asRoot("chown", ["--recursive", "\(builder.user):\(builder.user)", place.string])
            try await DebianRoot.asRoot(
                "setpriv",
                [
                    "--reuid=\(builder.user)", "--regid=\(builder.user)", "--clear-groups", "env",
                    "PATH=\(search)", "HOME=\(place.appending("home"))",
                    "XDG_CACHE_HOME=\(place.appending("home/.cache"))",
                    "TMPDIR=\(place.appending("tmp"))", "TZ=\(builder.zone)",
                    "sh", "-c", #"umask "$1"; shift; cd /; exec "$@""#, "sh", builder.mask,
                    program.string, "build", "--jobs", builder.jobs, "--package-version", version,
                    "--distribution=rhel-9", "--distribution=debian-12", "--architecture=x86_64",
                    "--destination-path", out.string, checkout.string,
                ]
            )
            let leftOver = try await DebianRoot.asRoot("find", [place.appending("tmp").string, "-mindepth", "1"])
            #expect(leftOver.isEmpty)
            var files: [String: Data] = [:]
            for name in try FileManager.default.contentsOfDirectory(atPath: out.string) {
                files[name] = try bytes(of: out.appending(name))
            }
            return files
        }

        /// No path, user or host of the build in any byte of what was packed.
        private func expectNoTraces(in folder: TemporaryFolder) async throws {
            let contents = folder.appending("contents")
            let packages = folder.appending("user-0/out")
            for name in expectedNames {
                let package = packages.appending(name).string
                let target = contents.appending(name)
                try await output(of: "mkdir", ["-p", target.string])
                if name.hasSuffix(".deb") {
                    try await output(of: "dpkg-deb", ["--raw-extract", package, target.string])
                } else {
                    try await output(
                        of: "sh",
                        ["-c", #"rpm2cpio "$1" | cpio --quiet --extract --make-directories"#, "sh", package],
                        workingDirectory: target
                    )
                    let header = try await output(of: "rpm", ["-qp", "--nosignature", "--xml", package])
                    #expect(!header.contains(folder.path.string))
                }
            }
            let host = try await output(of: "uname", ["--nodename"]).split(separator: "\n").map(String.init)
            let words = [folder.path.lastComponent?.string ?? "", "another checkout"] + host.filter { $0.count > 4 }
            let found = try await run(
                "grep",
                ["--recursive", "--files-with-matches", "--text", "--fixed-strings"]
                    + words.flatMap { ["--regexp", $0] } + [contents.string]
            )
            #expect(found.lines == [])
        }
    }
}
