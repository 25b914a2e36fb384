import Foundation
import Omnibus
import PackageFormats
import SystemPackage
import Testing

/// A repository's page in a browser, and what it says in a shell.
@Suite struct RepositoryPageTests {
    private static let repository = Manifest.Repository(
        name: "clusterhq",
        title: "ClusterHQ & Söhne",
        url: "https://s3.example.com/clusterhq-archive"
    )

    private static func setup(
        _ distribution: String,
        _ channel: ArchiveLayout.Channel = .stable
    ) throws -> RepositorySetup {
        let distribution = try Distribution.named(distribution)
        let folder = ArchiveLayout(distribution).folder(for: .x86_64, in: channel)
        var setup = try RepositorySetup(repository, for: distribution, in: channel, folder: ObjectKey(folder))
        let isRPM = distribution.packageType == .rpm
        setup.key = try ObjectKey(isRPM ? "clusterhq.asc" : "clusterhq.gpg")
        setup.releasePackage = try ObjectKey("\(distribution.project)/clusterhq-release.\(isRPM ? "rpm" : "deb")")
        return setup
    }

    /// Writes the page of real packages into a folder, and gives its text.
    private static func write(
        _ setup: RepositorySetup,
        packages count: Int,
        to folder: TemporaryFolder
    ) throws -> String {
        let store = folder.appending("www")
        try FileManager.default.createDirectory(atPath: store.string, withIntermediateDirectories: true)
        try RepositorySamples.writeRPMs(count, to: store)
        let names = try FileManager.default.contentsOfDirectory(atPath: store.string).sorted()
        let files = names.map {
            RecordReading.File(path: store.appending($0), location: $0, modificationTime: 1_445_212_800)
        }
        var records: [RepositoryRecord] = []
        try RecordReading.rpm(threads: 2).read(files) { (_, result) throws(FormatError) in
            records.append(try result.get())
        }
        let page = RepositoryPage(setup, architecture: "x86_64", packages: records, date: 1_445_299_200)
        let text = String(decoding: page.html(), as: UTF8.self)
        try folder.write(text, to: "www/\(RepositoryPage.fileName)")
        return text
    }

    /// Chromium, in a profile of its own.
    private static func browse(_ folder: TemporaryFolder, _ arguments: [String]) async throws -> String {
        try await output(
            of: "chromium-headless-shell",
            [
                "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-proxy-server",
                "--user-data-dir=\(folder.appending("profile"))",
            ] + arguments,
            environment: ["HOME": folder.path.string]
        )
    }

