import Foundation
import Glibc
import PackageFormats
import SystemPackage
import Testing

/// What we unpack against what dpkg-deb, and rpm2cpio with cpio, unpack.
@Suite struct ExtractionToolTests {
    /// Packages of `Fixtures` in a folder, by a condition on their names.
    private static func packages(in folder: String, _ isWanted: (String) -> Bool) -> [String] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: Fixtures.folder.appending(folder).string)) ?? []
        return names.filter(isWanted).sorted()
    }

    /// One thing in a tree, as far as two ways of unpacking have to agree.
    private struct Item: Hashable, CustomStringConvertible {
        var type: UInt32
        var mode: UInt32
        var size: Int64
        var time: Int
        var links: UInt64
        var owner: [UInt32]
        var contents: Data

        var description: String {
            "\(String(type | mode, radix: 8)) \(size) @\(time) x\(links) \(owner) \(contents.count) bytes"
        }
    }

    /// Everything below a folder by its path; devices are left out.
    private static func tree(_ root: FilePath, mask: UInt32, owners: Bool) throws -> [Data: Item] {
        var tree: [Data: Item] = [:]
        var folders: [(path: [CChar], relative: [UInt8])] = [(Array(root.string.utf8CString), [])]
        while let (folder, relative) = folders.popLast() {
            let stream = try #require(opendir(folder))
            defer { closedir(stream) }
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
                if name == [0x2E] || name == [0x2E, 0x2E] { continue }
                let path = folder.dropLast() + [0x2F] + name.map { CChar(bitPattern: $0) } + [0]
                let place = relative + [0x2F] + name
                var status = stat()
                try #require(lstat(Array(path), &status) == 0)
                let type = status.st_mode & S_IFMT
                if type == S_IFCHR || type == S_IFBLK { continue }
                var item = Item(
                    type: type,
                    mode: status.st_mode & mask,
                    size: type == S_IFDIR ? 0 : Int64(status.st_size),
                    time: status.st_mtim.tv_sec,
                    links: type == S_IFREG ? UInt64(status.st_nlink) : 0,
                    owner: owners ? [status.st_uid, status.st_gid] : [],
                    contents: Data()
                )
                if type == S_IFREG { item.contents = try contents(Array(path), size: Int(status.st_size)) }
                if type == S_IFLNK {
                    var buffer = [CChar](repeating: 0, count: 5000)
                    let count = readlink(Array(path), &buffer, buffer.count)
                    item.contents = Data(buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) })
                    item.mode = 0
                }
                tree[Data(place)] = item
                if type == S_IFDIR { folders.append((Array(path), place)) }
            }
        }
        return tree
    }

    private static func contents(_ path: [CChar], size: Int) throws -> Data {
        let descriptor = open(path, O_RDONLY)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readDataToEndOfFile()
    }

    private func compare(
        _ package: FilePath,
        options: PackageExtractor.Options,
        with unpack: (_ root: FilePath) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let (ours, theirs) = (folder.appending("ours"), folder.appending("theirs"))
        try await output(of: "mkdir", [theirs.string])
        try await unpack(theirs)
        let file = try PackageFile(opening: package)
        _ = try PackageExtractor(options).extract(file, into: ours)
        let mask: UInt32 = options.keepsSpecialModes ? 0o7777 : 0o777
        let mine = try Self.tree(ours, mask: mask, owners: options.keepsOwners)
        var expected = try Self.tree(theirs, mask: mask, owners: options.keepsOwners)
        // tar leaves the time of the run on directories that it puts links into later, cpio on links: those of the list
        // are asked for instead. What is in no list has no time of its own.
        let listed = Dictionary(
            try file.contents().files.map { (Data($0.entry.path.bytes), Int($0.entry.modificationTime)) },
            uniquingKeysWith: { first, _ in first }
        )
        for (path, item) in mine where item.type == S_IFDIR || item.type == S_IFLNK {
            expected[path]?.time = listed[path] ?? item.time
        }
        for path in Set(mine.keys).union(expected.keys) {
            #expect(
                mine[path] == expected[path],
                "\(package.lastComponent?.string ?? ""): \(String(decoding: path, as: UTF8.self))"
            )
        }
        // Two empty trees would agree as well.
        #expect(!mine.isEmpty || listed.isEmpty)
    }

    /// Everything that the user may restore.
    private static var everything: PackageExtractor.Options {
        var options = PackageExtractor.Options()
        options.keepsSpecialModes = true
        options.keepsOwners = geteuid() == 0
        return options
    }

    @Test(
        "golden debs unpack as dpkg-deb does it",
        arguments: packages(in: "deb") { $0.hasSuffix(".deb") && !$0.hasPrefix("14-old-format") }
    )
    func debs(name: String) async throws {
        let package = Fixtures.folder.appending("deb").appending(name)
        for options in [PackageExtractor.Options(), Self.everything] {
            try await compare(package, options: options) { root in
                try await output(of: "dpkg-deb", ["--extract", package.string, root.string])
            }
        }
    }

    /// cpio does not read the form of rpm 6 and of files from 4 GiB on, and this is no place for such a file anyway.
    @Test(
        "golden rpms unpack as rpm2cpio and cpio do it",
        arguments: packages(in: "rpm") {
            $0.hasSuffix(".rpm") && !$0.contains(".v6.") && !$0.hasPrefix("gold-large")
        }
    )
    func rpms(name: String) async throws {
        let package = Fixtures.folder.appending("rpm").appending(name)
        var options = PackageExtractor.Options()
        options.keepsSpecialModes = true
        try await compare(package, options: options) { root in
            let command = "rpm2cpio \"$1\" | cpio --extract --quiet --make-directories --preserve-modification-time"
            let script = "set -o pipefail; umask 022; cd \"$2\"; \(command) --no-absolute-filenames"
            let result = try await run("bash", ["-c", script, "bash", package.string, root.string])
            // A user cannot make devices, which are not compared.
            #expect(result.status == 0 || name.hasPrefix("gold-special"), "\(result.error)")
        }
    }
}
