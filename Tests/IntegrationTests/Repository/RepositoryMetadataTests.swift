import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// Our metadata beside those that the real tools make of the same packages.
@Suite("Repository metadata beside those of createrepo_c and apt-ftparchive")
struct RepositoryMetadataTests {
    /// The program that shows how metadata differ.
    static let compare = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Scripts/compare-metadata").string
    private static let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().removingLastComponent().appending("Fixtures")

    static func update(
        _ folder: FilePath,
        _ kind: RepositoryUpdate.Kind,
        _ change: (inout RepositoryUpdate) -> Void = { _ in }
    )
        async throws -> RepositoryUpdate.Summary
    {
        var update = RepositoryUpdate(folder: folder, kind: kind)
        change(&update)
        return try await update.run()
    }

    /// What repomd.xml lists: every document's contents, decompressed by the real tools.
    static func documents(_ folder: FilePath) async throws -> [String: String] {
        var texts: [String: String] = [:]
        for document in try YumIndex(parsing: [UInt8](bytes(of: folder.appending("repodata/repomd.xml")))).documents {
            texts[document.type] = try await output(of: "zcat", [folder.appending(document.location).string])
        }
        return texts
    }

    @Test("primary, filelists and other say of 500 packages and of those of rpmbuild what createrepo_c says")
    func yum() async throws {
        let folder = try TemporaryFolder()
        let packages = folder.appending("packages")
        try await output(of: "mkdir", [packages.string])
        try RepositorySamples.writeRPMs(500, to: packages)
        for name in try FileManager.default.contentsOfDirectory(atPath: Self.fixtures.appending("rpm").string)
        // rpm 4.18, which createrepo_c reads with, knows no packages of version 6, and two are the same build twice.
        where name.hasSuffix(".rpm") && !name.contains(".v6.") && !name.hasPrefix("gold420") && !name.hasPrefix("gold6")
            && !name.hasPrefix("gold-signed")
        {
            let file = Self.fixtures.appending("rpm").appending(name)
            try await output(of: "cp", ["-p", file.string, packages.appending(name).string])
        }
        let theirs = folder.appending("theirs")
        try await output(of: "mkdir", [theirs.string])
        try await output(
            of: "createrepo_c",
            ["--quiet", "--no-database", "--outputdir", theirs.string, packages.string]
        )
        let summary = try await Self.update(packages, .yum)
        #expect(summary.packages > 510 && summary.read == summary.packages)
        let result = try await run(Self.compare, ["yum", packages.string, theirs.string])
        #expect(result.status == 0, "\(result.output)\(result.error)")
        #expect(result.output.hasSuffix("\(summary.packages) packages, 0 differences\n"))
    }

    @Test("Packages says of 500 debs and of those of dpkg-deb what apt-ftparchive says")
    func apt() async throws {
        let folder = try TemporaryFolder()
        let packages = folder.appending("packages")
        try await output(of: "mkdir", [packages.string])
        try RepositorySamples.writeDebs(500, to: packages)
        for name in ["01-plain-gz", "02-plain-xz", "04-plain-zst", "06-control-members", "07-hardlinks"] {
            let file = Self.fixtures.appending("deb/\(name).deb").string
            // All are called the same inside.
            if name == "06-control-members" { try await output(of: "cp", [file, packages.string]) }
        }
        let theirs = folder.appending("Packages")
        try await output(of: "sh", ["-c", "cd '\(packages)' && apt-ftparchive packages . > '\(theirs)'"])
        let summary = try await Self.update(packages, .aptFlat)
        #expect(summary.packages == 501)
        let result = try await run(Self.compare, ["apt", packages.appending("Packages").string, theirs.string])
        #expect(result.status == 0, "\(result.output)\(result.error)")
    }

    @Test(
        "a repository that packages were added to, taken from and changed in equals one made at once",
        arguments: ["gzip", "zstd:3"]
    )
    func incrementalYum(compression: String) async throws {
        let folder = try TemporaryFolder()
        let (packages, fresh) = (folder.appending("packages"), folder.appending("fresh"))
        try await output(of: "mkdir", ["-p", packages.appending("sub").string, fresh.string])
        try RepositorySamples.writeRPMs(60, to: packages)
        // What was changed in the second of a run is read once more.
        try await output(
            of: "find",
            [packages.string, "-name", "*.rpm", "-exec", "touch", "-d", "2020-01-01", "{}", "+"]
        )
        let form = try Compression(parsing: compression)
        _ = try await Self.update(packages, .yum) { $0.compressions = [form] }
        try await output(
            of: "sh",
            ["-c", "cd '\(packages)' && rm sample-7-* && mv sample-8-* sub && touch sample-9-*"]
        )
        try RepositorySamples.writeInstallableRPMs("1.0", to: packages)
        let summary = try await Self.update(packages, .yum) { $0.compressions = [form] }
        #expect(summary.packages == 61)
        #expect((summary.read, summary.reused, summary.removed) == (4, 57, 2))
        try await output(of: "cp", ["-a", "\(packages)/.", fresh.string])
        try await output(of: "rm", ["-r", fresh.appending("repodata").string])
        _ = try await Self.update(fresh, .yum) { $0.compressions = [form] }
        let result = try await run(Self.compare, ["yum", packages.string, fresh.string])
        #expect(result.status == 0, "\(result.output)")
        let again = try await Self.update(packages, .yum) {
            $0.compressions = [form]; $0.date += 10
        }
        #expect(again.reused >= 57)
    }

