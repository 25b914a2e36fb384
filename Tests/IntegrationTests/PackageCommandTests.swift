import Foundation
import PackageFormats
import SystemPackage
import Testing

extension Acceptance {
    /// `inspect`, `verify`, `extract` and `diff` as people and scripts call them.
    @Suite struct PackageCommandTests {
        private static let rpms = Fixtures.folder.appending("rpm")
        private static let debs = Fixtures.folder.appending("deb")
        private static let plain = rpms.appending("gold-plain-1.2.3-4.noarch.rpm").string
        private static let links = rpms.appending("gold-links-1-1.x86_64.rpm").string
        private static let control = debs.appending("06-control-members.deb").string

        private func json(_ text: String) throws -> [[String: Any]] {
            try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        }

        // MARK: - inspect

        @Test("an overview names what rpm -qi and dpkg -I name")
        func overview() async throws {
            let rpm = try await output(of: Program.path(), ["inspect", Self.plain])
            let format = "%{NAME}\\n%{SUMMARY}\\n%{LICENSE}\\n%{URL}\\n%{VENDOR}\\n%{PACKAGER}\\n%{GROUP}\\n"
            for line in try await output(of: "rpm", ["-qp", "--qf", format, Self.plain]).split(separator: "\n") {
                #expect(rpm.contains(line), "\(line)")
            }
            let deb = try await output(of: Program.path(), ["inspect", Self.control])
            for field in ["Package", "Version", "Architecture", "Maintainer", "Section", "Priority", "Homepage"] {
                let value = try await output(of: "dpkg-deb", ["--field", Self.control, field])
                #expect(deb.contains(value.trimmingCharacters(in: .newlines)), "\(field)")
            }
        }

        @Test("files are listed as rpm -qpl lists them", arguments: [plain, links])
        func files(package: String) async throws {
            let text = try await output(of: Program.path(), ["inspect", "--files", package])
            let names = try await output(of: "rpm", ["-qpl", package]).split(separator: "\n")
            let lines = text.split(separator: "\n")
            for name in names { #expect(lines.contains { $0.contains("  \(name)") }, "\(name)") }
            #expect(lines.count == names.count + 3)
        }

        @Test("relations are those of rpm -qpR and its like, word for word")
        func relations() async throws {
            let package = Self.rpms.appending("gold-deps-1.0~rc1^git5-2.el8.x86_64.rpm").string
            let objects = try json(try await output(of: Program.path(), ["inspect", "--format=json", package]))
            let relations = try #require(objects.first?["relations"] as? [String: [[String: Any]]])
            for (kind, option) in [
                ("requires", "--requires"), ("provides", "--provides"), ("conflicts", "--conflicts"),
                ("obsoletes", "--obsoletes"), ("recommends", "--recommends"), ("suggests", "--suggests"),
                ("supplements", "--supplements"), ("enhances", "--enhances"),
            ] {
                let expected = try await output(of: "rpm", ["-qp", option, package]).split(separator: "\n").map(
                    String.init
                )
                let found = try #require(relations[kind]).map { relation in
                    [relation["name"], relation["comparison"], relation["version"]].compactMap { $0 as? String }
                        .joined(separator: " ")
                }
                #expect(Set(found) == Set(expected), "\(kind)")
            }
        }

        @Test("a file that cannot be read stands in its place among the others, and says why")
        func unreadable() async throws {
            let bad = Self.debs.appending("malformed/ar-bad-fmag.deb").string
            let result = try await Program.run("inspect", "--format", "json", Self.plain, bad, Self.control)
            #expect(result.status == 65)
            let objects = try json(result.output)
            #expect(objects.map { $0["path"] as? String } == [Self.plain, bad, Self.control])
            #expect(objects.map { $0["name"] as? String } == ["gold-plain", nil, "golden-control"])
            let error = try #require(objects[1]["error"] as? [String: Any])
            #expect(error["code"] as? String == "ar-header")
            #expect(error["offset"] as? Int == 72)
            #expect((error["message"] as? String)?.isEmpty == false)
        }

