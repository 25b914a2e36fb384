import Foundation
import Omnibus
import SystemPackage
import Testing

/// The hosting commands that print what they know.
@Suite struct HostingCommandTests {
    @Test("locate prints addresses, and says plainly what was never published")
    func locate() async throws {
        let old = try await Program.run("locate", "--distribution=fedora-20", "0.3.2")
        #expect(old.output == "http://archive.clusterhq.com/fedora/20/x86_64/\n")
        let json = try await Program.run("locate", "--format=json", "--distribution=ubuntu-14.04", "1.0.0")
        #expect(json.output.contains("\"key\": \"ubuntu/14.04/amd64/\""))
        let never = try await Program.run("locate", "--distribution=fedora-20", "0.9.0")
        #expect(never.status == 66)
        #expect(never.error.contains("Flocker 0.9.0 was never published for fedora-20"))
    }

    @Test("publish takes a distribution once, whatever it is called, and says where there is nothing to prune")
    func publish() async throws {
        let folder = try TemporaryFolder()
        let package = try RepositorySamples.writeTiny("sample", .yum, to: folder.path)
        let store = folder.appending("hosted").string
        let options = ["publish", "--to", store, "--stable", "--architecture=x86_64", "--distribution=rocky-9"]
        let nothing = try await run(Program.path(), options + ["--prune"])
        #expect(nothing.status == 66)
        #expect(nothing.error.contains("\(store) has no repository of rhel-9"))
        let published = try await run(Program.path(), options + ["--distribution=rhel-9", package.string])
        #expect(published.output == "\(store)/centos/9/x86_64: 1 packages, 1 added\n")
        let other = folder.appending("other.rpm")
        let rebuilt = try RepositorySamples.writeTiny("sample", .yum, to: folder.path, summary: "Other")
        try FileManager.default.moveItem(atPath: rebuilt.string, toPath: other.string)
        _ = try RepositorySamples.writeTiny("sample", .yum, to: folder.path)
        let both = try await run(Program.path(), options + ["--to", store + "-2", package.string, other.string])
        #expect(both.status == 65)
        #expect(both.error.contains(other.string) && !both.error.contains("--on-duplicate"), "\(both.error)")
    }

    @Test("bucket-policy prints one JSON document, and refuses what is no bucket")
    func policy() async throws {
        let printed = try await Program.run("bucket-policy", "clusterhq-dev-archive", "--prefix", "vagrant/")
        #expect(printed.status == 0)
        let document = try JSONSerialization.jsonObject(with: Data(printed.output.utf8)) as? [String: Any]
        #expect(document?["Version"] as? String == "2008-10-17")
        let statements = document?["Statement"] as? [[String: String]]
        #expect(statements?.first?["Resource"] == "arn:aws:s3:::clusterhq-dev-archive/vagrant/*")
        #expect(try await Program.run("bucket-policy", "No_Bucket").status == 64)
    }
}
