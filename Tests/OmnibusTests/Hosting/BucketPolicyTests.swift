import Foundation
import Omnibus
import Testing

@Suite struct BucketPolicyTests {
    /// The policies as Flocker's release engineers wrote them.
    private static func policy(_ resource: String) -> String {
        """
        {
            "Version": "2008-10-17",
            "Id": "PolicyForPublicAccess",
            "Statement": [
                {
                    "Sid": "1",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": "\(resource)"
                }
            ]
        }
        """
    }

    @Test(
        "The policy means what the bucket's own one means",
        arguments: [
            ("clusterhq-archive", "", "arn:aws:s3:::clusterhq-archive/*"),
            ("clusterhq-dev-archive", "vagrant/", "arn:aws:s3:::clusterhq-dev-archive/vagrant/*"),
            ("clusterhq-dev-archive", "vagrant", "arn:aws:s3:::clusterhq-dev-archive/vagrant/*"),
            ("x.y-1", "/a/b/", "arn:aws:s3:::x.y-1/a/b/*"),
        ]
    )
    func publicRead(bucket: String, prefix: String, resource: String) throws {
        let made = try JSONSerialization.jsonObject(
            with: Data(BucketPolicy(publicReadOf: bucket, prefix: prefix).json().utf8)
        )
        let wanted = try JSONSerialization.jsonObject(with: Data(Self.policy(resource).utf8))
        let dictionary = try #require(made as? NSDictionary)
        #expect(dictionary == wanted as? NSDictionary)
    }

    @Test("A policy that was read is the same value")
    func roundTrip() throws {
        let policy = try JSONDecoder().decode(BucketPolicy.self, from: Data(Self.policy("arn:aws:s3:::abc/*").utf8))
        #expect(try policy == BucketPolicy(publicReadOf: "abc"))
    }

    @Test(
        "Names that S3 does not take, and prefixes that mean something else in a policy, are refused",
        arguments: [
            ("ab", "", "bucket-name"), ("Upper", "", "bucket-name"), ("a/b", "", "bucket-name"),
            ("-abc", "", "bucket-name"), ("abc-", "", "bucket-name"), ("a..b", "", "bucket-name"),
            ("10.0.0.1", "", "bucket-name"), ("a*c", "", "bucket-name"),
            (String(repeating: "a", count: 64), "", "bucket-name"), ("abc", "*", "bucket-prefix"),
            ("abc", "a?", "bucket-prefix"), ("abc", "${aws:username}", "bucket-prefix"), ("abc", "/", "bucket-prefix"),
            ("abc", "a\nb", "bucket-prefix"),
        ]
    )
    func refused(bucket: String, prefix: String, code: String) {
        let error = #expect(throws: OmnibusError.self) { try BucketPolicy(publicReadOf: bucket, prefix: prefix) }
        #expect(error?.code == code)
        #expect(error?.category == .usage)
    }
}
