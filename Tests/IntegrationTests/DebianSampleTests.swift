import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

/// Packages of Debian itself, downloaded by apt into a cache: they are read as dpkg-deb reads them.
@Suite("A sample of Debian's packages")
struct DebianSampleTests {
    private static let wanted = 200

    /// Small packages, picked by their digests: the same ones as long as the archive does not change.
    private static func names() async throws -> [String] {
        let pick = """
            set -euo pipefail
            apt-cache dumpavail | awk '
                /^Package: / { name = $2 } /^Size: / { size = $2 } /^SHA256: / { digest = $2 }
                /^$/ { if (digest != "" && size < 20000) print digest, name; digest = "" }
            ' | sort | awk '!seen[$2]++ { if (seen_count++ < \(wanted + 20)) print $2 }'
            """
        let names = try await output(of: "bash", ["-c", pick]).split(separator: "\n").map(String.init)
        guard names.count < wanted else { return names }
        try await output(of: "apt-get", ["update"])
        return try await output(of: "bash", ["-c", pick]).split(separator: "\n").map(String.init)
    }

    private static func sample() async throws -> [FilePath] {
        let folder = FilePath(NSTemporaryDirectory()).appending("flocker-pkg-debian-sample")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        func found() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.string).filter { $0.hasSuffix(".deb") }.sorted()
        }
        if try found().count < wanted {
            try await output(of: "apt-get", ["--quiet", "download"] + names(), workingDirectory: folder)
        }
        return try found().map { folder.appending($0) }
    }

    @Test("each is verified, its files are those of dpkg-deb --contents, its fields those of dpkg-deb --field")
    func sample() async throws {
        let paths = try await Self.sample()
        #expect(paths.count >= Self.wanted)
        for path in paths {
            let package = try PackageFile(opening: path)
            // apt writes the colon of an epoch as %3a into the name.
            let result = try package.verify()
            #expect(result.verdict != .failed, "\(path): \(result.findings)")

            let listing = try await output(
                of: "dpkg-deb",
                ["--contents", path.string],
                environment: ["LC_ALL": "C.UTF-8", "TZ": "UTC"]
            )
            let files = try package.contents().files
            let lines = listing.split(separator: "\n").map { Self.fields(of: $0) }
            #expect(lines == files.map(Self.fields), "\(path)")

            let control = try await output(
                of: "dpkg-deb",
                ["--field", path.string],
                environment: ["LC_ALL": "C.UTF-8"]
            )
            guard case .deb(let reader) = package.reader else { continue }
            let rendered = String(decoding: ControlFile([reader.control]).render(), as: UTF8.self)
            #expect(Self.trimmed(rendered) == Self.trimmed(control), "\(path)")
        }
    }

    private static func trimmed(_ text: String) -> [String] {
        text.split(separator: "\n").map { line in
            String(line.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }

    /// Mode, owner, size, date, time, name and target of a line of `tar -tv`.
    private static func fields(of line: Substring) -> [String] {
        let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: true).map(String.init)
        return words.count == 6 ? Array(words.dropLast()) + [words[5].trimmingCharacters(in: .whitespaces)] : words
    }

    private static func fields(of file: PackagedFile) -> [String] {
        let entry = file.entry
        var name = "." + entry.path.description
        var (type, size) = ("-", "\(file.size)")
        switch entry.kind {
        case .file: break
        case .directory: (type, name) = ("d", name.hasSuffix("/") ? name : name + "/")
        case .symbolicLink(let target):
            (type, size) = ("l", "0")
            name += " -> " + String(decoding: target, as: UTF8.self)
        case .hardLink(let target):
            (type, size) = ("h", "0")
            name += " link to .\(target)"
        case .fifo: (type, size) = ("p", "0")
        case .characterDevice(let major, let minor): (type, size) = ("c", "\(major),\(minor)")
        case .blockDevice(let major, let minor): (type, size) = ("b", "\(major),\(minor)")
        }
        var mode = Array("rwxrwxrwx").enumerated().map { entry.mode & (0o400 >> UInt16($0)) != 0 ? $1 : "-" }
        for (bit, place, letter) in [(UInt16(0o4000), 2, "s"), (0o2000, 5, "s"), (0o1000, 8, "t")]
        where entry.mode & bit != 0 {
            mode[place] = Character(mode[place] == "x" ? letter : letter.uppercased())
        }
        let date = CivilDate(unixSeconds: entry.modificationTime)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return [
            type + String(mode), "\(entry.owner)/\(entry.group)", size,
            "\(date.year)-\(two(date.month))-\(two(date.day))",
            "\(two(date.secondOfDay / 3600)):\(two(date.secondOfDay / 60 % 60))", name,
        ]
    }
}
