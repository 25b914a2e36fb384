import PackageFormats
import SystemPackage
import Testing

/// Files of `Fixtures/deb`, made by the real tools.
enum DebianFixture {
    static let folder = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Fixtures/deb")

    static func path(_ name: String) -> FilePath { folder.appending(name) }

    static func bytes(_ name: String) throws -> [UInt8] {
        let file = try FileDescriptor.open(path(name), .readOnly)
        defer { try? file.close() }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    static func text(_ name: String) throws -> String { String(decoding: try bytes(name), as: UTF8.self) }

    /// Runs a body that has to throw a ``FormatError`` and gives it.
    static func error(
        sourceLocation: SourceLocation = #_sourceLocation,
        of body: () throws(FormatError) -> Void
    ) -> FormatError? {
        do throws(FormatError) {
            try body()
            Issue.record("nothing was thrown", sourceLocation: sourceLocation)
            return nil
        } catch {
            return error
        }
    }
}
