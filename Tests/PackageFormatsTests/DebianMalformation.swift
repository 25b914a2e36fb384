import Testing

@testable import PackageFormats

/// One way in which a .deb can be wrong that shows when dpkg unpacks it, or is not wrong though it looks so.
struct DebianMalformation: Sendable, CustomTestStringConvertible {
    var name: String
    /// The check that has to name it, or `nil` where nothing is wrong.
    var check: String?
    var version = "2.0\n"
    /// What the control file has behind the fields of every package.
    var fields = ""
    var members: [(name: String, text: String)] = []
    /// The compression of both archives, and where each is cut into two streams.
    var compression = Compression.gzip
    var cut: Int?
    /// Changes the header of the package's one file.
    var edit: @Sendable (inout TarHeader) -> Void = { _ in }
    var testDescription: String { name }

    /// What every such package is called.
    static let fileName = "sample_1_all.deb"

    private static func archive(_ members: [(header: TarHeader, bytes: [UInt8])]) throws -> [UInt8] {
        var archive = TarWriter(ByteBuffer())
        for (header, bytes) in members {
            var header = header
            if header.kind == .file { header.size = UInt64(bytes.count) }
            try archive.append(header, header.kind == .file ? bytes : [])
        }
        try archive.finish()
        return archive.sink.bytes
    }

    private static func header(_ name: String, _ kind: TarHeader.Kind = .file) -> TarHeader {
        TarHeader(kind: kind, name: Array(name.utf8), mode: kind == .directory ? 0o755 : 0o644)
    }

    private func compressed(_ archive: [UInt8]) throws -> [UInt8] {
        guard let cut else { return try compression.encode(archive) }
        return try compression.encode(Array(archive[..<cut])) + compression.encode(Array(archive[cut...]))
    }

    func bytes() throws -> [UInt8] {
        let control = """
            Package: sample
            Version: 1
            Architecture: all
            Maintainer: Example <example@example.invalid>
            Section: misc
            Priority: optional
            Description: a sample
            \(fields)
            """
        let digest = Digest.of(Array("contents\n".utf8), .md5).hexadecimal
        let texts =
            [("control", control.hasSuffix("\n") ? control : control + "\n")] + members.map { ($0.name, $0.text) }
        var file = Self.header("./etc/sample")
        edit(&file)
        let hasSums = members.contains { $0.name == "md5sums" }
        let sums = file.kind == .file && !hasSums ? [("md5sums", "\(digest)  etc/sample\n")] : []
        let archives = [
            try Self.archive(
                [(Self.header("./", .directory), [])]
                    + (texts + sums).map { (Self.header("./\($0.0)"), Array($0.1.utf8)) }
            ),
            try Self.archive([
                (Self.header("./", .directory), []), (Self.header("./etc/", .directory), []),
                (file, Array("contents\n".utf8)),
            ]),
        ]
        var bytes = ArArchive.magic
        let names = ["debian-binary", "control.tar" + suffix, "data.tar" + suffix]
        for (name, content) in zip(names, [Array(version.utf8)] + (try archives.map(compressed))) {
            bytes += try ArArchive.header(name: name, size: UInt64(content.count), date: 0) + content
            if content.count % 2 == 1 { bytes.append(0x0A) }
        }
        return bytes
    }

    private var suffix: String {
        switch compression.algorithm {
        case .gzip: ".gz"
        case .xz: ".xz"
        case .zstd: ".zst"
        case .none: ""
        }
    }