        @Test("a file that is not there is another error", arguments: ["inspect", "verify"])
        func missing(command: String) async throws {
            let result = try await Program.run(command, Self.plain, "/nonexistent/x.rpm")
            #expect(result.status == 66)
            #expect(result.output.contains("gold-plain"))
            #expect(result.error.hasPrefix("error: /nonexistent/x.rpm: "))
        }

        @Test("the JSON of a deb has what its control file and archive have")
        func debianJSON() async throws {
            let object = try #require(
                try json(try await output(of: Program.path(), ["inspect", "--format=json", Self.control])).first
            )
            #expect(object["format"] as? String == "deb")
            #expect(object["formatVersion"] as? Int == 2)
            #expect(object["epoch"] as? Int == 2)
            #expect(object["version"] as? String == "1.2.3~rc1+git20151019")
            #expect(object["release"] as? String == "4")
            #expect(object["architecture"] as? String == "all")
            #expect(object["installedSize"] as? Int == 7 * 1024)
            let payload = try #require(object["payload"] as? [String: Any])
            #expect(payload["archive"] as? String == "tar")
            let files = try #require(object["files"] as? [[String: Any]])
            let listing = try await output(of: "dpkg-deb", ["--contents", Self.control])
            #expect(files.count == listing.split(separator: "\n").count)
            let configuration = files.filter { ($0["flags"] as? [String])?.contains("config") == true }
            #expect(configuration.count == 2)
            #expect(files.contains { ($0["digest"] as? String)?.hasPrefix("md5:") == true })
        }

