import Foundation
import SystemPackage
import Testing

@testable import PackageFormats

/// What the reader makes of packages by rpmbuild against what `rpm -qp --queryformat` says of them, value by value.
@Suite("Reading rpms, and rpm itself")
struct RPMQueryTests {
    private static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("Fixtures/rpm")

    private static let packages: [String] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.string)) ?? []
        return names.filter { $0.hasSuffix(".rpm") }.sorted()
    }()

    /// Marks that stand in no package.
    private static let (tagMark, valueMark) = ("\u{1E}", "\u{1F}")

    /// rpm 4.18 has other names for these, shows them in another form, or makes them up from others.
    private static let unlike: Set<String> = ["PAYLOADSIZE", "PAYLOADSIZEALT", "FILECLASS"]

    @Test("rpm shows the same values", arguments: packages)
    func values(name: String) async throws {
        #expect(Self.packages.count >= 36)
        let path = Self.folder.appending(name)
        let reader = try RPMReader(opening: path)
        let known = Set(try await output(of: "rpm", ["--querytags"]).split(separator: "\n").map(String.init))
        let items = reader.header.items.compactMap { item -> (name: String, value: RPMValue)? in
            guard let name = RPMMainKind.tag(numbered: item.number)?.name, known.contains(name) else { return nil }
            return Self.unlike.contains(name) ? nil : (name, item.value)
        }
        #expect(items.count > 25)
        let format = items.map { "\($0.name)[\(Self.valueMark)%{\($0.name)}]\(Self.tagMark)" }.joined()
        let text = try await output(
            of: "rpm",
            ["--query", "--package", "--nosignature", "--queryformat", format, path.string],
            environment: ["LC_ALL": "C", "LANGUAGE": nil]
        )
        let shown = text.split(separator: Self.tagMark).map(String.init)
        try #require(shown.count == items.count)
        for (item, line) in zip(items, shown) {
            let values = line.split(separator: Self.valueMark, omittingEmptySubsequences: false).dropFirst().map(
                String.init
            )
            let expected: [String]
            switch item.value {
            case .binary(let bytes), .char(let bytes): expected = [bytes.hexadecimal]
            case .translatedString(let texts): expected = [texts.texts[0]]
            default: expected = item.value.strings?.texts ?? (item.value.integers ?? []).map { "\($0)" }
            }
            #expect(values == expected, "\(item.name)")
        }
    }

    @Test("rpm lists the same files", arguments: packages.filter { !$0.contains("large") })
    func files(name: String) async throws {
        let path = Self.folder.appending(name)
        let package = try PackageFile(opening: path)
        let format =
            "[%{FILENAMES}\u{1F}%{FILEMODES:octal}\u{1F}%{FILEUSERNAME}\u{1F}%{FILEGROUPNAME}\u{1F}%{FILEMTIMES}"
            + "\u{1F}%{FILEDIGESTS}\u{1F}%{FILEFLAGS}\u{1F}%{LONGFILESIZES}\u{1E}]"
        let text = try await output(
            of: "rpm",
            ["--query", "--package", "--nosignature", "--queryformat", format, path.string],
            environment: ["LC_ALL": "C.UTF-8"]
        )
        let lines = text.split(separator: "\u{1E}").map(String.init)
        let files = try package.contents().files
        try #require(lines.count == files.count)
        for (line, file) in zip(lines, files) {
            let entry = file.entry
            let fields: [String] = [
                String(decoding: file.name, as: UTF8.self), String(entry.typeBits | entry.mode, radix: 8),
                entry.owner, entry.group, "\(entry.modificationTime)", file.digest?.hexadecimal ?? "",
                "\(entry.flags.rawValue)", "\(file.size)",
            ]
            #expect(line == fields.joined(separator: "\u{1F}"))
        }
    }
}