    static let all: [DebianMalformation] =
        control + triggers + [
            .init(name: "nothing changed"),
            .init(name: "a minor number for the future", version: "2.99999\n"),
            .init(name: "a minor number that is too large", check: "deb-format-number", version: "2.2147483648\n"),
            .init(name: "two gzip members", cut: 1024),
            .init(name: "two xz streams", check: "trailing-stream", compression: .xz, cut: 1024),
            .init(name: "two zstd frames", check: "trailing-stream", compression: .zstd, cut: 1024),
            .init(name: "a configuration file", members: [("conffiles", "/etc/sample\n")]),
            .init(name: "blanks behind a configuration file", members: [("conffiles", "/etc/sample \t\u{B}\r\n")]),
            .init(
                name: "a blank before a configuration file",
                check: "control-conffiles",
                members: [("conffiles", " /etc/sample\n")]
            ),
            .init(name: "a negative user", check: "tar-number") { $0.userID = -1 },
            .init(name: "a group beyond 32 bits", check: "tar-number") { $0.groupID = 1 << 32 },
            .init(name: "a large user") { $0.userID = 0xFFFF_FFF0 },
            .init(name: "a long link") { header in
                header.kind = .symbolicLink
                header.linkName = [UInt8](repeating: 0x61, count: 4095)
            },
            .init(name: "a link that is too long", check: "deb-link-length") { header in
                header.kind = .symbolicLink
                header.linkName = [UInt8](repeating: 0x61, count: 4096)
            },
        ]

    private static let control: [DebianMalformation] = [
        .init(name: "an essential package", fields: "Essential: YES"),
        .init(name: "a package that may be essential", check: "control-field-value", fields: "Essential: maybe"),
        .init(name: "a package that may be protected", check: "control-field-value", fields: "Protected: maybe"),
        .init(name: "a package of one architecture for others", fields: "Multi-Arch: Foreign"),
        .init(name: "an unknown Multi-Arch", check: "control-field-value", fields: "Multi-Arch: any"),
        .init(name: "an empty field", fields: "Essential:\nX-Field: value"),
        .init(name: "an empty field at the end", check: "control-last-field", fields: "X-Field:"),
        .init(name: "an empty field and an empty line at the end", fields: "X-Field:\n\n"),
        .init(name: "a field with a name of one letter", check: "control-field-name-length", fields: "X: value"),
        .init(name: "a status", check: "control-status-field", fields: "Status: install ok installed"),
        .init(name: "an old version", check: "control-status-field", fields: "Config-Version: 1"),
        .init(name: "triggers that wait", check: "control-status-field", fields: "Triggers-Pending: x"),
        .init(name: "triggers that are waited for", check: "control-status-field", fields: "Triggers-Awaited: x"),
        .init(name: "no dependency", fields: "Depends:\nX-Field: value"),
        .init(name: "a comma at the end", check: "control-relation", fields: "Depends: bash,"),
        .init(name: "a comma and a blank at the end", check: "control-relation", fields: "Depends: bash, "),
        .init(name: "a comma at the beginning", check: "control-relation", fields: "Depends: , bash"),
        .init(name: "two commas", check: "control-relation", fields: "Depends: bash,, dash"),
    ]

    private static let triggers: [DebianMalformation] = [
        ("comments and empty lines", nil, "  # of the package\n\n   \ninterest foo  \n"),
        ("a tab in a trigger", nil, "interest\tfoo\n"),
        ("a trigger without a line feed", "control-triggers", "interest foo"),
        ("a comment behind a trigger", "control-triggers", "interest foo #x\n"),
        ("a carriage return behind a comment", "control-triggers", "# x\r\ninterest foo_bar\n"),
        ("a long comment", nil, "#\(String(repeating: "x", count: 253))\n"),
        ("a comment that is too long", "control-triggers", "#\(String(repeating: "x", count: 254))\n"),
        ("a NUL in a comment", "control-triggers", "interest foo\n#\0\n"),
        ("an interest in a path", nil, "interest /usr/lib\n"),
        ("an interest in a path with a slash at its end", "control-triggers", "interest /usr/lib/\n"),
        ("an interest in a path with two slashes", "control-triggers", "interest /usr//lib\n"),
        ("an interest in the root", "control-triggers", "interest-noawait /\n"),
        ("an interest in a name with an underscore", "control-triggers", "interest foo_bar\n"),
        ("an unknown trigger that is only activated", nil, "activate foo_bar\nactivate /usr/lib/\n"),
    ].map { .init(name: $0.0, check: $0.1, members: [("triggers", $0.2)]) }
}
