import Crypto
import Glibc
import SystemPackage

/// The `RECORD` of an installed distribution: one row a file with its SHA-256 and its size (PEP 376, PEP 627).
struct RecordFile: Sendable {
    /// The files' paths, relative to the site-packages directory.
    var paths: [String]

    /// Reads the rows' paths; hashes and sizes are not kept, as they get computed anew.
    init(_ bytes: [UInt8]) {
        paths = bytes.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.map(Self.firstField)
    }

    private static func firstField(of line: ArraySlice<UInt8>) -> String {
        let quote = UInt8(ascii: "\"")
        guard line.first == quote else {
            return String(decoding: line.prefix { $0 != UInt8(ascii: ",") }, as: UTF8.self)
        }
        var field: [UInt8] = []
        var rest = line.dropFirst()
        while let byte = rest.popFirst() {
            if byte == quote {
                guard rest.first == quote else { break }
                rest = rest.dropFirst()
            }
            field.append(byte)
        }
        return String(decoding: field, as: UTF8.self)
    }

    /// Rewrites a distribution's `RECORD` to say what stands in the tree: rows of files that are gone are dropped, rows
    /// of byte code are added, all in the order of the paths' bytes.
    ///
    /// - Parameter tree: the bundle as it will be packaged.
    static func refresh(
        _ distribution: InstalledDistribution,
        target: PythonTarget,
        in tree: FileTree,
        files: Set<String>
    ) throws(OmnibusError) {
        let sitePackages = target.sitePackages
        let tag = "cpython-\(target.version.major)\(target.version.minor)"
        let own = "\(distribution.directory)/RECORD"
        let path = tree.root.pushing(sitePackages).appending(own)
        guard FileSystem.exists(path) else { return }
        var rows: [String: String] = [:]
        for name in RecordFile(try FileSystem.read(path)).paths where name != own {
            guard let file = inBundle(name, sitePackages: sitePackages), files.contains(file) else { continue }
            rows[name] = file
            guard name.hasSuffix(".py") else { continue }
            for (row, code) in zip(byteCode(of: name, tag), byteCode(of: file, tag)) where files.contains(code) {
                rows[row] = code
            }
        }
        var text = ""
        for (name, file) in rows.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let (digest, size) = try Self.digest(of: FilePath("\(tree.root)/\(file)"))
            text += "\(quoted(name)),sha256=\(digest),\(size)\n"
        }
        text += "\(quoted(own)),,\n"
        try FileSystem.write(Array(text.utf8), to: path)
    }

    /// A row's path as one below the bundle's prefix; `nil` if it leads out of the bundle.
    static func inBundle(_ name: String, sitePackages: FilePath) -> String? {
        guard !name.hasPrefix("/") else { return nil }
        var parts = sitePackages.components.map { $0.string[...] }
        for part in name.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }

    private static func byteCode(of path: String, _ tag: String) -> [String] {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let start = slash.map { path.utf8.index(after: $0) } ?? path.startIndex
        let module = path[start...].dropLast(3)
        return ["\(path[..<start])__pycache__/\(module).\(tag).pyc", "\(path)c"]
    }
    private static func quoted(_ field: String) -> String {
        guard field.contains(where: { ",\"\n\r".contains($0) }) else { return field }
        return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// The SHA-256 of a file in the form that `RECORD` has it (URL-safe base64, no padding), and its size.
    static func digest(of path: FilePath) throws(OmnibusError) -> (digest: String, size: Int) {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileSystem.failure("read", path) }
        defer { close(descriptor) }
        var hash = SHA256()
        var size = 0
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw FileSystem.failure("read", path) }
            if count == 0 { break }
            size += count
            buffer.withUnsafeBytes { hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
        return (base64(Array(hash.finalize())), size)
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static func base64(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(alphabet[Int(bits >> UInt32(count) & 63)])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
