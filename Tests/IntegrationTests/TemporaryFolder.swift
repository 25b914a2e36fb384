import Foundation
import Synchronization
import SystemPackage

/// A folder of its own for a test, removed afterwards.
final class TemporaryFolder: Sendable {
    let path: FilePath

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "flocker-pkg-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
        path = FilePath(url.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    private static let lasting = Mutex<[String]>([])

    /// Has a folder removed when the tests end, which something refers to until then.
    func removeAtExit() {
        let isFirst = Self.lasting.withLock { paths in
            paths.append(path.string)
            return paths.count == 1
        }
        guard isFirst else { return }
        atexit {
            for path in TemporaryFolder.lasting.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
        }
    }

    /// The path of something inside.
    func appending(_ name: String) -> FilePath { path.appending(name) }

    /// Writes a text file, with the folders above it, and gives its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath {
        let file = path.appending(name)
        try FileManager.default.createDirectory(
            atPath: file.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: URL(filePath: file.string))
        return file
    }

    /// The paths of everything inside, relative, sorted.
    func everything() throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: path.string).sorted()
    }
}

/// The bytes of a file.
func bytes(of path: FilePath) throws -> Data { try Data(contentsOf: URL(filePath: path.string)) }
