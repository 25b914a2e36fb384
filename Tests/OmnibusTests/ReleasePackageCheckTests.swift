import PackageFormats
import Testing

@testable import Omnibus

/// What a release package says becomes configuration of machines.
@Suite struct ReleasePackageCheckTests {
    private func package(_ repository: Manifest.Repository, url: String? = nil) throws -> Package {
        var manifest = Manifest.flocker
        manifest.repository = repository
        let distribution = try Distribution.named("rhel-9")
        return try ReleasePackage(manifest, for: distribution, baseURL: url, date: 1_500_000_000).package()
    }

    @Test("nothing that is said of a repository adds a line to its configuration")
    func injection() throws {
        let url = "https://example.com/x"
        let hostile: [(Manifest.Repository, code: String)] = [
            (Manifest.Repository(name: "x]\n[y", url: url), "repository-name"),
            (Manifest.Repository(name: "xx", title: "X\nenabled=1", url: url), "repository-name"),
            (Manifest.Repository(name: "xx", url: url, packageName: "../x"), "repository-name"),
            (Manifest.Repository(name: "xx", url: "https://example.com/x\ngpgcheck=0"), "repository-url"),
            (Manifest.Repository(name: "xx", url: "https://example.com/$x"), "repository-url"),
        ]
        for (repository, code) in hostile {
            let error = #expect(throws: OmnibusError.self) { _ = try package(repository) }
            #expect(error?.code == code)
        }
        _ = try package(Manifest.Repository(name: "xx", url: url))
    }
}
