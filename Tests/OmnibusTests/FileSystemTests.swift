import Glibc
import SystemPackage
import Testing

@testable import Omnibus

@Suite("Folders")
struct FileSystemTests {
    @Test("are made below the current one, whatever is missing")
    func relative() throws {
        let top = FilePath("flocker-pkg-test-\(getpid())")
        try FileSystem.makeDirectories(top.appending("deeper"))
        #expect(FileSystem.isDirectory(top.appending("deeper")))
        try FileSystem.makeDirectories(top)
        try FileSystem.remove(top)
        #expect(!FileSystem.exists(top))
    }

    @Test("that cannot be made are no fault of the input, whatever is in the way", arguments: ["", "/x", "/x/y"])
    func blocked(below: String) {
        let error = #expect(throws: OmnibusError.self) {
            try FileSystem.makeDirectories(FilePath("/dev/null" + below))
        }
        #expect(error?.category == .cannotCreate)
    }
}
