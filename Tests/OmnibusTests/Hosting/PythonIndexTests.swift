import Foundation
import PackageFormats
import SystemPackage
import Testing

@testable import Omnibus

@Suite struct PythonIndexTests {
    private func describe(_ bytes: [UInt8], _ name: String) throws(OmnibusError) -> PythonFile {
        try PythonFile.describe(InputFile(bytes: bytes, named: FilePath(name)), named: name).0
    }

    @Test("A wheel is described by its own metadata")
    func wheel() throws {
        let bytes = PythonArchives.wheel("Demo_Pkg", "1.0", "Requires-Python: >=3.8\n")
        let file = try describe(bytes, "Demo_Pkg-1.0-py3-none-any.whl")
        #expect(file.project == "demo-pkg")
        #expect(file.version == "1.0")
        #expect(file.requiresPython == ">=3.8")
        #expect(file.sha256 == Digest.of(bytes, .sha256).hexadecimal)
        let text = PythonArchives.metadata("Demo_Pkg", "1.0", "Requires-Python: >=3.8\n")
        #expect(file.metadataSHA256 == Digest.of(Array(text.utf8), .sha256).hexadecimal)
    }

    @Test("A wheel that is cut off anywhere is refused")
    func truncation() {
        let bytes = PythonArchives.wheel("demo", "1.0")
        for count in 0..<bytes.count {
            let error = #expect(throws: OmnibusError.self) {
                try describe(Array(bytes[..<count]), "demo-1.0-py3-none-any.whl")
            }
            #expect(error?.code == "zip-invalid", "\(count) bytes")
        }
    }

    @Test("No damaged byte of an archive's directory ends the program")
    func damage() {
        let bytes = PythonArchives.wheel("demo", "1.0")
        for place in bytes.indices {
            for value: UInt8 in [0, 0xFF, bytes[place] ^ 0x80] {
                var damaged = bytes
                damaged[place] = value
                do {
                    _ = try describe(damaged, "demo-1.0-py3-none-any.whl")
                } catch {
                    #expect(["zip-invalid", "python-file"].contains(error.code))
                }
            }
        }
    }

    @Test(
        "A file that is not what its name says is refused",
        arguments: [
            ("demo-2.0-py3-none-any.whl", "python-file"), ("other-1.0-py3-none-any.whl", "python-file"),
            ("demo-1.0.exe", "python-file"), ("demo-1.0.tar.gz", "tar-invalid"), ("../demo-1.0.zip", "python-file"),
            (".demo-1.0.zip", "python-file"), ("demo-1.0\".zip", "python-file"), ("demo-1.0.zip", "python-file"),
        ]
    )
    func misnamed(name: String, code: String) {
        let error = #expect(throws: OmnibusError.self) { try describe(PythonArchives.wheel("demo", "1.0"), name) }
        #expect(error?.code == code)
    }

    @Test("A source distribution's name may spell project and version in the ways of any age")
    func spelling() throws {
        for (file, project, version) in [
            ("Demo.Pkg-1.0.zip", "Demo.Pkg", "1.0"), ("demo_pkg-1.0.zip", "Demo-Pkg", "1.0"),
            ("demo-1.0+local.1.zip", "demo", "1.0+local.1"), ("demo-1.0-local.1.zip", "demo", "1.0+local.1"),
        ] {
            let bytes = PythonArchives.zip([("top/PKG-INFO", PythonArchives.metadata(project, version))])
            #expect(try describe(bytes, file).version == version)
        }
    }

    @Test("Pages escape what comes from files, and say why a file is passed over")
    func escaping() throws {
        var index = PythonIndex()
        let bytes = PythonArchives.wheel("demo", "1.0+x", "Requires-Python: >=3,<4 \"&'\n")
        try index.add(describe(bytes, "demo-1.0+x-py3-none-any.whl"))
        try index.yank("demo-1.0+x-py3-none-any.whl", "<script>")
        let page = PythonPages(of: index).project("demo")
        #expect(page.contains("href=\"../../demo-1.0%2Bx-py3-none-any.whl#sha256="))
        #expect(page.contains("data-requires-python=\"&gt;=3,&lt;4 &quot;&amp;&#39;\""))
        #expect(page.contains("data-yanked=\"&lt;script&gt;\""))
        #expect(!page.contains("<script>"))
        let json = try JSONSerialization.jsonObject(with: Data(PythonPages(of: index).projectJSON("demo")))
        let files = try #require((json as? [String: Any])?["files"] as? [[String: Any]])
        #expect(files.first?["requires-python"] as? String == ">=3,<4 \"&'")
        #expect(files.first?["yanked"] as? String == "<script>")
    }

    @Test("A published file never changes")
    func immutable() throws {
        var index = PythonIndex()
        let name = "demo-1.0-py3-none-any.whl"
        try index.add(describe(PythonArchives.wheel("demo", "1.0"), name))
        let before = index
        try index.add(describe(PythonArchives.wheel("demo", "1.0"), name))
        #expect(index == before)
        let other = try describe(PythonArchives.wheel("demo", "1.0", "Summary: other\n"), name)
        let error = #expect(throws: OmnibusError.self) { try index.add(other) }
        #expect(error?.code == "file-differs")
        let unknown = #expect(throws: OmnibusError.self) { try index.yank("demo-1.0-py2-none-any.whl", "") }
        #expect(unknown?.code == "file-unknown")
    }

    @Test(
        "An index that others broke is refused, and what it would lead to is never written",
        arguments: [
            "", "[]", "{\"format\": 2, \"files\": {}}",
            #"{"format":1,"files":{"a.whl":{"name":"b.whl","project":"a","version":"1","sha256":"","size":1}}}"#,
            #"{"format":1,"files":{"../a.whl":{"name":"../a.whl","project":"a","version":"1","sha256":"00","size":1}}}"#,
        ]
    )
    func broken(json: String) {
        let error = #expect(throws: OmnibusError.self) { try PythonIndex(json: Array(json.utf8), from: "x") }
        #expect(error?.code == "python-index")
    }
}