    @Test("metadata of createrepo_c are built upon, and advisories, groups and other files go along untouched")
    func foreignYum() async throws {
        let folder = try TemporaryFolder()
        try RepositorySamples.writeRPMs(40, to: folder.path)
        try await output(
            of: "find",
            [folder.path.string, "-name", "*.rpm", "-exec", "touch", "-d", "2020-01-01", "{}", "+"]
        )
        let groups = try folder.write("<comps/>\n", to: "comps.xml")
        try await output(of: "createrepo_c", ["--quiet", "-g", groups.string, folder.path.string])
        let advisories = try folder.write("<updates><update/></updates>\n", to: "updateinfo.xml")
        try await output(of: "modifyrepo_c", [advisories.string, folder.appending("repodata").string])
        try folder.write("people's own\n", to: "repodata/notes.txt")
        try folder.write("people's own\n", to: "repodata/folder/notes.txt")
        let before = try YumIndex(parsing: [UInt8](bytes(of: folder.appending("repodata/repomd.xml"))))
        try RepositorySamples.writeInstallableRPMs("1.0", to: folder.path)
        let summary = try await Self.update(folder.path, .yum)
        #expect((summary.reused, summary.read) == (40, 2))
        let after = try YumIndex(parsing: [UInt8](bytes(of: folder.appending("repodata/repomd.xml"))))
        for type in ["group", "group_gz", "updateinfo"] {
            let entry = try #require(before.document(type))
            #expect(after.document(type) == entry)
            #expect(FileManager.default.fileExists(atPath: folder.appending(entry.location).string))
        }
        #expect(after.document("primary_db") == nil)
        #expect(try bytes(of: folder.appending("repodata/notes.txt")) == Data("people's own\n".utf8))
        #expect(try bytes(of: folder.appending("repodata/folder/notes.txt")) == Data("people's own\n".utf8))
        #expect((Int(after.revision) ?? 0) > (Int(before.revision) ?? 0))
        let theirs = try TemporaryFolder()
        try await output(
            of: "createrepo_c",
            ["--quiet", "--no-database", "--outputdir", theirs.path.string, folder.path.string]
        )
        let result = try await run(Self.compare, ["yum", folder.path.string, theirs.path.string])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test("a flat apt repository made in steps equals one made at once, and Packages of apt-ftparchive are built upon")
    func incrementalApt() async throws {
        let folder = try TemporaryFolder()
        try RepositorySamples.writeDebs(40, to: folder.path)
        try await output(
            of: "sh",
            [
                "-c",
                "cd '\(folder.path)' && sleep 1.1 && apt-ftparchive packages . > Packages && sleep 1.1 && "
                    + "apt-ftparchive release . > .r && mv .r Release",
            ]
        )
        try RepositorySamples.writeInstallableDebs("1.0", to: folder.path)
        try await output(of: "sh", ["-c", "cd '\(folder.path)' && rm sample-7_*"])
        let summary = try await Self.update(folder.path, .aptFlat)
        #expect((summary.reused, summary.read, summary.removed) == (39, 2, 1))
        let theirs = folder.appending("theirs")
        try await output(of: "sh", ["-c", "cd '\(folder.path)' && apt-ftparchive packages . > '\(theirs)'"])
        let result = try await run(Self.compare, ["apt", folder.appending("Packages").string, theirs.string])
        #expect(result.status == 0, "\(result.output)")
    }

    @Test("the pooled layout lists packages for all architectures everywhere, and names what owns each file")
    func pooled() async throws {
        let folder = try TemporaryFolder()
        let pool = folder.appending("pool/main/s")
        try await output(of: "mkdir", ["-p", pool.string, folder.appending("pool/extra").string])
        try RepositorySamples.writeDebs(30, to: pool)
        let zstd = try Compression(.zstd, level: 3)
        let summary = try await Self.update(folder.path, .apt) {
            $0.compressions = [.gzip, .xzLight, zstd]
            $0.listsContents = true
            $0.validity = 86_400
            $0.releaseFields = [.init("Origin", "Example"), .init("Label", "Example")]
        }
        #expect(summary.packages == 30)
        let dist = folder.appending("dists/stable")
        let release = try AptRelease(parsing: [UInt8](bytes(of: dist.appending("Release"))))
        #expect(release["Components"] == "extra main")
        #expect(release["Architectures"] == "amd64 arm64")
        #expect(release["Origin"] == "Example" && release["Suite"] == "stable" && release["Acquire-By-Hash"] == "yes")
        for architecture in ["amd64", "arm64"] {
            let theirs = folder.appending("theirs-\(architecture)")
            try await output(
                of: "sh",
                [
                    "-c",
                    "cd '\(folder.path)' && apt-ftparchive --arch \(architecture) packages pool/main > '\(theirs)'",
                ]
            )
            let index = dist.appending("main/binary-\(architecture)/Packages")
            let result = try await run(Self.compare, ["apt", index.string, theirs.string])
            #expect(result.status == 0, "\(result.output)")
            for (tool, suffix) in [("zcat", ".gz"), ("xzcat", ".xz"), ("zstdcat", ".zst")] {
                let text = try await output(of: tool, [index.string + suffix])
                #expect(try Data(text.utf8) == bytes(of: index))
            }
            let contents = try await output(of: "zcat", [dist.appending("main/Contents-\(architecture).gz").string])
            #expect(contents.contains("usr/bin/sample-0  admin/sample-0\n"))
            let lists = try await output(
                of: "sh",
                [
                    "-c",
                    "cd '\(folder.path)' && apt-ftparchive --arch \(architecture) contents pool/main | "
                        + "sed 's/[[:space:]].*//' | LC_ALL=C sort",
                ]
            )
            let paths = contents.split(separator: "\n").map { $0.split(separator: " ")[0] }
            // apt-ftparchive lists nothing of names with blanks that could be told apart; neither end is lost.
            #expect(paths.count == lists.split(separator: "\n").count)
        }
    }
}