    /// A text with no character that can be written in several ways.
    private static func plain(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", "\u{A0}"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }

    @Test("a browser finds nothing to repair, fetches nothing else, and its checker has no complaint")
    func document() async throws {
        let folder = try TemporaryFolder()
        let text = try Self.write(Self.setup("rhel-9"), packages: 12, to: folder)
        let log = folder.appending("log")
        let shown = try await WebServer.serving(folder.appending("www"), log: log) { url in
            try await Self.browse(folder, ["--dump-dom", url + "/index.html"])
        }
        func body(_ text: String) throws -> Substring {
            let start = try #require(text.range(of: "<head>"))
            return Self.plain(text[start.lowerBound...].filter { !$0.isWhitespace })[...]
        }
        #expect(try body(shown) == body(text))
        #expect(try String(contentsOfFile: log.string, encoding: .utf8) == "/index.html\n")
        let checked = try await run(
            "tidy",
            ["-quiet", "-errors", "-utf8", folder.appending("www/index.html").string]
        )
        #expect(checked.status == 0, "\(checked.error)")
        #expect(checked.error.isEmpty, "\(checked.error)")
        for package in 0..<12 { #expect(text.contains(">sample-\(package)</a></th>")) }
        #expect(text.contains("ClusterHQ &amp; Söhne"))
    }

    @Test("every link of the page leads to the file that it names")
    func links() async throws {
        let folder = try TemporaryFolder()
        let text = try Self.write(Self.setup("rhel-9"), packages: 12, to: folder)
        let links = text.matches(of: /<th scope="row"><a href="([^"]*)">/).map { Self.plain(String($0.1)) }
        #expect(links.count == 12)
        try await WebServer.serving(folder.appending("www")) { url in
            for (number, link) in links.enumerated() {
                let address = url + link.dropFirst(1)
                let file = folder.appending("fetched-\(number)").string
                try await output(
                    of: "curl",
                    ["--silent", "--fail", "--output", file, address],
                    environment: WebServer.environment
                )
                let sum = try await output(of: "sha256sum", [file]).prefix(64)
                #expect(text.contains("<code>\(sum)</code>"), "\(link)")
            }
        }
    }

    /// Reads a PNG file (8 bits a channel, as Chromium writes it): its size, the mean brightness, and whether any of the
    /// last columns has another colour than the corner.
    private static let measure = """
        import struct, sys, zlib
        data = open(sys.argv[1], "rb").read()
        width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
        assert depth == 8 and colour in (2, 6)
        step = 3 if colour == 2 else 4
        packed, at = b"", 8
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at:at + 8])
            if kind == b"IDAT": packed += data[at + 8:at + 8 + length]
            at += 12 + length
        raw, stride = zlib.decompress(packed), width * step
        above, total, margin, corner = bytes(stride), 0, 0, None
        for row in range(height):
            start = row * (stride + 1)
            kind, line = raw[start], bytearray(raw[start + 1:start + 1 + stride])
            for i in range(stride):
                left = line[i - step] if i >= step else 0
                up, across = above[i], above[i - step] if i >= step else 0
                if kind == 1: line[i] = (line[i] + left) & 255
                elif kind == 2: line[i] = (line[i] + up) & 255
                elif kind == 3: line[i] = (line[i] + (left + up) // 2) & 255
                elif kind == 4:
                    guess = left + up - across
                    nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - across), 2, across))
                    line[i] = (line[i] + nearest[2]) & 255
            corner = corner or bytes(line[:step])
            margin += any(bytes(line[x:x + step]) != corner for x in range(stride - 12 * step, stride, step))
            total += sum(line[0::step]) // width
            above = line
        print(width, height, total // height, margin)
        """

    @Test(
        "it is light or dark as the machine is, and nothing leaves a narrow screen",
        arguments: [(1024, 900), (360, 1200)],
        ["light", "dark"]
    )
    func screens(size: (width: Int, height: Int), scheme: String) async throws {
        let folder = try TemporaryFolder()
        _ = try Self.write(Self.setup("rhel-9", .testing), packages: 8, to: folder)
        let picture = folder.appending("\(size.width)-\(scheme).png").string
        _ = try await Self.browse(
            folder,
            [
                "--blink-settings=preferredColorScheme=\(scheme == "dark" ? 0 : 1)",
                "--window-size=\(size.width),\(size.height)",
                "--screenshot=\(picture)", "file://\(folder.appending("www/index.html"))",
            ]
        )
        let measured = try await output(of: "python3", ["-c", Self.measure, picture])
        let numbers = measured.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
        try #require(numbers.count == 4, "\(measured)")
        #expect(numbers[0] == size.width && numbers[1] == size.height)
        #expect(scheme == "dark" ? numbers[2] < 60 : numbers[2] > 200, "\(measured)")
        #expect(numbers[3] == 0, "\(measured)")
        if let kept = ProcessInfo.processInfo.environment["SCREENSHOTS"] {
            try FileManager.default.copyItem(atPath: picture, toPath: "\(kept)/\(size.width)-\(scheme).png")
        }
    }

    @Test(
        "what the page says to paste does in a shell what it says",
        arguments: ["centos-7", "rhel-9", "opensuse-leap-15.6", "ubuntu-14.04", "ubuntu-16.04", "debian-12"]
    )
    func commands(distribution: String) async throws {
        let folder = try TemporaryFolder()
        let text = try Self.write(Self.setup(distribution, .testing), packages: 1, to: folder)
        let commands = text.matches(of: /<code>((?:sudo|curl) [^<]*)<\/code>/).map { Self.plain(String($0.1)) }
        #expect(commands.count >= 2)
        // Only what writes files is run; all else is said.
        var tools = ["sudo": "exec \"$@\"", "tee": "cat > \"$ROOT/${1##*/}\"; echo \"write $1\""]
        for tool in ["curl", "yum", "dnf", "zypper", "apt-get", "rpm"] { tools[tool] = "echo \(tool) \"$@\"" }
        for (tool, action) in tools {
            let file = try folder.write("#!/bin/sh\n\(action)\n", to: "bin/\(tool)")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.string)
        }
        let said = try await output(
            of: "/bin/sh",
            ["-euc", commands.joined()],
            environment: ["ROOT": folder.path.string, "PATH": "\(folder.appending("bin")):/usr/bin:/bin"]
        )
        let url = "https://s3.example.com/clusterhq-archive"
        switch distribution {
        case "centos-7", "rhel-9", "opensuse-leap-15.6":
            let tool = ["centos-7": "yum", "rhel-9": "dnf"][distribution] ?? "zypper"
            #expect(said.contains("\(tool) install \(url)/"), "\(said)")
            let file = try String(
                contentsOfFile: folder.appending("clusterhq-testing.repo").string,
                encoding: .utf8
            )
            #expect(file.hasPrefix("[clusterhq-testing]\nname=ClusterHQ & Söhne testing\nbaseurl=\(url)/"), "\(file)")
            #expect(file.hasSuffix("repo_gpgcheck=1\ngpgkey=\(url)/clusterhq.asc\n"))
        case "debian-12":
            let lines = said.split(separator: "\n")
            #expect(lines.first?.hasSuffix("-archive-keyring.gpg \(url)/clusterhq.gpg") == true, "\(said)")
            #expect(lines.dropFirst().first == "write /etc/apt/sources.list.d/clusterhq-testing.sources")
            #expect(said.hasSuffix("\napt-get update\napt-get install sample-0\n"))
            let file = try String(
                contentsOfFile: folder.appending("clusterhq-testing.sources").string,
                encoding: .utf8
            )
            #expect(file.contains("\nURIs: \(url)/debian-testing/12/amd64/\nSuites: /\nSigned-By: "), "\(file)")
        default:
            let file = try String(contentsOfFile: folder.appending("clusterhq-testing.list").string, encoding: .utf8)
            #expect(file.hasPrefix("deb ") && file.hasSuffix(" /\n"), "\(file)")
        }
    }
}