        @Test("names that are no UTF-8 are escaped, with their bytes beside")
        func names() async throws {
            let package = Self.debs.appending("10-unicode-names.deb").string
            let object = try #require(
                try json(try await output(of: Program.path(), ["inspect", "--format=json", package])).first
            )
            let files = try #require(object["files"] as? [[String: Any]])
            let raw = files.filter { $0["rawPath"] != nil }
            #expect(!raw.isEmpty)
            for file in raw {
                let escaped = try #require(file["path"] as? String)
                let encoded = try #require(file["rawPath"] as? String)
                let bytes = try #require(Data(base64Encoded: encoded))
                #expect(escaped.contains("%"))
                #expect(String(data: bytes, encoding: .utf8) == nil)
                #expect(Self.unescaped(escaped) == bytes)
            }
        }

        private static func unescaped(_ text: String) -> Data {
            var data = Data()
            var rest = text.utf8[...]
            while let byte = rest.popFirst() {
                guard byte == UInt8(ascii: "%") else {
                    data.append(byte)
                    continue
                }
                let digits = String(decoding: rest.prefix(2), as: UTF8.self)
                data.append(UInt8(digits, radix: 16) ?? 0)
                rest = rest.dropFirst(2)
            }
            return data
        }

        @Test("nothing that a package says reaches the terminal as a command", arguments: ["text", "json"])
        func escapes(format: String) async throws {
            let folder = try TemporaryFolder()
            var package = RPMSamples.plain(name: "plain")
            package.summary = "turns round \u{202E}txt.exe\u{200B} \u{9B}31m"
            package.description = "red"
            package.scripts[.preInstall] = Script("echo '\u{1B}[31m\u{7}'", calling: .native)
            let path = try RPMWriter().write(package, to: folder.path).string
            let result = try await Program.run("inspect", "--scripts", "--format", format, path)
            #expect(result.status == 0)
            for scalar in ["\u{1B}", "\u{7}", "\u{9B}", "\u{202E}", "\u{200B}"] {
                #expect(!result.output.unicodeScalars.contains { String($0) == scalar })
            }
            #expect(result.output.contains(format == "json" ? "\\u202e" : "\\u{202e}"))
            #expect(result.output.contains(format == "json" ? "\\u001b" : "\\x1b"))
        }

        @Test("a description is wrapped between words, one line or several", arguments: [1, 3])
        func wrapping(lines: Int) async throws {
            let folder = try TemporaryFolder()
            var package = RPMSamples.plain(name: "plain")
            let line = (1...40).map { "word\($0)" }.joined(separator: " ")
            package.description = Array(repeating: line, count: lines).joined(separator: "\n")
            let path = try RPMWriter().write(package, to: folder.path).string
            let text = try await output(of: Program.path(), ["inspect", path])
            let shown = text.split(separator: "\n").drop { !$0.hasPrefix("  word") }
            #expect(shown.count > 3 * lines)
            #expect(shown.allSatisfy { $0.utf8.count <= 80 && $0.hasPrefix("  word") && !$0.hasSuffix(" ") })
            let words = shown.flatMap { $0.split(separator: " ") }.joined(separator: " ")
            #expect(words == Array(repeating: line, count: lines).joined(separator: " "))
        }

        @Test("an overview reads the headers of an rpm and nothing of its payload")
        func headerOnly() async throws {
            let folder = try TemporaryFolder()
            let log = folder.appending("strace").string
            let package = Self.rpms.appending("gold-comp-xz-1-1.noarch.rpm")
            let reader = try RPMReader(opening: package)
            try #require(!reader.payloadRange.isEmpty)
            try await output(
                of: "strace",
                // A file for each thread, so that no call is cut in two by those of another.
                [
                    "-ff", "-y", "-e", "trace=read,pread64,mmap", "-o", log, try Program.path(), "inspect",
                    package.string,
                ]
            )
            let trace = try folder.everything().flatMap { name in
                try String(contentsOfFile: folder.appending(name).string, encoding: .utf8).split(separator: "\n")
            }
            var furthest: UInt64 = 0
            for line in trace where line.contains(package.lastComponent?.string ?? "?") {
                #expect(!line.contains("mmap"))
                // pread64(3</path>, "…"..., COUNT, OFFSET) = READ
                let numbers = line.split(separator: ")").dropLast().last?.split(separator: ",").suffix(1) ?? []
                let offset = numbers.first.flatMap { UInt64($0.trimmingCharacters(in: .whitespaces)) }
                let read = line.split(separator: "=").last.flatMap { UInt64($0.trimmingCharacters(in: .whitespaces)) }
                guard line.contains("pread64"), let offset, let read else {
                    Issue.record("the package is read in another way: \(line)")
                    continue
                }
                furthest = max(furthest, offset + read)
            }
            #expect(furthest > reader.headerRange.lowerBound)
            #expect(furthest <= reader.headerRange.upperBound)
        }

        @Test("many files keep their order")
        func order() async throws {
            let packages = try FileManager.default.contentsOfDirectory(atPath: Self.rpms.string)
                .filter { $0.hasSuffix(".rpm") }.sorted().map { Self.rpms.appending($0).string }
            let many = Array(repeating: packages, count: 3).joined()
            let objects = try json(try await output(of: Program.path(), ["inspect", "--format=json"] + many))
            #expect(objects.map { $0["path"] as? String } == Array(many))
        }

        @Test("files alone are treated as beside options", arguments: ["inspect", "verify"])
        func filesAlone(command: String) async throws {
            let packages = try FileManager.default.contentsOfDirectory(atPath: Self.rpms.string)
                .filter { $0.hasSuffix(".rpm") }.sorted().map { Self.rpms.appending($0).string }
            // More of them than the parser is given.
            try #require(packages.count > 8)
            let plain = try await run(Program.path(), [command] + packages + ["/nonexistent"])
            let parsed = try await run(Program.path(), [command, "--format", "text"] + packages + ["/nonexistent"])
            #expect(plain.status == (command == "inspect" ? 66 : 1))
            #expect(!plain.output.isEmpty && plain.error.contains("/nonexistent"))
            #expect(parsed == plain)
            let apart = try await run(Program.path(), [command] + packages + ["--verbose", "/nonexistent"])
            #expect(apart == plain)
        }

        // MARK: - verify

        @Test("verify tells good packages from bad ones, one verdict a file")
        func verify() async throws {
            let bad = Self.debs.appending("malformed/ctl-md5sums-wrong.deb").string
            let good = try await Program.run("verify", "--format=json", Self.plain)
            #expect(good.status == 0)
            let result = try await Program.run("verify", "--format=json", Self.plain, bad)
            #expect(result.status == 1)
            let objects = try json(result.output)
            #expect(objects.map { $0["path"] as? String } == [Self.plain, bad])
            #expect(objects[0]["verdict"] as? String == "ok")
            #expect(Set(objects[0]["covered"] as? [String] ?? []).isSuperset(of: ["header", "payload"]))
            #expect(objects[0]["signature"] as? String == "none")
            #expect(objects[1]["verdict"] as? String == "failed")
            let findings = try #require(objects[1]["findings"] as? [[String: Any]])
            #expect(findings.contains { $0["severity"] as? String == "error" && $0["check"] is String })
            let text = try await Program.run("verify", Self.plain, bad)
            #expect(text.status == 1)
            #expect(text.lines.first?.hasPrefix("ok       \(Self.plain)") == true)
            #expect(text.lines.contains { $0.hasPrefix("failed   \(bad)") })
        }

        @Test("what is no package fails")
        func noPackage() async throws {
            let folder = try TemporaryFolder()
            let file = try folder.write("text", to: "x.rpm").string
            let result = try await Program.run("verify", file)
            #expect(result.status == 1)
            #expect(result.output.contains("unknown-format"))
        }

        // MARK: - extract

        @Test("extract unpacks below the directory, and its exit status tells what stopped it")
        func extract() async throws {
            let folder = try TemporaryFolder()
            let root = folder.appending("root")
            let result = try await Program.run("extract", "-C", root.string, Self.plain, Self.control)
            #expect(result.status == 0)
            #expect(result.output == "")
            let everything = try folder.everything()
            #expect(everything.contains("root/etc/golden/main.conf"))
            let hostile = Self.debs.appending("malformed/tar-dotdot.deb").string
            let refused = try await Program.run("extract", "-C", root.string, hostile)
            #expect(refused.status == 65)
            #expect(try folder.everything() == everything)
            let limited = try await Program.run("extract", "-C", root.string, "--max-entries=1", Self.plain)
            #expect(limited.status == 65)
            try folder.write("a file", to: "file")
            let blocked = try await Program.run("extract", "-C", folder.appending("file/x").string, Self.plain)
            #expect(blocked.status == 73)
            #expect(try await Program.run("extract", Self.plain).status == 64)
        }

        // MARK: - diff

        @Test("diff is silent and 0 for packages that say the same, and 1 with what changed for others")
        func diff() async throws {
            let folder = try TemporaryFolder()
            var package = try RPMSamples.everything()
            let old = try RPMWriter().write(package, to: folder.path).string
            package.version = EVR(epoch: 1, version: "2.1", release: "1")
            package.scripts[.preInstall] = Script("echo $2", calling: .native)
            package.relations.removeAll { $0.kind == .conflicts }
            let new = try RPMWriter().write(package, to: folder.path).string
            let same = try await Program.run("diff", old, old)
            #expect(same.status == 0)
            #expect(same.output == "")
            let changed = try await Program.run("diff", old, new)
            #expect(changed.status == 1)
            for line in [
                "--- \(old)", "+++ \(new)", "  - conflicts enemy", "  ~ preInstall", "    -echo $1", "    +echo $2",
            ] {
                #expect(changed.lines.contains(line), "\(line)")
            }
            #expect(changed.lines.contains { $0.hasPrefix("  ~ version") && $0.hasSuffix("2.0~rc1 -> 2.1") })
            let document = try await Program.run("diff", "--format=json", old, new)
            #expect(document.status == 1)
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(document.output.utf8)) as? [String: Any]
            )
            #expect(object["same"] as? Bool == false)
            let trouble = try await Program.run("diff", old, "/nonexistent/x.rpm")
            #expect(trouble.status == 66)
            let mixed = try await Program.run("diff", old, Self.control)
            #expect(mixed.status == 65)
            #expect(mixed.error.contains("cannot be compared"))
        }
    }
}
