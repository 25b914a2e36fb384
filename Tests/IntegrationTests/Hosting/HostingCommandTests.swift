import Foundation
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
