import Foundation
import PackageFormats
import SystemPackage
import Testing

/// rpmbuild and its companions on generated spec files.
struct SpecTools {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    var top: FilePath { folder.appending("rpmbuild") }

    /// uv from the path, or one of its own where there is none.
    private func uv() async throws -> String {
        if try await IntegrationTests.run("sh", ["-c", "command -v uv"]).status == 0 { return "uv" }
        let environment = folder.appending("uv")
        try await IntegrationTests.output(of: "python3", ["-m", "venv", environment.string])
        try await IntegrationTests.output(of: environment.appending("bin/pip").string, ["install", "--quiet", "uv"])
        return environment.appending("bin/uv").string
    }

    /// A source distribution of a project, from its own build backend.
    func sourceDistribution(of project: FilePath) async throws -> FilePath {
        let output = folder.appending("dist").string
        // A copy: build tools write beside what they build.
        let copy = folder.appending("checkout").string
        try await IntegrationTests.output(of: "cp", ["-r", project.string, copy])
        try await IntegrationTests.output(of: uv(), ["build", "--sdist", "--quiet", "-o", output, copy])
        return try archive(in: output)
    }

    /// A source distribution from Python's package index.
    func download(_ requirement: String) async throws -> FilePath {
        let output = folder.appending("dist").string
        try await IntegrationTests.output(
            of: "python3",
            ["-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", output, requirement]
        )
        return try archive(in: output)
    }

    private func archive(in directory: String) throws -> FilePath {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".tar.gz") }
        return FilePath(directory).appending(try #require(names.first))
    }

    /// Generates a spec file for a source.
    func spec(_ source: FilePath, _ options: String...) async throws -> FilePath {
        let file = folder.appending("spec-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: file.string, withIntermediateDirectories: true)
        let made = try await output(
            of: Program.path(),
            ["generate-spec", "--quiet"] + options + [source.string],
            workingDirectory: file
        )
        let name = try #require(made.split(separator: "\n").first)
        return file.appending(String(name))
    }

    /// Builds source and binary packages; gives the paths of all.
    func build(_ spec: FilePath, source: FilePath) async throws -> [FilePath] {
        let sources = top.appending("SOURCES").string
        try FileManager.default.createDirectory(atPath: sources, withIntermediateDirectories: true)
        try await IntegrationTests.output(of: "cp", [source.string, sources])
        // Debian's rpm knows none of the packages that are installed here.
        try await IntegrationTests.output(
            of: "rpmbuild",
            ["-ba", "--nodeps", "--define", "_topdir \(top)", spec.string],
            environment: ["PATH": "/usr/bin:/usr/sbin:/bin:/sbin"]
        )
        let found = FileManager.default.enumerator(atPath: top.string)?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(".rpm") }.sorted().map { top.appending($0) }
    }

    /// What packages require, that no package of theirs provides, as a package that stands for the distribution's.
    func standIn(for packages: [FilePath], providing more: [String] = []) async throws -> FilePath {
        var wanted: Set<String> = []
        for package in packages {
            let text = try await output(of: "rpm", ["-qp", "--nosignature", "--requires", package.string])
            wanted.formUnion(text.split(separator: "\n").map(String.init))
        }
        let provides = (wanted.union(more)).flatMap(Self.provides)
        let package = try Package(
            name: "stand-in",
            version: EVR(version: "1", release: "1"),
            architecture: .independent,
            summary: "Stands for a distribution's packages",
            license: "Apache-2.0",
            maintainer: "Tests <tests@example.com>",
            date: 1_500_000_000,
            relations: Array(Set(provides)).sorted { "\($0.expression)" < "\($1.expression)" }
        ) {
            for path in ["/etc/rsyslog.d", "/usr/lib/firewalld", "/usr/lib/firewalld/services"] { Directory(path) }
        }
        return try RPMWriter().write(package, to: folder.path)
    }

    /// A capability that meets a requirement: at its lower bound, and below every upper one of the samples.
    static func provides(_ requirement: String) -> [Relation] {
        guard !requirement.hasPrefix("rpmlib("), !requirement.hasPrefix("python3-flocker") else { return [] }
        let words = requirement.replacing("(python", with: " python").split(separator: " ").map(String.init)
        guard let name = words.first else { return [] }
        if let operation = words.firstIndex(where: { [">=", "="].contains($0) }), operation + 1 < words.count {
            return [Relation(.provides, name, .equal, words[operation + 1].filter { $0 != ")" })]
        }
        return [Relation(.provides, name)]
    }
}
